//! Content infos, safe bags and their attributes (RFC 7292 §4).

use der::asn1::BmpString;
use der::{Decode, Encode};

use crate::{
    Certificate,
    tlv::{self, Elements},
};

// Object identifiers, encoded.
/// `data` 1.2.840.113549.1.7.1
const DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
/// `encryptedData` 1.2.840.113549.1.7.6
const ENCRYPTED_DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
/// `pkcs8ShroudedKeyBag` 1.2.840.113549.1.12.10.1.2
const SHROUDED_KEY_BAG: &[u8] = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02";
/// `certBag` 1.2.840.113549.1.12.10.1.3
const CERTIFICATE_BAG: &[u8] = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03";
/// `x509Certificate` 1.2.840.113549.1.9.22.1
const X509_CERTIFICATE: &[u8] = b"\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01";
/// `friendlyName` 1.2.840.113549.1.9.20
const FRIENDLY_NAME: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x14";
/// `localKeyId` 1.2.840.113549.1.9.21
const LOCAL_KEY_ID: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x15";
/// `szOID_PKCS_12_KEY_PROVIDER_NAME_ATTR` 1.3.6.1.4.1.311.17.1
const KEY_PROVIDER_NAME: &[u8] = b"\x06\x09\x2b\x06\x01\x04\x01\x82\x37\x11\x01";

/// Without this provider Windows puts EC keys into a legacy provider, and browsers then do not offer the certificate.
const PROVIDER: &str = "Microsoft Software Key Storage Provider";

/// `ContentInfo` of type `data`.
pub(super) fn data(content: &[u8]) -> Vec<u8> {
    let octets = tlv::wrap(tlv::OCTET_STRING, &[content]);
    tlv::sequence(&[DATA, &tlv::wrap(tlv::CONTEXT_0, &[&octets])])
}

/// `ContentInfo` of type `encryptedData`, whose plaintext is `data`.
pub(super) fn encrypted_data(algorithm: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    let content = tlv::wrap(tlv::CONTEXT_0_PRIMITIVE, &[ciphertext]);
    let content_info = tlv::sequence(&[DATA, algorithm, &content]);
    let version_0 = tlv::unsigned_integer(&[0]);
    let encrypted = tlv::sequence(&[&version_0, &content_info]);
    tlv::sequence(&[ENCRYPTED_DATA, &tlv::wrap(tlv::CONTEXT_0, &[&encrypted])])
}

pub(super) fn certificate(certificate: &Certificate, attributes: &[Vec<u8>]) -> Vec<u8> {
    let octets = tlv::wrap(tlv::OCTET_STRING, &[certificate.as_der()]);
    let value = tlv::sequence(&[X509_CERTIFICATE, &tlv::wrap(tlv::CONTEXT_0, &[&octets])]);
    safe_bag(CERTIFICATE_BAG, &value, attributes)
}

/// The value is an `EncryptedPrivateKeyInfo` (RFC 5208 §6).
pub(super) fn shrouded_key(algorithm: &[u8], ciphertext: &[u8], attributes: &[Vec<u8>]) -> Vec<u8> {
    let value = tlv::sequence(&[algorithm, &tlv::wrap(tlv::OCTET_STRING, &[ciphertext])]);
    safe_bag(SHROUDED_KEY_BAG, &value, attributes)
}

fn safe_bag(kind: &[u8], value: &[u8], attributes: &[Vec<u8>]) -> Vec<u8> {
    let value = tlv::wrap(tlv::CONTEXT_0, &[value]);
    if attributes.is_empty() {
        return tlv::sequence(&[kind, &value]);
    }
    tlv::sequence(&[kind, &value, &tlv::set_of(attributes.to_vec())])
}

pub(super) fn friendly_name(text: &str) -> der::Result<Vec<u8>> {
    Ok(attribute(FRIENDLY_NAME, BmpString::from_utf8(text)?.to_der()?))
}

pub(super) fn local_key_id(id: &[u8]) -> Vec<u8> {
    attribute(LOCAL_KEY_ID, tlv::wrap(tlv::OCTET_STRING, &[id]))
}

pub(super) fn key_storage_provider() -> der::Result<Vec<u8>> {
    Ok(attribute(KEY_PROVIDER_NAME, BmpString::from_utf8(PROVIDER)?.to_der()?))
}

fn attribute(kind: &[u8], value: Vec<u8>) -> Vec<u8> {
    tlv::sequence(&[kind, &tlv::set_of(vec![value])])
}

/// Reads the output of [`data`]: the content.
pub(super) fn read_data<'a>(elements: &mut Elements<'a>) -> Option<&'a [u8]> {
    let mut content_info = elements.within(tlv::SEQUENCE)?;
    content_info.past(DATA)?;
    content_info.within(tlv::CONTEXT_0)?.content(tlv::OCTET_STRING)
}

/// Reads the output of [`encrypted_data`]: algorithm and ciphertext.
pub(super) fn read_encrypted_data<'a>(elements: &mut Elements<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let mut content_info = elements.within(tlv::SEQUENCE)?;
    content_info.past(ENCRYPTED_DATA)?;
    let mut encrypted = content_info.within(tlv::CONTEXT_0)?.within(tlv::SEQUENCE)?;
    encrypted.element(tlv::INTEGER)?;
    let mut inner = encrypted.within(tlv::SEQUENCE)?;
    inner.past(DATA)?;
    Some((inner.element(tlv::SEQUENCE)?, inner.content(tlv::CONTEXT_0_PRIMITIVE)?))
}

/// Reads the output of [`certificate`].
pub(super) fn read_certificate(elements: &mut Elements<'_>) -> Option<Certificate> {
    let mut bag = elements.within(tlv::SEQUENCE)?;
    bag.past(CERTIFICATE_BAG)?;
    let mut value = bag.within(tlv::CONTEXT_0)?.within(tlv::SEQUENCE)?;
    value.past(X509_CERTIFICATE)?;
    let der = value.within(tlv::CONTEXT_0)?.content(tlv::OCTET_STRING)?;
    Certificate::from_der(der).ok()
}

/// The output of [`shrouded_key`], read back.
pub(super) struct ShroudedKey<'a> {
    pub(super) algorithm: &'a [u8],
    pub(super) ciphertext: &'a [u8],
    pub(super) friendly_name: String,
}

pub(super) fn read_shrouded_key<'a>(elements: &mut Elements<'a>) -> Option<ShroudedKey<'a>> {
    let mut bag = elements.within(tlv::SEQUENCE)?;
    bag.past(SHROUDED_KEY_BAG)?;
    let mut value = bag.within(tlv::CONTEXT_0)?.within(tlv::SEQUENCE)?;
    let (algorithm, ciphertext) = (value.element(tlv::SEQUENCE)?, value.content(tlv::OCTET_STRING)?);
    let mut attributes = bag.within(tlv::SET)?;
    while attributes.more() {
        let mut attribute = attributes.within(tlv::SEQUENCE)?;
        if attribute.past(FRIENDLY_NAME).is_some() {
            let text = BmpString::from_der(attribute.content(tlv::SET)?).ok()?;
            return Some(ShroudedKey { algorithm, ciphertext, friendly_name: text.to_string() });
        }
    }
    None
}
