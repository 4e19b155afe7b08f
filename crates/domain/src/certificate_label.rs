//! The names by which a person tells certificates apart: of the downloaded file, and in the lists of key stores and of
//! configuration profiles.
//!
//! All name the device and the month in which the certificate was picked up. The subject does not: it stays the same
//! for all devices of a person, and browsers that show nothing else show the serial number beside it.

use crate::{device::DeviceType, time::Timestamp};
use jiff::tz::TimeZone;
use pki::pkcs12::FRIENDLY_NAME_CHARACTERS_MAX;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The most letters of a device's name within a file's name: file systems allow 255 octets.
const FILE_DEVICE_LETTERS_MAX: usize = 40;

/// What the names are made of.
#[derive(Debug, Clone)]
pub struct CertificateLabel<'a> {
    device_name: &'a str,
    device_type: DeviceType,
    /// Such as `2026-12`.
    month: String,
}

/// The name under which a browser saves a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// The name, in any script.
    pub full: String,
    /// The name for browsers that read ASCII only.
    pub ascii: String,
}

impl From<&str> for FileName {
    fn from(name: &str) -> Self {
        Self { full: name.to_owned(), ascii: name.to_owned() }
    }
}

impl<'a> CertificateLabel<'a> {
    /// The label of a certificate picked up at this moment, in the service's time zone.
    pub fn new(
        device_name: &'a str,
        device_type: DeviceType,
        picked_up_at: Timestamp,
        zone: &TimeZone,
    ) -> Self {
        let month = picked_up_at.to_zoned(zone.clone()).strftime("%Y-%m").to_string();
        Self { device_name, device_type, month }
    }

    /// Such as `sample-eigyo-pc-2026-12.p12`: the company's short name, the device, the month, `ending`. A device whose name
    /// ASCII cannot write is called by its system there, and by its name in the full one.
    pub fn file_name(&self, slug: &str, ending: &str) -> FileName {
        let named = |device: &str| format!("{slug}-{device}-{}{ending}", self.month);
        let ascii = ascii_slug(self.device_name);
        let ascii_device = ascii.as_deref().unwrap_or(self.device_type.name());
        let full = if self.device_name.is_ascii() { None } else { slug_of(self.device_name) };
        FileName { full: named(full.as_deref().unwrap_or(ascii_device)), ascii: named(ascii_device) }
    }

    /// Such as `Yamada Taro - 営業ノートPC (2026-12) - Sample Co., Ltd.`: what Windows, macOS and Firefox show. A long name
    /// is cut so that device and month stay.
    pub fn friendly_name(&self, common_name: &str, organization: &str) -> String {
        let device = self.device_and_month();
        let room = FRIENDLY_NAME_CHARACTERS_MAX.saturating_sub(device.chars().count());
        let common_name: String = common_name.chars().take(room).collect();
        let name = format!("{common_name}{device} - {organization}");
        name.chars().take(FRIENDLY_NAME_CHARACTERS_MAX).collect::<String>().trim_end().to_owned()
    }

    /// Such as `サンプル株式会社 - 太郎の iPhone (2026-12)`: what iPhone, iPad and Mac show in their lists of profiles.
    pub fn profile_name(&self, company: &str) -> String {
        format!("{company}{}", self.device_and_month())
    }

    /// BMPString, and lists on old systems, have no letters beyond the Basic Multilingual Plane.
    fn device_and_month(&self) -> String {
        let device: String =
            self.device_name.chars().filter(|letter| u32::from(*letter) < 0x1_0000).collect();
        let device = match device.trim() {
            "" => self.device_type.name(),
            device => device,
        };
        format!(" - {device} ({})", self.month)
    }
}

/// Letters and digits of any script, with `-` for all between them; `None` if there are none.
fn slug_of(name: &str) -> Option<String> {
    let letters = name.nfkc().map(|letter| if letter.is_alphanumeric() { letter } else { '-' });
    joined(letters)
}

