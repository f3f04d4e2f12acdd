//! What can be wrong with what a caller gives, in both languages, with what to do next.

use crate::fen::Fen;

/// Why a question about money has no answer; Display is English, [`Error::chinese`] Chinese.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Text that is no amount.
    #[error("\"{text}\" is no amount of money; write yuan with at most two decimals, as 1234.56")]
    Amount {
        /// What was given.
        text: String,
    },
    /// Text that is no rate.
    #[error("\"{text}\" is no rate; write percent, as 0.65 or 24")]
    Rate {
        /// What was given.
        text: String,
    },
    /// More than the program computes with.
    #[error("an amount over {} yuan is beyond what this program computes; check the number of digits", Fen::MOST)]
    OverRange,
    /// An amount that must be above zero.
    #[error("{name} must be above zero; enter what was really received or asked for")]
    NotPositive {
        /// Which amount, in English.
        name: &'static str,
        /// Which amount, in Chinese.
        name_zh: &'static str,
    },
    /// A rate below zero or beyond reason.
    #[error("a rate must lie between 0 and 10000 %; check the number and its period (day, month, year)")]
    RateOutOfRange,
    /// The later date comes first.
    #[error("the date {later} comes before {earlier}; put them in order")]
    DatesReversed {
        /// The date that should come first.
        earlier: String,
        /// The date that should come later.
        later: String,
    },
    /// Dates that lie too far apart.
    #[error("the dates lie more than 100 years apart; check the years")]
    TooFarApart,
    /// Nothing was received, or nothing is paid.
    #[error("a rate needs money received and money paid back; give both")]
    OneSided,
    /// More entries than the program computes with.
    #[error("{count} {name} are more than {most}; leave out or gather some")]
    TooMany {
        /// What there is too much of, in English.
        name: &'static str,
        /// What there is too much of, in Chinese.
        name_zh: &'static str,
        /// How many were given.
        count: usize,
        /// How many are allowed.
        most: usize,
    },
    /// Two debts of one name.
    #[error("there are two debts named {name}; give each its own name")]
    TwiceNamed {
        /// The name.
        name: String,
    },
    /// An event that comes before there is a debt.
    #[error("a debt begins with the money paid out; record the advance first")]
    NoAdvance,
    /// A day of the month that none has.
    #[error("the day of the month is 1 to 31")]
    DayOfMonth,
}

impl Error {
    /// Returns the same in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Self::Amount { text } => format!("“{text}”不是金额。请写元，最多两位小数，例如 1234.56。"),
            Self::Rate { text } => format!("“{text}”不是利率。请写百分数，例如 0.65 或 24。"),
            Self::OverRange => format!("金额超过 {} 元，本程序不算这么大的数。请检查位数。", Fen::MOST),
            Self::NotPositive { name_zh, .. } => {
                format!("{name_zh}必须大于零。请填写实际收到或被要求的金额。")
            }
            Self::RateOutOfRange => "利率要在 0 到 10000% 之间。请检查数字，并看清是日、月还是年利率。".to_owned(),
            Self::DatesReversed { earlier, later } => {
                format!("日期 {later} 早于 {earlier}，顺序反了。请按先后填写。")
            }
            Self::TooFarApart => "日期相差超过一百年。请检查年份。".to_owned(),
            Self::OneSided => "要有收到的钱和还出的钱，才能算利率。请两样都填。".to_owned(),
            Self::TooMany { name_zh, count, most, .. } => {
                format!("{name_zh}有 {count} 项，最多 {most} 项。请减少或合并。")
            }
            Self::TwiceNamed { name } => format!("有两笔债都叫“{name}”。请各取一个名字。"),
            Self::DayOfMonth => "还款日请写 1 到 31。".to_owned(),
            Self::NoAdvance => "一笔债要从放款开始。请先记下实际收到的钱。".to_owned(),
        }
    }
}
