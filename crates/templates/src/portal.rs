//! The built-in portal of a tenant's site: login page, first visit, home.

use crate::page::pages;
use domain::{
    chosen_password::PORTAL_PASSWORD_LETTERS_MIN, portal_password::PORTAL_CODE_MINUTES, refusal::Refusal,
    time::Timestamp, user::Role,
};

/// First visit with a certificate that was picked up just now: the person sets the password.
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
    /// The sign-in name of the certificate's person.
    pub login_name: String,
    /// Name of the person.
    pub user_name: String,
    pub errors: Vec<Refusal>,
}

/// The person sets another password in place of the present one.
#[derive(Debug, Clone)]
pub struct ChangePasswordPage {
    /// The sign-in name on record.
    pub login_name: String,
    /// Name of the person.
    pub user_name: String,
    pub errors: Vec<Refusal>,
}

/// The person sets a password by a mailed code.
#[derive(Debug, Clone)]
pub struct PasswordCodePage {
    /// The sign-in name on record.
    pub login_name: String,
    /// Name of the person.
    pub user_name: String,
    /// The address to which the code goes.
    pub email: String,
    /// Whether a code is open.
    pub is_mailed: bool,
    /// Whether the person has a password, and has forgotten it.
    pub has_password: bool,
    pub errors: Vec<Refusal>,
}

impl PasswordCodePage {
    fn key(&self, part: &str) -> String {
        let why = if self.has_password { "forgotten" } else { "unset" };
        format!("portal-code-{why}-{part}")
    }
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
    /// Whether the password was changed just now.
    pub password_changed: bool,
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
    /// Field `password`; sent to `/sign-in`.
    form sign_in(SignInPage) = "portal/sign_in.html";
    /// Fields `current_password`, `password`, `password_confirm`; sent to `/password`.
    form change_password(ChangePasswordPage) = "portal/change_password.html";
    /// Fields `email_code`, `password`, `password_confirm`; sent to `/code`. A second form, to `/code/mail`, has a code
    /// mailed.
    form password_code(PasswordCodePage) = "portal/code.html";
    /// The home page with `[ログアウト]`, sent to `/sign-out`.
    home(PortalHomePage) = "portal/home.html";
}
