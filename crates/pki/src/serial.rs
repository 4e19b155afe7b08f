//! Certificate serial numbers (RFC 5280 §4.1.2.2).
//!
//! **Invariant:** a `Serial` is positive and its INTEGER content takes at most 20 octets, sign octet included.

use std::fmt;

use rand_core::CryptoRng;

use crate::tlv;

mod shown;
#[cfg(test)]
mod tests;

/// Most octets that the content of a serial number's INTEGER may have (RFC 5280 §4.1.2.2).
pub const SERIAL_OCTETS_MAX: usize = 20;

/// Octets drawn for a new serial number: 128 bits.
pub const SERIAL_RANDOM_OCTETS: usize = 16;

/// A serial number that a conforming CA may use. Ordered by its number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial {
    /// Big-endian, padded with zeros on the left, so that the derived order is the numeric order.
    padded: [u8; SERIAL_OCTETS_MAX],
}

/// Why bytes or text are no serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SerialError {
    /// Zero, or no digits at all.
    #[error("serial number: must be positive")]
    NotPositive,
    /// More than [`SERIAL_OCTETS_MAX`] octets once encoded.
    #[error("serial number: longer than {SERIAL_OCTETS_MAX} octets")]
    TooLong,
    /// Text with an odd number of digits, or with a character that is no hexadecimal digit.
    #[error("serial number: not an even number of hexadecimal digits")]
    NotHex,
}

impl Serial {
    /// 128 random bits; never zero.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut padded = [0; SERIAL_OCTETS_MAX];
        let random = &mut padded[SERIAL_OCTETS_MAX - SERIAL_RANDOM_OCTETS..];
        rng.fill_bytes(random);
        if random.iter().all(|octet| *octet == 0) {
            random[SERIAL_RANDOM_OCTETS - 1] = 1;
        }
        Self { padded }
    }

    /// Reads an unsigned big-endian number; leading zeros are dropped.
    ///
    /// # Errors
    /// [`SerialError::NotPositive`], [`SerialError::TooLong`].
    pub fn from_bytes(big_endian: &[u8]) -> Result<Self, SerialError> {
        let first = big_endian.iter().position(|octet| *octet != 0).ok_or(SerialError::NotPositive)?;
        let digits = &big_endian[first..];
        let sign_octets = usize::from(digits[0] >> 7);
        if digits.len() + sign_octets > SERIAL_OCTETS_MAX {
            return Err(SerialError::TooLong);
        }
        let mut padded = [0; SERIAL_OCTETS_MAX];
        padded[SERIAL_OCTETS_MAX - digits.len()..].copy_from_slice(digits);
        Ok(Self { padded })
    }

    /// The number as unsigned big-endian octets without leading zeros: 1 to 20 of them.
    pub fn as_bytes(&self) -> &[u8] {
        let zeros = self.padded.iter().take_while(|octet| **octet == 0).count();
        &self.padded[zeros..]
    }

    /// [`Serial::as_bytes`] in lower-case hexadecimal.
    pub fn to_hex(&self) -> String {
        self.to_string()
    }

    /// Reads [`Serial::to_hex`]; upper case and leading zeros are accepted.
    ///
    /// # Errors
    /// [`SerialError::NotHex`], [`SerialError::NotPositive`], [`SerialError::TooLong`].
    pub fn from_hex(text: &str) -> Result<Self, SerialError> {
        let digits = text
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
            .collect::<Option<Vec<u8>>>()
            .ok_or(SerialError::NotHex)?;
        let (pairs, []) = digits.as_chunks::<2>() else {
            return Err(SerialError::NotHex);
        };
        let octets: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
        Self::from_bytes(&octets)
    }

    /// Reads the content of a DER INTEGER, in which a high first bit means a negative number.
    pub(crate) fn from_integer_content(content: &[u8]) -> Result<Self, SerialError> {
        if content.first().is_some_and(|octet| octet & 0x80 != 0) {
            return Err(SerialError::NotPositive);
        }
        Self::from_bytes(content)
    }

    /// The whole INTEGER, with a sign octet where the highest bit is set.
    pub(crate) fn to_der(self) -> Vec<u8> {
        tlv::unsigned_integer(&self.padded)
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Serial({self})")
    }
}

/// [`Serial::to_hex`].
impl fmt::Display for Serial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|octet| write!(formatter, "{octet:02x}"))
    }
}
