//! A document as PDF on A4: blocks one under the other, tables that go over pages, the footer and page n/N on each.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document as Pdf, SerializeSettings};

use crate::face::{Face, Printed};
use crate::{Block, Document, Picture, qr};

mod picture;

const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 56.0;
const TEXT: f32 = 10.5;
const SMALL: f32 = 8.0;
const LEADING: f32 = 1.55;
const CELL_PADDING: f32 = 4.0;
const QR_SIDE: f32 = 150.0;
/// Two blanks as wide as characters.
const INDENT: &str = "\u{3000}\u{3000}";

/// The document could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the document cannot be written: {0}")]
pub struct Unprintable(pub(crate) String);

/// Something at a place on a page.
enum Mark {
    Line { x: f32, y: f32, size: f32, ink: u8, text: Vec<Printed> },
    Box { x: f32, y: f32, width: f32, height: f32, ink: u8 },
    Picture(picture::Placed),
}

/// Returns the document as PDF; the same document gives the same bytes.
///
/// # Errors
/// [`Unprintable`] when the writer refuses.
pub fn to_pdf(document: &Document) -> Result<Vec<u8>, Unprintable> {
    let mut press = Press { face: Face::new(), pages: vec![Vec::new()], y: MARGIN };
    press.title(&document.title);
    for block in &document.blocks {
        press.block(block);
    }
    press.footers(&document.footer);
    write(&document.title, &press.pages)
}

/// What lays blocks out. `y` is where the next one begins, from the top.
struct Press {
    face: Face,
    pages: Vec<Vec<Mark>>,
    y: f32,
}