/// The same in small letters of ASCII, without accents; `None` if a letter would be lost.
fn ascii_slug(name: &str) -> Option<String> {
    let letters: Vec<char> = name.nfkd().filter(|letter| !is_combining_mark(*letter)).collect();
    if letters.iter().any(|letter| letter.is_alphanumeric() && !letter.is_ascii()) {
        return None;
    }
    let plain = letters.into_iter().map(|letter| letter.to_ascii_lowercase());
    joined(plain.map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }))
}

fn joined(letters: impl Iterator<Item = char>) -> Option<String> {
    let text: String = letters.collect();
    let words = text.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let cut: String = words.chars().take(FILE_DEVICE_LETTERS_MAX).collect();
    let cut = cut.trim_end_matches('-');
    (!cut.is_empty()).then(|| cut.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(device_name: &str) -> CertificateLabel<'_> {
        // 1 December in Japan, still November elsewhere.
        let at = "2026-11-30T15:30:00Z".parse().unwrap();
        CertificateLabel::new(device_name, DeviceType::WindowsOld, at, &TimeZone::get("Asia/Tokyo").unwrap())
    }

    fn file(device_name: &str) -> [String; 2] {
        let FileName { ascii, full } = label(device_name).file_name("sample", ".p12");
        [ascii, full].map(|name| name.replace("sample-", "").replace("-2026-12.p12", ""))
    }

    #[test]
    fn a_file_is_named_after_company_device_and_month() {
        let name = label("Eigyo PC").file_name("sample", ".p12");
        assert_eq!(
            (name.ascii.as_str(), name.full.as_str()),
            ("sample-eigyo-pc-2026-12.p12", name.ascii.as_str())
        );
        assert_eq!(
            label("Eigyo PC").file_name("sample", "-compat.p12").full,
            "sample-eigyo-pc-2026-12-compat.p12"
        );
    }

    #[test]
    fn a_name_that_ascii_cannot_write_is_the_systems_there_and_its_own_in_full() {
        for (device, ascii, full) in [
            ("営業ノートPC", "windows-old", "営業ノートPC"),
            ("太郎の iPhone 15", "windows-old", "太郎の-iPhone-15"),
            ("Büro-PC", "buro-pc", "Büro-PC"),
            ("ＰＣ(営業)", "windows-old", "PC-営業"),
            ("O'Brien's Mac", "o-brien-s-mac", "o-brien-s-mac"),
            ("か\u{3099}いしゃ", "windows-old", "がいしゃ"),
            ("💻", "windows-old", "windows-old"),
            ("..", "windows-old", "windows-old"),
        ] {
            assert_eq!(file(device), [ascii, full], "{device}");
        }
    }

    #[test]
    fn no_device_name_leads_out_of_its_folder_or_makes_a_name_too_long() {
        for device in
            ["../../etc/passwd", "a\\b:c*d?e\"f<g>h|i", "\u{202e}gpj.exe", "営業/../PC", &"営".repeat(60)]
        {
            let [ascii, full] = file(device);
            for name in [&ascii, &full] {
                assert!(name.chars().all(|letter| letter.is_alphanumeric() || letter == '-'), "{name}");
                assert!(name.len() <= 3 * FILE_DEVICE_LETTERS_MAX, "{name}");
            }
        }
    }

    #[test]
    fn key_stores_are_told_device_and_month_however_long_the_other_names_are() {
        assert_eq!(
            label("営業ノートPC").friendly_name("Yamada Taro", "Sample Co., Ltd."),
            "Yamada Taro - 営業ノートPC (2026-12) - Sample Co., Ltd."
        );
        assert_eq!(label("💻").friendly_name("Yamada Taro", "X"), "Yamada Taro - windows-old (2026-12) - X");
        assert_eq!(
            label("太郎の iPhone").profile_name("サンプル株式会社"),
            "サンプル株式会社 - 太郎の iPhone (2026-12)"
        );
        let device = "営".repeat(60);
        let long = label(&device).friendly_name(&"Y".repeat(64), &"S".repeat(64));
        assert!(long.contains(&format!("{device} (2026-12)")), "{long}");
        assert_eq!(long.chars().count(), FRIENDLY_NAME_CHARACTERS_MAX);
    }
}
