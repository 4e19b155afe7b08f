//! Tag, length, value: puts DER headers around bytes that are DER already (X.690 §8.1, §10.1).
//!
//! Structures here have parts that must stay unchanged byte for byte (a stored TBS, a parsed name, a million
//! revoked entries), so they are framed, not copied through typed structures. The primitives themselves
//! (times, strings, object identifiers) come from `der`.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0]`, constructed: EXPLICIT, or IMPLICIT over a constructed type.
pub(crate) const CONTEXT_0: u8 = 0xa0;
/// `[0]`, primitive: IMPLICIT over an OCTET STRING.
pub(crate) const CONTEXT_0_PRIMITIVE: u8 = 0x80;

/// Tag, length and the parts one after the other.
pub(crate) fn wrap(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + HEADER_BYTES_MAX);
    push_header(&mut out, tag, length);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// `SEQUENCE { parts… }`
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    wrap(SEQUENCE, parts)
}

/// `BIT STRING` of whole octets.
pub(crate) fn bit_string(octets: &[u8]) -> Vec<u8> {
    wrap(BIT_STRING, &[&[0], octets])
}

/// `INTEGER` of an unsigned big-endian number: leading zeros dropped, one added if the sign bit would be set.
pub(crate) fn unsigned_integer(big_endian: &[u8]) -> Vec<u8> {
    let first = big_endian.iter().position(|octet| *octet != 0).unwrap_or(big_endian.len());
    let digits = &big_endian[first..];
    let sign: &[u8] = if digits.first().is_none_or(|octet| octet & 0x80 != 0) { &[0] } else { &[] };
    wrap(INTEGER, &[sign, digits])
}

/// `SET OF`: members in ascending order of their encoding (X.690 §11.6).
pub(crate) fn set_of(mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort();
    let parts: Vec<&[u8]> = members.iter().map(Vec::as_slice).collect();
    wrap(SET, &parts)
}

/// Reads the output of the functions above, element by element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    /// The elements of `der`, one after the other.
    pub(crate) fn of(der: &'a [u8]) -> Self {
        Self(der)
    }

    /// The content of the next element; `None` if it has another tag, or is not complete.
    pub(crate) fn content(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (header, length) = self.next_lengths(tag)?;
        let (element, rest) = self.0.split_at_checked(header + length)?;
        self.0 = rest;
        Some(&element[header..])
    }

    /// The next element with its header.
    pub(crate) fn element(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (header, length) = self.next_lengths(tag)?;
        let (element, rest) = self.0.split_at_checked(header + length)?;
        self.0 = rest;
        Some(element)
    }

    /// The elements within the next element.
    pub(crate) fn within(&mut self, tag: u8) -> Option<Self> {
        self.content(tag).map(Self)
    }

    /// Skips `element`, which must come next.
    pub(crate) fn past(&mut self, element: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(element)?;
        Some(())
    }

    /// Whether there is another element.
    pub(crate) fn more(&self) -> bool {
        !self.0.is_empty()
    }

    /// Octets of header and content of the next element.
    fn next_lengths(&self, tag: u8) -> Option<(usize, usize)> {
        let (&found, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        if found != tag {
            return None;
        }
        if first < 0x80 {
            return Some((2, usize::from(first)));
        }
        let octets = usize::from(first & 0x7f);
        // Four octets of length are more than any file of this crate has.
        if !(1..=4).contains(&octets) {
            return None;
        }
        let length = rest.get(..octets)?.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
        Some((2 + octets, length))
    }
}

/// One tag octet, one length octet, at most eight more.
const HEADER_BYTES_MAX: usize = 10;

/// Writes tag and definite, minimal length.
pub(crate) fn push_header(out: &mut Vec<u8>, tag: u8, length: usize) {
    out.push(tag);
    let octets = length.to_be_bytes();
    let [.., last] = octets;
    if length < 0x80 {
        out.push(last);
        return;
    }
    let significant = octets.iter().skip_while(|octet| **octet == 0).copied();
    let first = octets.iter().take_while(|octet| **octet == 0).count();
    // At most eight octets, so this addition stays within one octet.
    out.push(0x80 | (octets.len() - first).to_le_bytes()[0]);
    out.extend(significant);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_definite_and_minimal() {
        assert_eq!(wrap(SEQUENCE, &[]), [0x30, 0x00]);
        assert_eq!(wrap(SEQUENCE, &[&[0; 127]])[..2], [0x30, 0x7f]);
        assert_eq!(wrap(SEQUENCE, &[&[0; 128]])[..3], [0x30, 0x81, 0x80]);
        assert_eq!(wrap(SEQUENCE, &[&[0; 256]])[..4], [0x30, 0x82, 0x01, 0x00]);
        assert_eq!(wrap(SEQUENCE, &[&vec![0; 65_536]])[..5], [0x30, 0x83, 0x01, 0x00, 0x00]);
    }

    #[test]
    fn what_is_written_is_read_back_and_what_is_cut_off_is_not() {
        for length in [0, 5, 127, 128, 300, 70_000] {
            let content = vec![7; length];
            let written = sequence(&[&wrap(OCTET_STRING, &[&content]), &unsigned_integer(&[3])]);
            let mut read = Elements::of(&written).within(SEQUENCE).unwrap();
            assert_eq!(read.content(OCTET_STRING), Some(content.as_slice()));
            assert_eq!(read.content(OCTET_STRING), None, "another tag");
            assert_eq!(read.element(INTEGER), Some([2, 1, 3].as_slice()));
            assert!(!read.more());
            let cut = &written[..written.len() - 1];
            assert!(Elements::of(cut).content(SEQUENCE).is_none(), "{length}");
        }
        assert!(Elements::of(&[0x30, 0x80, 0, 0]).content(SEQUENCE).is_none(), "no length at all");
    }

    #[test]
    fn unsigned_integers_never_turn_negative() {
        assert_eq!(unsigned_integer(&[0x7f]), [0x02, 0x01, 0x7f]);
        assert_eq!(unsigned_integer(&[0x80]), [0x02, 0x02, 0x00, 0x80]);
        assert_eq!(unsigned_integer(&[0, 0, 1]), [0x02, 0x01, 0x01]);
        assert_eq!(unsigned_integer(&[]), [0x02, 0x01, 0x00]);
    }

    #[test]
    fn set_members_are_sorted_by_encoding() {
        assert_eq!(set_of(vec![vec![2, 1, 9], vec![2, 1, 3]]), [0x31, 6, 2, 1, 3, 2, 1, 9]);
    }
}
