//! What answers about money say in words, the same on every face.

use knowledge::Lang;
use money::annual_rate::Convention;
use money::cap::Outcome;
use money::root::Reason;
use rust_decimal::Decimal;

use super::message::{AmountCheck, Basis};

/// Returns the text in one of the languages.
pub const fn say<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Returns what a way of counting is called.
pub fn scenario(name: &str, lang: Lang) -> &str {
    match (name, lang) {
        ("law", Lang::Zh) => "按法律",
        ("law", Lang::En) => "by law",
        ("reduced", Lang::Zh) => "若法院按请求减少",
        ("reduced", Lang::En) => "if a court reduces it on request",
        ("uncapped", Lang::Zh) => "按约定利率（上限不清楚，可能偏高）",
        ("uncapped", Lang::En) => "at the agreed rate (limit not known: perhaps too high)",
        ("principal", Lang::Zh) => "只算本金（最少）",
        ("principal", Lang::En) => "the principal alone (at least)",
        ("contract", Lang::Zh) => "按合同和对方说法",
        ("contract", Lang::En) => "by the contract and their word",
        (other, _) => other,
    }
}

/// Returns what a convention is called.
pub const fn convention(convention: Convention, lang: Lang) -> &'static str {
    match convention {
        Convention::ChinaSimple => say(lang, "中国·单利", "China, simple"),
        Convention::ChinaCompound => say(lang, "中国·复利", "China, compound"),
        Convention::EuropeanUnion => say(lang, "欧盟", "EU"),
        Convention::RegulationZ => say(lang, "美国Z条例", "US Reg Z"),
        Convention::PerFee => say(lang, "分项相加", "per fee"),
    }
}

/// Returns why there are so many rates.
pub const fn reason(reason: Reason, lang: Lang) -> &'static str {
    match reason {
        Reason::OneChangeOfSign => say(lang, "只有一个利率", "one rate only"),
        Reason::Searched => say(
            lang,
            "收付多次交替，数学上有多个利率，全部列出，不替您选",
            "money goes both ways several times: every rate is listed, none picked",
        ),
        Reason::OneSided => say(lang, "只有收或只有付，没有利率", "money goes one way only: no rate"),
        Reason::NoneInRange => say(lang, "没有合理范围内的利率", "no rate within reason"),
        Reason::Undecided => {
            say(lang, "可能还有没找到的利率，不作结论", "there may be further rates: nothing is concluded")
        }
    }
}

/// Returns what follows from the rates and the limit.
pub const fn outcome(outcome: Outcome, lang: Lang) -> &'static str {
    match outcome {
        Outcome::Over => say(
            lang,
            "结论：每一种算法都超过标准。超过的部分可以请求减少；本金和标准以内的利息仍要还。",
            "by every convention over the limit; a reduction of the excess can be requested, principal and interest within it stay due",
        ),
        Outcome::Under => say(lang, "结论：每一种算法都没有超过标准。", "by every convention within the limit"),
        Outcome::DependsOnConvention => say(
            lang,
            "结论：有的算法超过，有的没有超过，要看法院或监管用哪一种，不能说“超过”。",
            "over by some conventions and not by others: it cannot be called over the limit",
        ),
        Outcome::DependsOnLender => say(
            lang,
            "结论：要看谁放的款、哪天签的合同。请查合同上的贷款人和签订日期。",
            "it depends on who lends and on the day of the contract; look at the contract for both",
        ),
        Outcome::CannotBeSaid => say(
            lang,
            "结论：资料不够，不能下结论。请补充缺少的内容。",
            "not enough is known to conclude; add what is missing",
        ),
    }
}

/// Returns what is known of a sum or rate in a message, line by line.
pub fn amount(check: &AmountCheck, body: &str, lang: Lang) -> Vec<String> {
    let span = check.span.map(|at| at as usize);
    let words = body.get(span[0]..span[1]).unwrap_or_default();
    let mut lines = vec![basis(check.basis, words, lang)];
    for range in check.ranges.iter().filter(|range| range.convention == Convention::ChinaSimple) {
        let end = |percent: Option<Decimal>| {
            percent.map_or_else(|| "?".to_owned(), |percent| format!("{}%", percent.round_dp(2)))
        };
        let (least, most) = (end(range.least.map(|rate| rate.low)), end(range.most.map(|rate| rate.high)));
        lines.push(format!("{} {least} – {most}", say(lang, "单利年利率在", "simple, between")));
    }
    if let Some(days) = check.over_if_shorter_than_days {
        lines.push(match lang {
            Lang::Zh => format!("期限如果少于 {days} 天，按单利就超过标准。"),
            Lang::En => format!("over the limit (simple) if the term is shorter than {days} days"),
        });
    }
    lines.push(outcome(check.outcome, lang).to_owned());
    lines
}

fn basis(basis: Basis, words: &str, lang: Lang) -> String {
    match (basis, lang) {
        (Basis::StatedRate { annual_ppm }, Lang::Zh) => {
            let percent = Decimal::new(annual_ppm, 4).normalize();
            format!("“{words}”折合一年 {percent}%；没说是单利还是复利，另收费用的话只会更高。")
        }
        (Basis::StatedRate { annual_ppm }, Lang::En) => {
            let percent = Decimal::new(annual_ppm, 4).normalize();
            format!("\"{words}\" is {percent}% a year, simple or compound is not said; fees would only add to it")
        }
        (Basis::LentAndDue { lent_fen, due_fen }, Lang::Zh) => format!("借 {lent_fen} 元、还 {due_fen} 元。"),
        (Basis::LentAndDue { lent_fen, due_fen }, Lang::En) => format!("{lent_fen} yuan lent, {due_fen} due"),
        (Basis::SumAlone { amount_fen }, Lang::Zh) => {
            format!("“{words}”：{amount_fen} 元，只有一个金额，算不出年利率。")
        }
        (Basis::SumAlone { amount_fen }, Lang::En) => {
            format!("\"{words}\": {amount_fen} yuan alone says nothing of the cost")
        }
    }
}