impl Press {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => {
                self.y += 8.0;
                self.room(50.0);
                self.text(text, 13.0, 0.0);
                self.y += 3.0;
            }
            Block::Text(text) => {
                self.text(text, TEXT, 0.0);
                self.y += 6.0;
            }
            Block::Paragraph(text) => {
                let indented: Vec<String> = text.split('\n').map(|line| format!("{INDENT}{line}")).collect();
                self.text(&indented.join("\n"), TEXT, 0.0);
                self.y += 6.0;
            }
            Block::List(items) => self.list(items),
            Block::Right(text) => self.right(text),
            Block::Quote { about, text } => self.quote(about, text),
            Block::Table { head, widths, rows } => self.table(head, widths, rows),
            Block::Aside { about, text } => self.aside(about, text),
            Block::Picture { about, picture } => self.picture(about, picture),
            Block::Qr(text) => self.qr(text),
        }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Begins a page when less than this is left; returns whether it did.
    fn room(&mut self, height: f32) -> bool {
        let is_full = self.y + height > HEIGHT - MARGIN - 12.0;
        if is_full && self.y > MARGIN {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
        is_full
    }

    fn text(&mut self, text: &str, size: f32, indent: f32) {
        for line in self.face.lines(text, size, WIDTH - 2.0 * MARGIN - indent) {
            self.room(size * LEADING);
            self.line(line, MARGIN + indent, size);
            self.y += size * LEADING;
        }
    }

    fn title(&mut self, text: &str) {
        const SIZE: f32 = 18.0;
        let room = WIDTH - 2.0 * MARGIN;
        for line in self.face.lines(text, SIZE, room) {
            let x = MARGIN + (room - width(&line, SIZE)).max(0.0) / 2.0;
            self.line(line, x, SIZE);
            self.y += SIZE * LEADING;
        }
        self.y += 10.0;
    }

    /// Labels at the left, texts beside them.
    fn list(&mut self, items: &[(String, String)]) {
        for (label, text) in items {
            let label = self.face.print(label);
            let indent = (width(&label, TEXT) + TEXT * 0.5).max(TEXT * 2.0);
            let mut label = Some(label);
            for line in self.face.lines(text, TEXT, WIDTH - 2.0 * MARGIN - indent) {
                self.room(TEXT * LEADING);
                if let Some(label) = label.take() {
                    self.line(label, MARGIN, TEXT);
                }
                self.line(line, MARGIN + indent, TEXT);
                self.y += TEXT * LEADING;
            }
            self.y += 3.0;
        }
        self.y += 3.0;
    }

    fn right(&mut self, text: &str) {
        let room = WIDTH - 2.0 * MARGIN;
        for line in self.face.lines(text, TEXT, room) {
            self.room(TEXT * LEADING);
            let x = MARGIN + (room - width(&line, TEXT)).max(0.0);
            self.line(line, x, TEXT);
            self.y += TEXT * LEADING;
        }
        self.y += 6.0;
    }

    fn line(&mut self, text: Vec<Printed>, x: f32, size: f32) {
        let y = self.y + size * 1.1;
        self.mark(Mark::Line { x, y, size, ink: 0, text });
    }

    fn quote(&mut self, about: &str, text: &str) {
        self.y += 6.0;
        self.room(80.0);
        self.head(about);
        for line in self.face.lines(text, TEXT, WIDTH - 2.0 * MARGIN - 14.0) {
            self.room(TEXT * LEADING);
            let (y, height) = (self.y, TEXT * LEADING);
            self.mark(Mark::Box { x: MARGIN, y, width: 2.5, height, ink: 140 });
            self.line(line, MARGIN + 12.0, TEXT);
            self.y += height;
        }
        self.y += 6.0;
    }

    /// The lines above something: the first as text, the others small and grey, under a thin rule.
    fn head(&mut self, about: &str) {
        if self.y > MARGIN + 12.0 {
            let (y, width) = (self.y - 2.0, WIDTH - 2.0 * MARGIN);
            self.mark(Mark::Box { x: MARGIN, y, width, height: 0.5, ink: 205 });
            self.y += 3.0;
        }
        let (first, rest) = about.split_once('\n').map_or((about, None), |(first, rest)| (first, Some(rest)));
        self.text(first, TEXT, 0.0);
        for line in rest.map(|rest| self.face.lines(rest, SMALL, WIDTH - 2.0 * MARGIN)).unwrap_or_default() {
            self.room(SMALL * LEADING);
            let y = self.y + SMALL * 1.1;
            self.mark(Mark::Line { x: MARGIN, y, size: SMALL, ink: 95, text: line });
            self.y += SMALL * LEADING;
        }
        self.y += 2.0;
    }

    /// How high [`Press::head`] is at most.
    fn head_height(&self, about: &str) -> f32 {
        let (first, rest) = about.split_once('\n').map_or((about, None), |(first, rest)| (first, Some(rest)));
        let lines =
            |text: &str, size: f32| self.face.lines(text, size, WIDTH - 2.0 * MARGIN).len() as f32 * size * LEADING;
        lines(first, TEXT) + rest.map_or(0.0, |rest| lines(rest, SMALL)) + 5.0
    }

    fn aside(&mut self, about: &str, text: &str) {
        const GROUND: u8 = 243;
        let size = SMALL + 1.0;
        let lines = [(about, SMALL, 95), (text, size, 40)];
        for (text, size, ink) in lines.into_iter().filter(|(text, ..)| !text.is_empty()) {
            for line in self.face.lines(text, size, WIDTH - 2.0 * MARGIN - 24.0) {
                let height = size * LEADING;
                self.room(height);
                let y = self.y;
                // A hair higher than the line, so that no white shows between two.
                let width = WIDTH - 2.0 * MARGIN - 12.0;
                self.mark(Mark::Box { x: MARGIN + 12.0, y, width, height: height + 0.1, ink: GROUND });
                self.mark(Mark::Line { x: MARGIN + 18.0, y: y + size * 1.15, size, ink, text: line });
                self.y += height;
            }
        }
        self.y += 3.0;
    }

    fn table(&mut self, head: &[String], widths: &[u16], rows: &[Vec<String>]) {
        let sum: f32 = widths.iter().map(|width| f32::from(*width)).sum::<f32>().max(1.0);
        let scale = (WIDTH - 2.0 * MARGIN) / sum;
        let widths: Vec<f32> = widths.iter().map(|width| f32::from(*width) * scale).collect();
        self.row(head, &widths, 232);
        for row in rows {
            if self.room(SMALL * LEADING + 2.0 * CELL_PADDING) {
                self.row(head, &widths, 232);
            }
            self.row(row, &widths, 255);
        }
        self.y += 10.0;
    }

    /// One row. A row that is higher than what is left goes on over the page; its cells stay side by side.
    fn row(&mut self, cells: &[String], widths: &[f32], ground: u8) {
        let size = SMALL + 0.5;
        let step = size * LEADING;
        let mut columns: Vec<std::vec::IntoIter<Vec<Printed>>> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| self.face.lines(cell, size, width - 2.0 * CELL_PADDING).into_iter())
            .collect();
        while columns.iter().any(|column| column.len() > 0) {
            self.room(step + 2.0 * CELL_PADDING);
            let left = ((HEIGHT - MARGIN - 12.0 - self.y - 2.0 * CELL_PADDING) / step).max(1.0) as usize;
            let lines = columns.iter().map(ExactSizeIterator::len).max().unwrap_or(0).min(left);
            let height = lines as f32 * step + 2.0 * CELL_PADDING;
            self.frame(widths, height, ground);
            let mut x = MARGIN;
            let top = self.y;
            for (column, width) in columns.iter_mut().zip(widths) {
                self.y = top + CELL_PADDING;
                for line in column.by_ref().take(lines) {
                    self.line(line, x + CELL_PADDING, size);
                    self.y += step;
                }
                x += width;
            }
            self.y = top + height;
        }
    }

    fn frame(&mut self, widths: &[f32], height: f32, ground: u8) {
        let (y, whole) = (self.y, widths.iter().sum::<f32>());
        self.mark(Mark::Box { x: MARGIN, y, width: whole, height, ink: ground });
        for edge in [y, y + height] {
            self.mark(Mark::Box { x: MARGIN, y: edge - 0.25, width: whole, height: 0.5, ink: 120 });
        }
        let mut x = MARGIN;
        for width in std::iter::once(&0.0).chain(widths) {
            x += width;
            self.mark(Mark::Box { x: x - 0.25, y, width: 0.5, height, ink: 120 });
        }
    }

    fn qr(&mut self, text: &str) {
        let Some(rows) = qr::modules(text) else { return };
        self.room(QR_SIDE + 20.0);
        let (side, top) = (QR_SIDE / rows.len() as f32, self.y + 8.0);
        for (down, row) in rows.iter().enumerate() {
            for (along, _) in row.iter().enumerate().filter(|(_, is_dark)| **is_dark) {
                // A hair wider than the module, so that no white shows between two.
                let (x, y) = (MARGIN + along as f32 * side, top + down as f32 * side);
                self.mark(Mark::Box { x, y, width: side + 0.05, height: side + 0.05, ink: 0 });
            }
        }
        self.y += QR_SIDE + 20.0;
    }

    fn footers(&mut self, footer: &str) {
        let count = self.pages.len();
        let line = self.face.lines(footer, SMALL, WIDTH - 2.0 * MARGIN - 40.0).into_iter().next().unwrap_or_default();
        for (at, page) in self.pages.iter_mut().enumerate() {
            let number = self.face.print(&format!("{}/{count}", at + 1));
            let width = width(&number, SMALL);
            let y = HEIGHT - MARGIN + 14.0;
            page.push(Mark::Box { x: MARGIN, y: y - 14.0, width: WIDTH - 2.0 * MARGIN, height: 0.5, ink: 160 });
            page.push(Mark::Line { x: MARGIN, y, size: SMALL, ink: 80, text: line.clone() });
            page.push(Mark::Line { x: WIDTH - MARGIN - width, y, size: SMALL, ink: 80, text: number });
        }
    }
}

