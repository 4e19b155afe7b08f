//! A PIN that is shown to an administrator or operator, who hands it over or picks up for the person.
//!
//! Each showing makes a new PIN. As with a printed slip, the form carries the id that its sheet will have: sent twice,
//! it meets this id on record, and nothing is made. It carries the former sheet's id, too: where somebody else was
//! shown a PIN meanwhile, the form is refused, so that no sheet loses its power silently. The sheet has an address of
//! its own, at which the person who saw it reads on for [`HAND_OVER_MINUTES`](crate::invitation::HAND_OVER_MINUTES).
//!
//! **Invariant:** only the person who was shown a PIN reads it again, and only until it is used, locked or replaced, or
//! its minutes are over. What the command line shows does not rest at all.

use crate::{
    Unavailable,
    core::Core,
    invitation::{Readable, hand_over_time},
    pins::Pins,
    runner::{ActError, Done, TenantWork},
    sealer::Sealer,
    unavailable::unavailable_in,
    work::must_apply,
};
use domain::{
    act,
    application::{Application, Approved, Particulars, StoredApplication},
    grant::{Actor, Grant, ShowPin},
    id::{ApplicationId, PinSheetId, TenantId},
    license::LicenseRefusal,
    pin::Pin,
    pin_delivery::{NotShown, PinShowing, may_be_shown},
    refusal::{Problem, Refusal, Refuses},
    secret::Secret,
    tenant::TenantState,
    time::Timestamp,
    user::{User, UserState},
};
use store::{applications::ApplicationRecord, pin_sheets::RestingPin};
use templates::mail::{self, PinSeenBy, PinShown};

/// The most sheets of one page.
const TOGETHER_MAX: u32 = 500;

/// Why a PIN was not shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowPinError {
    /// There is no such application in this tenant.
    #[error("there is no such application")]
    NotFound,
    /// The application waits for approval, was picked up, or is rejected.
    #[error("the application's pickup is not open")]
    Closed,
    /// Somebody was shown another PIN since the form was opened.
    #[error("another PIN was shown or mailed meanwhile; nothing was changed")]
    Changed,
    /// The person's PINs are not shown to this actor.
    #[error(transparent)]
    NotShown(NotShown),
    /// A suspended person is given nothing new.
    #[error("the user is suspended; resume the user first")]
    Suspended,
    /// The tenant is suspended or ended.
    #[error("the tenant is {}", .0.name())]
    TenantClosed(TenantState),
    /// The contract allows no further certificate.
    #[error(transparent)]
    License(LicenseRefusal),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for ShowPinError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::NotFound => Problem::NotFound.into(),
            Self::Closed => Problem::ApplicationClosed.into(),
            Self::Changed => Problem::Stale.into(),
            Self::NotShown(refusal) => Refusal::whole(*refusal),
            Self::Suspended => Problem::RecipientSuspended.into(),
            Self::TenantClosed(_) => Problem::CompanySuspended.into(),
            Self::License(refusal) => Refusal::whole(*refusal),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(ShowPinError);

impl ActError for ShowPinError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

/// A wish for a sheet, as its form carries it.
#[derive(Debug, Clone, Copy)]
pub struct SheetOrder {
    /// The id that the sheet will have.
    pub sheet: PinSheetId,
    /// The sheet of the PIN before; `None` if that was mailed, or there was none.
    pub former: Option<PinSheetId>,
}

/// What became of a wish for a sheet.
#[derive(Debug)]
pub enum Shown {
    /// A new PIN was made.
    Now(Box<PinSheet>),
    /// The form was sent before: its sheet is there.
    Before,
}

/// A PIN on a sheet of its own.
#[derive(Debug)]
pub struct PinSheet {
    /// Whose pickup it opens.
    pub user: User,
    /// 受付番号.
    pub reference: String,
    /// The person's name for the device.
    pub device_name: String,
    /// The PIN, in groups of four.
    pub pin: Secret<String>,
    /// Until when it opens the pickup.
    pub pin_until: Timestamp,
    /// Where to pick up; carries the reference and no secret.
    pub pickup_url: String,
}

/// Shows PINs.
#[derive(Clone)]
pub struct PinSheets {
    core: Core,
    pins: Pins,
    /// Seals PINs that rest.
    resting: Sealer,
}

impl PinSheets {
    pub(crate) fn new(core: &Core, pins: &Pins, resting: Sealer) -> Self {
        Self { core: core.clone(), pins: pins.clone(), resting }
    }

    /// The id for a form that will be shown, or for an act without one.
    pub fn new_sheet_id(&self) -> PinSheetId {
        PinSheetId::new(self.core.now(), &mut *self.core.rng())
    }

    /// Makes a new PIN and shows it; the former one opens nothing from then on. The person gets a mail that says so.
    pub async fn show_pin(
        &self,
        grant: &Grant<ShowPin>,
        tenant: TenantId,
        id: ApplicationId,
        order: SheetOrder,
    ) -> Result<Shown, ShowPinError> {
        let done = self.core.act_in(grant.to(act::ShowPin), tenant, |mut work| async move {
            if work.tenant.state != TenantState::Active {
                return Err(ShowPinError::TenantClosed(work.tenant.state));
            }
            let (record, user) = self.open_one(&mut work, id).await?;
            let StoredApplication::Approved(application) = &record.application else {
                return Err(ShowPinError::Closed);
            };
            may_be_shown(&work.tenant.policy, user.role, grant.actor()).map_err(ShowPinError::NotShown)?;
            let former = record.pin_shown.map(|showing| showing.sheet);
            if former == Some(order.sheet) {
                return Ok(Done::nothing(Shown::Before));
            }
            if former != order.former {
                return Err(ShowPinError::Changed);
            }
            // A pickup without a PIN in force holds no seat, and the contract may have ended meanwhile.
            work.seat_for(application.particulars().device).await?.map_err(ShowPinError::License)?;
            let sheet =
                self.made(&mut work, grant.actor(), (&record, application, &user), order.sheet).await?;
            let detail = format!("user={} told=user until={}", user.id, sheet.pin_until);
            let reference = application.particulars().reference.clone();
            Ok(work.done(reference, detail, Shown::Now(Box::new(sheet))))
        });
        done.await
    }

