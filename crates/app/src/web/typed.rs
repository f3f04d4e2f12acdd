//! What people type into forms, and programs send in their place: sums, days, numbers, one or several.

use jiff::civil::Date;
use money::Fen;
use money::debt::{AgreedRate, Per};
use serde::Deserialize;

use super::answer::Problem;
use crate::failure::Failure;

/// Returns what an answer about money that cannot be given means for who asked.
pub fn unusable(error: money::Error) -> Problem {
    Failure::from(error).into()
}

/// Returns what was typed, without blanks around it; nothing where nothing was.
pub fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// Reads a sum in yuan.
pub fn amount(text: &str, zh: &str, en: &str) -> Result<Option<Fen>, Problem> {
    given(text).map(str::parse::<Fen>).transpose().map_err(|error| {
        Problem::unusable(format!("{zh}写得不对：{}", error.chinese()), format!("{en} cannot be read: {error}"))
    })
}

/// Reads a day, as 2026-05-06.
pub fn day(text: &str) -> Result<Option<Date>, Problem> {
    let unreadable = |_| Problem::unusable("日期请写成 2026-05-06。", "write the day as 2026-05-06");
    given(text).map(str::parse::<Date>).transpose().map_err(unreadable)
}

/// Reads a whole number.
pub fn number<T: std::str::FromStr>(text: &str, zh: &str, en: &str) -> Result<Option<T>, Problem> {
    let unreadable = |_| Problem::unusable(format!("{zh}要写数字。"), format!("{en} must be a number"));
    given(text).map(str::parse::<T>).transpose().map_err(unreadable)
}

fn per(text: &str) -> Per {
    match text {
        "day" => Per::Day,
        "year" => Per::Year,
        _ => Per::Month,
    }
}

/// Reads a rate, in percent over what.
pub fn agreed(rate: &str, per_what: &str) -> Result<Option<AgreedRate>, Problem> {
    let percent = given(rate).map(|text| text.trim_end_matches(['%', '％']).parse::<money::Percent>()).transpose();
    let percent =
        percent.map_err(|error| Problem::unusable(format!("利率写得不对：{}", error.chinese()), error.to_string()))?;
    Ok(percent.map(|percent| AgreedRate { percent, per: per(per_what) }))
}

/// A number as a form or JSON gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// JSON.
    Value(i64),
    /// A form.
    Text(String),
}

impl Number {
    /// Returns it.
    pub fn get(&self) -> Result<i64, Problem> {
        match self {
            Self::Value(value) => Ok(*value),
            Self::Text(text) => text.trim().parse().map_err(|_| Problem::missing()),
        }
    }
}

/// One or several, as a form or JSON gives them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Several {
    /// One.
    One(Number),
    /// Several.
    Many(Vec<Number>),
}

impl Several {
    /// Returns them as texts.
    pub fn texts(&self) -> Vec<String> {
        let text = |number: &Number| match number {
            Number::Value(value) => value.to_string(),
            Number::Text(text) => text.clone(),
        };
        match self {
            Self::One(one) => vec![text(one)],
            Self::Many(many) => many.iter().map(text).collect(),
        }
    }
}
