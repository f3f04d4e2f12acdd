//! What layout starts from: lines with their places, and the areas they stand on. Made from a picture, or by a test.

use serde::{Deserialize, Serialize};

use crate::panel::Panel;
use crate::recognise::Glyph;
use crate::{Line, Rectangle};

/// A line as it was read, with the area that it stands on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// Where.
    pub rectangle: Rectangle,
    /// What.
    pub text: String,
    /// Number of its area.
    #[serde(default)]
    pub panel: Option<usize>,
    /// Each character with its confidence and place; as many as the text has, or none.
    #[serde(skip)]
    pub glyphs: Vec<Glyph>,
}

impl Read {
    /// Returns a line of what was recognised.
    pub fn new(rectangle: Rectangle, panel: Option<usize>, glyphs: Vec<Glyph>) -> Self {
        let text = glyphs.iter().map(|glyph| glyph.character).collect();
        Self { rectangle, text, panel, glyphs }
    }

    /// Returns the line without what only the reading itself needs.
    pub fn line(&self) -> Line {
        Line { rectangle: self.rectangle, text: self.text.clone(), confidence: self.confidence() }
    }

    /// Returns how sure the least certain character is.
    pub fn confidence(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.confidence).fold(1.0, f32::min)
    }

    /// Returns about how large its type is, in tenths of a pixel, from how wide its characters are.
    pub fn type_size(&self) -> u32 {
        let advance = |c: char| match c {
            ':' | '.' | ',' | ' ' | 'i' | 'l' | '/' | '\'' | '|' => 28,
            _ if c.is_ascii() => 56,
            _ => 100,
        };
        let advances: u32 = self.text.chars().map(advance).sum();
        // The box is drawn a little larger than its text.
        let width = self.rectangle.width.saturating_sub(self.rectangle.height / 4);
        width * 1000 / advances.max(1)
    }

    /// Returns its characters; places are spread evenly where they are not known.
    pub fn characters(&self) -> Vec<Glyph> {
        if !self.glyphs.is_empty() {
            return self.glyphs.clone();
        }
        let count = self.text.chars().count().max(1) as u32;
        let place = |at: u32| self.rectangle.x + (self.rectangle.width * (2 * at + 1)) / (2 * count);
        let spread = |(at, character)| Glyph { character, confidence: 1.0, x: place(at) };
        (0u32..).zip(self.text.chars()).map(spread).collect()
    }
}

/// A screen, or what of it stands in one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// Where the screen is in the picture.
    pub rectangle: Rectangle,
    /// Its lines, from top to bottom.
    pub lines: Vec<Read>,
    /// The areas of the picture.
    #[serde(default)]
    pub panels: Vec<Panel>,
}

impl Scene {
    /// Returns a length in thousandths of the screen's width.
    pub fn share(&self, length: u32) -> u32 {
        (u64::from(length) * 1000 / u64::from(self.rectangle.width.max(1))) as u32
    }

    /// Returns the area under a line.
    pub fn panel_of(&self, line: &Read) -> Option<(usize, &Panel)> {
        line.panel.and_then(|at| Some((at, self.panels.get(at)?)))
    }
}