    /// The application, locked after its user, as in every other act.
    async fn open_one(
        &self,
        work: &mut TenantWork,
        id: ApplicationId,
    ) -> Result<(ApplicationRecord, User), ShowPinError> {
        let record = work.records().lock_application(id).await?.ok_or(ShowPinError::NotFound)?;
        let user = work.records().user(record.application.particulars().user).await?;
        let user = user.ok_or(ShowPinError::NotFound)?;
        if user.state != UserState::Active {
            return Err(ShowPinError::Suspended);
        }
        Ok((record, user))
    }

    async fn made(
        &self,
        work: &mut TenantWork,
        actor: Actor,
        (record, application, user): (&ApplicationRecord, &Application<Approved>, &User),
        sheet: PinSheetId,
    ) -> Result<PinSheet, Unavailable> {
        let (now, particulars) = (work.now, application.particulars());
        let to = match actor {
            Actor::User { user, .. } => Some(user),
            Actor::Machine | Actor::System | Actor::Public => None,
        };
        let showing = PinShowing { sheet, at: now, to };
        let (pin, kept) = self.pins.shown(work, user, particulars, record.pin_mails, &showing).await?;
        if to.is_some() {
            let sealed = self.resting.seal(sheet.as_bytes(), pin.expose().as_bytes())?;
            let until = now.checked_add(hand_over_time()).map_err(Unavailable::because)?;
            must_apply(work.records().rest_pin(particulars.id, &sealed, until).await?)?;
        }
        tell_shown(work, user, particulars, &showing).await?;
        Ok(self.sheet_of(user.clone(), particulars, &pin, kept.expires_at))
    }

    /// The sheets from the first id to the last one, for the minutes in which the person who saw them may open them
    /// again; none for everybody else, afterwards, and for ids of no sheet.
    pub async fn made_sheets(
        &self,
        grant: &Grant<ShowPin>,
        tenant: TenantId,
        range: (PinSheetId, PinSheetId),
    ) -> Result<Vec<Readable<PinSheet>>, Unavailable> {
        let Actor::User { user: seen_by, .. } = grant.actor() else { return Ok(Vec::new()) };
        let Some(mut door) = self.core.read_in(grant, tenant).await? else { return Ok(Vec::new()) };
        let mut scope = door.records();
        let mut sheets = Vec::new();
        for resting in scope.resting_pins(range, seen_by, self.core.now(), TOGETHER_MAX).await? {
            let user = scope.user(resting.application.application.particulars().user).await?;
            let Some(user) = user else { continue };
            sheets.extend(self.opened(resting, user)?);
        }
        Ok(sheets)
    }

    fn opened(&self, resting: RestingPin, user: User) -> Result<Option<Readable<PinSheet>>, Unavailable> {
        let RestingPin { application: record, sealed, readable_until: until } = resting;
        let (Some(showing), Some(kept)) = (record.pin_shown, &record.pin) else { return Ok(None) };
        let pin = self.resting.open(showing.sheet.as_bytes(), &sealed)?;
        let pin = std::str::from_utf8(&pin).ok().and_then(Pin::parse);
        let pin = pin.ok_or_else(|| Unavailable::because("what rests is no PIN"))?;
        let made = self.sheet_of(user, record.application.particulars(), &pin, kept.expires_at);
        Ok(Some(Readable { made, until }))
    }

    fn sheet_of(&self, user: User, particulars: &Particulars, pin: &Pin, pin_until: Timestamp) -> PinSheet {
        let reference = particulars.reference.to_string();
        PinSheet {
            user,
            pickup_url: self.core.addresses().public(&format!("/pickup?reference={reference}")),
            reference,
            device_name: particulars.device_name.clone(),
            pin: pin.grouped(),
            pin_until,
        }
    }
}

/// The person who saw a PIN, as the pickup's person knows them.
pub(crate) async fn seen_by(work: &mut TenantWork, showing: &PinShowing) -> Result<PinSeenBy, Unavailable> {
    let Some(id) = showing.to else { return Ok(PinSeenBy::Operator) };
    let found = work.records().user(id).await?;
    Ok(found.map_or(PinSeenBy::Operator, |user| PinSeenBy::Person(user.display_name)))
}

async fn tell_shown(
    work: &mut TenantWork,
    user: &User,
    particulars: &Particulars,
    showing: &PinShowing,
) -> Result<(), Unavailable> {
    let tenant = work.tenant.clone();
    let shown = PinShown {
        user_name: user.display_name.clone(),
        seen_by: seen_by(work, showing).await?,
        at: showing.at,
        reference: particulars.reference.to_string(),
        device_name: particulars.device_name.clone(),
    };
    let letter = work.core.letter(user, &tenant, |head| mail::pin_shown(&shown, head));
    work.post(tenant.id, &letter).await
}
