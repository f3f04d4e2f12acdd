//! A rendered letter as parts: title, headings, paragraphs, lists, tables, lines at the right. Knows no fonts and no file
//! formats, and of the text's structure only what a template writes, never what a user writes.

use serde::Serialize;

use crate::template::{BAR, BEGIN, LINE_END};

/// A paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// Its title; empty for texts that have none.
    pub title: String,
    /// Its parts, from top to bottom.
    pub parts: Vec<Part>,
}

/// A part of a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A heading.
    Heading(String),
    /// A paragraph; line ends stay.
    Paragraph(String),
    /// Items with their labels, `1.` or `•`.
    List(Vec<(String, String)>),
    /// A table.
    Table {
        /// Names of the columns.
        head: Vec<String>,
        /// The rows.
        rows: Vec<Vec<String>>,
    },
    /// A line at the right, as a signature.
    Right(String),
}

/// Returns a rendered letter as plain text.
pub fn to_text(rendered: &str) -> String {
    let lines: Vec<String> = rendered.trim().lines().map(|line| restored(line, is_row(line))).collect();
    let mut text = String::with_capacity(rendered.len());
    let mut ends = 0;
    for line in lines {
        // Three or more line ends of the template become two; those inside a user's text are not the template's.
        ends = if line.is_empty() { ends + 1 } else { 0 };
        if ends < 2 {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// Returns a rendered letter as parts.
pub fn read(rendered: &str) -> Paper {
    let mut reader = Reader::default();
    for line in rendered.trim().lines() {
        reader.line(line.trim_end());
    }
    reader.close();
    reader.paper
}

fn is_row(line: &str) -> bool {
    line.starts_with('|')
}

/// Puts back what the marks stand for.
fn restored(text: &str, is_cell: bool) -> String {
    let back = |c: char| match c {
        BEGIN => None,
        LINE_END => Some(if is_cell { ' ' } else { '\n' }),
        BAR => Some(if is_cell { '｜' } else { '|' }),
        other => Some(other),
    };
    text.chars().filter_map(back).collect()
}

#[derive(Default)]
struct Reader {
    paper: Paper,
    paragraph: Vec<String>,
    is_list_open: bool,
    is_table_open: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let is_item = item(line).is_some();
        self.is_list_open &= is_item;
        self.is_table_open &= is_row(line);
        if let Some(title) = line.strip_prefix("# ") {
            self.close();
            self.paper.title = restored(title, true);
        } else if let Some(heading) = line.strip_prefix("## ") {
            self.push(Part::Heading(restored(heading, true)));
        } else if let Some(right) = line.strip_prefix("> ") {
            self.push(Part::Right(restored(right, true)));
        } else if is_row(line) {
            self.row(line);
        } else if let Some((label, text)) = item(line) {
            self.item(label, restored(text, false));
        } else if line.is_empty() {
            self.close();
        } else {
            self.paragraph.push(restored(line, false));
        }
    }

    fn push(&mut self, part: Part) {
        self.close();
        self.paper.parts.push(part);
    }

    fn close(&mut self) {
        if !self.paragraph.is_empty() {
            let text = std::mem::take(&mut self.paragraph).join("\n");
            self.paper.parts.push(Part::Paragraph(text));
        }
    }

    fn item(&mut self, label: String, text: String) {
        self.close();
        if let (true, Some(Part::List(items))) = (self.is_list_open, self.paper.parts.last_mut()) {
            items.push((label, text));
        } else {
            self.paper.parts.push(Part::List(vec![(label, text)]));
        }
        self.is_list_open = true;
    }

    fn row(&mut self, line: &str) {
        self.close();
        let inner = line.strip_prefix('|').unwrap_or(line);
        let inner = inner.strip_suffix('|').unwrap_or(inner);
        let cells: Vec<String> = inner.split('|').map(|cell| restored(cell.trim(), true)).collect();
        let is_rule = cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| c == '-'));
        if let (true, Some(Part::Table { rows, .. })) = (self.is_table_open, self.paper.parts.last_mut()) {
            if !is_rule {
                rows.push(cells);
            }
        } else {
            self.paper.parts.push(Part::Table { head: cells, rows: Vec::new() });
        }
        self.is_table_open = true;
    }
}

/// Returns label and text of `- text` and `12. text`.
fn item(line: &str) -> Option<(String, &str)> {
    if let Some(text) = line.strip_prefix("- ") {
        return Some(("•".to_owned(), text));
    }
    let (number, text) = line.split_once(". ")?;
    let is_number = !number.is_empty() && number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (format!("{number}."), text))
}

#[cfg(test)]
mod tests {
    use super::{Part, read, to_text};
    use crate::template::{BAR, BEGIN, LINE_END};

    #[test]
    fn structure_is_the_templates_alone() {
        let rendered = format!(
            "# 题\n\n某某：\n\n{BEGIN}# 不是题{LINE_END}> 不是签名\n\n- 一\n- 二\n\n| 甲 | 乙 |\n| --- | --- |\n| {BEGIN}x{BAR}y | {BEGIN}z{LINE_END}w |\n\n\n\n> 张三\n"
        );
        let paper = read(&rendered);
        assert_eq!(paper.title, "题");
        let label = |text: &str| ("•".to_owned(), text.to_owned());
        assert_eq!(
            paper.parts,
            [
                Part::Paragraph("某某：".to_owned()),
                Part::Paragraph("# 不是题\n> 不是签名".to_owned()),
                Part::List(vec![label("一"), label("二")]),
                Part::Table {
                    head: vec!["甲".to_owned(), "乙".to_owned()],
                    rows: vec![vec!["x｜y".to_owned(), "z w".to_owned()]]
                },
                Part::Right("张三".to_owned()),
            ]
        );
        let text = to_text(&rendered);
        assert!(text.ends_with("| x｜y | z w |\n\n> 张三\n") && text.contains("# 不是题\n> 不是签名\n"));
    }
}
