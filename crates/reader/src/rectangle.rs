//! Rectangles in a picture, in pixels from its upper left corner as it is seen.

use serde::{Deserialize, Serialize};

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectangle {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Rectangle {
    /// Returns the rectangle between two corners, the second of which is outside.
    pub fn between(left: u32, top: u32, right: u32, bottom: u32) -> Self {
        Self { x: left, y: top, width: right.saturating_sub(left), height: bottom.saturating_sub(top) }
    }

    /// Returns the first column to the right of it.
    pub fn right(&self) -> u32 {
        self.x.saturating_add(self.width)
    }

    /// Returns the first row below it.
    pub fn bottom(&self) -> u32 {
        self.y.saturating_add(self.height)
    }

    /// Returns the column of its middle.
    pub fn middle_x(&self) -> u32 {
        self.x.saturating_add(self.width / 2)
    }

    /// Returns the row of its middle.
    pub fn middle_y(&self) -> u32 {
        self.y.saturating_add(self.height / 2)
    }

    /// Returns the smallest rectangle that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::between(
            self.x.min(other.x),
            self.y.min(other.y),
            self.right().max(other.right()),
            self.bottom().max(other.bottom()),
        )
    }

    /// Returns the smallest rectangle that holds all; nothing for none.
    pub fn hull(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().reduce(|hull, next| hull.union(&next))
    }

    /// Returns the rows that both have.
    pub fn rows_shared(&self, other: &Self) -> u32 {
        self.bottom().min(other.bottom()).saturating_sub(self.y.max(other.y))
    }

    /// Returns whether the two stand in one row of text.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.rows_shared(other).saturating_mul(2) > self.height.min(other.height)
    }

    /// Returns its area.
    pub fn area(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}
