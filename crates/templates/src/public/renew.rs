//! What a device needs in its second year, without a certificate: a renewal after the end, and a new file.

use crate::page::pages;
use domain::{
    form::Form,
    renew_form::{NewFileField, RenewField},
    renewal::RENEWAL_LATE_DAYS,
};

/// `/renew`.
#[derive(Debug, Clone, Default)]
pub struct RenewFormPage {
    /// The typed values.
    pub form: Form<RenewField>,
}

/// `/pickup/new-file`.
#[derive(Debug, Clone, Default)]
pub struct NewFilePage {
    /// The typed values.
    pub form: Form<NewFileField>,
}

/// The page after either form, which is the same whatever is on record.
#[derive(Debug, Clone)]
pub struct AskedPage {
    /// Whether captured mail is shown at `/outbox`.
    pub outbox: bool,
    /// Contact of the service.
    pub provider_contact: String,
}

pages! {
    form renew(RenewFormPage: RenewField) = "public/renew.html";
    renew_sent(AskedPage) = "public/renew_sent.html";
    form new_file(NewFilePage: NewFileField) = "public/new_file.html";
    new_file_sent(AskedPage) = "public/new_file_sent.html";
}
