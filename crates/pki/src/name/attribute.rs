//! The supported attributes of names, with their bounds (RFC 5280 appendix A.1).

use std::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519;

use super::NameError;

/// Upper bound of organisation, unit and common name (`ub-organization-name` and its siblings), in characters.
const CHARACTERS_MAX: usize = 64;

/// Upper bound of surname and given name (`ub-name`), in characters.
const PERSONAL_NAME_CHARACTERS_MAX: usize = 32_768;

/// `ub-country-name-alpha-length`.
const COUNTRY_LETTERS: usize = 2;

/// One kind of attribute within a distinguished name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameAttribute {
    /// `id-at-countryName`
    Country,
    /// `id-at-organizationName`
    Organization,
    /// `id-at-organizationalUnitName`
    OrganizationalUnit,
    /// `id-at-surname`
    Surname,
    /// `id-at-givenName`
    GivenName,
    /// `id-at-commonName`
    CommonName,
}

impl NameAttribute {
    pub(super) fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Country => rfc4519::COUNTRY_NAME,
            Self::Organization => rfc4519::ORGANIZATION_NAME,
            Self::OrganizationalUnit => rfc4519::ORGANIZATIONAL_UNIT_NAME,
            Self::Surname => rfc4519::SURNAME,
            Self::GivenName => rfc4519::GIVEN_NAME,
            Self::CommonName => rfc4519::COMMON_NAME,
        }
    }

    pub(super) fn check(self, text: &str) -> Result<(), NameError> {
        if text.is_empty() {
            return Err(NameError::Empty(self));
        }
        if text.chars().any(char::is_control) {
            return Err(NameError::ControlCharacter(self));
        }
        let characters_max = match self {
            Self::Country => {
                let capitals = text.bytes().all(|letter| letter.is_ascii_uppercase());
                let well_formed = capitals && text.len() == COUNTRY_LETTERS;
                return if well_formed { Ok(()) } else { Err(NameError::Country) };
            }
            Self::Surname | Self::GivenName => PERSONAL_NAME_CHARACTERS_MAX,
            Self::Organization | Self::OrganizationalUnit | Self::CommonName => CHARACTERS_MAX,
        };
        if text.chars().count() > characters_max {
            return Err(NameError::TooLong { attribute: self, characters_max });
        }
        Ok(())
    }
}

impl fmt::Display for NameAttribute {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Country => "country",
            Self::Organization => "organization",
            Self::OrganizationalUnit => "organizational unit",
            Self::Surname => "surname",
            Self::GivenName => "given name",
            Self::CommonName => "common name",
        })
    }
}
