//! Prints what normalisation rewrote in each line of standard input: for finding false repairs in real text.

use std::io::BufRead;

use judge::Judge;
use judge::normalise::{Mark, Text};

fn main() {
    let judge = Judge::new(knowledge::Knowledge::built_in());
    let mut text = Text::default();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        judge.index().tables.normalise(&line, &mut text);
        let mut at = 0;
        while at < text.len() {
            if text.place[at].mark & Mark::REWRITTEN == 0 {
                at += 1;
                continue;
            }
            let end = (at..text.len()).find(|&i| text.place[i].mark & Mark::REWRITTEN == 0).unwrap_or(text.len());
            let (from, to) = (at.saturating_sub(2), (end + 2).min(text.len()));
            let written = text.span(at..end);
            let before = line.get(written[0] as usize..written[1] as usize).unwrap_or_default();
            let after = String::from_utf16_lossy(&text.codes[at..end]);
            let context = String::from_utf16_lossy(&text.codes[from..to]);
            #[expect(clippy::print_stdout, reason = "the purpose of the program")]
            {
                println!("{before}→{after}\t{context}");
            }
            at = end;
        }
    }
}
