//! The pairs that no library gives, from our own reading of SMS, and the blocks of characters that rules apply to.

use crate::fold::Class;

/// Characters of GB 2312 that look traditional and are ordinary in simplified text too.
pub const KEPT_HAN: &str = "乾薹";

/// Each line: a class, then groups of look-alikes; in a group the first character is what the others become.
const GROUPS: &[(Class, &[&str])] = &[
    // Punctuation and signs.
    (
        Class::Compat,
        &[
            "' ‘ ’ ‚ ‛ ′ ‵ ʹ ʻ ʼ ʽ ＇",
            "\" ″ ‶ ＂",
            "- ‐ ‑ ‒ – — ― − ﹣ － ⁃",
            "· • ∙ ‧ ・ ･ ⋅ ● ⸱",
            ": ∶ ꞉ ː ︓",
            "/ ⁄ ∕ ⧸ ／",
            "~ 〜 ∼ ～",
            "[ 〔 ［ ﹝ ⟦",
            "] 〕 ］ ﹞ ⟧",
            "【 〖 ︗",
            "】 〗 ︘",
            "| ｜ ∣ │ ︱",
            "¥ ￥",
            "+ ＋ ﹢",
            "* ＊ ∗ ﹡",
            ". ． ․ ﹒",
        ],
    ),
    (Class::Width, &["。 ｡"]),
    // Radicals whose simplified ideograph no standard names.
    (
        Class::Compat,
        &[
            "氵 ⺡",
            "亻 ⺅",
            "扌 ⺘",
            "钅 ⻐",
            "饣 ⻠",
            "辶 ⻌ ⻍ ⻎",
            "阝 ⻖ ⻏",
            "讠 ⻈",
            "纟 ⺰",
            "忄 ⺖",
            "艹 ⺾ ⺿ ⻀",
            "刂 ⺉",
            "犭 ⺨",
            "礻 ⺭",
            "衤 ⻂",
            "灬 ⺣",
            "罒 ⺫",
            "贝 ⻉",
        ],
    ),
    // Letters whose look-alike the Unicode table does not name or names only as a capital.
    (
        Class::Confusable,
        &[
            "a α ʌ ᴀ ɐ",
            "b в β ʙ ъ ь ß ƀ",
            "c ᴄ ϲ",
            "d ԁ ᴅ đ ð",
            "e ε є ᴇ ɛ ə ǝ",
            "f ƒ",
            "g ɢ ɡ",
            "h н ʜ һ ħ",
            "i ι ɪ ı ї ꓲ",
            "j ᴊ",
            "k к κ ᴋ",
            "l ʟ ł",
            "m м ᴍ",
            "n и п ɴ η ŋ",
            "o ᴏ σ ө ø",
            "p ρ ᴘ",
            "q ԛ ϙ",
            "r г я ʀ",
            "s ѕ ꜱ",
            "t т τ ᴛ ŧ",
            "u υ ᴜ μ ц џ",
            "v ν ᴠ ѵ",
            "w ω ш щ ᴡ ѡ ԝ",
            "x х χ ж",
            "y у ʏ γ",
            "z ᴢ ʐ ƶ",
            "3 з э ʒ",
        ],
    ),
];

/// Enclosed numbers and letters that have no compatibility form: first of the run, last of the run, text of the first.
const RUNS: &[(char, char, &str)] = &[
    ('❶', '❿', "1"),
    ('➀', '➉', "1"),
    ('➊', '➓', "1"),
    ('⓵', '⓾', "1"),
    ('⓫', '⓴', "11"),
    ('⓿', '⓿', "0"),
    ('🔟', '🔟', "10"),
    ('\u{1f10b}', '\u{1f10c}', "0"),
    ('🅐', '🅩', "a"),
    ('🅰', '🆉', "a"),
    ('🇦', '🇿', "a"),
];

pub fn replacement(c: char) -> Option<(String, Class)> {
    if matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') {
        return Some((" ".to_owned(), Class::Compat));
    }
    for (first, last, text) in RUNS {
        if (*first..=*last).contains(&c) {
            let place = u32::from(c) - u32::from(*first);
            let to = match text.parse::<u32>() {
                // The second sign of a zero in a circle is a zero too.
                Ok(0) => "0".to_owned(),
                Ok(number) => (number + place).to_string(),
                Err(_) => char::from_u32(u32::from('a') + place)?.to_string(),
            };
            return Some((to, Class::Compat));
        }
    }
    // Circled tens on black squares: 10, 20 … 80.
    if let place @ 0x3248..=0x324f = u32::from(c) {
        return Some((((place - 0x3247) * 10).to_string(), Class::Compat));
    }
    for (class, groups) in GROUPS {
        for group in *groups {
            let mut members = group.split(' ');
            let to = members.next()?;
            if members.any(|member| member.chars().eq([c])) {
                let wide = matches!(c, '\u{ff00}'..='\u{ffef}');
                return Some((to.to_owned(), if wide { Class::Width } else { *class }));
            }
        }
    }
    // What is left of the radicals supplement that the Unicode table names.
    if matches!(c, '\u{2e80}'..='\u{2eff}') {
        let to: String = unicode_security::skeleton(&c.to_string()).collect();
        return to.chars().all(is_han).then_some((to, Class::Compat));
    }
    None
}

pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Scripts whose letters are borrowed for their looks. Arabic (Uyghur), Mongolian, Tibetan and the like are not
/// among them: whole messages are honestly written in those.
pub fn is_european(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{58f}'                            // Latin, IPA, Greek, Cyrillic, Armenian
        | '\u{10a0}'..='\u{10ff}'                       // Georgian
        | '\u{13a0}'..='\u{167f}'                       // Cherokee, Canadian syllabics
        | '\u{1c80}'..='\u{1c8f}' | '\u{1d00}'..='\u{1fff}'
        | '\u{2100}'..='\u{218f}' | '\u{2c00}'..='\u{2dff}'
        | '\u{a4d0}'..='\u{a4ff}'                       // Lisu, made of Latin capitals
        | '\u{a640}'..='\u{a69f}' | '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{abbf}'
        | '\u{10280}'..='\u{1034f}' | '\u{10400}'..='\u{1044f}' | '\u{104b0}'..='\u{104ff}')
}
