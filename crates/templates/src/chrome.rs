//! The frame of every page: language, name of the service, the page's area, and the visitor.

use crate::{assets, manual, voice::Voice};
use domain::{locale::Locale, time::Timestamp, user::Role};
use jiff::tz::TimeZone;

/// How a page gets its stylesheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A link to `/assets/` of the same origin.
    Linked,
    /// Within the page, for answers that end their connection.
    Embedded,
}

/// The navigation counts waiting applications up to this number, and shows one less as the most.
pub const APPLICATIONS_COUNTED_MAX: u32 = 100;

/// The part of the installation that the page belongs to.
#[derive(Debug, Clone)]
pub enum Area {
    Public,
    /// A page that the gate makes itself.
    Gate,
    /// The built-in portal of a tenant's site.
    Portal {
        /// Name of the company.
        tenant_name: String,
        /// Name of the visitor, by the certificate.
        user_name: String,
    },
    /// The tenant's desk.
    Desk {
        /// Name of the company.
        tenant_name: String,
        /// Name of the visitor.
        user_name: String,
        /// The visitor's role, which decides what the navigation offers.
        role: Role,
        /// Applications that wait for an administrator, counted up to [`APPLICATIONS_COUNTED_MAX`].
        applications: u32,
    },
    Console {
        /// Name of the operator.
        user_name: String,
    },
}

/// The values that every page needs besides its own contents.
#[derive(Debug, Clone)]
pub struct Chrome {
    /// Language of the page.
    pub locale: Locale,
    /// Name of the service, from the configuration.
    pub service_name: String,
    /// Path and query of this page without `lang`, for the language switch; for the answer to a form, the
    /// path of the form. Empty if no address leads to the page, which then has no switch.
    pub path: String,
    /// Absolute address of the public site without a slash at its end; empty on that site itself.
    pub public_url: String,
    /// The zone of all shown dates.
    pub time_zone: TimeZone,
    /// The present moment, for "in 12 days".
    pub now: Timestamp,
    pub style: Style,
    /// The page's area.
    pub area: Area,
}

impl Chrome {
    /// The voice of this page.
    pub fn voice(&self) -> Voice {
        Voice::new(self.locale, &self.service_name, self.time_zone.clone(), self.now)
    }

