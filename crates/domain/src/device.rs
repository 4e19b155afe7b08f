//! The device for a certificate; each certificate is for one device.

use pki::{KeyAlgorithm, Pkcs12Profile};
use serde::{Serialize, Serializer};

/// The longest device name that a person may give.
pub const DEVICE_NAME_LETTERS_MAX: usize = 60;

/// The kind of system, chosen at pickup; decides which keys and which PKCS#12 encryption it can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceType {
    /// Windows 10 (1709) or later, Windows Server 2019 or later.
    Windows,
    /// Windows before 10 (1709), such as Windows 7; Windows Server before 2019.
    WindowsOld,
    /// macOS.
    Macos,
    /// iPhone or iPad.
    Ios,
    /// Android.
    Android,
    /// ChromeOS.
    ChromeOs,
    /// Linux with Chrome.
    Linux,
    /// Firefox with its own certificate store, on any system.
    Firefox,
}

impl DeviceType {
    /// All types in the order in which the form offers them.
    pub const ALL: [Self; 8] = [
        Self::Windows,
        Self::WindowsOld,
        Self::Macos,
        Self::Ios,
        Self::Android,
        Self::ChromeOs,
        Self::Linux,
        Self::Firefox,
    ];

    /// The stable name in forms, in the store and in guide addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::WindowsOld => "windows-old",
            Self::Macos => "macos",
            Self::Ios => "ios",
            Self::Android => "android",
            Self::ChromeOs => "chromeos",
            Self::Linux => "linux",
            Self::Firefox => "firefox",
        }
    }

    /// The type with this stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|device| device.name() == name)
    }

    /// Whether the system installs configuration profiles ([`crate::configuration_profile`]).
    pub fn installs_profiles(self) -> bool {
        matches!(self, Self::Macos | Self::Ios)
    }

    /// The PKCS#12 encryption that this system surely reads. Apple and Android systems freeze their version
    /// in the browser's name, and older ones report a modern file as "wrong password", so they get the older
    /// encryption.
    pub fn pkcs12_profile(self) -> Pkcs12Profile {
        match self {
            Self::Windows | Self::ChromeOs | Self::Linux | Self::Firefox => Pkcs12Profile::Modern,
            Self::WindowsOld | Self::Macos | Self::Ios | Self::Android => Pkcs12Profile::Compat,
        }
    }

    /// The kind of key that this system surely takes. Apple's guide names RSA only, and nobody has tried another one on
    /// Android and on old Windows.
    pub fn key_algorithm(self) -> KeyAlgorithm {
        match self {
            Self::Windows | Self::ChromeOs | Self::Linux | Self::Firefox => KeyAlgorithm::EcdsaP256,
            Self::WindowsOld | Self::Macos | Self::Ios | Self::Android => KeyAlgorithm::Rsa2048,
        }
    }
}

impl Serialize for DeviceType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_whose_makers_name_rsa_alone_get_rsa_keys() {
        for device in [DeviceType::Macos, DeviceType::Ios, DeviceType::Android, DeviceType::WindowsOld] {
            assert_eq!(device.key_algorithm(), KeyAlgorithm::Rsa2048, "{device:?}");
        }
        for device in [DeviceType::Windows, DeviceType::ChromeOs, DeviceType::Linux, DeviceType::Firefox] {
            assert_eq!(device.key_algorithm(), KeyAlgorithm::EcdsaP256, "{device:?}");
        }
    }

    #[test]
    fn systems_that_misread_modern_files_get_the_older_encryption() {
        for device in [DeviceType::Macos, DeviceType::Ios, DeviceType::Android, DeviceType::WindowsOld] {
            assert!(matches!(device.pkcs12_profile(), Pkcs12Profile::Compat), "{device:?}");
        }
        for device in [DeviceType::Windows, DeviceType::ChromeOs, DeviceType::Linux, DeviceType::Firefox] {
            assert!(matches!(device.pkcs12_profile(), Pkcs12Profile::Modern), "{device:?}");
        }
    }
}
