//! Documents for people, from a plain description to a page. Knows no content.

mod docx;
mod face;
mod html;
mod pdf;
mod picture;
mod qr;

pub use ::picture::MOST_BYTES as MOST_PICTURE_BYTES;
pub use docx::to_docx;
pub use face::{fitting, missing_characters};
pub use html::to_html;
pub use pdf::{Unprintable, to_pdf};
pub use picture::{Picture, Unshowable};
pub use qr::{to_svg as qr_svg, to_text as qr_text};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// What stands under every page.
    pub footer: String,
    /// What it holds, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph; line ends stay.
    Text(String),
    /// A paragraph of a letter: its first line begins two characters in.
    Paragraph(String),
    /// Items, each with a label, `1.` or `•`.
    List(Vec<(String, String)>),
    /// A line at the right, as a signature.
    Right(String),
    /// Something somebody else wrote, shown apart: a heading line and the words exactly.
    Quote {
        /// Where it comes from.
        about: String,
        /// The words.
        text: String,
    },
    /// Something said about what stands above it, set so that nobody takes it for that: smaller, on a ground.
    Aside {
        /// What it is and who says it.
        about: String,
        /// The words.
        text: String,
    },
    /// A picture under lines that say what it is.
    Picture {
        /// What it is.
        about: String,
        /// The picture.
        picture: Picture,
    },
    /// A table.
    Table {
        /// Names of the columns.
        head: Vec<String>,
        /// How wide the columns are, relative to each other.
        widths: Vec<u16>,
        /// The rows.
        rows: Vec<Vec<String>>,
    },
    /// A QR code.
    Qr(String),
}
