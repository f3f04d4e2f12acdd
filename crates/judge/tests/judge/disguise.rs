//! Writing a message so that a filter misses its words changes nothing in its verdict.

use super::case::{finding_ids, judge, verdict};

/// Plain messages of several kinds.
const PLAIN: [(&str, Option<&str>); 5] = [
    ("【小额快贷】您的借款已审批通过,请先缴纳会员费598元激活放款通道,专属客服QQ000059800。", Some("1069381760088")),
    ("您的银行卡已被冻结,请点击 icbc-rz.top/a 填写卡号和短信验证码解除,今日失效。【工商银行】", Some("19900003120")),
    ("【招联金融】您的借款昨日到期未还,应还415.20元,请在招联APP还款,已还请忽略。", Some("10690499123401")),
    ("老赖,今晚不还钱就群发你通讯录,让你家人都知道你欠钱不还。", Some("17000002387")),
    ("您尾号0000的信用卡账单应还2,386.40元,到期还款日3月25日。【工商银行】", Some("95588")),
];

/// A way of hiding words that can be undone.
type Disguise = fn(&str) -> String;

fn zero_width(text: &str) -> String {
    text.chars().flat_map(|c| if is_chinese(c) { vec![c, '\u{200b}'] } else { vec![c] }).collect()
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '!'..='~' if c != ',' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

fn combining(text: &str) -> String {
    text.chars().flat_map(|c| if is_chinese(c) { vec![c, '\u{336}'] } else { vec![c] }).collect()
}

fn separated(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for pair in characters.windows(2) {
        out.push(pair[0]);
        if is_chinese(pair[0]) && is_chinese(pair[1]) {
            out.push('*');
        }
    }
    out.extend(characters.last());
    out
}

fn traditional(text: &str) -> String {
    let table = [
        ('贷', '貸'),
        ('过', '過'),
        ('缴', '繳'),
        ('纳', '納'),
        ('会', '會'),
        ('员', '員'),
        ('费', '費'),
        ('银', '銀'),
        ('冻', '凍'),
        ('结', '結'),
        ('请', '請'),
        ('点', '點'),
        ('击', '擊'),
        ('号', '號'),
        ('验', '驗'),
        ('证', '證'),
        ('码', '碼'),
        ('还', '還'),
        ('钱', '錢'),
        ('发', '發'),
        ('讯', '訊'),
        ('录', '錄'),
        ('让', '讓'),
        ('账', '賬'),
        ('单', '單'),
        ('应', '應'),
        ('额', '額'),
    ];
    text.chars().map(|c| table.iter().find(|(s, _)| *s == c).map_or(c, |(_, t)| *t)).collect()
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn reversible_disguise_changes_neither_kind_nor_risk_nor_findings() {
    let disguises: [(&str, Disguise); 5] = [
        ("zero-width", zero_width),
        ("full-width", full_width),
        ("combining", combining),
        ("separated", separated),
        ("traditional", traditional),
    ];
    for (body, sender) in PLAIN {
        let plain = verdict(sender, None, body);
        for (name, disguise) in disguises {
            let hidden = disguise(body);
            let got = verdict(sender, None, &hidden);
            assert_eq!(got.decision.kind, plain.decision.kind, "{name}: {hidden}");
            assert_eq!(got.decision.risk, plain.decision.risk, "{name}: {hidden}");
            assert_eq!(got.institution, plain.institution, "{name}: {hidden}");
            let lost: Vec<_> = finding_ids(&plain).into_iter().filter(|id| !finding_ids(&got).contains(id)).collect();
            assert!(lost.is_empty(), "{name} loses {lost:?}: {hidden}");
        }
    }
}

#[test]
fn the_normalised_text_of_a_reversible_disguise_is_that_of_the_plain_text() {
    let normal = |body: &str| {
        let mut text = judge::normalise::Text::default();
        judge().index().tables.normalise(body, &mut text);
        text.to_text()
    };
    for (body, _) in PLAIN {
        for disguise in [zero_width, full_width, combining, separated, traditional] {
            assert_eq!(normal(&disguise(body)), normal(body));
        }
    }
}

#[test]
fn a_notice_in_full_width_or_in_traditional_characters_alone_is_no_disguise() {
    let full = verdict(
        Some("95566"),
        None,
        "您的借记卡账户００００，于０２月２４日ＡＴＭ取款１，０００．００元。【中国银行】",
    );
    assert!(!finding_ids(&full).contains(&"disguised-text"));
    let traditional = verdict(None, None, "媽，銀行說我的貸款批下來了，下個月開始還，您別擔心");
    assert!(!finding_ids(&traditional).contains(&"disguised-text"));
}
