//! The documents of a contract: the printable sheet and the signed `data_entry.txt`.

use crate::{Unavailable, core::Core, installation_key::KeptKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    certificate_text::CertificateText,
    data_entry::{DataEntry, DataEntryError},
    email::EmailAddress,
    password::OneTimePassword,
    secret::Secret,
    tenant::Tenant,
    time::{SignedDuration, Timestamp},
};
use templates::sheet::{Sheet, contract_sheet};

/// How long a contract sheet's password may be used, in days.
const SHEET_DAYS: i64 = 90;

pub(crate) fn sheet_lifetime() -> SignedDuration {
    SignedDuration::from_hours(24 * SHEET_DAYS)
}

/// The two documents for a first administrator, made from the record and the password each time they are shown.
#[derive(Debug)]
pub struct HandOver {
    pub tenant: Tenant,
    /// The sheet's recipient.
    pub administrator_email: EmailAddress,
    /// パスワード(管理者用).
    pub password: OneTimePassword,
    /// When the password ends.
    pub password_until: Timestamp,
    /// The contents of `sheet.html`: the printable sheet in the tenant's language, password included.
    pub sheet_file: Secret<String>,
    /// The contents of `data_entry.txt`.
    pub data_entry_file: String,
}

/// Makes the documents of a contract.
#[derive(Clone)]
pub(crate) struct Sheets {
    core: Core,
    key: KeptKey,
}

impl Sheets {
    /// `key` signs `data_entry.txt`.
    pub(crate) fn new(core: &Core, key: KeptKey) -> Self {
        Self { core: core.clone(), key }
    }

    pub(crate) async fn hand_over(
        &self,
        tenant: Tenant,
        administrator_email: EmailAddress,
        password: OneTimePassword,
        made_at: Timestamp,
    ) -> Result<HandOver, Unavailable> {
        let entry = self.data_entry_of(&tenant)?;
        let signature = self.key.open().await?.sign(entry.signed_text().as_bytes())?;
        let data_entry_file = entry.to_file(&STANDARD.encode(signature));
        let password_until = made_at.checked_add(sheet_lifetime()).map_err(Unavailable::because)?;
        let password_until = tenant.license.end_of(password_until, made_at);
        let sheet_page = self.sheet_page(&tenant, &administrator_email, &password, (made_at, password_until));
        let sheet_file = Secret::new(sheet_page);
        Ok(HandOver { tenant, administrator_email, password, password_until, sheet_file, data_entry_file })
    }

    fn sheet_page(
        &self,
        tenant: &Tenant,
        administrator_email: &EmailAddress,
        password: &OneTimePassword,
        (made_at, password_until): (Timestamp, Timestamp),
    ) -> String {
        let (service, addresses) = (self.core.service(), self.core.addresses());
        let sheet = Sheet {
            service_name: service.name(tenant.locale).to_owned(),
            time_zone: service.time_zone.clone(),
            made_at,
            tenant_name: tenant.display_name.clone(),
            administrator_email: administrator_email.to_string(),
            identification_code: tenant.identification_code.grouped(),
            sheet_password: password.grouped().expose().clone(),
            sheet_password_until: password_until,
            public_url: addresses.public_url.clone(),
            sender_address: service.sender_address.to_string(),
            site: addresses.application(&tenant.slug, ""),
            desk: addresses.desk(&tenant.slug, ""),
            contract_number: tenant.contract_number.clone(),
            organization: tenant.organization.as_str().to_owned(),
            organizational_unit: tenant.organizational_unit.as_ref().map(|unit| unit.as_str().to_owned()),
            seats: tenant.license.seats,
            valid_until: tenant.license.valid_until,
            support_contact: tenant.support_contact.clone(),
        };
        contract_sheet(&sheet, tenant.locale)
    }

    fn data_entry_of(&self, tenant: &Tenant) -> Result<DataEntry, Unavailable> {
        let contract_number =
            CertificateText::parse(&tenant.contract_number).map_err(Unavailable::because)?.to_string();
        Ok(DataEntry {
            contract_number,
            identification_code: tenant.identification_code.clone(),
            organization: tenant.organization.clone(),
            organizational_unit: tenant.organizational_unit.clone(),
            seats: tenant.license.seats,
            valid_until: self.core.service().last_day(tenant).to_string(),
        })
    }
}

/// Reads a `data_entry.txt`, and cannot make one.
#[derive(Clone)]
pub(crate) struct DataEntryReader(KeptKey);

impl DataEntryReader {
    pub(crate) fn new(key: KeptKey) -> Self {
        Self(key)
    }

    /// Reads the file and checks that this installation made it.
    pub(crate) async fn parse(&self, file: &str) -> Result<Result<DataEntry, DataEntryError>, Unavailable> {
        let key = self.0.open().await?;
        let verify = |text: &str, signature: &str| {
            let public = key.public_key();
            STANDARD
                .decode(signature)
                .is_ok_and(|bytes| public.verify(text.as_bytes(), &bytes, key.signature_algorithm()).is_ok())
        };
        Ok(DataEntry::parse(file, verify))
    }
}
