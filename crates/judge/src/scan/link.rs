//! Links as written, with or without a scheme, however disguised. A link ends where its alphabet ends, so the
//! Chinese that follows is never taken in. Judges nothing (see `host`).

use super::Walk;
use crate::normalise::{Mark, Property};
use crate::trie::Code;

/// A link as written.
#[derive(Clone, Debug)]
pub struct RawLink {
    /// First code.
    pub start: u32,
    /// Code after the last.
    pub end: u32,
    /// Host, lower case, dots restored.
    pub host: String,
    /// What stands before an `@` in the authority, if anything.
    pub user: String,
    /// Path, query and fragment, as normalised.
    pub rest: String,
    /// Scheme as written, or empty.
    pub scheme: &'static str,
    /// Registrable domain by the public suffix list.
    pub registrable: String,
    /// Whether the host is a bare address.
    pub is_ip: bool,
    /// Whether it is written so that a filter misses it.
    pub is_disguised: bool,
}

/// The longest host name, by RFC 1035.
const LONGEST_HOST: usize = 253;

const SCHEMES: [(&str, &str, bool); 8] = [
    ("https://", "https", false),
    ("http://", "http", false),
    ("hxxps://", "https", true),
    ("hxxp://", "http", true),
    ("https:", "https", true),
    ("http:", "http", true),
    ("httpx://", "http", true),
    ("http//", "http", true),
];

