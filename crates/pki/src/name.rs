//! Distinguished names (RFC 5280 §4.1.2.4, §4.1.2.6).
//!
//! **Invariant:** a parsed `Name` keeps its original bytes; two names are equal when their bytes are.

use std::fmt;
use std::hash::{Hash, Hasher};

use const_oid::ObjectIdentifier;
use der::asn1::{PrintableStringRef, Utf8StringRef};
use der::{Decode, Encode};
use x509_cert::name::RdnSequence;

use crate::tlv;

mod attribute;
#[cfg(test)]
mod tests;

pub use attribute::NameAttribute;

/// A distinguished name: its DER, and its parsed form.
#[derive(Clone)]
pub struct Name {
    der: Vec<u8>,
    parsed: RdnSequence,
}

/// Why a name cannot be built or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A builder without any attribute; issuers and subjects must have a name (RFC 5280 §4.1.2.4, §4.1.2.6).
    #[error("name: no attribute given")]
    NoAttribute,
    /// An attribute without text.
    #[error("name: {0} is empty")]
    Empty(NameAttribute),
    /// Longer than the upper bound of RFC 5280 appendix A.1.
    #[error("name: {attribute} has more than {characters_max} characters")]
    TooLong {
        /// The attribute.
        attribute: NameAttribute,
        /// The limit, in characters.
        characters_max: usize,
    },
    /// A country that is not two capital letters A to Z (ISO 3166-1, PrintableString of size 2).
    #[error("name: country must be two capital letters, such as JP")]
    Country,
    /// A control character, which no program shows correctly.
    #[error("name: {0} contains a control character")]
    ControlCharacter(NameAttribute),
    /// Bytes that are no distinguished name.
    #[error("name: not a distinguished name in DER")]
    Malformed(#[from] der::Error),
}

/// Collects attributes in the order in which they will appear. [`NameBuilder::build`] checks them.
#[derive(Debug, Clone, Default)]
pub struct NameBuilder {
    attributes: Vec<(NameAttribute, String)>,
}

impl Name {
    /// Starts a name; the most general attribute (country) comes first.
    pub fn builder() -> NameBuilder {
        NameBuilder::default()
    }

    /// Reads a name that another program wrote, also an empty one.
    ///
    /// # Errors
    /// [`NameError::Malformed`].
    pub fn from_der(der: &[u8]) -> Result<Self, NameError> {
        Ok(Self { parsed: RdnSequence::from_der(der)?, der: der.to_vec() })
    }

    /// The bytes as built or read.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Whether there is no attribute at all.
    pub fn is_empty(&self) -> bool {
        self.parsed.is_empty()
    }
}

impl NameBuilder {
    /// ISO 3166-1 code, two capital letters.
    #[must_use]
    pub fn country(self, text: impl Into<String>) -> Self {
        self.attribute(NameAttribute::Country, text)
    }

    /// Organisation, at most 64 characters.
    #[must_use]
    pub fn organization(self, text: impl Into<String>) -> Self {
        self.attribute(NameAttribute::Organization, text)
    }

    /// Unit within the organisation, at most 64 characters; may be repeated.
    #[must_use]
    pub fn organizational_unit(self, text: impl Into<String>) -> Self {
        self.attribute(NameAttribute::OrganizationalUnit, text)
    }

    /// Family name.
    #[must_use]
    pub fn surname(self, text: impl Into<String>) -> Self {
        self.attribute(NameAttribute::Surname, text)
    }

    /// Given name.
    #[must_use]
    pub fn given_name(self, text: impl Into<String>) -> Self {
        self.attribute(NameAttribute::GivenName, text)
    }

    /// Common name, at most 64 characters.
    #[must_use]
    pub fn common_name(self, text: impl Into<String>) -> Self {
        self.attribute(NameAttribute::CommonName, text)
    }

    fn attribute(mut self, attribute: NameAttribute, text: impl Into<String>) -> Self {
        self.attributes.push((attribute, text.into()));
        self
    }

    /// Checks every attribute and encodes the name.
    ///
    /// # Errors
    /// [`NameError`] of the first refused attribute.
    pub fn build(self) -> Result<Name, NameError> {
        if self.attributes.is_empty() {
            return Err(NameError::NoAttribute);
        }
        let mut relative_names = Vec::new();
        for (attribute, text) in &self.attributes {
            attribute.check(text)?;
            relative_names.extend(relative_name_der(*attribute, text)?);
        }
        Name::from_der(&tlv::sequence(&[&relative_names]))
    }
}

/// `RelativeDistinguishedName` of one attribute: country as PrintableString, all others as UTF8String.
fn relative_name_der(attribute: NameAttribute, text: &str) -> der::Result<Vec<u8>> {
    let oid: ObjectIdentifier = attribute.oid();
    let value = match attribute {
        NameAttribute::Country => PrintableStringRef::new(text)?.to_der()?,
        _ => Utf8StringRef::new(text)?.to_der()?,
    };
    Ok(tlv::set_of(vec![tlv::sequence(&[&oid.to_der()?, &value])]))
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.der.hash(state);
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Name({self})")
    }
}

/// RFC 4514: the most specific attribute first, special characters escaped.
impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parsed.fmt(formatter)
    }
}
