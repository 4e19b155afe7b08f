//! The password that a user chooses for the file.

use std::fmt;

use zeroize::Zeroizing;

/// Most characters of a file password.
pub const PKCS12_PASSWORD_CHARACTERS_MAX: usize = 128;

/// 1 to 128 printable ASCII characters, U+0020 to U+007E; wiped when dropped, never printed.
pub struct Pkcs12Password(Zeroizing<String>);

/// Why a file password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs12PasswordError {
    /// Nothing was typed.
    #[error("file password: is empty")]
    Empty,
    /// A character outside U+0020 to U+007E: Java refuses such files, and other systems differ in how they encode it.
    #[error("file password: only letters, digits and signs of ASCII can be used")]
    NotAscii,
    /// More than [`PKCS12_PASSWORD_CHARACTERS_MAX`] characters.
    #[error("file password: longer than {PKCS12_PASSWORD_CHARACTERS_MAX} characters")]
    TooLong,
}

impl Pkcs12Password {
    /// Checks what was typed.
    ///
    /// # Errors
    /// [`Pkcs12PasswordError`].
    pub fn parse(text: &str) -> Result<Self, Pkcs12PasswordError> {
        if text.is_empty() {
            return Err(Pkcs12PasswordError::Empty);
        }
        if !text.bytes().all(|octet| (b' '..=b'~').contains(&octet)) {
            return Err(Pkcs12PasswordError::NotAscii);
        }
        if text.len() > PKCS12_PASSWORD_CHARACTERS_MAX {
            return Err(Pkcs12PasswordError::TooLong);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// In clear, to be sealed or hashed by the caller.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The password for PBES2.
    pub(super) fn as_ascii(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The password for the PKCS#12 key derivation: BMPString with a NUL character at its end (RFC 7292
    /// appendix B.1).
    pub(super) fn to_bmp(&self) -> Zeroizing<Vec<u8>> {
        let mut bmp = Zeroizing::new(Vec::with_capacity(2 * self.0.len() + 2));
        for octet in self.0.bytes().chain([0]) {
            bmp.extend_from_slice(&[0, octet]);
        }
        bmp
    }
}

impl fmt::Debug for Pkcs12Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pkcs12Password(…)")
    }
}
