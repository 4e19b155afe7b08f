//! Damaged bytes for tests: every truncation and a flipped bit at every position of well-formed bytes.

/// Calls `read` with each damaged copy; the reader may fail, but must return.
pub(crate) fn for_each_damage(bytes: &[u8], mut read: impl FnMut(&[u8])) {
    for length in 0..bytes.len() {
        read(&bytes[..length]);
    }
    for position in 0..bytes.len() {
        for mask in [0x01, 0x20, 0x80, 0xff] {
            let mut damaged = bytes.to_vec();
            damaged[position] ^= mask;
            read(&damaged);
        }
    }
    read(&[bytes, &[0]].concat());
}
