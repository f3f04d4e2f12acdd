//! One or two plain sentences, and the advice that belongs to a kind as a whole.

use knowledge::condition::Role;
use knowledge::document::Lang;

use crate::claim::Claim;
use crate::index::Index;
use crate::verdict::{Decision, Finding, Kind, Risk, SenderMatch, Verdict};

/// Asks after which money may already have gone.
const TAKES_MONEY: [&str; 7] = [
    "asks-transfer",
    "asks-personal-account",
    "fee-advance",
    "asks-otp",
    "asks-card",
    "asks-password",
    "asks-screen-share",
];

/// Returns the advice that kind, risk and claim ask for, whatever the findings.
pub(super) fn advice_of(decision: &Decision, claim: &Claim, index: &Index, findings: &[Finding]) -> Vec<&'static str> {
    let has = |id: &str| findings.iter().any(|f| index.rules.rules[usize::from(f.rule)].id == id);
    let is_low = decision.risk == Risk::Low;
    let mut ids: Vec<&'static str> = match decision.kind {
        Kind::Scam => vec!["keep-message", "stay-silent", "ask-96110", "report-12321", "block-sender"],
        Kind::IllegalOffer => vec!["stay-silent", "block-sender", "report-12321"],
        Kind::AbusiveCollection => {
            vec!["keep-message", "keep-conduct-record", "complain-lender-first", "complain-12378", "check-limitation"]
        }
        Kind::Collection if is_low => {
            vec!["verify-in-app", "verify-by-hotline", "contact-lender", "ignore-if-paid", "check-limitation"]
        }
        Kind::Collection => {
            vec!["verify-in-app", "verify-by-hotline", "request-creditor-identity", "keep-message", "check-limitation"]
        }
        Kind::RepaymentNotice if is_low => vec!["use-app-for-bill", "ignore-if-paid"],
        Kind::RepaymentNotice => vec!["verify-in-app", "verify-by-hotline"],
        Kind::LoanMarketing => vec!["compare-annual-rate"],
        Kind::Marketing | Kind::Notice | Kind::Otp | Kind::Personal if is_low => vec!["nothing-to-do"],
        Kind::Marketing | Kind::Notice | Kind::Otp | Kind::Personal => vec!["verify-by-hotline", "do-not-click"],
        Kind::Unclear => vec!["do-not-reply", "do-not-click", "keep-message"],
    };
    if decision.kind == Kind::Scam && TAKES_MONEY.into_iter().any(has) {
        ids.push("money-gone-act-now");
    }
    if claim.has(Role::Court) {
        // A real paper of a court runs a deadline even where the message asks for nothing.
        ids.retain(|id| *id != "nothing-to-do");
        ids.push("verify-with-court");
        if !decision.kind.is_hostile() {
            ids.extend(["answer-within-15-days", "object-payment-order", "attend-court"]);
        }
    }
    ids
}

/// What a notice under a court's name is: it may be real, and a real one has deadlines.
const COURT_NOTICE: [&str; 2] = [
    "这可能是法院的通知，真的法院文书有期限。请今天就自己查该法院的公开电话或拨12368，报案号核实。",
    "This may be a court's notice, and a real one has deadlines. Today, look up that court's public number or dial 12368 and check the case number.",
];

/// Returns the verdict in one or two plain sentences.
pub fn summary(index: &Index, verdict: &Verdict, lang: Lang) -> String {
    let name = verdict.institution.map(|at| index.institutions[usize::from(at)].name.as_str());
    let by_court = verdict.institution.is_some_and(|at| index.institutions[usize::from(at)].role == Some(Role::Court));
    let [zh, en] = match verdict.decision.kind {
        Kind::Notice if by_court => COURT_NOTICE,
        kind => main_sentence(kind, verdict.decision.risk),
    };
    let sender = sender_sentence(verdict.sender.matching, name, lang);
    match lang {
        Lang::Zh => format!("{zh}{sender}"),
        Lang::En => format!("{en} {sender}").trim_end().to_owned(),
    }
}

