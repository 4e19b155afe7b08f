//! A QR code (ISO/IEC 18004) as inline SVG: an address on paper that a phone opens without typing.
//!
//! **Invariant:** the code is black on white with its quiet zone, in the dark too: readers expect that.

use askama::{Template, filters::HtmlSafe};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Width of the white border, in modules (ISO/IEC 18004 §6.3.8).
const QUIET_ZONE: usize = 4;

/// A QR code ready for a page.
#[derive(Template)]
#[template(path = "parts/qr_code.html")]
pub(crate) struct DrawnQrCode {
    title: String,
    /// In modules, with the quiet zone; 0 if the content is too long for a code.
    width: usize,
    /// The path of the dark modules.
    dark: String,
}

impl HtmlSafe for DrawnQrCode {}

/// The QR code of `content` with `title` for screen readers. Content beyond 2,331 bytes draws nothing, so the
/// page shows it as text, too.
#[expect(clippy::needless_pass_by_value, reason = "a phrase is made for this call")]
pub(crate) fn qr_code(content: &str, title: impl ToString) -> DrawnQrCode {
    let title = title.to_string();
    let Ok(code) = QrCode::with_error_correction_level(content, EcLevel::M) else {
        return DrawnQrCode { title, width: 0, dark: String::new() };
    };
    let modules = code.to_colors();
    let rows = modules.chunks(code.width()).enumerate();
    let dark = rows.map(|(row, modules)| dark_runs(row + QUIET_ZONE, modules)).collect();
    DrawnQrCode { title, width: code.width() + 2 * QUIET_ZONE, dark }
}

/// The dark modules of a row, neighbours joined: fewer bytes, and no hairlines between them in print.
fn dark_runs(y: usize, row: &[Color]) -> String {
    let (mut path, mut x) = (String::new(), QUIET_ZONE);
    for run in row.chunk_by(|one, next| one == next) {
        if run[0] == Color::Dark {
            // Only a sink that fails refuses, and a String does not.
            let _ = write!(path, "M{x} {y}h{0}v1h-{0}z", run.len());
        }
        x += run.len();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::qr_code;
    use askama::Template;

    /// The drawn code as a reader sees it, four points a module.
    fn read(svg: &str) -> Vec<String> {
        const POINTS: usize = 4;
        let between = |text: &str, from: &str, to: &str| {
            let start = text.find(from).unwrap() + from.len();
            text[start..start + text[start..].find(to).unwrap()].to_owned()
        };
        let width: usize = between(svg, "viewBox=\"0 0 ", " ").parse().unwrap();
        let mut dark = vec![vec![false; width]; width];
        for run in between(svg, "<path fill=\"#000\" d=\"M", "\"").split('M') {
            let number = |text: &str| text.parse::<usize>().unwrap();
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            dark[number(y)][number(x)..number(x) + number(length)].fill(true);
        }
        let shade = |x: usize, y: usize| if dark[y / POINTS][x / POINTS] { 0 } else { 255 };
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width * POINTS, width * POINTS, shade);
        picture.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect()
    }

    #[test]
    fn a_reader_reads_what_was_drawn() {
        for content in [
            "https://pki.example.jp/",
            "https://pki.example.jp/enrol?code=abcd-efgh-jkmn&email=taro%40example.jp",
        ] {
            assert_eq!(read(&qr_code(content, "address").render().unwrap()), [content]);
        }
    }

    #[test]
    fn the_title_is_escaped_and_told() {
        let svg = qr_code("https://pki.example.jp/", "<b>&").render().unwrap();
        assert!(svg.contains("<title>&#60;b&#62;&#38;</title>"), "{svg}");
    }

    #[test]
    fn what_no_code_can_hold_draws_nothing() {
        assert_eq!(qr_code(&"a".repeat(3000), "address").render().unwrap(), "");
    }
}
