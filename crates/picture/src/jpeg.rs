//! The markers of a JPEG, walked from its start: how it is coded, and whether its end is there. What stands behind the end,
//! as the video of a motion photo does, is no part of the picture. Decodes nothing.

/// What the markers tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Markers {
    /// Whether it comes in several passes over the whole picture, which are all held until the last.
    pub has_passes: bool,
    /// Whether its end marker comes after its scans.
    pub has_end: bool,
}

/// Walks the markers of a JPEG as far as they hang together.
pub fn markers(bytes: &[u8]) -> Markers {
    let mut found = Markers::default();
    let mut has_scan = false;
    let mut at = 2;
    while let Some((marker, after)) = marker(bytes, at) {
        match marker {
            0xd9 => {
                found.has_end = has_scan;
                break;
            }
            0x01 | 0xd0..=0xd8 => at = after,
            _ => {
                let Some(&[high, low]) = bytes.get(after..after + 2) else { break };
                at = after + usize::from(u16::from_be_bytes([high, low])).max(2);
                found.has_passes |= matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
                if marker == 0xda {
                    found.has_passes |= has_scan;
                    has_scan = true;
                    at = end_of_scan(bytes, at);
                }
            }
        }
    }
    found
}

/// Returns the marker at a place, over the bytes that may fill up before it, and the place after it.
fn marker(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let filled = bytes.get(at..)?.iter().take_while(|byte| **byte == 0xff).count();
    let marker = bytes.get(at + filled)?;
    (filled > 0 && *marker != 0).then_some((*marker, at + filled + 1))
}

/// Returns where the coded bytes of a scan end: at the first marker that is no restart.
fn end_of_scan(bytes: &[u8], from: usize) -> usize {
    let is_end = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff);
    let rest = bytes.get(from..).unwrap_or_default();
    rest.windows(2).position(is_end).map_or(bytes.len(), |at| from + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Markers, markers};

    /// A thumbnail with an end of its own, a restart and a stuffed byte within the scan, bytes that fill up.
    const WHOLE: &[u8] =
        b"\xff\xd8\xff\xe1\0\x06\xff\xd8\xff\xd9\xff\xc0\0\x04ab\xff\xda\0\x03x\x01\xff\0\x02\xff\xd0\x03\xff\xff\xd9";

    #[test]
    fn the_end_is_that_of_the_picture_itself() {
        assert_eq!(markers(WHOLE), Markers { has_passes: false, has_end: true });
        for end in 0..WHOLE.len() {
            assert!(!markers(&WHOLE[..end]).has_end, "cut at {end}");
        }
    }

    #[test]
    fn what_stands_behind_the_end_is_no_matter() {
        let motion = [WHOLE, b"\0\0\0\x18ftypmp42\xff\xda\0\x03x"].concat();
        assert!(markers(&motion).has_end);
    }

    #[test]
    fn a_second_scan_is_a_second_pass() {
        let scan = b"\xff\xda\0\x03x\x01";
        assert!(markers(&[b"\xff\xd8", &scan[..], scan, b"\xff\xd9"].concat()).has_passes);
        assert!(!markers(&[b"\xff\xd8", &scan[..], b"\xff\xd9", scan].concat()).has_passes, "what is behind the end");
    }

    #[test]
    fn an_end_before_any_scan_is_none() {
        assert_eq!(markers(b"\xff\xd8\xff\xd9"), Markers::default());
        assert_eq!(markers(b"\xff\xd8\xff\xc2\0\x04ab"), Markers { has_passes: true, has_end: false });
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked(bytes in proptest::collection::vec(prop_oneof![Just(0xff_u8), 0xc0..=0xda_u8, any::<u8>()], 0..200)) {
            markers(&bytes);
        }
    }
}
