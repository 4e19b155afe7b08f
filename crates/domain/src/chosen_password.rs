//! Passwords that people choose: how long they are. Pages, their script and the checks all read the
//! numbers here.

/// The fewest letters of a portal password.
pub const PORTAL_PASSWORD_LETTERS_MIN: usize = 12;
/// The most letters of a portal password, so that hashing stays bounded.
pub const PORTAL_PASSWORD_LETTERS_MAX: usize = 200;
/// The fewest letters of a PKCS#12 file's password. The file is deleted after the import, and phones
/// are where it is typed: 8 are taken, the page shows how strong they are and suggests 16.
pub const P12_PASSWORD_LETTERS_MIN: usize = 8;
