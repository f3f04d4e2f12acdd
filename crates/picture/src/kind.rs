//! What a picture is by its first bytes. Reads no more of it.

/// What a picture is by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Portable network graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
    /// Another kind, that is not read.
    Other(&'static str),
}

/// Returns what a picture is by its first bytes; nothing for what is no picture.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    let brand = bytes.get(4..12);
    let is_heif = |brand: &[u8]| {
        [&b"ftyphei"[..], b"ftyphev", b"ftypmif1", b"ftypmsf1"].iter().any(|start| brand.starts_with(start))
    };
    match bytes {
        _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Kind::Png),
        _ if bytes.starts_with(b"\xff\xd8\xff") => Some(Kind::Jpeg),
        _ if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") => Some(Kind::Webp),
        _ if brand.is_some_and(is_heif) => Some(Kind::Other("HEIC")),
        _ if brand.is_some_and(|brand| brand.starts_with(b"ftypavi")) => Some(Kind::Other("AVIF")),
        _ if bytes.starts_with(b"GIF8") => Some(Kind::Other("GIF")),
        _ if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") => Some(Kind::Other("TIFF")),
        _ if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) => Some(Kind::Other("BMP")),
        _ if bytes.starts_with(b"\0\0\0\x0cJXL ") || bytes.starts_with(b"\xff\x0a") => Some(Kind::Other("JPEG XL")),
        _ => None,
    }
}
