//! A document as a Word file (Office Open XML, ISO/IEC 29500) that people can go on editing: the few parts that a text
//! needs, and nothing that runs or points outside. The same document gives the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::{Block, Document, Unprintable, qr};

/// Text width on A4 between the margins, in twentieths of a point.
const TEXT_WIDTH: u32 = 9_026;
const SPACE: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Returns the document as a Word file.
///
/// # Errors
/// [`Unprintable`] when the archive cannot be written.
pub fn to_docx(document: &Document) -> Result<Vec<u8>, Unprintable> {
    let parts: [(&str, String); 7] = [
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", package_relations()),
        ("docProps/core.xml", properties(&document.title)),
        ("word/_rels/document.xml.rels", document_relations()),
        ("word/document.xml", body(document)),
        ("word/footer1.xml", footer(&document.footer)),
        ("word/styles.xml", styles()),
    ];
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let refused = |error: &dyn std::fmt::Display| Unprintable(error.to_string());
    for (name, text) in parts {
        archive.start_file(name, options).map_err(|error| refused(&error))?;
        archive.write_all(text.as_bytes()).map_err(|error| refused(&error))?;
    }
    Ok(archive.finish().map_err(|error| refused(&error))?.into_inner())
}

fn content_types() -> String {
    let of = |part: &str, kind: &str| {
        format!(
            "<Override PartName=\"/word/{part}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml\"/>"
        )
    };
    format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>{}{}{}<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>",
        of("document", "document.main"),
        of("styles", "styles"),
        of("footer1", "footer"),
    )
}

fn package_relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATION}/officeDocument\" Target=\"word/document.xml\"/><Relationship Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
    )
}

fn document_relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATION}/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId2\" Type=\"{RELATION}/footer\" Target=\"footer1.xml\"/></Relationships>"
    )
}

fn properties(title: &str) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>",
        escaped(title)
    )
}

/// 宋体 for text, 黑体 for title and headings, as official papers have them; sizes in half points.
fn styles() -> String {
    let fonts = |latin: &str, chinese: &str| {
        format!("<w:rFonts w:ascii=\"{latin}\" w:hAnsi=\"{latin}\" w:eastAsia=\"{chinese}\" w:cs=\"{latin}\"/>")
    };
    let style = |id: &str, name: &str, paragraph: &str, run: &str| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        )
    };
    let black = fonts("Arial", "黑体");
    let small = "<w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>";
    let tight = "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"280\" w:lineRule=\"auto\"/>";
    [
        format!("{HEAD}<w:styles xmlns:w=\"{SPACE}\"><w:docDefaults><w:rPrDefault><w:rPr>{}<w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"60\" w:line=\"400\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>", fonts("Times New Roman", "宋体")),
        "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>".to_owned(),
        style("Title", "Title", "<w:spacing w:after=\"300\"/><w:jc w:val=\"center\"/>", &format!("{black}<w:b/><w:sz w:val=\"36\"/><w:szCs w:val=\"36\"/>")),
        style("Heading1", "heading 1", "<w:keepNext/><w:spacing w:before=\"200\" w:after=\"80\"/><w:outlineLvl w:val=\"0\"/>", &format!("{black}<w:sz w:val=\"26\"/><w:szCs w:val=\"26\"/>")),
        style("Indented", "Indented", "<w:ind w:firstLineChars=\"200\" w:firstLine=\"480\"/>", ""),
        style("Item", "Item", "<w:tabs><w:tab w:val=\"left\" w:pos=\"480\"/></w:tabs><w:ind w:left=\"480\" w:hanging=\"480\"/>", ""),
        style("Right", "Right", "<w:jc w:val=\"right\"/>", ""),
        style("Cell", "Cell", tight, small),
        style("Quoted", "Quoted", "<w:pBdr><w:left w:val=\"single\" w:sz=\"12\" w:space=\"8\" w:color=\"888888\"/></w:pBdr><w:ind w:left=\"240\"/>", ""),
        style("Code", "Code", tight, "<w:rFonts w:ascii=\"Courier New\" w:hAnsi=\"Courier New\" w:cs=\"Courier New\"/><w:sz w:val=\"10\"/>"),
        style("Footer", "footer", &format!("{tight}<w:jc w:val=\"center\"/>"), small),
        "</w:styles>".to_owned(),
    ]
    .concat()
}

fn footer(text: &str) -> String {
    let field = |name: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {name} </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    format!(
        "{HEAD}<w:ftr xmlns:w=\"{SPACE}\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}{}{}{}</w:p></w:ftr>",
        runs(&format!("{text}  ")),
        field("PAGE"),
        runs("/"),
        field("NUMPAGES"),
    )
}

fn body(document: &Document) -> String {
    let mut xml = format!("{HEAD}<w:document xmlns:w=\"{SPACE}\" xmlns:r=\"{RELATION}\"><w:body>");
    paragraph("Title", &document.title, &mut xml);
    for block in &document.blocks {
        write_block(block, &mut xml);
    }
    xml.push_str("<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"720\" w:footer=\"720\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>");
    xml
}

