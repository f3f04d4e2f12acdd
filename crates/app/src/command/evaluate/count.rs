//! A share with its interval.

use std::fmt;

use serde::Serialize;

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many are so.
    pub hits: u32,
    /// Of how many.
    pub all: u32,
}

impl Count {
    /// Counts one more.
    pub fn add(&mut self, hit: bool) {
        self.hits += u32::from(hit);
        self.all += 1;
    }

    /// Returns the share; of nothing it is 0.
    pub fn share(self) -> f64 {
        f64::from(self.hits) / f64::from(self.all.max(1))
    }

    /// Returns Wilson's 95 % interval for the share.
    pub fn interval(self) -> [f64; 2] {
        if self.all == 0 {
            return [0.0, 1.0];
        }
        let (n, z) = (f64::from(self.all), 1.96f64);
        let p = self.share();
        let d = 1.0 + z * z / n;
        let middle = (p + z * z / (2.0 * n)) / d;
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / d;
        [(middle - half).max(0.0), (middle + half).min(1.0)]
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, high] = self.interval().map(|end| 100.0 * end);
        write!(f, "{:5.1} % [{low:.1}, {high:.1}] ({}/{})", 100.0 * self.share(), self.hits, self.all)
    }
}

impl Serialize for Count {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written {
            hits: u32,
            of: u32,
            share: f64,
            interval: [f64; 2],
        }
        Written { hits: self.hits, of: self.all, share: self.share(), interval: self.interval() }.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_share_and_is_wide_where_little_is_known() {
        let few = Count { hits: 9, all: 10 };
        let many = Count { hits: 900, all: 1000 };
        let [low, high] = few.interval();
        assert!(low < 0.9 && 0.9 < high);
        assert!((low - 0.596).abs() < 0.001 && (high - 0.982).abs() < 0.001);
        assert!(many.interval()[0] > low && many.interval()[1] < high);
        let [low, high] = Count::default().interval();
        assert!(low.abs() < 1e-9 && (high - 1.0).abs() < 1e-9);
    }
}
