//! The built-in portal of a tenant's site: login page, first visit, home.

use crate::page::pages;
use domain::{chosen_password::PORTAL_PASSWORD_LETTERS_MIN, refusal::Refusal, time::Timestamp, user::Role};

/// First visit with the certificate: the person sets the password.
#[derive(Debug, Clone)]
pub struct SetPasswordPage {
    /// The sign-in name on record.
    pub login_name: String,
    /// Name of the person.
    pub user_name: String,
    pub errors: Vec<Refusal>,
}

#[derive(Debug, Clone)]
pub struct SignInPage {
    /// The typed name; empty at first.
    pub login_name: String,
    pub errors: Vec<Refusal>,
}

/// The portal's home page, after the sign-in.
#[derive(Debug, Clone)]
pub struct PortalHomePage {
    /// Name of the person.
    pub user_name: String,
    /// The sign-in name.
    pub login_name: String,
    /// The person's role, which decides which parts of the desk are offered.
    pub role: Role,
    /// Whether step 2 of an administrator is next, because there are no other users yet.
    pub is_step2_next: bool,
    /// Newest first.
    pub announcements: Vec<ShownAnnouncement>,
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

/// An announcement to everybody of the tenant.
#[derive(Debug, Clone)]
pub struct ShownAnnouncement {
    /// When it was written.
    pub at: Timestamp,
    pub title: String,
    /// Its text, with lines separated by `\n`.
    pub text: String,
}

/// A link on the portal's home page.
#[derive(Debug, Clone)]
pub struct ShownPortalLink {
    /// The target.
    pub href: String,
    pub title: String,
}

pages! {
    /// Fields `password`, `password_confirm`; sent to `/set-password`.
    form set_password(SetPasswordPage) = "portal/set_password.html";
    /// Fields `login_name`, `password`; sent to `/sign-in`.
    form sign_in(SignInPage) = "portal/sign_in.html";
    /// The home page with `[ログアウト]`, sent to `/sign-out`.
    home(PortalHomePage) = "portal/home.html";
}