fn write_block(block: &Block, xml: &mut String) {
    match block {
        Block::Heading(text) => paragraph("Heading1", text, xml),
        Block::Text(text) => paragraph("Normal", text, xml),
        Block::Paragraph(text) => text.split('\n').for_each(|line| paragraph("Indented", line, xml)),
        Block::Right(text) => paragraph("Right", text, xml),
        Block::List(items) => {
            for (label, text) in items {
                paragraph("Item", &format!("{label}\t{text}"), xml);
            }
        }
        Block::Quote { about, text } => {
            paragraph("Normal", about, xml);
            paragraph("Quoted", text, xml);
        }
        Block::Aside { about, text } => {
            paragraph("Cell", about, xml);
            paragraph("Cell", text, xml);
        }
        // A picture within a Word file is somebody's to change, so there is none.
        Block::Picture { about, picture } => {
            paragraph("Normal", about, xml);
            paragraph("Quoted", &format!("[图片 {} × {}]", picture.width(), picture.height()), xml);
        }
        Block::Qr(text) => paragraph("Code", &qr::to_text(text).unwrap_or_default(), xml),
        Block::Table { head, widths, rows } => table(head, widths, rows, xml),
    }
}

fn paragraph(style: &str, text: &str, xml: &mut String) {
    let _ = write!(xml, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", runs(text));
}

/// Text with its line ends and tabs.
fn runs(text: &str) -> String {
    let mut xml = "<w:r>".to_owned();
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            xml.push_str("<w:br/>");
        }
        for (at, part) in line.split('\t').enumerate() {
            if at > 0 {
                xml.push_str("<w:tab/>");
            }
            let _ = write!(xml, "<w:t xml:space=\"preserve\">{}</w:t>", escaped(part));
        }
    }
    xml.push_str("</w:r>");
    xml
}

fn table(head: &[String], widths: &[u16], rows: &[Vec<String>], xml: &mut String) {
    let sum = widths.iter().map(|width| u32::from(*width)).sum::<u32>().max(1);
    let scaled: Vec<u32> = widths.iter().map(|width| u32::from(*width) * TEXT_WIDTH / sum).collect();
    let width = |column: usize| scaled.get(column).copied().unwrap_or(TEXT_WIDTH / 10).max(1);
    xml.push_str("<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>");
    for edge in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let _ = write!(xml, "<w:{edge} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"808080\"/>");
    }
    xml.push_str("</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for column in 0..head.len() {
        let _ = write!(xml, "<w:gridCol w:w=\"{}\"/>", width(column));
    }
    xml.push_str("</w:tblGrid>");
    for (at, row) in std::iter::once(head).chain(rows.iter().map(Vec::as_slice)).enumerate() {
        xml.push_str(if at == 0 { "<w:tr><w:trPr><w:tblHeader/></w:trPr>" } else { "<w:tr>" });
        for column in 0..head.len() {
            let _ = write!(xml, "<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/>", width(column));
            xml.push_str(if at == 0 {
                "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E8E8E8\"/></w:tcPr>"
            } else {
                "</w:tcPr>"
            });
            paragraph("Cell", row.get(column).map_or("", String::as_str), xml);
            xml.push_str("</w:tc>");
        }
        xml.push_str("</w:tr>");
    }
    // Word wants a paragraph between two tables, and after the last.
    xml.push_str("</w:tbl><w:p/>");
}

/// Text as XML takes it: what XML 1.0 has no place for is written as its code.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\r' => {}
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(xml, "[U+{:04X}]", u32::from(c));
            }
            c => xml.push(c),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::to_docx;
    use crate::{Block, Document};

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_same_document_gives_the_same_bytes_and_text_stays_text() {
        let hostile = "</w:t><script> & \"\u{7}\u{ffff}\nzweite\tZeile".to_owned();
        let document = Document {
            title: hostile.clone(),
            footer: hostile.clone(),
            blocks: vec![
                Block::Paragraph(hostile.clone()),
                Block::List(vec![("1.".to_owned(), hostile.clone())]),
                Block::Right(hostile.clone()),
                Block::Table {
                    head: vec![hostile.clone(); 2],
                    widths: vec![],
                    rows: vec![vec![hostile.clone(); 3], vec![]],
                },
            ],
        };
        let once = to_docx(&document).unwrap();
        assert_eq!(once, to_docx(&document).unwrap());
        let body = part(&once, "word/document.xml");
        assert!(!body.contains("<script") && body.contains("&lt;script&gt; &amp; &quot;[U+0007][U+FFFF]"));
        assert!(body.contains("<w:br/>") && body.contains("<w:tab/>"));
        assert!(!body.contains('\u{7}') && body.matches("<w:tr>").count() == 3);
    }
}
