//! The lengths of passwords that people choose. Pages, their script and the checks all read these numbers.

/// The fewest letters of a portal password.
pub const PORTAL_PASSWORD_LETTERS_MIN: usize = 12;
/// The most letters of a portal password, so that hashing stays bounded.
pub const PORTAL_PASSWORD_LETTERS_MAX: usize = 200;
/// The fewest letters of a PKCS#12 file's password. The file is deleted after the import, and people type the
/// password on phones: 8 letters are accepted, the page shows how strong they are and suggests 16.
pub const P12_PASSWORD_LETTERS_MIN: usize = 8;
