//! The form about what stands behind a tenant's site: the application's address, its own header fields, and how the
//! gate deals with it ([`Conduct`](crate::conduct::Conduct)).

use crate::{
    form::{Form, fields},
    site::{IdentityValue, Upstream},
};

fields! {
    /// One thing that is entered about an application. Several header names in one field are divided by commas.
    pub UpstreamField {
        /// `http://host:port`; empty: the built-in portal.
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
        /// How long the gate waits for an answer; empty: as for others.
        AnswerWaitSeconds = "answer_wait_seconds",
        /// Requests under way; empty: as the installation has it.
        RequestsMax = "requests_max",
        /// WebSockets open; empty: as the installation has it.
        WebsocketsMax = "websockets_max",
        /// Does `%2F` pass?
        EncodedSlashes = "encoded_slashes": Tick,
        /// Has each visitor's connection one of its own to the application?
        OwnConnections = "own_connections": Tick,
        /// Is a 403 a 401 for Apple's browsers?
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

/// What was entered about an application.
pub type UpstreamForm = Form<UpstreamField>;

impl Form<UpstreamField> {
    /// What is on record about an application, or about the built-in portal.
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
}
