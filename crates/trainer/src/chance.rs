//! Numbers that look random and are the same every time.

/// A xorshift generator.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// Starts from a seed other than 0.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number below `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most.max(1)
    }
}
