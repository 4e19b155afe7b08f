//! What a browser says about the machine that it runs on: only to preselect and to suggest, never relied upon.

use axum::http::{HeaderMap, header};
use domain::device::DeviceType;

/// The system's name as Chromium tells it (User-Agent Client Hints).
const PLATFORM: &str = "sec-ch-ua-platform";

/// The words of a browser about itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BrowserWords<'a> {
    name: &'a str,
    platform: &'a str,
}

impl<'a> BrowserWords<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self { name: text(header::USER_AGENT.as_str()), platform: text(PLATFORM).trim_matches('"') }
    }

    fn has(self, part: &str) -> bool {
        self.name.contains(part)
    }

    fn has_any(self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.has(part))
    }

    /// A first guess at the system; `None` where the browser's words fit several.
    pub(crate) fn device(self) -> Option<DeviceType> {
        // An iPad's browsers call the system macOS; other companies' browsers tell their own names.
        if self.has_any(&["iPhone", "iPad", "iPod", "CriOS/", "FxiOS/", "EdgiOS/"]) || self.platform == "iOS"
        {
            Some(DeviceType::Ios)
        } else if self.has("Android") || self.platform == "Android" {
            Some(DeviceType::Android)
        } else if self.has("CrOS") || matches!(self.platform, "Chrome OS" | "Chromium OS") {
            Some(DeviceType::ChromeOs)
        } else if self.has("Firefox/") {
            Some(DeviceType::Firefox)
        } else if self.has_any(&["Windows NT 5.", "Windows NT 6."]) {
            Some(DeviceType::WindowsOld)
        } else if self.has("Windows") {
            Some(DeviceType::Windows)
        } else if self.has("Mac OS X") {
            (!self.is_mac_or_ipad()).then_some(DeviceType::Macos)
        } else if self.has("Linux") {
            Some(DeviceType::Linux)
        } else {
            None
        }
    }

    /// Whether it is Safari of a Mac or of an iPad, which call themselves the same.
    pub(crate) fn is_mac_or_ipad(self) -> bool {
        let others = ["Chrome/", "Chromium/", "Edg/", "OPR/", "Firefox/", "CriOS/", "FxiOS/", "EdgiOS/"];
        self.has("Macintosh") && self.platform.is_empty() && !self.has_any(&others)
    }

    /// What people call the machine, to suggest as its name.
    pub(crate) fn machine(self) -> Option<&'static str> {
        match self.device()? {
            DeviceType::Ios if self.has("iPhone") => Some("iPhone"),
            DeviceType::Ios => Some("iPad"),
            DeviceType::Android => Some("Android"),
            DeviceType::ChromeOs => Some("Chromebook"),
            DeviceType::Windows | DeviceType::WindowsOld => Some("Windows PC"),
            DeviceType::Macos => Some("Mac"),
            DeviceType::Linux => Some("Linux PC"),
            DeviceType::Firefox if self.has("Windows") => Some("Windows PC"),
            DeviceType::Firefox if self.has("Macintosh") => Some("Mac"),
            DeviceType::Firefox if self.has("Linux") => Some("Linux PC"),
            DeviceType::Firefox => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a browser with these words is taken for.
    fn taken(name: &'static str, platform: &'static str) -> (Option<DeviceType>, Option<&'static str>, bool) {
        let browser = BrowserWords { name, platform };
        (browser.device(), browser.machine(), browser.is_mac_or_ipad())
    }

    const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";

    #[test]
    fn safari_on_a_mac_or_ipad_is_taken_for_neither() {
        assert_eq!(taken(SAFARI, ""), (None, None, true));
    }

    #[test]
    fn a_system_and_its_machine_are_known_by_what_their_browsers_say() {
        use DeviceType as D;
        for (name, platform, device, machine) in [
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/150 Safari/537.36",
                "macOS",
                D::Macos,
                "Mac",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) CriOS/150 Safari/604.1", "", D::Ios, "iPad"),
            ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) Version/12.1 Safari/604.1", "", D::Ios, "iPad"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "", D::Ios, "iPhone"),
            ("Mozilla/5.0 (Linux; Android 10; K) Chrome/150", "Android", D::Android, "Android"),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/150", "Android", D::Android, "Android"),
            ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/150", "Chrome OS", D::ChromeOs, "Chromebook"),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/150", "Linux", D::Linux, "Linux PC"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150", "Windows", D::Windows, "Windows PC"),
            ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0)", "", D::WindowsOld, "Windows PC"),
            (
                "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:109.0) Firefox/115.0",
                "",
                D::Firefox,
                "Windows PC",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Firefox/140.0", "", D::Firefox, "Mac"),
        ] {
            assert_eq!(taken(name, platform), (Some(device), Some(machine), false), "{name}");
        }
        assert_eq!(taken("curl/8", ""), (None, None, false));
    }
}