fn main_sentence(kind: Kind, risk: Risk) -> [&'static str; 2] {
    match (kind, risk) {
        (Kind::Scam, _) => [
            "这条短信很像诈骗：它想骗走您的钱、验证码或个人信息。不要点、不要回、不要转账。",
            "This looks like fraud: it is after your money, codes or identity. Do not click, reply or pay.",
        ],
        (Kind::IllegalOffer, _) => [
            "这条短信在兜售违法的东西或服务，参与可能让您受骗甚至违法，不要联系对方。",
            "This offers something illegal; taking part can cost you money or break the law. Do not contact them.",
        ],
        (Kind::AbusiveCollection, _) => [
            "这是一条用威胁、侮辱或假冒身份来催债的短信。即使欠款是真的，这样催收也不合规矩；请保留短信，不要慌。",
            "This presses for money with threats, insults or a false identity. Even a real debt may not be collected so; keep the message and stay calm.",
        ],
        (Kind::Collection, Risk::Low) => [
            "这是一条还款逾期提醒，内容上没有发现违规之处。请自己打开官方APP或拨打官方电话核对。",
            "This says that a payment is overdue; nothing in it contradicts what it claims. Check in the official app or by the official number.",
        ],
        (Kind::Collection, _) => [
            "这是一条催款短信，但看不清是谁、欠什么，或有可疑之处。先核实，再决定，不要照它说的付款或回电。",
            "This asks for an overdue payment, but who asks and for what is not clear, or something is odd. Verify first; do not pay or call as it says.",
        ],
        (Kind::RepaymentNotice, Risk::Low) => [
            "这是一条账单或还款通知，没有要您做危险的事。可以在官方APP里自己核对。",
            "This is a bill or repayment notice and asks for nothing dangerous. You can check it in the official app.",
        ],
        (Kind::RepaymentNotice, _) => [
            "它写得像账单或还款通知，但有对不上的地方。请只用官方APP或官方电话核对，不要用短信里的方式。",
            "It reads like a repayment notice, but something does not fit. Check only in the official app or by the official number.",
        ],
        (Kind::LoanMarketing, Risk::Low) => [
            "这是一条贷款广告。不需要就不用理；需要的话先看清年化利率和全部费用。",
            "This advertises credit. Ignore it if you need none; otherwise look at the annual rate and all fees first.",
        ],
        (Kind::LoanMarketing, _) => [
            "这是一条来路不明的贷款广告。不要点链接、不要加好友、不要先交钱。",
            "This advertises credit from an unclear source. Do not click, add contacts or pay anything first.",
        ],
        (Kind::Marketing, _) => ["这是一条广告。", "This is advertising."],
        (Kind::Notice, Risk::Low) => {
            ["这是一条通知，没有要您做危险的事。", "This is a notice and asks for nothing dangerous."]
        }
        (Kind::Notice, _) => [
            "它写得像通知，但有对不上的地方，请用官方渠道核实后再处理。",
            "It reads like a notice, but something does not fit; verify by an official channel first.",
        ],
        (Kind::Otp, _) => [
            "这是一条验证码短信。验证码谁也不要给；如果不是您本人操作，不用理会。",
            "This carries a verification code. Give it to nobody; if you did not ask for it, ignore it.",
        ],
        (Kind::Personal, _) => ["这像是人与人之间的聊天。", "This reads like talk between people."],
        (Kind::Unclear, _) => [
            "单凭这条短信看不出是什么。不要点链接、不要回复，等有更多信息再说。",
            "This text alone does not show what it is. Do not click or reply until you know more.",
        ],
    }
}

fn sender_sentence(matching: SenderMatch, name: Option<&str>, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let who = name.unwrap_or(if zh { "它自称的机构" } else { "the body it claims to be" });
    match (matching, zh) {
        (SenderMatch::Official, true) => format!("发送号码与{who}公布的号码一致，但号码可以伪造，不能单凭号码相信。"),
        (SenderMatch::Official, false) => format!("The number is one that {who} publishes, but numbers can be forged."),
        (SenderMatch::Consistent, true) => format!("发送端口以{who}的热线结尾，这只是很弱的佐证。"),
        (SenderMatch::Consistent, false) => {
            format!("The port ends in the hotline of {who}, which is weak support only.")
        }
        (SenderMatch::Mismatch, true) => format!("发送号码是别的机构的，或以别家的客服号结尾，与{who}对不上。"),
        (SenderMatch::Mismatch, false) => {
            format!("The number is somebody else's, or ends in somebody else's hotline; it does not fit {who}.")
        }
        (SenderMatch::Implausible, true) => format!("{who}一般不会用这样的号码发这种短信。"),
        (SenderMatch::Implausible, false) => format!("{who} does not usually send this from such a number."),
        (SenderMatch::Unknown | SenderMatch::NoClaim, _) => String::new(),
    }
}
