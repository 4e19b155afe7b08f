//! Programs in which people open a site, without access to the certificates of their system.

/// A program without access to the certificates of its system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Program {
    /// LINE's own browser.
    Line,
    /// Microsoft Teams' own browser.
    Teams,
    /// A browser inside some other app.
    InApp,
    /// Chrome on iOS or iPadOS.
    ChromeOnIos,
    /// Firefox on iOS or iPadOS.
    FirefoxOnIos,
    /// Edge on iOS or iPadOS.
    EdgeOnIos,
    /// Firefox on Android.
    FirefoxOnAndroid,
}

impl Program {
    /// All programs.
    pub const ALL: [Self; 7] = [
        Self::Line,
        Self::Teams,
        Self::InApp,
        Self::ChromeOnIos,
        Self::FirefoxOnIos,
        Self::EdgeOnIos,
        Self::FirefoxOnAndroid,
    ];

    /// The stable name, the key of its text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Teams => "teams",
            Self::InApp => "in-app",
            Self::ChromeOnIos => "chrome-on-ios",
            Self::FirefoxOnIos => "firefox-on-ios",
            Self::EdgeOnIos => "edge-on-ios",
            Self::FirefoxOnAndroid => "firefox-on-android",
        }
    }
}
