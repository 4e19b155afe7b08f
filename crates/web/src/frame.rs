//! The values that all pages of one site share.

use crate::{reader::PageReader, request_id::RequestId};
use authority::Authority;
use domain::time::Timestamp;
use jiff::tz::TimeZone;
use std::{fmt, sync::Arc};
use templates::{Area, Chrome, Style};

/// A cheap clone.
#[derive(Clone)]
pub struct Frame {
    authority: Authority,
    /// The start of links to the public site; empty on that site itself.
    public_url: Arc<str>,
    style: Style,
}

impl Frame {
    /// The frame of the public site: addresses of its own pages have no host.
    pub fn of_public_site(authority: &Authority) -> Self {
        Self { authority: authority.clone(), public_url: "".into(), style: Style::Linked }
    }

    /// The frame of a site behind the gate.
    pub fn of_gated_site(authority: &Authority) -> Self {
        let public_url = authority.addresses().public_url.as_str().into();
        Self { authority: authority.clone(), public_url, style: Style::Linked }
    }

    /// The frame of pages on a site whose other addresses belong to an upstream.
    pub fn of_reserved_pages(authority: &Authority) -> Self {
        Self { style: Style::Embedded, ..Self::of_gated_site(authority) }
    }

    /// The frame of an answer under an unknown name: the page fetches nothing from there.
    pub(crate) fn at_unknown_host(&self) -> Self {
        Self::of_reserved_pages(&self.authority)
    }

    /// The configured address of a page of the public site.
    pub(crate) fn public_address(&self, path: &str) -> String {
        self.authority.addresses().public(path)
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.authority.now()
    }

    /// The zone of all shown dates.
    pub fn time_zone(&self) -> &TimeZone {
        &self.authority.service().time_zone
    }

    /// How pages get their stylesheet.
    pub fn style(&self) -> Style {
        self.style
    }

    /// The chrome of a page for this reader.
    pub fn chrome(&self, reader: &PageReader, area: Area) -> Chrome {
        Chrome {
            locale: reader.locale,
            service_name: self.authority.service().name(reader.locale).to_owned(),
            path: reader.path.clone(),
            public_url: self.public_url.as_ref().to_owned(),
            time_zone: self.time_zone().clone(),
            now: self.now(),
            style: self.style,
            area,
        }
    }

    pub(crate) fn request_id(&self) -> RequestId {
        RequestId::random(&mut *self.authority.rng())
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}
