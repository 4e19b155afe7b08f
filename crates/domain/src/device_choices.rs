//! A tenant's choices for kinds of devices, such as the kind of their keys.
//!
//! A kind of device without a choice has the default of the present release, which may change once somebody has tried
//! another one on such a device; a choice stays.

use crate::device::DeviceType;
use pki::{KeyAlgorithm, Pkcs12Profile};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{collections::BTreeMap, fmt};

/// What may be chosen for a kind of device.
pub trait DeviceChoice: Copy + Eq + fmt::Debug + 'static {
    /// All values in the order in which forms offer them.
    const ALL: &'static [Self];

    /// The stable name in forms, in the store and in the audit log.
    fn name(self) -> &'static str;

    /// The value with this stable name.
    fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.name() == name)
    }
}

impl DeviceChoice for KeyAlgorithm {
    const ALL: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        match self {
            Self::EcdsaP256 => "p-256",
            Self::EcdsaP384 => "p-384",
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa3072 => "rsa-3072",
            Self::Rsa4096 => "rsa-4096",
        }
    }
}

impl DeviceChoice for Pkcs12Profile {
    const ALL: &'static [Self] = &[Self::Modern, Self::Compat];

    fn name(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Compat => "compat",
        }
    }
}

/// The choices of one kind, by the device; what was not chosen is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceChoices<T>(BTreeMap<DeviceType, T>);

impl<T: DeviceChoice> DeviceChoices<T> {
    /// The choice for a kind of device, if one was made.
    pub fn of(&self, device: DeviceType) -> Option<T> {
        self.0.get(&device).copied()
    }

    /// The choices with this one.
    #[must_use]
    pub fn with(mut self, device: DeviceType, value: T) -> Self {
        self.0.insert(device, value);
        self
    }
}

impl<T> Default for DeviceChoices<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// As written into the audit log: `device:value`, separated by commas; `auto` without any choice.
impl<T: DeviceChoice> fmt::Display for DeviceChoices<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chosen = self.0.iter().map(|(device, value)| format!("{}:{}", device.name(), value.name()));
        match chosen.collect::<Vec<_>>() {
            chosen if chosen.is_empty() => f.write_str("auto"),
            chosen => f.write_str(&chosen.join(",")),
        }
    }
}

impl<T: DeviceChoice> Serialize for DeviceChoices<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(device, value)| (device.name(), value.name())))
    }
}

impl<'de, T: DeviceChoice> Deserialize<'de> for DeviceChoices<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored: BTreeMap<String, String> = BTreeMap::deserialize(deserializer)?;
        let read = stored.iter().map(|(device, value)| {
            let known = DeviceType::parse(device).zip(T::parse(value));
            known.ok_or_else(|| de::Error::custom(format!("{device}: {value} is no choice for a device")))
        });
        Ok(Self(read.collect::<Result<_, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_kept_and_told_by_their_stable_names() {
        let choices = DeviceChoices::default()
            .with(DeviceType::ChromeOs, KeyAlgorithm::EcdsaP384)
            .with(DeviceType::Ios, KeyAlgorithm::Rsa4096);
        let stored = serde_json::to_string(&choices).unwrap();
        assert_eq!(stored, r#"{"ios":"rsa-4096","chromeos":"p-384"}"#);
        assert_eq!(serde_json::from_str::<DeviceChoices<KeyAlgorithm>>(&stored).unwrap(), choices);
        assert_eq!(choices.to_string(), "ios:rsa-4096,chromeos:p-384");
        assert_eq!(DeviceChoices::<KeyAlgorithm>::default().to_string(), "auto");
        for unknown in [r#"{"ios":"rsa-1024"}"#, r#"{"toaster":"p-256"}"#] {
            assert!(serde_json::from_str::<DeviceChoices<KeyAlgorithm>>(unknown).is_err(), "{unknown}");
        }
    }
}
