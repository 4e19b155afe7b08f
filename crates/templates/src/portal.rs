//! The built-in portal of a tenant's site: login page, first visit, home.

use crate::page::pages;
use domain::{chosen_password::PORTAL_PASSWORD_LETTERS_MIN, refusal::Refusal, time::Timestamp, user::Role};

/// First visit with the certificate: the person sets the password.
#[derive(Debug, Clone)]
pub struct SetPasswordPage {
    /// The sign-in name, as recorded.
    pub login_name: String,
    /// Name of the person.
    pub user_name: String,
    /// What was wrong.
    pub errors: Vec<Refusal>,
}

/// The login page.
#[derive(Debug, Clone)]
pub struct SignInPage {
    /// What was typed; at first empty.
    pub login_name: String,
    /// What was wrong.
    pub errors: Vec<Refusal>,
}

/// Signed in.
#[derive(Debug, Clone)]
pub struct PortalHomePage {
    /// Name of the person.
    pub user_name: String,
    /// The sign-in name.
    pub login_name: String,
    /// What the person may do; decides what of the desk is offered.
    pub role: Role,
    /// Step 2 of an administrator is next: nobody was added yet.
    pub is_step2_next: bool,
    /// Newest first.
    pub announcements: Vec<ShownAnnouncement>,
    /// Links that the tenant offers.
    pub links: Vec<ShownPortalLink>,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
}

impl PortalHomePage {
    fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }

    fn sees_the_desk(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Auditor)
    }
}

/// News for everybody of the tenant.
#[derive(Debug, Clone)]
pub struct ShownAnnouncement {
    /// When it was written.
    pub at: Timestamp,
    /// Its title.
    pub title: String,
    /// Its text, its lines parted by `\n`.
    pub text: String,
}

/// A link on the portal's home.
#[derive(Debug, Clone)]
pub struct ShownPortalLink {
    /// Where to.
    pub href: String,
    /// What it is called.
    pub title: String,
}

pages! {
    /// Fields `password`, `password_confirm`; sent to `/set-password`.
    form set_password(SetPasswordPage) = "portal/set_password.html";
    /// Fields `login_name`, `password`; sent to `/sign-in`.
    form sign_in(SignInPage) = "portal/sign_in.html";
    /// With `[ログアウト]`, sent to `/sign-out`.
    home(PortalHomePage) = "portal/home.html";
}
