//! How often somebody may knock: buckets that fill with time, one for each address, bounded in number.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Addresses remembered at a time.
const MOST_ADDRESSES: usize = 4096;

/// Buckets of one size.
#[derive(Debug)]
pub struct Limit {
    /// How much a bucket holds.
    burst: f64,
    /// How much comes in each second.
    each_second: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Limit {
    /// Returns buckets that are full.
    pub fn new(burst: f64, each_second: f64) -> Self {
        Self { burst, each_second, buckets: Mutex::default() }
    }

    /// Takes one from the bucket of an address; returns whether there was one.
    pub fn take(&self, address: IpAddr, now: Instant) -> bool {
        self.with(address, now, |bucket| {
            let has = bucket.left >= 1.0;
            bucket.left -= if has { 1.0 } else { 0.0 };
            has
        })
    }

    fn with<T>(&self, address: IpAddr, now: Instant, act: impl FnOnce(&mut Bucket) -> T) -> T {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_ADDRESSES && !buckets.contains_key(&address) {
            buckets.retain(|_, bucket| {
                bucket.left + now.duration_since(bucket.at).as_secs_f64() * self.each_second < self.burst
            });
            if buckets.len() >= MOST_ADDRESSES {
                // A flood from everywhere: forgetting is better than growing.
                buckets.clear();
            }
        }
        let bucket = buckets.entry(address).or_insert(Bucket { left: self.burst, at: now });
        let gained = now.duration_since(bucket.at).as_secs_f64() * self.each_second;
        *bucket = Bucket { left: (bucket.left + gained).min(self.burst), at: now };
        act(bucket)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a bucket measures from some instant; which one does not matter")]
    fn an_empty_bucket_fills_with_time_and_others_stay_full() {
        let (limit, now) = (Limit::new(2.0, 1.0), Instant::now());
        let (one, other) = (IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv4Addr::BROADCAST));
        assert!(limit.take(one, now) && limit.take(one, now) && !limit.take(one, now));
        assert!(limit.take(other, now));
        assert!(limit.take(one, now + Duration::from_secs(1)));
    }
}
