//! What the user says that columns of a table hold: by heading, or by place where there is no heading.

use crate::Format;
use crate::field::{self, Field};

/// Names that the user knows fields by.
const NAMES: [(&str, Field); 9] = [
    ("text", Field::Body),
    ("sender", Field::Sender),
    ("recipient", Field::Recipient),
    ("time", Field::Time),
    ("sent", Field::Sent),
    ("direction", Field::Direction),
    ("name", Field::Name),
    ("sim", Field::Sim),
    ("device", Field::Device),
];

/// Which column holds what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Vec<(Field, Place)>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Heading(String),
    Number(usize),
}

/// A statement that says no column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write it as text=HEADING or sender=#2; known are text, sender, recipient, time, sent, direction, name, sim, device"
)]
pub struct UnknownColumn;

impl Columns {
    /// Reads `text=备注` and `sender=#2`: the field, and its heading or the number of its column from 1. Where a number is
    /// given, the table has no headings.
    ///
    /// # Errors
    /// [`UnknownColumn`] where a field or number is none.
    pub fn read<'a>(stated: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownColumn> {
        let one = |stated: &str| {
            let (name, place) = stated.split_once('=')?;
            let (_, field) = NAMES.into_iter().find(|(known, _)| *known == name.trim())?;
            let place = match place.trim().strip_prefix('#') {
                Some(number) => Place::Number(number.parse::<usize>().ok()?.checked_sub(1)?),
                None => Place::Heading(Some(place.trim().to_lowercase()).filter(|heading| !heading.is_empty())?),
            };
            Some((field, place))
        };
        stated.into_iter().map(|stated| one(stated).ok_or(UnknownColumn)).collect::<Result<_, _>>().map(Self)
    }

    /// Returns whether nothing was stated.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether the first row is no heading.
    pub(crate) fn has_no_heading(&self) -> bool {
        self.0.iter().any(|(_, place)| matches!(place, Place::Number(_)))
    }

    /// What is taken for something else is a table, if the user says what its columns hold.
    pub(crate) fn overrides(&self, format: Format) -> Format {
        match format {
            Format::Text | Format::Form | Format::Pdu if !self.is_empty() => Format::Table,
            format => format,
        }
    }

    /// Returns what a column holds and how good that name of it is; what the user says is best.
    pub(crate) fn of(&self, at: usize, heading: &str) -> Option<(Field, usize)> {
        let heading = heading.trim().trim_start_matches('\u{feff}').trim_matches('"').trim();
        let stated = self.0.iter().find(|(_, place)| match place {
            Place::Heading(name) => *name == heading.to_lowercase(),
            Place::Number(number) => *number == at,
        });
        match stated {
            Some((field, _)) => Some((*field, 0)),
            None if self.has_no_heading() => None,
            // A field that the user has placed elsewhere is not here.
            None => field::known(heading)
                .filter(|(field, _)| self.0.iter().all(|(stated, _)| stated != field))
                .map(|(field, rank)| (field, rank + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, UnknownColumn};
    use crate::field::Field;

    #[test]
    fn what_the_user_says_goes_before_what_a_heading_says() {
        let columns = Columns::read(["text=备注", "sender=来源号"]).expect("known");
        assert_eq!(columns.of(3, "备注"), Some((Field::Body, 0)));
        assert_eq!(columns.of(0, "短信内容"), None, "the text is elsewhere");
        assert!(columns.of(1, "时间").is_some_and(|(field, _)| field == Field::Time));
        let placed = Columns::read(["text=#2"]).expect("known");
        assert_eq!((placed.of(1, "您好"), placed.of(0, "时间")), (Some((Field::Body, 0)), None));
        for wrong in ["text", "texts=a", "text=#0", "text=#x", "text="] {
            assert_eq!(Columns::read([wrong]), Err(UnknownColumn), "{wrong}");
        }
    }
}
