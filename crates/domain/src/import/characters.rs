//! In which characters a file is written.
//!
//! **Invariant:** one answer for the whole file; no name is read in another character set than the rest of it.

use super::{FileError, IMPORT_BYTES_MAX};
use encoding_rs::{Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE};

/// How the files of spreadsheet programs begin: ZIP (.xlsx, .ods) and OLE2 (.xls).
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// A file's text.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// Was it "Unicode text" of a spreadsheet, whose cells are parted by tabs?
    pub(super) is_utf16: bool,
}

/// The text of a file: what a byte order mark says; else UTF-8 where it is that, but for lost bytes; else Shift_JIS
/// (as Windows writes it).
pub(super) fn decode(mut bytes: Vec<u8>) -> Result<Decoded, FileError> {
    if bytes.len() > IMPORT_BYTES_MAX {
        return Err(FileError::TooLarge);
    }
    if WORKBOOKS.iter().any(|beginning| bytes.starts_with(beginning)) {
        return Err(FileError::Workbook);
    }
    for (mark, encoding) in [(b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if bytes.starts_with(mark) {
            return Ok(Decoded { text: decoded(encoding, &bytes)?, is_utf16: true });
        }
    }
    let marked = bytes.starts_with(b"\xef\xbb\xbf");
    if marked {
        bytes.drain(..3);
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if marked || is_mostly_utf8(error.as_bytes()) => {
            let lost = error.utf8_error().valid_up_to();
            return Err(FileError::LostLetter { line: line_of(error.as_bytes(), lost) });
        }
        Err(error) => decoded(SHIFT_JIS, error.as_bytes())?,
    };
    if text.contains('\0') { Err(FileError::Characters) } else { Ok(Decoded { text, is_utf16: false }) }
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, FileError> {
    let (text, had_errors) = encoding.decode_with_bom_removal(bytes);
    if had_errors || text.contains('\0') { Err(FileError::Characters) } else { Ok(text.into_owned()) }
}

/// Has the file at least as many letters of UTF-8 beyond ASCII as places that are none? In Shift_JIS almost every
/// letter is such a place.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut letters, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    letters >= broken
}

/// The line of a place in bytes, 1-based; CR LF, LF and CR each end a line.
fn line_of(bytes: &[u8], place: usize) -> u32 {
    let before = bytes.get(..place).unwrap_or(bytes);
    let ends = before.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    u32::try_from(ends.count()).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "氏名,よみ\r\n山田 太郎,ﾔﾏﾀﾞ ﾀﾛｳ\r\n佐藤 花子,さとう はなこ\r\n";

    #[test]
    fn a_utf8_file_with_a_lost_byte_is_refused_with_its_line_and_never_read_as_another() {
        let lost = TEXT.find("佐").unwrap() + 1;
        for mark in ["", "\u{feff}"] {
            let mut bytes = format!("{mark}{TEXT}").into_bytes();
            bytes.remove(mark.len() + lost);
            assert_eq!(decode(bytes).err(), Some(FileError::LostLetter { line: 3 }), "{mark:?}");
        }
        // One name alone, in a file whose headings are English.
        let mut bytes = "name\n山田 太郎\n".to_owned().into_bytes();
        bytes.remove(6);
        assert_eq!(decode(bytes).err(), Some(FileError::LostLetter { line: 2 }));
    }

    #[test]
    fn shift_jis_is_read_with_half_width_kana_too() {
        for text in [TEXT, "name,reading\nﾔﾏﾀﾞ ﾀﾛｳ,ﾔﾏﾀﾞ ﾀﾛｳ\nｽｽﾞｷ,ﾊﾅｺ\n"]
        {
            let (bytes, _, had_errors) = SHIFT_JIS.encode(text);
            assert!(!had_errors);
            assert_eq!(decode(bytes.into_owned()).unwrap().text, text);
        }
    }

    #[test]
    fn unicode_text_of_a_spreadsheet_is_read_in_both_orders() {
        let units: Vec<u16> = format!("\u{feff}{TEXT}").encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [little.clone(), big] {
            let decoded = decode(bytes).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.is_utf16), (TEXT, true));
        }
        assert_eq!(
            decode(little[..little.len() - 1].to_vec()).err(),
            Some(FileError::Characters),
            "half a letter"
        );
    }

    #[test]
    fn what_is_none_of_these_is_refused() {
        assert_eq!(decode(b"name,\x80\xff\n".to_vec()).err(), Some(FileError::Characters));
        assert_eq!(
            decode(b"n\0a\0m\0e\0".to_vec()).err(),
            Some(FileError::Characters),
            "UTF-16 without its mark"
        );
    }
}
