//! Drawings of other systems' screens, each beside the step that mentions it: the screens on the way from the
//! file to the check page, and invitations.
//!
//! A drawing is a frame with parts below one another, written as inline SVG. Its colours come from the
//! stylesheet, so it fits light and dark; its title and description contain the same in words.
//!
//! **Invariant:** each is labelled as a drawing and never looks like a screenshot; every text fits its frame
//! in both languages.

use crate::voice::{Phrase, Voice};
use askama::{Template, filters::HtmlSafe};
use domain::device::DeviceType;

/// A scene in one language, ready for a page.
#[derive(Template)]
#[template(path = "parts/drawing.html")]
pub(crate) struct Drawing {
    t: Voice,
    id: String,
    frame: Frame,
    title: Phrase,
    parts: Vec<Placed>,
    /// In the drawing's own units; all drawings are [`WIDTH`] wide.
    height: u32,
    /// Whether its caption says that it is a drawing; on a page with several, one sentence above them says so.
    captioned: bool,
}

impl HtmlSafe for Drawing {}

impl Drawing {
    fn captioned(self) -> Self {
        Self { captioned: true, ..self }
    }
}

/// The drawing for one step of an import guide (1-based), if there is one.
pub(crate) fn import_step(device: DeviceType, step: usize, t: &Voice) -> Option<Drawing> {
    let scene = match (device, step) {
        (DeviceType::Windows | DeviceType::Macos | DeviceType::Ios | DeviceType::Android, 1)
        | (DeviceType::WindowsOld, 2) => obtained(device),
        (DeviceType::Windows, 2) => Scene::new(
            Frame::Window,
            "drawing-wizard",
            &[
                Part::Text("drawing-store"),
                Part::Chosen("drawing-store-user"),
                Part::Choice("drawing-store-machine"),
                Part::Buttons(None, "drawing-next"),
            ],
        ),
        (DeviceType::Windows, 4) | (DeviceType::WindowsOld, 3) => {
            asks_password(Frame::Window, "drawing-wizard", "drawing-windows-prompt", "drawing-next")
        }
        (DeviceType::Windows, 5) | (DeviceType::WindowsOld, 4) => Scene::new(
            Frame::Window,
            "drawing-wizard",
            &[
                Part::Text("drawing-stores"),
                Part::Chosen("drawing-stores-automatic"),
                Part::Choice("drawing-stores-placed"),
                Part::Buttons(None, "drawing-next"),
            ],
        ),
        (DeviceType::Windows, 6) | (DeviceType::WindowsOld, 5) => Scene::new(
            Frame::Window,
            "drawing-wizard",
            &[Part::Text("drawing-windows-imported"), Part::Buttons(None, "drawing-ok")],
        ),
        (DeviceType::Macos, 3) => {
            asks_password(Frame::Mac, "drawing-keychain", "drawing-macos-prompt", "drawing-ok")
        }
        (DeviceType::Ios, 2) => {
            let parts = &[Part::Picked("drawing-ios-downloaded"), Part::Entry("drawing-ios-general")];
            Scene::new(Frame::Phone, "drawing-ios-settings", parts)
        }
        (DeviceType::Ios, 3) => Scene::new(
            Frame::Phone,
            "drawing-ios-profile",
            &[
                Part::Text("drawing-ios-unsigned"),
                Part::Buttons(Some("drawing-cancel"), "drawing-ios-install"),
            ],
        ),
        (DeviceType::Ios, 4) => {
            asks_password(Frame::Phone, "drawing-ios-password", "drawing-ios-prompt", "drawing-next")
        }
        (DeviceType::Android, 3) => {
            asks_password(Frame::Phone, "drawing-android-extract", "drawing-android-prompt", "drawing-ok")
        }
        (DeviceType::ChromeOs | DeviceType::Linux, 2) => {
            let parts = &[Part::Text("drawing-linux-certificates"), Part::Buttons(None, "drawing-import")];
            Scene::new(Frame::Browser, "drawing-linux-address", parts)
        }
        (DeviceType::ChromeOs | DeviceType::Linux, 3) => {
            asks_password(Frame::Window, "drawing-linux-password", "drawing-linux-prompt", "drawing-ok")
        }
        (DeviceType::Firefox, 3) => {
            let parts = &[Part::Picked("drawing-firefox-own"), Part::Buttons(None, "drawing-import")];
            Scene::new(Frame::Window, "drawing-firefox-manager", parts)
        }
        (DeviceType::Firefox, 4) => asks_password(
            Frame::Window,
            "drawing-firefox-password",
            "drawing-firefox-prompt",
            "drawing-sign-in",
        ),
        _ => return None,
    };
    Some(scene.draw(format!("drawing-step-{step}"), t))
}

