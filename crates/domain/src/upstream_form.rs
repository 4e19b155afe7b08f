//! The form about the application behind a tenant's site: its address, its extra header fields, and the
//! gate's settings for it ([`Conduct`]).

use crate::{
    conduct::{ANSWER_WAIT_SECONDS, Conduct, UNDER_WAY_MAX},
    form::{Form, Noted, Reading, fields},
    refusal::{Problem, Refusal},
    site::{HeaderMapping, IdentityValue, Upstream},
    upstream::HEADER_MAPPINGS_MAX,
};
use std::ops::RangeInclusive;

fields! {
    /// One entry about an application. Several header names in one field are separated by commas.
    pub UpstreamField {
        /// `http://host:port`; empty for the built-in portal.
        Address = "upstream",
        /// Headers that carry [`IdentityValue::User`].
        HeaderUser = "header_user",
        /// Headers that carry [`IdentityValue::UserAtTenant`].
        HeaderUserAtTenant = "header_user_at_tenant",
        /// Headers that carry [`IdentityValue::Id`].
        HeaderId = "header_id",
        /// Headers that carry [`IdentityValue::Email`].
        HeaderEmail = "header_email",
        /// Headers that carry [`IdentityValue::Tenant`].
        HeaderTenant = "header_tenant",
        /// Headers that carry [`IdentityValue::Groups`].
        HeaderGroups = "header_groups",
        /// Headers that carry [`IdentityValue::Assertion`].
        HeaderAssertion = "header_assertion",
        /// Headers that carry [`IdentityValue::ClientCert`].
        HeaderClientCert = "header_client_cert",
        /// Headers that are removed and not set.
        RemovedHeaders = "removed_headers",
        /// How long the gate waits for an answer; empty for the default.
        AnswerWaitSeconds = "answer_wait_seconds",
        /// Requests under way; empty for the installation's limit.
        RequestsMax = "requests_max",
        /// WebSockets open; empty for the installation's limit.
        WebsocketsMax = "websockets_max",
        /// Whether `%2F` passes.
        EncodedSlashes = "encoded_slashes": Tick,
        /// Whether each visitor's connection has its own connection to the application.
        OwnConnections = "own_connections": Tick,
        /// Whether Apple's browsers get a 401 for a 403.
        Apple401 = "apple_401": Tick,
    }
}

impl UpstreamField {
    /// The field for the headers that carry a value.
    pub fn header(value: IdentityValue) -> Self {
        match value {
            IdentityValue::User => Self::HeaderUser,
            IdentityValue::UserAtTenant => Self::HeaderUserAtTenant,
            IdentityValue::Id => Self::HeaderId,
            IdentityValue::Email => Self::HeaderEmail,
            IdentityValue::Tenant => Self::HeaderTenant,
            IdentityValue::Groups => Self::HeaderGroups,
            IdentityValue::Assertion => Self::HeaderAssertion,
            IdentityValue::ClientCert => Self::HeaderClientCert,
        }
    }
}

/// The entries about an application.
pub type UpstreamForm = Form<UpstreamField>;

impl Form<UpstreamField> {
    /// The application on record, or the built-in portal.
    pub fn of_upstream(upstream: Option<&Upstream>) -> Self {
        use UpstreamField as F;
        let (headers, removed) =
            upstream.map_or((&[][..], &[][..]), |upstream| (&upstream.headers, &upstream.removed));
        let conduct = upstream.map(|upstream| upstream.conduct.clone()).unwrap_or_default();
        let chosen = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let form = Self::default()
            .with(F::Address, upstream.map_or("", |upstream| &upstream.address))
            .with(F::RemovedHeaders, removed.join(", "))
            .with(F::AnswerWaitSeconds, conduct.answer_wait_seconds.to_string())
            .with(F::RequestsMax, chosen(conduct.requests_max))
            .with(F::WebsocketsMax, chosen(conduct.tunnels_max))
            .with_tick(F::EncodedSlashes, conduct.encoded_slashes)
            .with_tick(F::OwnConnections, conduct.own_connections)
            .with_tick(F::Apple401, conduct.apple_401);
        IdentityValue::ALL.into_iter().fold(form, |form, value| {
            let of_value = headers.iter().filter(|mapping| mapping.value == value);
            let names: Vec<&str> = of_value.map(|mapping| mapping.header.as_str()).collect();
            form.with(F::header(value), names.join(", "))
        })
    }

    /// The upstream of the site, `None` for the portal; or all errors.
    pub fn upstream(&self) -> Result<Option<Upstream>, Vec<Refusal>> {
        use UpstreamField as F;
        Reading::of(self, |reading| {
            let address = self.text(F::Address);
            let is_address = address.is_empty() || Upstream::new(address, Vec::new()).is_ok();
            if !is_address {
                reading.refuse(F::Address, Problem::UpstreamMalformed);
            }
            let headers = self.headers(reading);
            let conduct = self.conduct(reading);
            let removed: Vec<&str> = self.names(F::RemovedHeaders).collect();
            if address.is_empty() {
                if headers.as_ref().is_ok_and(Vec::is_empty) && removed.is_empty() {
                    return Ok(None);
                }
                return Err(reading.refuse(F::Address, Problem::UpstreamMissing));
            }
            let upstream = Upstream::new(address, headers?).map_err(|_| Noted)?;
            let upstream = upstream.without(&removed);
            let upstream = upstream.map_err(|error| reading.refuse(F::RemovedHeaders, error))?;
            Ok(Some(Upstream { conduct: conduct?, ..upstream }))
        })
    }

    fn headers(&self, reading: &mut Reading<'_, UpstreamField>) -> Result<Vec<HeaderMapping>, Noted> {
        let (mut headers, mut all_good) = (Vec::new(), Ok(()));
        for value in IdentityValue::ALL {
            let field = UpstreamField::header(value);
            for name in self.names(field) {
                let mapped = HeaderMapping::parse(name, value).and_then(|mapping| {
                    headers.push(mapping);
                    HeaderMapping::check_all(&headers)
                });
                if let Err(error) = mapped {
                    all_good = Err(reading.refuse(field, error));
                    break;
                }
            }
        }
        all_good.map(|()| headers)
    }

    /// The header names in one field.
    fn names(&self, field: UpstreamField) -> impl Iterator<Item = &str> {
        let names = self.text(field).split(',').map(str::trim).filter(|name| !name.is_empty());
        names.take(HEADER_MAPPINGS_MAX + 1)
    }

    fn conduct(&self, reading: &mut Reading<'_, UpstreamField>) -> Result<Conduct, Noted> {
        use UpstreamField as F;
        let mut number =
            |field, range: RangeInclusive<u32>| reading.read_if_any(field, |text| number(text, &range));
        let answer_wait_seconds = number(F::AnswerWaitSeconds, ANSWER_WAIT_SECONDS);
        let requests_max = number(F::RequestsMax, UNDER_WAY_MAX);
        let tunnels_max = number(F::WebsocketsMax, UNDER_WAY_MAX);
        Ok(Conduct {
            answer_wait_seconds: answer_wait_seconds?.unwrap_or(Conduct::default().answer_wait_seconds),
            encoded_slashes: self.is_ticked(F::EncodedSlashes),
            own_connections: self.is_ticked(F::OwnConnections),
            apple_401: self.is_ticked(F::Apple401),
            requests_max: requests_max?,
            tunnels_max: tunnels_max?,
        })
    }
}

fn number(text: &str, range: &RangeInclusive<u32>) -> Result<u32, Problem> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or(Problem::NumberOutOfRange { min: *range.start(), max: *range.end() })
}

#[cfg(test)]
mod tests;
