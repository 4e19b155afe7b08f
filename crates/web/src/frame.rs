//! What all pages of one site share.

use crate::{reader::Reader, request_id::RequestId};
use authority::Authority;
use domain::{
    locale::Locale,
    time::{Clock, Entropy, Timestamp},
};
use jiff::tz::TimeZone;
use rand_core::CryptoRng;
use std::{fmt, sync::Arc};
use templates::{Area, Chrome, Style};

/// A cheap clone.
#[derive(Clone)]
pub struct Frame(Arc<FrameParts>);

/// What a [`Frame`] is made of.
pub struct FrameParts {
    /// Name of the service in Japanese.
    pub service_name_ja: String,
    /// Name of the service in English.
    pub service_name_en: String,
    /// Absolute address of the public site without a slash at its end; empty on that site itself.
    pub public_url: String,
    /// The zone in which dates are told.
    pub time_zone: TimeZone,
    /// How pages get their stylesheet.
    pub style: Style,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// For request ids.
    pub entropy: Arc<dyn Entropy>,
}

impl Frame {
    /// A frame of these parts.
    pub fn new(parts: FrameParts) -> Self {
        Self(Arc::new(parts))
    }

    /// The frame of the public site: addresses of its own pages are told without the host.
    pub fn of_public_site(authority: &Authority) -> Self {
        Self::of(authority, String::new(), Style::Linked)
    }

    /// The frame of a site behind the gate.
    pub fn of_gated_site(authority: &Authority) -> Self {
        Self::of(authority, authority.addresses().public_url.clone(), Style::Linked)
    }

    /// The frame of pages on a site whose other addresses belong to an upstream.
    pub fn of_reserved_pages(authority: &Authority) -> Self {
        Self::of(authority, authority.addresses().public_url.clone(), Style::Embedded)
    }

    fn of(authority: &Authority, public_url: String, style: Style) -> Self {
        let service = authority.service();
        let outside = Arc::new(Outside(authority.clone()));
        Self::new(FrameParts {
            service_name_ja: service.name_ja.clone(),
            service_name_en: service.name_en.clone(),
            public_url,
            time_zone: service.time_zone.clone(),
            style,
            clock: Arc::clone(&outside) as Arc<dyn Clock>,
            entropy: outside,
        })
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The zone in which dates are told.
    pub fn time_zone(&self) -> &TimeZone {
        &self.0.time_zone
    }

    /// How pages get their stylesheet.
    pub fn style(&self) -> Style {
        self.0.style
    }

    /// What surrounds a page for this reader.
    pub fn chrome(&self, reader: &Reader, area: Area) -> Chrome {
        let parts = &self.0;
        let service_name = match reader.locale {
            Locale::Ja => &parts.service_name_ja,
            Locale::En => &parts.service_name_en,
        };
        Chrome {
            locale: reader.locale,
            service_name: service_name.clone(),
            path: reader.path.clone(),
            public_url: parts.public_url.clone(),
            time_zone: parts.time_zone.clone(),
            now: self.now(),
            style: parts.style,
            area,
        }
    }

    pub(crate) fn request_id(&self) -> RequestId {
        RequestId::random(&mut *self.0.entropy.rng())
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("public_url", &self.0.public_url).finish_non_exhaustive()
    }
}

/// The authority's own clock and randomness.
struct Outside(Authority);

impl Clock for Outside {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl Entropy for Outside {
    fn rng(&self) -> Box<dyn CryptoRng + Send> {
        self.0.rng()
    }
}
