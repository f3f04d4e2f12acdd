//! Tag files in the encoding that the bag declares.

/// An encoding of tag files.
#[derive(Clone, Copy, Debug)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// Returns the encoding of a name, as IANA and the browsers know it.
    pub fn from_name(name: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label_no_replacement(name.as_bytes()).map(Self)
    }

    /// Returns the text; none when the bytes are not in this encoding. A byte order mark decides for UTF-16.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        let is_utf8 = self.0 == encoding_rs::UTF_8;
        let (text, _, has_errors) =
            if is_utf8 { (self.0.decode_without_bom_handling(bytes).0, self.0, false) } else { self.0.decode(bytes) };
        let is_bad = has_errors || (is_utf8 && std::str::from_utf8(bytes).is_err());
        (!is_bad).then(|| text.into_owned())
    }
}
