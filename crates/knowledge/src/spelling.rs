//! How a character may be written otherwise: by others of the same sound, or in its parts. Read from the character
//! tables; disguises nothing by itself.

use std::collections::HashMap;

use crate::Library;

/// The tables of sounds and of parts.
#[derive(Debug)]
pub struct Spellings {
    sounds: HashMap<char, String>,
    by_sound: HashMap<String, Vec<char>>,
    parts: HashMap<char, String>,
}

impl Spellings {
    /// Lays out the tables; only characters that occur at least `least` times in `texts` stand for others.
    pub fn new<'a>(library: &Library, texts: impl Iterator<Item = &'a str>, least: usize) -> Self {
        let rows = |name: &str| {
            let table = library.character.get(name).map_or("", String::as_str);
            table.lines().filter(|row| !row.starts_with('#')).filter_map(|row| row.split_once('\t'))
        };
        let mut seen: HashMap<char, usize> = HashMap::new();
        texts.flat_map(str::chars).for_each(|character| *seen.entry(character).or_default() += 1);
        let (mut sounds, mut by_sound) = (HashMap::new(), HashMap::<String, Vec<char>>::new());
        for (character, readings) in rows("pinyin") {
            let (Some(character), Some(sound)) = (character.chars().next(), readings.split(',').next()) else {
                continue;
            };
            sounds.insert(character, sound.to_owned());
            if seen.get(&character).is_some_and(|&count| count >= least) {
                by_sound.entry(sound.to_owned()).or_default().push(character);
            }
        }
        let parts =
            rows("split").filter_map(|(parts, whole)| Some((whole.chars().next()?, parts.to_owned()))).collect();
        Self { sounds, by_sound, parts }
    }

    /// Returns the characters with the usual sound of this one, in the order of the table; it may be among them.
    pub fn same_sound(&self, character: char) -> &[char] {
        let same = self.sounds.get(&character).and_then(|sound| self.by_sound.get(sound));
        same.map_or(&[], Vec::as_slice)
    }

    /// Returns the parts a character is written in, where the table has it.
    pub fn parts(&self, character: char) -> Option<&str> {
        self.parts.get(&character).map(String::as_str)
    }
}
