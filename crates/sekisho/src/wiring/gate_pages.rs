//! The gate's [`Pages`] over the templates.

use crate::data_folder::OPERATOR_FILE;
use authority::Authority;
use domain::{denial::Denial, locale::Locale, slug::TenantSlug};
use gate::{DenialContents, GateNotice, NoticeContents, PagePolicy, Pages, RetryContents, RetryOutcome};
use std::path::Path;
use templates::{
    Area, Chrome, Style,
    gate::{self as page, Trouble, TroublePage},
};

/// Renders the gate's own pages.
pub(super) struct GatePages {
    authority: Authority,
    /// The first operator's file, where there is one.
    operator_file: Option<String>,
}

impl GatePages {
    /// With the service's names, zone and addresses.
    pub(super) fn new(authority: Authority, data_folder: &Path) -> Self {
        let file = data_folder.join(OPERATOR_FILE);
        let operator_file = file.exists().then(|| file.display().to_string());
        Self { authority, operator_file }
    }

    /// The console's help in place of a company's, if the site is the operators' own.
    fn console(&self, tenant: Option<&TenantSlug>) -> Option<page::ConsoleDoor> {
        let certificate_file = self.operator_file.clone();
        (tenant == Some(&TenantSlug::console())).then_some(page::ConsoleDoor { certificate_file })
    }

    fn chrome(&self, locale: Locale) -> Chrome {
        let service = self.authority.service();
        Chrome {
            locale,
            service_name: service.name(locale).to_owned(),
            path: "/".to_owned(),
            public_url: self.authority.addresses().public_url.clone(),
            time_zone: service.time_zone.clone(),
            now: self.authority.now(),
            style: Style::Embedded,
            area: Area::Gate,
        }
    }

    fn site_address(&self, tenant: Option<&TenantSlug>) -> String {
        tenant.map_or_else(String::new, |slug| self.authority.addresses().application(slug, "/"))
    }
}

/// The `Content-Security-Policy` of these pages: it allows nothing but their own style sheet.
pub(super) fn page_policy() -> Result<PagePolicy, http::header::InvalidHeaderValue> {
    PagePolicy::new(templates::assets::style_csp_source())
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl Pages for GatePages {
    fn denial(&self, denial: &DenialContents) -> String {
        let contents = page::DenialPage {
            denial: denial.denial,
            // The site's company would show no more than the name in the address bar.
            tenant_name: None,
            support_contact: non_empty(&denial.support_contact),
            request_id: denial.request_id.clone(),
            retry_url: denial.retry_url.clone(),
            console: self.console(denial.tenant_slug.as_ref()),
            elsewhere: (denial.denial == Denial::NoCertificate)
                .then(|| page::Elsewhere { program: denial.program, address: denial.site_url.clone() }),
            since: denial.since,
        };
        page::denial(&contents, &self.chrome(denial.locale))
    }

    fn notice(&self, notice: &NoticeContents) -> String {
        let trouble = match notice.notice {
            GateNotice::BadRequest => Trouble::BadRequest,
            GateNotice::EncodedSlash => Trouble::EncodedSlash,
            GateNotice::RequestTimeout => Trouble::RequestTimeout,
            GateNotice::UnknownHost if notice.host.is_none() => Trouble::NoServerName,
            GateNotice::UnknownHost => Trouble::UnknownHost,
            GateNotice::UpstreamUnreachable => Trouble::UpstreamUnreachable,
            GateNotice::UpstreamTimeout => Trouble::UpstreamTimeout,
            GateNotice::Busy => Trouble::Busy,
        };
        let contents = TroublePage {
            trouble,
            support_contact: non_empty(&notice.support_contact),
            request_id: notice.request_id.clone(),
        };
        let chrome = self.chrome(notice.locale);
        match notice.notice {
            // No address leads here in another language.
            GateNotice::UnknownHost => page::trouble(&contents, &chrome.at("")),
            _ => page::trouble(&contents, &chrome),
        }
    }

    fn retry(&self, retry: &RetryContents) -> String {
        let chrome = self.chrome(retry.locale).at(format!("/{}", retry.site));
        match &retry.outcome {
            RetryOutcome::Refused(denial) if *denial != Denial::NoCertificate => {
                let contents = page::DenialPage {
                    denial: *denial,
                    tenant_name: None,
                    support_contact: non_empty(&retry.support_contact),
                    request_id: retry.request_id.clone(),
                    retry_url: None,
                    console: self.console(retry.tenant_slug.as_ref()),
                    elsewhere: None,
                    since: retry.since,
                };
                page::denial(&contents, &chrome)
            }
            outcome => {
                let site = match outcome {
                    RetryOutcome::Works { site_url, .. } => site_url.clone(),
                    RetryOutcome::Refused(_) => self.site_address(retry.tenant_slug.as_ref()),
                };
                let contents = page::RetryPage {
                    works: matches!(outcome, RetryOutcome::Works { .. }),
                    image: match outcome {
                        RetryOutcome::Works { image_url, .. } => Some(image_url.clone()),
                        RetryOutcome::Refused(_) => None,
                    },
                    site,
                    console: self.console(retry.tenant_slug.as_ref()),
                    support_contact: non_empty(&retry.support_contact),
                    request_id: retry.request_id.clone(),
                };
                page::retry(&contents, &chrome)
            }
        }
    }
}
