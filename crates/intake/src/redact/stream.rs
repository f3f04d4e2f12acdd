//! Masks for texts, fed character by character so that no length and no line break puts one out of step.

/// What is held back until its end is seen; longer values are masked in pieces.
pub const LONGEST_PIECE: usize = 1 << 20;

/// Takes a text in pieces and gives it back masked.
pub trait Mask {
    /// Takes a piece.
    fn take(&mut self, c: char, out: &mut String);
    /// Takes the end.
    fn end(&mut self, out: &mut String);
}

/// A line at a time, by a function that is told whether the line begins here.
pub struct Lines<F> {
    line: String,
    is_begun: bool,
    mask: F,
}

impl<F: FnMut(&str, bool) -> String> Lines<F> {
    /// Masks each line by a function; of a very long one the pieces.
    pub fn new(mask: F) -> Self {
        Self { line: String::new(), is_begun: false, mask }
    }
}

impl<F: FnMut(&str, bool) -> String> Mask for Lines<F> {
    fn take(&mut self, c: char, out: &mut String) {
        self.line.push(c);
        if c == '\n' || self.line.len() > LONGEST_PIECE {
            self.end(out);
            self.is_begun = c != '\n';
        }
    }

    fn end(&mut self, out: &mut String) {
        out.push_str(&(self.mask)(&std::mem::take(&mut self.line), !self.is_begun));
    }
}
