//! States as lists show them: an icon and a word, never colour alone.

use crate::voice::{Phrase, Voice};
use askama::{Template, filters::HtmlSafe};
use domain::{
    certificate::Standing,
    device::DeviceType,
    license::LicenseStanding,
    locale::Locale,
    mail::MailStanding,
    tenant::TenantState,
    user::{Progress, Role},
};
use std::borrow::Borrow;

/// A state in a list.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<span class="chip chip-{{ tone }}"><span aria-hidden="true">{{ icon }}</span> {{ word }}</span>"#
)]
pub(crate) struct Chip {
    tone: &'static str,
    icon: &'static str,
    word: String,
}

impl HtmlSafe for Chip {}

impl Chip {
    /// The tone, which names the colours in the stylesheet.
    pub(crate) fn tone(&self) -> &'static str {
        self.tone
    }

    /// The word alone.
    pub(crate) fn word(&self) -> &str {
        &self.word
    }
}

impl Voice {
    pub(crate) fn standing(&self, standing: impl Borrow<Standing>) -> Chip {
        match standing.borrow() {
            Standing::NotPickedUp => self.chip("idle", "○", "standing-not-picked-up"),
            Standing::Valid => self.chip("good", "✓", "standing-valid"),
            Standing::Suspended => self.chip("warn", "Ⅱ", "standing-suspended"),
            Standing::OnHold => self.chip("warn", "Ⅱ", "standing-on-hold"),
            Standing::Revoked => self.chip("bad", "✕", "standing-revoked"),
            Standing::Expired => self.chip("idle", "–", "standing-expired"),
        }
    }

    /// A tenant in the state "in service" may have a contract that is over.
    pub(crate) fn tenant_standing(
        &self,
        state: impl Borrow<TenantState>,
        contract: impl Borrow<LicenseStanding>,
    ) -> Chip {
        match (state.borrow(), contract.borrow()) {
            (TenantState::Active, LicenseStanding::InForce) => self.chip("good", "✓", "tenant-state-active"),
            (TenantState::Active, LicenseStanding::InGrace) => {
                self.chip("warn", "!", "tenant-state-contract-in-grace")
            }
            (TenantState::Active, LicenseStanding::Suspended) => {
                self.chip("bad", "✕", "tenant-state-contract-over")
            }
            (TenantState::Suspended, _) => self.chip("warn", "Ⅱ", "tenant-state-suspended"),
            (TenantState::Ended, _) => self.chip("bad", "✕", "tenant-state-ended"),
        }
    }

    pub(crate) fn progress(&self, progress: impl Borrow<Progress>) -> Chip {
        let progress = progress.borrow();
        let (tone, icon) = match progress {
            Progress::Suspended | Progress::OnHold => ("warn", "Ⅱ"),
            Progress::Revoked => ("bad", "✕"),
            Progress::Expired => ("idle", "–"),
            Progress::NotInvited => ("idle", "○"),
            Progress::Invited => ("idle", "✉"),
            Progress::Applied => ("warn", "…"),
            Progress::PickedUp => ("info", "↓"),
            Progress::Proved => ("good", "✓"),
        };
        let key = format!("progress-{}", progress.name());
        self.chip(tone, icon, &key)
    }

    pub(crate) fn mail_standing(&self, standing: impl Borrow<MailStanding>) -> Chip {
        let standing = standing.borrow();
        let (tone, icon) = match standing {
            MailStanding::Queued => ("idle", "…"),
            MailStanding::Delayed => ("warn", "!"),
            MailStanding::Sent => ("good", "✓"),
            MailStanding::Refused | MailStanding::GivenUp => ("bad", "✕"),
        };
        self.chip(tone, icon, &format!("mail-standing-{}", standing.name()))
    }

    pub(crate) fn role(&self, role: impl Borrow<Role>) -> String {
        self.say(format!("role-{}", role.borrow().name())).to_string()
    }

    pub(crate) fn language(&self, locale: impl Borrow<Locale>) -> Phrase {
        self.say(format!("language-{}", locale.borrow().tag()))
    }

    pub(crate) fn device(&self, device: impl Borrow<DeviceType>) -> Phrase {
        self.say(format!("device-{}", device.borrow().name()))
    }

    pub(crate) fn import_title(&self, device: impl Borrow<DeviceType>) -> Phrase {
        self.say(format!("import-{}-title", device.borrow().name()))
    }

    fn chip(&self, tone: &'static str, icon: &'static str, key: &str) -> Chip {
        Chip { tone, icon, word: self.say(key).to_string() }
    }
}
