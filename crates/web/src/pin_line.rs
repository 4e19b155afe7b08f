//! An open pickup in the lists of desk and console, and the form that asks for its PIN.

use crate::{failure::Failure, form_fields::FormFields, listing::id};
use authority::{
    Authority,
    invitation::Readable,
    pin_sheet::{PinSheet, SheetOrder},
};
use domain::{
    grant::Actor,
    id::PinSheetId,
    pin::PinRecord,
    pin_delivery::{NotShown, PinRecipient, PinShowing, may_be_shown},
    tenant::Tenant,
    time::Timestamp,
    user::User,
};
use store::{TenantReader, applications::ApplicationRecord};
use templates::desk::{PaperPin, PickupLine, PinSeen, PinStanding, Showing};

/// The visitor for whom pickups are listed.
#[derive(Clone, Copy)]
pub(crate) struct PinReader<'a> {
    pub(crate) authority: &'a Authority,
    pub(crate) tenant: &'a Tenant,
    /// `None` for a visitor who may see no PIN at all.
    pub(crate) actor: Option<Actor>,
    pub(crate) now: Timestamp,
    /// Where the acts on an application are sent, without its id.
    pub(crate) action: &'a str,
}

impl PinReader<'_> {
    /// The line of an open pickup; `None` if its person is gone.
    pub(crate) async fn line(
        &self,
        tenant: &mut TenantReader<'_>,
        record: &ApplicationRecord,
    ) -> Result<Option<PickupLine>, Failure> {
        let stated = record.application.particulars();
        let Some(user) = tenant.user(stated.user).await? else { return Ok(None) };
        let seen = seen(tenant, record).await?;
        Ok(Some(PickupLine {
            id: stated.id.to_string(),
            display_name: user.display_name.clone(),
            email: stated.email.to_string(),
            device_name: stated.device_name.clone(),
            reference: stated.reference.to_string(),
            pin: self.standing(record, &user, seen),
            action: self.action.to_owned(),
            showing: self.showing(record, &user),
        }))
    }

    fn standing(&self, record: &ApplicationRecord, user: &User, seen: Option<PinSeen>) -> PinStanding {
        let Some(pin) = &record.pin else {
            return match PinRecipient::of(&self.tenant.policy, user.role) {
                PinRecipient::Administrator => PinStanding::Awaited,
                PinRecipient::Person => PinStanding::ToReopen,
            };
        };
        let PinRecord { expires_at: until, .. } = *pin;
        match seen {
            _ if !pin.is_open(self.now) && self.now < until => PinStanding::Locked,
            _ if !pin.is_open(self.now) => PinStanding::Expired,
            Some(seen) => PinStanding::Shown { seen, until },
            None => PinStanding::Mailed { until },
        }
    }

    fn showing(&self, record: &ApplicationRecord, user: &User) -> Showing {
        let Some(actor) = self.actor else { return Showing::Not };
        match may_be_shown(&self.tenant.policy, user.role, actor) {
            Ok(()) => Showing::Here {
                sheet: self.authority.pin_sheets().new_sheet_id().to_string(),
                former: record.pin_shown.map(|showing| showing.sheet.to_string()).unwrap_or_default(),
            },
            Err(NotShown::ByOperator) => Showing::ByOperator,
            Err(NotShown::Mailed) => Showing::Not,
        }
    }
}

/// When an application's newest PIN was shown, and to whom; `None` if it was mailed.
pub(crate) async fn seen(
    tenant: &mut TenantReader<'_>,
    record: &ApplicationRecord,
) -> Result<Option<PinSeen>, Failure> {
    let Some(PinShowing { at, to, .. }) = record.pin_shown else { return Ok(None) };
    let to = match to {
        Some(id) => tenant.user(id).await?.map(|user| user.display_name),
        None => None,
    };
    Ok(Some(PinSeen { at, to }))
}

/// The sheet that a form asks for. A form without an id was not shown by Sekisho and counts as new.
pub(crate) fn order(
    form: &FormFields,
    authority: &Authority,
    (sheet, former): (&str, &str),
) -> Result<SheetOrder, Failure> {
    let former = Some(form.text(former)).filter(|text| !text.is_empty()).map(id).transpose()?;
    let sheet = form.text(sheet).parse().unwrap_or_else(|_| authority.pin_sheets().new_sheet_id());
    Ok(SheetOrder { sheet, former })
}

/// The addresses' part that names the sheets asked for together; `None` for none.
pub(crate) fn range(sheets: &[PinSheetId]) -> Option<String> {
    let (first, last) = (sheets.iter().min()?, sheets.iter().max()?);
    Some(format!("pins/{first}/{last}"))
}

/// The sheets as they are printed, and until when the first of them can be opened; `None` for none.
pub(crate) fn on_paper(
    tenant: &Tenant,
    sheets: Vec<Readable<PinSheet>>,
) -> Option<(Timestamp, Vec<PaperPin>)> {
    let until = sheets.iter().map(|sheet| sheet.until).min()?;
    let mut sheets: Vec<PinSheet> = sheets.into_iter().map(|sheet| sheet.made).collect();
    let in_list = |sheet: &PinSheet| (sheet.user.reading.clone(), sheet.user.login_name.to_string());
    sheets.sort_by_key(in_list);
    let paper = |sheet: PinSheet| PaperPin {
        company: tenant.display_name.clone(),
        display_name: sheet.user.display_name,
        device_name: sheet.device_name,
        reference: sheet.reference,
        pin: sheet.pin.expose().clone(),
        pin_until: sheet.pin_until,
        pickup_url: sheet.pickup_url,
    };
    Some((until, sheets.into_iter().map(paper).collect()))
}