impl Walk<'_> {
    /// Reads a link at `at`; returns the code after it.
    ///
    /// 1. Scheme, if any. 2. Labels joined by dots or what stands for dots. 3. A bare address, or a host whose
    ///    ending the public suffix list knows. 4. Port and rest, up to the end of the alphabet.
    pub(super) fn read_link(&mut self, at: usize) -> Option<usize> {
        let (scheme, scheme_length, mut disguised) = self.scheme(at);
        let mut from = at + scheme_length;
        let mut user = String::new();
        if scheme_length > 0
            && let Some(sign) = self.user_info(from)
        {
            user = self.string(from, sign);
            from = sign + 1;
        }
        let (host, mut end, odd_dots) = self.host(from);
        disguised |= odd_dots;
        let numbers_only =
            host.rsplit_once('.').is_some_and(|(front, _)| front.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
        // 下午3点top教室见
        if odd_dots && numbers_only && scheme_length == 0 {
            return None;
        }
        let is_ip = is_address(&host);
        let has_rest = self.code(end).is_some_and(|c| c == Code::from(b'/') || c == Code::from(b':'));
        let mut registrable = String::new();
        if is_ip {
            if scheme_length == 0 && !has_rest {
                return None;
            }
        } else {
            let is_certain = scheme_length > 0 || self.code(end) == Some(Code::from(b'/'));
            registrable = registrable_domain(&host, is_certain || self.index.hosts.spells_a_brand(&host))?;
        }
        if self.code(end) == Some(Code::from(b'@')) && scheme_length == 0 {
            return None;
        }
        if self.code(end) == Some(Code::from(b':')) {
            let digits = self.run(end + 1, Property::DIGIT, 5);
            end += if digits > 0 { digits + 1 } else { 0 };
        }
        let rest_start = end;
        if self.code(end).is_some_and(|c| [b'/', b'?', b'#'].map(Code::from).contains(&c)) {
            end += self.text.codes[end..].iter().take_while(|&&c| is_link_code(c)).count();
            while end > rest_start
                && [b'.', b',', b'!', b')', b'\''].map(Code::from).contains(&self.text.codes[end - 1])
            {
                end -= 1;
            }
        }
        disguised |= self.has_marks(at, end);
        let link = RawLink {
            start: at as u32,
            end: end as u32,
            rest: self.string(rest_start, end),
            host,
            user,
            scheme,
            registrable,
            is_ip,
            is_disguised: disguised,
        };
        self.scan.links.push(link);
        self.add(self.index.named.link, at, end);
        Some(end)
    }

    fn scheme(&self, at: usize) -> (&'static str, usize, bool) {
        let starts = |word: &str| {
            let mut codes = self.text.codes[at..].iter();
            word.bytes().all(|byte| codes.next() == Some(&Code::from(byte)))
        };
        if self.text.codes[at] != Code::from(b'h') {
            return ("", 0, false);
        }
        let found = SCHEMES.iter().find(|(written, _, _)| starts(written));
        found.map_or(("", 0, false), |&(written, scheme, odd)| (scheme, written.len(), odd))
    }

    fn user_info(&self, from: usize) -> Option<usize> {
        let codes = &self.text.codes[from.min(self.text.len())..];
        let stop = codes.iter().position(|&c| !is_link_code(c) || c == Code::from(b'/')).unwrap_or(codes.len());
        codes[..stop].iter().position(|&c| c == Code::from(b'@')).map(|index| from + index)
    }

    /// Reads labels and dots; returns the host, the code after it and whether dots were written oddly.
    fn host(&self, from: usize) -> (String, usize, bool) {
        let mut host = String::new();
        let (mut end, mut odd) = (from, false);
        loop {
            let label = self.label_length(end);
            // No host is longer; a longer run would be read again from each of its labels.
            if label == 0 || end - from > LONGEST_HOST {
                break;
            }
            self.push_string(&mut host, end..end + label);
            end += label;
            let Some((dot, is_odd)) = self.dot(end) else { break };
            if self.label_length(end + dot) == 0 {
                break;
            }
            host.push('.');
            odd |= is_odd;
            end += dot;
        }
        (host, end, odd)
    }

    fn label_length(&self, at: usize) -> usize {
        let is_label = |c: Code| {
            self.index.tables.is(c, Property::LETTER | Property::DIGIT | Property::FOREIGN) || c == Code::from(b'-')
        };
        self.text.codes.get(at..).unwrap_or_default().iter().take(63).take_while(|&&c| is_label(c)).count()
    }

    /// Returns the length of a dot, or of what stands for one between labels, and whether it is odd.
    fn dot(&self, at: usize) -> Option<(usize, bool)> {
        match self.code(at)? {
            0x2E => Some((1, false)),
            // 点, 。 and blanks around a dot
            0x70B9 | 0x3002 | 0x2022 | 0xB7 => Some((1, true)),
            0x28 | 0x5B => {
                let inner = self.code(at + 1)?;
                let closes = self.code(at + 2).is_some_and(|c| c == 0x29 || c == 0x5D);
                (closes && (inner == 0x2E || inner == 0x70B9)).then_some((3, true))
            }
            0x20 if self.code(at + 1) == Some(0x2E) => {
                Some((if self.code(at + 2) == Some(0x20) { 3 } else { 2 }, true))
            }
            _ => None,
        }
    }

    fn has_marks(&self, from: usize, to: usize) -> bool {
        const ODD: u8 =
            Mark::INVISIBLE | Mark::COMBINING | Mark::CONFUSABLE | Mark::REWRITTEN | Mark::SEPARATED | Mark::ENCLOSED;
        // One full-width stop can slip in; a link in full-width letters cannot.
        let forms = self.text.place[from..to].iter().filter(|place| place.mark & Mark::FORM != 0).count();
        let inside = self.text.place[from..to].iter().enumerate().any(|(index, place)| {
            let m = place.mark;
            m & ODD != 0 && (index > 0 || m & !(Mark::INVISIBLE | Mark::SEPARATED) & ODD != 0)
        });
        inside || forms >= 3
    }

    fn string(&self, from: usize, to: usize) -> String {
        let mut string = String::with_capacity(to - from);
        self.push_string(&mut string, from..to);
        string
    }

    fn push_string(&self, string: &mut String, range: std::ops::Range<usize>) {
        string.extend(self.text.codes[range].iter().map(|&code| char::from_u32(u32::from(code)).unwrap_or('\u{FFFD}')));
    }
}

fn is_link_code(code: Code) -> bool {
    u8::try_from(code).is_ok_and(|byte| byte.is_ascii_alphanumeric() || b"/._-?=&%#+~@!$'*:;,()".contains(&byte))
}

fn is_address(host: &str) -> bool {
    let mut parts = 0;
    let all = host.split('.').all(|part| {
        parts += 1;
        part.len() <= 3 && part.parse::<u16>().is_ok_and(|value| value < 256)
    });
    all && parts == 4
}

/// Returns the registrable domain, where there is something before the host's ending; an ending that is not on the
/// public suffix list counts only where the rest leaves no doubt that this is a host.
fn registrable_domain(host: &str, is_certain: bool) -> Option<String> {
    if !host.contains('.') || host.starts_with('-') {
        return None;
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    if !last.bytes().any(|byte| byte.is_ascii_alphabetic()) || last.len() < 2 {
        return None;
    }
    let domain = psl::domain(host.as_bytes())?;
    if !domain.suffix().is_known() && !is_certain {
        return None;
    }
    std::str::from_utf8(domain.as_bytes()).ok().map(str::to_owned)
}