fn width(line: &[Printed], size: f32) -> f32 {
    line.iter().map(|printed| printed.advance * size).sum()
}

fn write(title: &str, pages: &[Vec<Mark>]) -> Result<Vec<u8>, Unprintable> {
    let refused = |what: &str| Unprintable(what.to_owned());
    let font = Font::new(Face::bytes().into(), 0).ok_or_else(|| refused("the font is unreadable"))?;
    let mut pdf = Pdf::new_with(SerializeSettings::default());
    pdf.set_metadata(Metadata::new().title(title.to_owned()).language("zh-CN".to_owned()));
    for marks in pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| refused("the page has no size"))?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(mark, &font, &mut surface)?;
        }
        surface.finish();
        page.finish();
    }
    pdf.finish().map_err(|error| Unprintable(format!("{error:?}")))
}

fn draw(mark: &Mark, font: &Font, surface: &mut Surface<'_>) -> Result<(), Unprintable> {
    match mark {
        Mark::Picture(placed) => placed.draw(surface)?,
        Mark::Line { x, y, size, ink, text } => {
            surface.set_fill(Some(fill(*ink)));
            let (mut words, mut glyphs) = (String::new(), Vec::with_capacity(text.len()));
            for printed in text {
                let from = words.len();
                words.push(printed.character);
                let glyph = GlyphId::new(printed.glyph);
                glyphs.push(KrillaGlyph::new(glyph, printed.advance, 0.0, 0.0, 0.0, from..words.len(), None));
            }
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, font.clone(), &words, *size, false);
        }
        Mark::Box { x, y, width, height, ink } => {
            surface.set_fill(Some(fill(*ink)));
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
    Ok(())
}

fn fill(ink: u8) -> Fill {
    Fill { paint: rgb::Color::new(ink, ink, ink).into(), ..Fill::default() }
}

#[cfg(test)]
mod tests {
    use super::to_pdf;
    use crate::{Block, Document};

    fn document() -> Document {
        let cell = "很长的内容".repeat(400);
        Document {
            title: "题目".to_owned(),
            footer: "页脚".to_owned(),
            blocks: vec![
                Block::Heading("标题".to_owned()),
                Block::Table {
                    head: vec!["一".to_owned(), "二".to_owned()],
                    widths: vec![1, 3],
                    rows: vec![vec!["1".to_owned(), cell]; 6],
                },
                Block::Qr("AGE-SECRET-KEY-1".to_owned()),
                Block::Quote { about: "来源".to_owned(), text: "\u{202e}<script>".to_owned() },
            ],
        }
    }

    #[test]
    fn the_same_document_gives_the_same_bytes() {
        let once = to_pdf(&document()).unwrap();
        assert!(once.starts_with(b"%PDF"));
        assert_eq!(once, to_pdf(&document()).unwrap());
    }

    #[test]
    fn an_odd_table_does_not_hang() {
        for widths in [vec![], vec![0, 0], vec![1], vec![1, 10_000]] {
            let table = Block::Table { head: vec!["一".to_owned(); 2], widths, rows: vec![vec!["二".to_owned(); 2]] };
            let odd = Document { title: String::new(), footer: String::new(), blocks: vec![table] };
            assert!(to_pdf(&odd).is_ok());
        }
    }
}
