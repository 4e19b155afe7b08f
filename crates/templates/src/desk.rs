//! The tenant's desk (管理画面, マイページ): home, users, certificates, import, applications, devices, records.
//!
//! **Invariant:** pages offer an act only if `can_manage` (or `can_decide`) is set; an auditor sees the same
//! page without buttons. Other code refuses the act itself.

mod applications;
mod certificate_profile;
mod confirm;
mod ending;
mod home;
mod import;
mod pins;
mod portal_page;
mod records;
mod renewal;
mod selected;
mod settings;
mod slips;
mod suspension;
mod user_list;
mod users;

pub use applications::{
    ApplicationDecision, ApplicationLine, ApplicationsPage, Compared, Decided, DecidedPage, DecisionPage,
    Difference, Invited, InvitedBy, RejectionPage, applications, decided, decision, rejection,
};
pub use certificate_profile::{DeskProfilePage, certificate_profile};
pub use confirm::{ConfirmAct, ConfirmPage, DeskKey, REVOCATION_REASONS, confirm};
pub use ending::{EndedBy, Ending};
pub use home::{ContractEnd, DeskHomePage, MonthCount, ProgressCount, TodoCount, home};
pub use import::{
    ImportCause, ImportLine, ImportPage, ImportProgressPage, ImportResultPage, ImportRowStanding,
    ImportStage, ImportStoppedPage, ImportVerdictPage, ShownImportRow, change_text, column_heading, import,
    import_progress, import_result, import_stopped, import_verdict, result_headings,
};
pub use pins::{
    PaperPin, PickupLine, PinResult, PinSeen, PinSheetGonePage, PinSheetsPage, PinStanding, PinsResultPage,
    Showing, pin_sheet_gone, pin_sheets, pins_result,
};
pub use portal_page::{
    AnnouncementEditPage, AnnouncementLine, LinkLine, PortalItem, PortalPage, PortalRemovalPage,
    announcement_edit, portal_page, portal_removal,
};
pub use records::{AuditActor, AuditLine, AuditPage, audit};
pub(crate) use renewal::former;
pub use renewal::{Further, FurtherPage, RenewPage, Renewal, Waiting, further, renew};
pub use selected::{
    SelectedAct, SelectedPage, SelectedResult, SelectedResultPage, SelectedUser, selected, selected_result,
};
pub use settings::{SettingsPage, settings};
pub use slips::{PaperInvitation, SlipGonePage, SlipPage, SlipsPage, slip, slip_gone, slips};
pub use suspension::{PlannedSuspension, SuspensionPage, suspension};
pub use user_list::{FilterField, Filters, Picked, UserLine, UsersPage, ends_in, month_in, users};
pub use users::{
    CertificateLine, DeviceLine, DoneNotice, EmailStanding, FormSubject, KeptActive, MyDevicesPage,
    MyEmailPage, UserFormPage, UserPage, devices, email, user, user_form,
};
