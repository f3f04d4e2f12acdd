//! A drafted letter as a file: text, PDF, Word, HTML. The paper carries nothing of the program but its own words.

use std::path::Path;

use print::{Block, Document};
use remedy::Draft;
use remedy::paper::{Paper, Part};

use crate::failure::Failure;

/// Columns are at least and at most so wide, in characters of their longest cell.
const NARROWEST: usize = 6;
const WIDEST: usize = 24;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    Text,
    /// PDF.
    Pdf,
    /// Word.
    Docx,
    /// One page of HTML.
    Html,
}

impl Format {
    /// Returns the form that a file name asks for.
    pub fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("txt") => Ok(Self::Text),
            Some("pdf") => Ok(Self::Pdf),
            Some("docx") => Ok(Self::Docx),
            Some("html") => Ok(Self::Html),
            _ => Err(Failure::input(
                format!("{} 的结尾应为 .txt、.pdf、.docx 或 .html。", path.display()),
                format!("{} should end in .txt, .pdf, .docx or .html", path.display()),
            )),
        }
    }
}

/// Returns a draft in a form.
pub fn bytes(draft: &Draft, format: Format) -> Result<Vec<u8>, Failure> {
    let document = document(draft);
    match format {
        Format::Text => Ok(draft.text.clone().into_bytes()),
        Format::Pdf => Ok(print::to_pdf(&document).map_err(anyhow::Error::new)?),
        Format::Docx => Ok(print::to_docx(&document).map_err(anyhow::Error::new)?),
        Format::Html => Ok(print::to_html(&document).into_bytes()),
    }
}

/// Returns the characters of a draft that the font of the PDF lacks; they stand there as codes, and have to be written in
/// by hand or taken from the Word file.
pub fn unprintable(draft: &Draft) -> Vec<char> {
    print::missing_characters(&draft.text)
}

/// Returns a draft as a document to print.
pub fn document(draft: &Draft) -> Document {
    let Paper { title, parts } = &draft.paper;
    let title = if title.is_empty() { draft.title.zh.clone() } else { title.clone() };
    let mut blocks = Vec::with_capacity(parts.len());
    let mut is_opening = true;
    let mut follows_hereby = false;
    for part in parts {
        blocks.push(block(part, is_opening, follows_hereby));
        let text = if let Part::Paragraph(text) = part { text.as_str() } else { "" };
        follows_hereby = text == "此致";
        is_opening = false;
    }
    Document { footer: title.clone(), title, blocks }
}

/// The salutation that opens a letter and the addressee after 此致 begin at the left, other paragraphs two characters in.
fn block(part: &Part, is_opening: bool, follows_hereby: bool) -> Block {
    match part {
        Part::Heading(text) => Block::Heading(text.clone()),
        Part::Paragraph(text) if (is_opening && text.ends_with('：')) || follows_hereby => Block::Text(text.clone()),
        Part::Paragraph(text) => Block::Paragraph(text.clone()),
        Part::List(items) => Block::List(items.clone()),
        Part::Right(text) => Block::Right(text.clone()),
        Part::Table { head, rows } => {
            Block::Table { head: head.clone(), widths: widths(head, rows), rows: rows.clone() }
        }
    }
}

fn widths(head: &[String], rows: &[Vec<String>]) -> Vec<u16> {
    let length = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() / 2 + 1;
    let column = |at: usize, name: &String| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| length(cell));
        let longest = cells.max().unwrap_or(0).max(length(name));
        u16::try_from(longest.clamp(NARROWEST, WIDEST)).unwrap_or(u16::MAX)
    };
    head.iter().enumerate().map(|(at, name)| column(at, name)).collect()
}
