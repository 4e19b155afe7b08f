//! The public site: front, guides, application, pickup, revocation, captured mail, errors and the
//! explanations of their codes.

mod code;
mod enrol;
mod error;
mod guide;
mod outbox;
mod pickup;
mod renew;
mod revoke;

pub use code::{code, codes};
pub use enrol::{
    EnrolNamePage, EnrolPage, EnrolSent, EnrolSentPage, INVITATION_DOOR, LicenceShown, SHEET_DOOR, enrol,
    enrol_name, enrol_path, enrol_sent,
};
pub use error::{ErrorPage, TooManyPage, error, too_many};
pub use guide::{
    FrontPage, ImportGuidePage, front, guide_apply, guide_import, guide_import_index, guide_pickup,
};
pub use outbox::{OutboxLine, OutboxMailPage, OutboxPage, outbox, outbox_mail};
pub use pickup::{
    PickupEnd, PickupEndedPage, PickupOtherPage, PickupPage, PickupReadyPage, PickupUnbegun,
    PickupWaitingPage, pickup, pickup_ended, pickup_other, pickup_ready, pickup_unbegun, pickup_waiting,
    profile_description,
};
pub use renew::{AskedPage, NewFilePage, RenewFormPage, new_file, new_file_sent, renew, renew_sent};
pub use revoke::{
    RevocableCertificate, RevokeChoosePage, RevokeDonePage, RevokePage, revoke, revoke_choose, revoke_done,
};
