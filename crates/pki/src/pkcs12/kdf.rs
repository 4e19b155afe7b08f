//! The key derivation of PKCS#12 (RFC 7292 appendix B.2): every MAC uses it, and so does the encryption of
//! [`super::Pkcs12Profile::Compat`].

use aws_lc_rs::digest::{Algorithm, Context, digest};
use zeroize::Zeroizing;

use super::{Pkcs12Password, SALT_OCTETS};

/// The use of the derived octets: the octet that fills the diversifier (appendix B.3).
#[derive(Debug, Clone, Copy)]
pub(super) enum Diversifier {
    EncryptionKey = 1,
    InitialVector = 2,
    MacKey = 3,
}

pub(super) struct Derivation<'a> {
    pub(super) hash: &'static Algorithm,
    pub(super) password: &'a Pkcs12Password,
    pub(super) salt: [u8; SALT_OCTETS],
    pub(super) iterations: u32,
}

impl Derivation<'_> {
    /// Fills `out`, of any length.
    pub(super) fn derive(&self, purpose: Diversifier, out: &mut [u8]) {
        let block_length = self.hash.block_len();
        let diversifier = vec![purpose as u8; block_length];
        let mut input = Zeroizing::new(fill_blocks(&self.salt, block_length));
        input.extend_from_slice(&Zeroizing::new(fill_blocks(&self.password.to_bmp(), block_length)));
        for chunk in out.chunks_mut(self.hash.output_len()) {
            let hashed = self.hash_repeatedly(&diversifier, &input);
            chunk.copy_from_slice(&hashed[..chunk.len()]);
            for block in input.chunks_mut(block_length) {
                add_with_carry(block, &hashed);
            }
        }
    }

    /// Step 6.A: the hash of diversifier and input, hashed repeatedly.
    fn hash_repeatedly(&self, diversifier: &[u8], input: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut context = Context::new(self.hash);
        context.update(diversifier);
        context.update(input);
        let mut hashed = context.finish();
        for _ in 1..self.iterations {
            hashed = digest(self.hash, hashed.as_ref());
        }
        Zeroizing::new(hashed.as_ref().to_vec())
    }
}

/// Steps 2 and 3: repeats `octets` up to the next whole number of blocks.
fn fill_blocks(octets: &[u8], block_length: usize) -> Vec<u8> {
    let length = octets.len().div_ceil(block_length) * block_length;
    octets.iter().copied().cycle().take(length).collect()
}

/// Step 6.C: `block := block + B + 1` modulo its size, where B repeats `addend` to the length of the block.
fn add_with_carry(block: &mut [u8], addend: &[u8]) {
    let mut carry = 1_u16;
    for (index, octet) in block.iter_mut().enumerate().rev() {
        let sum = u16::from(*octet) + u16::from(addend[index % addend.len()]) + carry;
        let [high, low] = sum.to_be_bytes();
        *octet = low;
        carry = u16::from(high);
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;

    use super::*;

    /// Test vectors that OpenSSL and Bouncy Castle share ("smeg", salt 0A58CF64530D823F).
    #[test]
    fn published_vectors_of_sha_1_are_met() {
        let password = Pkcs12Password::parse("smeg").unwrap();
        let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
        let hash = &SHA1_FOR_LEGACY_USE_ONLY;
        let derivation = Derivation { hash, password: &password, salt, iterations: 1 };
        let mut key = [0; 24];
        derivation.derive(Diversifier::EncryptionKey, &mut key);
        let expected = [
            0x8a, 0xaa, 0xe6, 0x29, 0x7b, 0x6c, 0xb0, 0x46, 0x42, 0xab, 0x5b, 0x07, 0x78, 0x51, 0x28, 0x4e,
            0xb7, 0x12, 0x8f, 0x1a, 0x2a, 0x7f, 0xbc, 0xa3,
        ];
        assert_eq!(key, expected);
        let mut initial_vector = [0; 8];
        derivation.derive(Diversifier::InitialVector, &mut initial_vector);
        assert_eq!(initial_vector, [0x79, 0x99, 0x3d, 0xfe, 0x04, 0x8d, 0x3b, 0x76]);
    }

    #[test]
    fn addition_carries_over_the_whole_block_and_wraps() {
        let mut block = [0xff, 0xff];
        add_with_carry(&mut block, &[0]);
        assert_eq!(block, [0, 0]);
        let mut block = [0x00, 0xfe];
        add_with_carry(&mut block, &[0x01]);
        assert_eq!(block, [0x02, 0x00]);
    }
}
