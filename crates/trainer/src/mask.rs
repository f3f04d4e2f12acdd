//! Copies of messages whose corpus masks numbers, names and links, with made-up ones in place of the masks: nobody's
//! phone shows the masks. The same message gives the same copy.

use crate::chance::Chance;
use crate::sample::Sample;

/// The corpus that masks so.
const SOURCE: &str = "fbs_sms";

const DIGITS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高",
    "罗",
];
const GIVEN: [&str; 20] = [
    "伟", "芳", "娜", "敏", "静", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞", "平", "刚",
    "华",
];
const PLACES: [&str; 16] = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "成都",
    "武汉",
    "南京",
    "西安",
    "重庆",
    "长沙",
    "郑州",
    "人民路",
    "中山路",
    "万达广场",
    "火车站",
];
const BANKS: [&str; 7] = ["工商银行", "建设银行", "农业银行", "中国银行", "招商银行", "交通银行", "邮储银行"];
const SCHEMES: [&str; 4] = ["http://", "http://www.", "www.", ""];
const ENDINGS: [&str; 5] = [".com", ".cn", ".cc", ".net", ".top"];

/// Writes something in place of a mask.
type Write = fn(&mut Chance, &mut String);

/// Each mask, and what writes in its place.
const MASKS: [(&str, Write); 10] = [
    ("CELLPHONE", |chance, out| {
        out.push_str(["13", "15", "17", "18"][pick(chance, 4)]);
        some(chance, DIGITS, 9, out);
    }),
    ("PHONE", |chance, out| {
        out.push_str(["010-", "0755-", "020-", "021-"][pick(chance, 4)]);
        some(chance, DIGITS, 8, out);
    }),
    ("HOTLINE", |chance, out| {
        out.push_str(["955", "400", "100"][pick(chance, 3)]);
        some(chance, DIGITS, 2, out);
    }),
    ("DIGIT", |chance, out| {
        let length = [1, 2, 2, 3, 4, 5][pick(chance, 6)];
        some(chance, DIGITS, length, out);
    }),
    ("NAME", |chance, out| {
        out.push_str(SURNAMES[pick(chance, SURNAMES.len())]);
        (0..=pick(chance, 2)).for_each(|_| out.push_str(GIVEN[pick(chance, GIVEN.len())]));
    }),
    ("PLACE", |chance, out| out.push_str(PLACES[pick(chance, PLACES.len())])),
    ("URL", |chance, out| {
        out.push_str(SCHEMES[pick(chance, SCHEMES.len())]);
        let length = 3 + pick(chance, 6);
        some(chance, LETTERS, length, out);
        out.push_str(ENDINGS[pick(chance, ENDINGS.len())]);
        if pick(chance, 2) == 0 {
            out.push('/');
            some(chance, LETTERS, 5, out);
        }
    }),
    ("WECHAT", |chance, out| {
        some(chance, LETTERS, 5, out);
        some(chance, DIGITS, 4, out);
    }),
    ("QQ", |chance, out| {
        let length = 8 + pick(chance, 3);
        some(chance, DIGITS, length, out);
    }),
    ("BANK", |chance, out| out.push_str(BANKS[pick(chance, BANKS.len())])),
];

/// Returns copies of the masked samples.
pub fn copies(samples: &[Sample]) -> Vec<Sample> {
    let masked = samples.iter().enumerate().filter(|(_, sample)| sample.source == SOURCE);
    masked.map(|(at, sample)| Sample { body: filled(&sample.body, at as u64), ..sample.clone() }).collect()
}

fn filled(body: &str, seed: u64) -> String {
    let mut chance = Chance::new((seed + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93));
    let mut out = String::with_capacity(2 * body.len());
    let mut rest = body.chars();
    loop {
        let found = MASKS.iter().find_map(|(mask, write)| Some((rest.as_str().strip_prefix(mask)?, write)));
        if let Some((behind, write)) = found {
            write(&mut chance, &mut out);
            rest = behind.chars();
        } else if let Some(character) = rest.next() {
            out.push(character);
        } else {
            return out;
        }
    }
}

fn pick(chance: &mut Chance, most: usize) -> usize {
    chance.below(most as u64) as usize
}

fn some(chance: &mut Chance, of: &[u8], count: usize, out: &mut String) {
    (0..count).for_each(|_| out.push(char::from(of[pick(chance, of.len())])));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mask_gives_way_and_the_rest_stays() {
        let body = "尊敬的 NAME 请致电 CELLPHONEPHONE 或 QQ 登录 URLabc 领 DIGIT 元 WECHAT HOTLINE PLACE BANK";
        let copy = filled(body, 7);
        assert!(MASKS.iter().all(|(mask, _)| !copy.contains(mask)), "{copy}");
        assert!(copy.starts_with("尊敬的 ") && copy.contains(" 请致电 ") && copy.contains(" 元 "), "{copy}");
        assert_eq!(copy, filled(body, 7));
    }
}
