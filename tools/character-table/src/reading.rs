//! How a character is read: toneless pinyin, the usual reading first.

use pinyin::{ToPinyin, ToPinyinMulti};

/// Common characters that really have more than one reading today. The dictionary also lists old and dialect
/// readings (贷 as "te"), which would make everything sound like everything.
const COMMON: &str = include_str!("heteronym.tsv");

/// Characters outside the lists have every reading that the dictionary gives, at most three.
pub fn readings(c: char) -> Vec<String> {
    let listed = COMMON.lines().find_map(|line| line.strip_prefix(c)?.strip_prefix('\t'));
    if let Some(readings) = listed {
        return readings.split(',').map(str::to_owned).collect();
    }
    let Some(usual) = c.to_pinyin() else { return Vec::new() };
    let mut readings = vec![toneless(usual.plain())];
    if !is_common(c) {
        for reading in c.to_pinyin_multi().into_iter().flatten() {
            let reading = toneless(reading.plain());
            if !readings.contains(&reading) && readings.len() < 3 {
                readings.push(reading);
            }
        }
    }
    readings
}

fn toneless(reading: &str) -> String {
    reading.replace('ü', "v")
}

/// The first level of GB 2312, 3755 characters, was drawn up as the common ones.
fn is_common(c: char) -> bool {
    let text = c.to_string();
    let (bytes, _, unmappable) = encoding_rs::GBK.encode(&text);
    !unmappable && matches!(*bytes, [0xb0..=0xd7, 0xa1..=0xfe])
}