    /// The chrome for the answer to a form that is shown at `path` and sent elsewhere.
    #[must_use]
    pub fn at(&self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self.clone() }
    }

    /// The other languages with the address of this page in them.
    pub(crate) fn switches(&self) -> Vec<Switch> {
        let others = Locale::ALL.into_iter().filter(|locale| *locale != self.locale && !self.path.is_empty());
        let mark = if self.path.contains('?') { '&' } else { '?' };
        others
            .map(|locale| Switch {
                tag: locale.tag(),
                name: match locale {
                    Locale::Ja => "日本語",
                    Locale::En => "English",
                },
                href: format!("{}{mark}lang={}", self.path, locale.tag()),
            })
            .collect()
    }

    /// The address of a page of the public site.
    pub(crate) fn public(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// The address of the manual's part about removing an old certificate from a device.
    pub(crate) fn removal_guide(&self) -> String {
        self.public(&manual::removal_guide())
    }

    /// The steps to a certificate in use. A renewal at the desk begins with what a first pickup has third.
    pub(crate) fn steps(&self) -> Vec<(usize, &'static str)> {
        let all = ["steps-apply", "steps-mail", "steps-pickup", "steps-import", "steps-proof"];
        let renewal = ["steps-renew", "steps-import", "steps-proof"];
        if self.is_desk() { (3..).zip(renewal).collect() } else { (1..).zip(all).collect() }
    }

    /// The address of the manual's part about this page.
    pub(crate) fn manual(&self) -> String {
        self.public(&manual::place(self))
    }

    /// The target of the service's name: the public site, or the front of this area.
    pub(crate) fn home(&self) -> String {
        match self.area {
            Area::Public | Area::Gate => self.public("/"),
            Area::Portal { .. } | Area::Desk { .. } | Area::Console { .. } => "/".to_owned(),
        }
    }

    pub(crate) fn embedded_style(&self) -> Option<&'static str> {
        (self.style == Style::Embedded).then_some(assets::STYLE_CSS)
    }

    pub(crate) fn area_name(&self) -> &'static str {
        match self.area {
            Area::Public => "public",
            Area::Gate => "gate",
            Area::Portal { .. } => "portal",
            Area::Desk { .. } => "desk",
            Area::Console { .. } => "console",
        }
    }

    /// Whether the page is one of a company's desk.
    pub(crate) fn is_desk(&self) -> bool {
        matches!(self.area, Area::Desk { .. })
    }

    /// The name of the company, if the page belongs to one.
    pub(crate) fn tenant_name(&self) -> Option<&str> {
        match &self.area {
            Area::Portal { tenant_name, .. } | Area::Desk { tenant_name, .. } => Some(tenant_name),
            _ => None,
        }
    }

    /// At the desk, the name of the pages around this one: the administration, or the visitor's own.
    pub(crate) fn own_pages(&self) -> Option<&'static str> {
        match self.area {
            Area::Desk { .. } if self.is_at("/devices") || self.is_below("/renewal") => Some("my-page-title"),
            Area::Desk { role: Role::User, .. } => Some("my-page-title"),
            Area::Desk { .. } => Some("desk-home-title"),
            _ => None,
        }
    }

    /// The visitor's name, if it is known.
    pub(crate) fn user_name(&self) -> Option<&str> {
        match &self.area {
            Area::Portal { user_name, .. } | Area::Desk { user_name, .. } | Area::Console { user_name } => {
                Some(user_name)
            }
            _ => None,
        }
    }

    /// The entries of the navigation at the left.
    pub(crate) fn navigation(&self) -> Vec<Entry> {
        let entries: &[(&str, &'static str)] = match &self.area {
            Area::Desk { role: Role::Administrator | Role::Auditor | Role::Operator, .. } => &[
                ("/", "nav-home"),
                ("/users", "nav-users"),
                ("/applications", "nav-applications"),
                ("/import", "nav-import"),
                ("/portal", "nav-portal"),
                ("/settings", "nav-settings"),
                ("/audit", "nav-audit"),
                ("/devices", "my-page-title"),
            ],
            Area::Desk { .. } => &[("/devices", "nav-devices")],
            Area::Console { .. } => {
                &[("/", "nav-tenants"), ("/tenants/new", "nav-tenant-new"), ("/mail", "nav-mail")]
            }
            _ => &[],
        };
        let auditor = matches!(self.area, Area::Desk { role: Role::Auditor, .. });
        let offered = entries.iter().filter(|(href, _)| !(auditor && *href == "/import"));
        offered
            .map(|(href, key)| Entry {
                href: (*href).to_owned(),
                key,
                current: self.is_at(href),
                waiting: (*key == "nav-applications").then(|| self.applications_waiting()).flatten(),
            })
            .collect()
    }

    /// How many applications wait, as the navigation shows it; `None` if none does.
    fn applications_waiting(&self) -> Option<String> {
        match self.area {
            Area::Desk { applications: 0, .. } => None,
            Area::Desk { applications, .. } if applications < APPLICATIONS_COUNTED_MAX => {
                Some(applications.to_string())
            }
            Area::Desk { .. } => Some(format!("{}+", APPLICATIONS_COUNTED_MAX - 1)),
            _ => None,
        }
    }

    /// Whether the page is at that path or below it.
    pub(crate) fn is_below(&self, start: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether the page belongs to the entry: it is there, below it, or below a list at that address.
    fn is_at(&self, href: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        let below = |start: &str| self.is_below(start);
        match (&self.area, href) {
            (Area::Console { .. }, "/") => path == "/" || (below("/tenants") && !below("/tenants/new")),
            (_, "/") => path == "/",
            (_, "/users") => below("/users") || below("/certificates"),
            _ => below(href),
        }
    }
}

/// A link to the same page in another language.
#[derive(Debug)]
pub(crate) struct Switch {
    pub(crate) tag: &'static str,
    pub(crate) name: &'static str,
    pub(crate) href: String,
}

/// A link of the navigation.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) href: String,
    pub(crate) key: &'static str,
    pub(crate) current: bool,
    /// How much waits there for the visitor.
    pub(crate) waiting: Option<String>,
}
