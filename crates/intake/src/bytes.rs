//! Text out of bytes: encodings, and lines of bounded length. Knows nothing of messages.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file shows what it is.
pub const HEAD: usize = 64 * 1024;

/// Returns the encoding that the start of a text shows, and whether that is a guess.
pub fn encoding(head: &[u8]) -> (&'static Encoding, bool) {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return (encoding, false);
    }
    let pairs = head.len() / 2;
    let zeros = |at: usize| head.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    // Line ends, digits and punctuation are enough to leave zero bytes on one side only.
    if pairs >= 4 && zeros(1) * 20 > pairs && zeros(0) == 0 {
        return (UTF_16LE, true);
    }
    if pairs >= 4 && zeros(0) * 20 > pairs && zeros(1) == 0 {
        return (UTF_16BE, true);
    }
    match std::str::from_utf8(head) {
        // A head that ends inside a character is no reason to guess.
        Err(error) if (error.error_len().is_some() || head.len() < HEAD - 4) && is_gb18030(head) => (GB18030, true),
        Ok(_) | Err(_) => (UTF_8, false),
    }
}

fn is_gb18030(head: &[u8]) -> bool {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(head.len() * 3 + 16);
    let (_, _, has_errors) = decoder.decode_to_string(head, &mut text, false);
    !has_errors && text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// A reader that gives UTF-8, whatever it is given.
pub struct Utf8<R> {
    input: R,
    decoder: Decoder,
    pending: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    is_at_end: bool,
}

impl<R: Read> Utf8<R> {
    /// Decodes `input`; a byte-order mark is taken off.
    pub fn new(input: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { input, decoder, pending: vec![0; 32 * 1024], text: Vec::new(), given: 0, is_at_end: false }
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.is_at_end {
            let read = self.input.read(&mut self.pending)?;
            self.is_at_end = read == 0;
            let source = self.pending.get(..read).unwrap_or_default();
            let room = self.decoder.max_utf8_buffer_length(source.len()).unwrap_or(source.len() * 3 + 16);
            self.text.resize(room, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(source, &mut self.text, self.is_at_end);
            self.text.truncate(written);
            self.given = 0;
        }
        let rest = self.text.get(self.given..).unwrap_or_default();
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

/// Reads the head of `input` and gives everything back as UTF-8, with the encoding found and whether it was guessed.
pub fn utf8<'a>(mut input: impl Read + 'a) -> io::Result<(Box<dyn BufRead + 'a>, &'static str, bool)> {
    let mut head = Vec::with_capacity(HEAD);
    input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let (encoding, is_guess) = encoding(&head);
    let whole = io::Cursor::new(head).chain(input);
    let reader: Box<dyn BufRead + 'a> = Box::new(BufReader::with_capacity(1 << 16, Utf8::new(whole, encoding)));
    Ok((reader, encoding.name(), is_guess))
}

/// What one step of [`Lines`] gives.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// A line, in the buffer, without its end.
    Whole,
    /// A line over the limit; it was passed over.
    TooLong,
    /// There are no more.
    End,
}

/// Reads one line of at most `limit` bytes into `line`.
pub fn line(input: &mut dyn BufRead, limit: usize, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut is_too_long = false;
    let mut is_any = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(if is_any { ended(is_too_long, line) } else { Line::End });
        }
        is_any = true;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let taken = end.unwrap_or(buffer.len());
        is_too_long |= line.len() + taken > limit;
        if !is_too_long {
            line.extend_from_slice(&buffer[..taken]);
        }
        input.consume(end.map_or(taken, |at| at + 1));
        if end.is_some() {
            return Ok(ended(is_too_long, line));
        }
    }
}

fn ended(is_too_long: bool, line: &mut Vec<u8>) -> Line {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if is_too_long { Line::TooLong } else { Line::Whole }
}

/// Reads everything, or refuses where it is more than `limit`.
pub fn whole(input: impl Read, limit: u64) -> Result<Vec<u8>, crate::Error> {
    let mut bytes = Vec::new();
    input.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(crate::Error::TooLarge { limit }) } else { Ok(bytes) }
}

/// Reads pairs of hexadecimal digits; nothing where they are none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.trim().chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, &'static str) {
        let (mut reader, name, _) = utf8(bytes).expect("bytes can be read");
        let mut text = String::new();
        reader.read_to_string(&mut text).expect("it is UTF-8 now");
        (text, name)
    }

    #[test]
    fn encodings_are_told_by_their_bytes() {
        let text = "发件人,内容\n95588,【工商银行】您的账单已出。\n";
        assert_eq!(decoded(text.as_bytes()).0, text);
        let (gb, _, _) = GB18030.encode(text);
        assert_eq!(decoded(&gb), (text.to_owned(), "gb18030"));
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&little), (text.to_owned(), "UTF-16LE"));
        let big: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&big), (text.to_owned(), "UTF-16BE"));
    }

    #[test]
    fn a_line_over_the_limit_is_passed_over() {
        let mut input: &[u8] = b"short\nmuch too long\nlast";
        let mut buffer = Vec::new();
        assert_eq!(line(&mut input, 6, &mut buffer).expect("it reads"), Line::Whole);
        assert_eq!(line(&mut input, 6, &mut buffer).expect("it reads"), Line::TooLong);
        assert_eq!(line(&mut input, 6, &mut buffer).expect("it reads"), Line::Whole);
        assert_eq!(buffer, b"last");
        assert_eq!(line(&mut input, 6, &mut buffer).expect("it reads"), Line::End);
    }
}
