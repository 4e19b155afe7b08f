//! The contract sheet (ご契約者様用管理シート): one printable, self-contained HTML file.

use crate::{
    page::render,
    qr_code::{DrawnQrCode, qr_code},
    voice::Voice,
};
use askama::Template;
use domain::{locale::Locale, time::Timestamp};
use jiff::tz::TimeZone;

/// The contents of the sheet.
#[derive(Clone)]
pub struct Sheet {
    /// Name of the service.
    pub service_name: String,
    /// The zone of all shown dates.
    pub time_zone: TimeZone,
    /// When the sheet was made.
    pub made_at: Timestamp,
    /// Name of the company.
    pub tenant_name: String,
    /// The first administrator's e-mail address.
    pub administrator_email: String,
    /// Identification code, in groups of four.
    pub identification_code: String,
    /// パスワード(管理者用), in groups of four; the first application uses it up.
    pub sheet_password: String,
    /// When the password ends.
    pub sheet_password_until: Timestamp,
    /// Absolute address of the public site without a slash at its end.
    pub public_url: String,
    /// Sender address of the service's mails, to be let through by filters.
    pub sender_address: String,
    /// Address of the tenant's site (the login page) without a slash at its end.
    pub site: String,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
    /// Number of the contract.
    pub contract_number: String,
    /// As written into certificates.
    pub organization: String,
    /// As written into certificates.
    pub organizational_unit: Option<String>,
    /// Certificates that the contract allows.
    pub seats: u32,
    /// End of the contract.
    pub valid_until: Timestamp,
    pub support_contact: String,
}

impl Sheet {
    /// The public site's address for a phone's camera.
    fn qr_code(&self, t: &Voice) -> DrawnQrCode {
        let address = format!("{}/", self.public_url);
        let title = t.say("sheet-qr").with("address", &address);
        qr_code(&address, title)
    }
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct SheetView<'a> {
    locale: Locale,
    t: Voice,
    sheet: &'a Sheet,
}

/// The sheet as an HTML file, UTF-8.
pub fn contract_sheet(sheet: &Sheet, locale: Locale) -> String {
    let t = Voice::new(locale, &sheet.service_name, sheet.time_zone.clone(), sheet.made_at);
    render(&SheetView { locale, t, sheet })
}
