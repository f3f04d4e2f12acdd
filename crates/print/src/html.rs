//! A document as one HTML file that needs nothing else and runs nothing.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{Block, Document, qr};

const HEAD: &str = "<!doctype html>
<html lang=\"zh-CN\">
<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">
<style>
body { font: 16px/1.6 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
td, th { border: 1px solid #888; padding: .3em .5em; text-align: left; vertical-align: top; overflow-wrap: anywhere }
blockquote { border-left: 4px solid #888; margin: 1em 0; padding: .2em 1em; white-space: pre-wrap; overflow-wrap: anywhere }
p { white-space: pre-wrap }
p.in { text-indent: 2em }
p.right { text-align: right }
p.item { padding-left: 2em; text-indent: -2em }
p.item span { display: inline-block; width: 2em; text-indent: 0 }
aside { background: #f2f2f2; margin: .5em 0; padding: .1em 1em; font-size: 14px; overflow-wrap: anywhere }
img { display: block; max-width: 100%; max-height: 60em; border: 1px solid #888 }
pre { font-size: 10px; line-height: 1 }
footer { border-top: 1px solid #888; margin-top: 2em; font-size: 13px }
</style>
";

/// Returns the document as HTML. All text stays text.
pub fn to_html(document: &Document) -> String {
    let title = escaped(&document.title);
    let mut html = format!("{HEAD}<title>{title}</title>\n<h1>{title}</h1>\n");
    for block in &document.blocks {
        write_block(block, &mut html);
    }
    let _ = writeln!(html, "<footer>{}</footer>\n</html>", escaped(&document.footer));
    html
}

fn write_block(block: &Block, html: &mut String) {
    let _ = match block {
        Block::Heading(text) => writeln!(html, "<h2>{}</h2>", escaped(text)),
        Block::Text(text) => writeln!(html, "<p>{}</p>", escaped(text)),
        Block::Paragraph(text) => writeln!(html, "<p class=\"in\">{}</p>", escaped(text)),
        Block::Right(text) => writeln!(html, "<p class=\"right\">{}</p>", escaped(text)),
        Block::List(items) => {
            let item = |(label, text): &(String, String)| {
                format!("<p class=\"item\"><span>{}</span>{}</p>\n", escaped(label), escaped(text))
            };
            writeln!(html, "{}", items.iter().map(item).collect::<String>())
        }
        Block::Quote { about, text } => {
            writeln!(html, "<p><strong>{}</strong></p>\n<blockquote>{}</blockquote>", escaped(about), escaped(text))
        }
        Block::Aside { about, text } => {
            writeln!(html, "<aside><p>{}</p>\n<p>{}</p></aside>", escaped(about), escaped(text))
        }
        Block::Picture { about, picture } => {
            let (kind, bytes) = (picture.media_type(), STANDARD.encode(picture.bytes()));
            writeln!(
                html,
                "<p><strong>{}</strong></p>\n<img alt=\"\" src=\"data:{kind};base64,{bytes}\">",
                escaped(about)
            )
        }
        Block::Qr(text) => writeln!(html, "<pre>{}</pre>", escaped(&qr::to_text(text).unwrap_or_default())),
        Block::Table { head, rows, .. } => {
            let line = |cells: &[String], tag: &str| {
                let cells: Vec<String> = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect();
                format!("<tr>{}</tr>", cells.concat())
            };
            let rows: Vec<String> = rows.iter().map(|row| line(row, "td")).collect();
            writeln!(html, "<table>\n{}\n{}\n</table>", line(head, "th"), rows.join("\n"))
        }
    };
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::to_html;
    use crate::{Block, Document};

    #[test]
    fn text_stays_text() {
        let text = "<script>alert(1)</script>".to_owned();
        let quote = Block::Quote { about: text.clone(), text: text.clone() };
        let document = Document { title: text.clone(), footer: text, blocks: vec![quote] };
        assert!(!to_html(&document).contains("<script"));
    }
}