/// The drawing for one step of the pickup guide (1-based), if there is one.
pub(crate) fn pickup_step(step: usize, t: &Voice) -> Option<Drawing> {
    let scene = match step {
        3 => Scene::new(
            Frame::Browser,
            "drawing-pickup",
            &[
                Part::Entry("drawing-pickup-reference"),
                Part::Fill("drawing-pickup-pin"),
                Part::Password,
                Part::Buttons(None, "pickup-send"),
            ],
        ),
        6 => Scene::new(
            Frame::Browser,
            "drawing-downloads",
            &[Part::Text("drawing-keep-question"), Part::Buttons(Some("drawing-discard"), "drawing-keep")],
        ),
        _ => return None,
    };
    Some(scene.draw(format!("drawing-step-{step}"), t))
}

/// The file that has just arrived, or the question before it.
pub(crate) fn downloaded(device: DeviceType, t: &Voice) -> Drawing {
    obtained(device).draw("drawing-downloaded".to_owned(), t).captioned()
}

/// The browser's question for a certificate, a window that surprises people.
pub(crate) fn chooser(device: DeviceType, t: &Voice) -> Drawing {
    let (frame, title, go) = match device {
        DeviceType::Windows | DeviceType::WindowsOld | DeviceType::ChromeOs | DeviceType::Linux => {
            (Frame::Window, "drawing-chooser", "drawing-ok")
        }
        DeviceType::Firefox => (Frame::Window, "drawing-chooser-firefox", "drawing-ok"),
        DeviceType::Macos => (Frame::Mac, "drawing-chooser", "drawing-continue"),
        DeviceType::Ios => (Frame::Phone, "drawing-chooser", "drawing-continue"),
        DeviceType::Android => (Frame::Phone, "drawing-chooser", "drawing-select"),
    };
    let parts = &[
        Part::Picked("drawing-chooser-own"),
        Part::Entry("drawing-chooser-other"),
        Part::Buttons(Some("drawing-cancel"), go),
    ];
    Scene::new(frame, title, parts).draw("drawing-chooser".to_owned(), t)
}

/// The check page in its final state.
pub(crate) fn proof(device: DeviceType, t: &Voice) -> Drawing {
    let frame = match device {
        DeviceType::Ios | DeviceType::Android => Frame::Phone,
        _ => Frame::Browser,
    };
    Scene::new(frame, "drawing-proof", &[Part::Done("proof-title")]).draw("drawing-proof".to_owned(), t)
}

/// An invitation, by mail or on paper, with the places of code and one-time password.
pub(crate) fn invitation(t: &Voice) -> Drawing {
    const PARTS: &[Part] = &[
        Part::Text("drawing-invitation-dear"),
        Part::Picked("drawing-invitation-code"),
        Part::Picked("drawing-invitation-password"),
    ];
    Scene::new(Frame::Window, "drawing-invitation", PARTS)
        .draw("drawing-invitation".to_owned(), t)
        .captioned()
}

