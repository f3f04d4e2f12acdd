//! A fingerprint of wording: two texts from one template have near ones, whatever names, sums and links are filled in.

/// Minima kept for a text.
const MINIMA: usize = 32;
/// Minima that must agree for a first suspicion.
const ROWS: usize = 4;

/// Minima of hashes over pairs of characters (`MinHash`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u16; MINIMA]);

fn mixed(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

impl Fingerprint {
    /// Returns the fingerprint of a body; nothing where too little remains without digits, letters and signs.
    pub fn of(body: &str) -> Option<Self> {
        let plain: Vec<char> = body.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).collect();
        if plain.len() < 8 {
            return None;
        }
        let mut minima = [u64::MAX; MINIMA];
        for pair in plain.windows(2) {
            let hash = mixed(u64::from(u32::from(pair[0])) << 32 | u64::from(u32::from(pair[1])));
            for (at, least) in minima.iter_mut().enumerate() {
                *least = (*least).min(mixed(hash ^ (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)));
            }
        }
        Some(Self(minima.map(|least| (least >> 24) as u16)))
    }

    /// Returns the values under which near ones are looked for, by band.
    pub fn bands(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.0.chunks_exact(ROWS).zip(0..).map(|(rows, band)| {
            let value = rows.iter().fold(0_u64, |value, row| value << 16 | u64::from(*row));
            (band, i64::from_ne_bytes(value.to_ne_bytes()))
        })
    }

    /// Returns whether two texts are of one template: at least three of five pairs of characters in common.
    pub fn is_near(&self, other: &Self) -> bool {
        let same = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        same * 10 >= MINIMA * 6
    }

    /// Returns the bytes to keep.
    pub fn to_bytes(self) -> Vec<u8> {
        self.0.iter().flat_map(|least| least.to_le_bytes()).collect()
    }

    /// Returns a fingerprint that was kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let minima: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        minima.try_into().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    #[test]
    fn one_template_has_near_fingerprints_and_another_text_has_not() {
        let one = Fingerprint::of("张三您好，您在我司的借款已逾期3天，今日内不处理将上门并联系您的家人，点击a.example")
            .expect("it is long");
        let two =
            Fingerprint::of("李小四您好，您在我司的借款已逾期12天，今日内不处理将上门并联系您的家人，点击b.example")
                .expect("it is long");
        let other = Fingerprint::of("您的快递已到达小区门口的驿站，请凭取件码领取，谢谢配合").expect("it is long");
        assert!(one.is_near(&two));
        assert!(!one.is_near(&other));
        assert_eq!(Fingerprint::from_bytes(&one.to_bytes()), Some(one));
        assert_eq!(Fingerprint::of("验证码 123456"), None);
    }
}
