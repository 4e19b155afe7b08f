//! The tenant's desk (窓口): home, users, certificates, import, applications, devices, records.
//!
//! **Invariant:** pages offer an act only where `can_manage` (or `can_decide`) says so; an auditor
//! sees the same without buttons. The act itself is refused elsewhere.

mod applications;
mod confirm;
mod home;
mod import;
mod records;
mod users;

pub use applications::{ApplicationLine, ApplicationsPage, applications};
pub use confirm::{ConfirmAct, ConfirmPage, DeskKey, REVOCATION_REASONS, confirm};
pub use home::{DeskHomePage, ProgressCount, home};
pub use import::{
    ImportLine, ImportPage, ImportProgressPage, ImportResultPage, ImportRow, ImportStage, ImportStoppedPage,
    ImportVerdictPage, column_heading, import, import_progress, import_result, import_stopped,
    import_verdict, result_headings,
};
pub use records::{AuditActor, AuditLine, AuditPage, Slip, SlipsPage, audit, slips};
pub use users::{
    CertificateLine, MyDevicesPage, Notice, UserFormPage, UserLine, UserPage, UserValues, UsersPage, devices,
    user, user_form, users,
};