fn obtained(device: DeviceType) -> Scene {
    match device {
        DeviceType::Ios => Scene::new(
            Frame::Phone,
            "drawing-ios-safari",
            &[
                Part::Text("drawing-ios-question"),
                Part::Buttons(Some("drawing-ios-ignore"), "drawing-ios-allow"),
            ],
        ),
        DeviceType::Android => Scene::new(Frame::Phone, "drawing-downloads", &[Part::File]),
        DeviceType::Macos => Scene::new(Frame::Mac, "drawing-downloads", &[Part::File]),
        _ => Scene::new(Frame::Window, "drawing-downloads", &[Part::File]),
    }
}

fn asks_password(frame: Frame, title: &'static str, prompt: &'static str, go: &'static str) -> Scene {
    Scene { frame, title, parts: vec![Part::Text(prompt), Part::Password, Part::Buttons(None, go)] }
}

/// The frame around the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// A window of Windows or Linux.
    Window,
    /// A window of macOS.
    Mac,
    /// A phone or tablet.
    Phone,
    /// A browser with its address line.
    Browser,
}

/// The width of all drawings, in their own units.
const WIDTH: u32 = 300;

/// The widths of letters, in the drawings' units; the stylesheet sets their size.
const FULL_WIDTH: u32 = 13;
const HALF_WIDTH: u32 = 7;

impl Frame {
    /// The left and right ends of the parts.
    fn sides(self) -> (u32, u32) {
        match self {
            Self::Phone => (44, 256),
            Self::Window | Self::Mac | Self::Browser => (14, WIDTH - 14),
        }
    }

    /// The heights above and below the parts.
    fn margins(self) -> (u32, u32) {
        match self {
            Self::Phone => (56, 22),
            Self::Window | Self::Mac | Self::Browser => (38, 10),
        }
    }
}

