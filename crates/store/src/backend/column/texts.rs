//! Types with a text form of their own.

use super::{BoundValue, InColumn, Row, corrupt};
use crate::error::StoreError;
use domain::{
    application::Reference,
    certificate_text::CertificateText,
    email::EmailAddress,
    host_name::HostName,
    import::FileSummary,
    login_name::LoginName,
    name_rules::{EmailDomains, LoginSuffix},
    policy::Policy,
    site::Upstream,
    slug::TenantSlug,
    tenant::IdentificationCode,
    user::GroupKey,
};
use std::net::IpAddr;

/// Types with a text form, and how each is parsed and written.
macro_rules! parsed {
    ($($type:ty: $parse:expr, $write:expr;)+) => {$(
        impl InColumn for $type {
            fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
                let text = row.optional_text(column)?;
                text.map(|text| $parse(&text).map_err(|error| corrupt(column, error))).transpose()
            }

            fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError> {
                Ok(value.map($write).into())
            }
        }
    )+};
}

parsed! {
    CertificateText: CertificateText::parse, CertificateText::as_str;
    EmailAddress: EmailAddress::parse, EmailAddress::as_str;
    EmailDomains: EmailDomains::parse, ToString::to_string;
    HostName: HostName::parse, HostName::as_str;
    IdentificationCode: identification_code, IdentificationCode::as_str;
    IpAddr: str::parse::<Self>, ToString::to_string;
    LoginName: LoginName::parse, LoginName::as_str;
    LoginSuffix: LoginSuffix::parse, LoginSuffix::as_str;
    Reference: reference, Reference::as_str;
    Vec<GroupKey>: group_keys, |groups| group_keys_json(groups);
}

fn identification_code(text: &str) -> Result<IdentificationCode, &'static str> {
    IdentificationCode::parse(text).ok_or("it is no such code")
}

fn reference(text: &str) -> Result<Reference, &'static str> {
    Reference::parse(text).ok_or("it is no reference")
}

fn group_keys(text: &str) -> Result<Vec<GroupKey>, String> {
    let keys = serde_json::from_str::<Vec<String>>(text).map_err(|error| error.to_string())?;
    keys.iter().map(|key| GroupKey::parse(key).ok_or("one of them is no group key".to_owned())).collect()
}

fn group_keys_json(groups: &[GroupKey]) -> String {
    let keys: Vec<&str> = groups.iter().map(GroupKey::as_str).collect();
    serde_json::Value::from(keys).to_string()
}

impl InColumn for TenantSlug {
    /// The slug was parsed when it was entered; a later release may reserve more names.
    #[expect(clippy::disallowed_methods, reason = "this is the store")]
    fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
        Ok(row.optional_text(column)?.map(Self::from_store))
    }

    fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError> {
        Ok(value.map(Self::as_str).into())
    }
}

/// Types that lie in their column as JSON, and what an error calls them.
macro_rules! json {
    ($($type:ident: $name:literal;)+) => {$(
        impl InColumn for $type {
            fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
                let text = row.optional_text(column)?;
                let value = text.map(|text| serde_json::from_str(&text)).transpose();
                value.map_err(|error| corrupt(column, error))
            }

            fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError> {
                let text = value.map(serde_json::to_string).transpose();
                Ok(text.map_err(|error| corrupt($name, error))?.into())
            }
        }
    )+};
}

json! {
    FileSummary: "summary";
    Policy: "policy";
    Upstream: "upstream";
}