/// One element within a frame. A mark surrounds each element to press or fill in.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// A text, with the lines of its translation.
    Text(&'static str),
    /// One of several choices, not selected.
    Choice(&'static str),
    /// The choice to select.
    Chosen(&'static str),
    /// A field to fill in; marked.
    Fill(&'static str),
    /// The field for the PKCS#12 file password; marked.
    Password,
    /// The picked-up file; marked.
    File,
    /// One of several entries.
    Entry(&'static str),
    /// The entry to select; marked.
    Picked(&'static str),
    /// A button to leave alone, and the button to press; marked.
    Buttons(Option<&'static str>, &'static str),
    /// The green end.
    Done(&'static str),
}

impl Part {
    fn key(self) -> &'static str {
        match self {
            Self::Text(key)
            | Self::Choice(key)
            | Self::Chosen(key)
            | Self::Entry(key)
            | Self::Picked(key)
            | Self::Fill(key)
            | Self::Buttons(_, key)
            | Self::Done(key) => key,
            Self::Password => "drawing-password",
            Self::File => "drawing-file",
        }
    }

    /// The text of this part for screen readers; `None` if its own text serves.
    fn told_by(self) -> Option<&'static str> {
        match self {
            Self::Chosen(_) => Some("drawing-says-chosen"),
            Self::Picked(_) => Some("drawing-says-picked"),
            Self::Fill(_) => Some("drawing-says-fill"),
            Self::Buttons(..) => Some("drawing-says-press"),
            Self::Password => Some("drawing-says-password"),
            Self::File => Some("drawing-says-file"),
            Self::Text(_) | Self::Choice(_) | Self::Entry(_) | Self::Done(_) => None,
        }
    }

    fn height(self, lines: usize) -> u32 {
        match self {
            Self::Text(_) => 6 + 18 * u32::try_from(lines).unwrap_or(1),
            Self::Choice(_) | Self::Chosen(_) => 26,
            Self::Password => 60,
            Self::File => 52,
            Self::Entry(_) | Self::Picked(_) | Self::Fill(_) => 38,
            Self::Buttons(..) => 42,
            Self::Done(_) => 84,
        }
    }
}

struct Scene {
    frame: Frame,
    title: &'static str,
    parts: Vec<Part>,
}

impl Scene {
    fn new(frame: Frame, title: &'static str, parts: &[Part]) -> Self {
        Self { frame, title, parts: parts.to_vec() }
    }

    fn draw(self, id: String, t: &Voice) -> Drawing {
        let (mut top, below) = self.frame.margins();
        let mut parts = Vec::new();
        for part in self.parts {
            let text = t.say(part.key());
            let lines: Vec<String> = text.to_string().lines().map(str::to_owned).collect();
            let other = match part {
                Part::Buttons(other, _) => other.map(|key| t.say(key).to_string()),
                _ => None,
            };
            let told = part.told_by().map_or_else(|| text.clone(), |key| t.say(key).with("text", &text));
            let height = part.height(lines.len());
            parts.push(Placed { part, top, lines, other, told: told.to_string().replace('\n', " ") });
            top += height;
        }
        let title = t.say(self.title);
        Drawing { t: t.clone(), id, frame: self.frame, title, parts, height: top + below, captioned: false }
    }
}

/// A part at its position, in one language.
struct Placed {
    part: Part,
    /// Its distance from the top.
    top: u32,
    lines: Vec<String>,
    /// The button beside the button to press.
    other: Option<String>,
    /// The text for screen readers.
    told: String,
}

impl Placed {
    fn text(&self) -> &str {
        self.lines.first().map_or("", String::as_str)
    }

    /// The width of the button to press.
    fn button(&self) -> u32 {
        button_width(self.text())
    }

    /// The width of the other button.
    fn other_button(&self) -> u32 {
        self.other.as_deref().map_or(0, button_width)
    }
}

/// The width of a button with that text.
fn button_width(text: &str) -> u32 {
    text_width(text) + 26
}

fn text_width(text: &str) -> u32 {
    text.chars().map(|letter| if letter < '\u{1100}' { HALF_WIDTH } else { FULL_WIDTH }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{locale::Locale, time::Timestamp};
    use jiff::tz::TimeZone;

    fn all(locale: Locale) -> Vec<Drawing> {
        let t = Voice::new(locale, "Sekisho", TimeZone::UTC, Timestamp::UNIX_EPOCH);
        let mut drawings = vec![invitation(&t)];
        drawings.extend((1..10).filter_map(|step| pickup_step(step, &t)));
        for device in DeviceType::ALL {
            drawings.extend((1..10).filter_map(|step| import_step(device, step, &t)));
            drawings.extend([downloaded(device, &t), chooser(device, &t), proof(device, &t)]);
        }
        drawings
    }

    /// The width beside a text in its line, in the drawing's units.
    fn beside(placed: &Placed) -> u32 {
        match placed.part {
            Part::Text(_) => 0,
            Part::Choice(_) | Part::Chosen(_) | Part::Entry(_) | Part::Picked(_) | Part::Fill(_) => 24,
            Part::Password | Part::Done(_) => 16,
            Part::File => 48,
            Part::Buttons(..) => 34 + placed.other_button(),
        }
    }

    #[test]
    fn every_text_fits_its_frame_in_both_languages() {
        for drawing in Locale::ALL.into_iter().flat_map(all) {
            let (left, right) = drawing.frame.sides();
            let title = text_width(&drawing.title.to_string());
            assert!(title <= right - left, "{}: {title} in {:?}", drawing.title, drawing.frame);
            for placed in &drawing.parts {
                for line in &placed.lines {
                    let width = text_width(line) + beside(placed);
                    assert!(width <= right - left, "{line}: {width} in {:?}", drawing.frame);
                }
            }
        }
    }

    #[test]
    fn every_guide_draws_the_password_question() {
        let t = Voice::new(Locale::Ja, "Sekisho", TimeZone::UTC, Timestamp::UNIX_EPOCH);
        for device in DeviceType::ALL {
            let drawn = (1..10).filter_map(|step| import_step(device, step, &t));
            let asked = drawn
                .flat_map(|drawing| drawing.parts)
                .filter(|placed| matches!(placed.part, Part::Password));
            assert_eq!(asked.count(), 1, "{device:?}");
        }
    }
}
