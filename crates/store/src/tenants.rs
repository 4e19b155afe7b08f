//! Tenants: the customer companies, and the installation's own tenant of operators.

use crate::{
    ListPage, PageRequest, Reader, StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{Row, row::corrupt, statements, values},
    page::{search_pattern, search_text},
};
use domain::{
    certificate_text::CertificateText,
    license::License,
    locale::Locale,
    name_rules::{EmailDomains, LoginSuffix, NameRules},
    policy::Policy,
    slug::TenantSlug,
    tenant::{IdentificationCode, Tenant, TenantKind, TenantState},
    time::Timestamp,
};

macro_rules! select {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT id, kind, slug, display_name, organization, organizational_unit, identification_code, \
             contract_number, seats, valid_until, policy, support_contact, locale, state, \
             login_suffix, email_domains, vouched_domains",
            $more,
            " FROM tenant ",
            $rest
        )
    };
    ($rest:literal) => {
        $crate::tenants::select!("", $rest)
    };
}
pub(crate) use select;

statements! {
    BY_ID = shared(select!("WHERE id = $1"));
    // A tenant's id never changes, so records that refer to it need not wait.
    LOCK = per_backend(select!("WHERE id = $1"), select!("WHERE id = $1 FOR NO KEY UPDATE"));
    BY_SLUG = shared(select!("WHERE slug = $1"));
    BY_CODE = shared(select!("WHERE identification_code = $1"));
    EVERY = shared(select!("ORDER BY id"));
    WITHOUT_ISSUER = shared(select!(
        "WHERE state_since < $1 AND NOT EXISTS (SELECT 1 FROM issuer WHERE issuer.tenant_id = tenant.id) ORDER BY id"
    ));
    LIST = shared(select!(
        "WHERE kind = 'customer' AND slug > $1 AND search_text LIKE $2 ESCAPE '\\' ORDER BY slug LIMIT $3"
    ));
    COUNT = shared("SELECT COUNT(*) AS count FROM tenant WHERE kind = 'customer' AND search_text LIKE $1 ESCAPE '\\'");
    INSERT = shared(
        "INSERT INTO tenant (id, kind, slug, display_name, organization, organizational_unit, identification_code,
             contract_number, seats, valid_until, policy, support_contact, locale, state, state_since, search_text,
             login_suffix, email_domains, vouched_domains)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
    );
    UPDATE = shared(
        "UPDATE tenant SET display_name = $2, organization = $3, organizational_unit = $4, contract_number = $5,
             seats = $6, valid_until = $7, policy = $8, support_contact = $9, locale = $10, search_text = $11,
             login_suffix = $12, email_domains = $13, vouched_domains = $14
         WHERE id = $1"
    );
    SET_STATE = shared("UPDATE tenant SET state = $3, state_since = $4 WHERE id = $1 AND state = $2");
}

fn kind_name(kind: TenantKind) -> &'static str {
    match kind {
        TenantKind::Customer => "customer",
        TenantKind::Operator => "operator",
    }
}

fn searched(tenant: &Tenant) -> String {
    search_text(&[
        tenant.slug.as_str(),
        &tenant.display_name,
        tenant.organization.as_str(),
        &tenant.contract_number,
        tenant.identification_code.as_str(),
    ])
}

fn policy_json(policy: &Policy) -> Result<String, StoreError> {
    serde_json::to_string(policy).map_err(|error| corrupt("policy", error))
}

fn names_from(row: &Row) -> Result<NameRules, StoreError> {
    let suffix = row.optional_text("login_suffix")?.map(|text| LoginSuffix::parse(&text)).transpose();
    Ok(NameRules {
        login_suffix: suffix.map_err(|error| corrupt("login_suffix", error))?,
        email_domains: row.parsed("email_domains", EmailDomains::parse)?,
        vouched_domains: row.parsed("vouched_domains", EmailDomains::parse)?,
    })
}

fn suffix(tenant: &Tenant) -> Option<&str> {
    tenant.names.login_suffix.as_ref().map(LoginSuffix::as_str)
}

/// What a tenant's row holds was parsed once; a later release may reserve more names.
#[expect(clippy::disallowed_methods, reason = "this is the store")]
pub(crate) fn slug_from(text: String) -> TenantSlug {
    TenantSlug::from_store(text)
}

pub(crate) fn tenant_from(row: &Row) -> Result<Tenant, StoreError> {
    let unit = row.optional_text("organizational_unit")?;
    let unit = unit.map(|unit| CertificateText::parse(&unit)).transpose();
    let code = row.text("identification_code")?;
    Ok(Tenant {
        id: row.id("id")?,
        kind: row.named("kind", [TenantKind::Customer, TenantKind::Operator], kind_name)?,
        slug: slug_from(row.text("slug")?),
        display_name: row.text("display_name")?,
        organization: row.parsed("organization", CertificateText::parse)?,
        organizational_unit: unit.map_err(|error| corrupt("organizational_unit", error))?,
        identification_code: IdentificationCode::parse(&code)
            .ok_or_else(|| corrupt("identification_code", "it is no such code"))?,
        contract_number: row.text("contract_number")?,
        license: License { seats: row.unsigned("seats")?, valid_until: row.time("valid_until")? },
        policy: row.parsed("policy", |text| serde_json::from_str::<Policy>(text))?,
        names: names_from(row)?,
        support_contact: row.text("support_contact")?,
        locale: row.named("locale", Locale::ALL, Locale::tag)?,
        state: row.named("state", TenantState::ALL, TenantState::name)?,
    })
}

impl Reader {
    /// The tenant whose host names begin with this slug.
    pub async fn tenant_by_slug(&mut self, slug: &TenantSlug) -> Result<Option<Tenant>, StoreError> {
        let row = self.connection.row(&BY_SLUG, values![slug.as_str()]).await?;
        row.as_ref().map(tenant_from).transpose()
    }

    /// The tenant of a contract sheet's 識別コード.
    pub async fn tenant_by_identification_code(
        &mut self,
        code: &IdentificationCode,
    ) -> Result<Option<Tenant>, StoreError> {
        let row = self.connection.row(&BY_CODE, values![code.as_str()]).await?;
        row.as_ref().map(tenant_from).transpose()
    }

    /// Every tenant, the installation's own included: for duties that go through all of them.
    pub async fn every_tenant(&mut self) -> Result<Vec<Tenant>, StoreError> {
        let rows = self.connection.rows(&EVERY, values![]).await?;
        rows.iter().map(tenant_from).collect()
    }

    /// Tenants in their present state since before a moment that have no issuer, not even an unsigned one.
    pub async fn tenants_without_issuer(
        &mut self,
        since_before: Timestamp,
    ) -> Result<Vec<Tenant>, StoreError> {
        let rows = self.connection.rows(&WITHOUT_ISSUER, values![since_before]).await?;
        rows.iter().map(tenant_from).collect()
    }

    /// Customers whose names, contract number or code contain `search`, by slug.
    pub async fn tenants(
        &mut self,
        search: &str,
        page: &PageRequest<TenantSlug>,
    ) -> Result<ListPage<Tenant>, StoreError> {
        let after = page.after.as_ref().map_or("", TenantSlug::as_str);
        let values = values![after, search_pattern(search), page.limit_and_one()];
        let rows = self.connection.rows(&LIST, values).await?;
        Ok(page.cut(rows.iter().map(tenant_from).collect::<Result<_, _>>()?))
    }

    /// How many customers [`Reader::tenants`] would list.
    pub async fn tenant_count(&mut self, search: &str) -> Result<u64, StoreError> {
        self.connection.count(&COUNT, values![search_pattern(search)]).await
    }
}

impl Transaction {
    /// Adds a tenant.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `TenantSlug` or `IdentificationCode`.
    pub async fn insert_tenant(&mut self, tenant: &Tenant, at: Timestamp) -> Result<(), StoreError> {
        let unit = tenant.organizational_unit.as_ref().map(CertificateText::as_str);
        let values = values![
            tenant.id,
            kind_name(tenant.kind),
            tenant.slug.as_str(),
            tenant.display_name.as_str(),
            tenant.organization.as_str(),
            unit,
            tenant.identification_code.as_str(),
            tenant.contract_number.as_str(),
            tenant.license.seats,
            tenant.license.valid_until,
            policy_json(&tenant.policy)?,
            tenant.support_contact.as_str(),
            tenant.locale.tag(),
            tenant.state.name(),
            at,
            searched(tenant),
            suffix(tenant),
            tenant.names.email_domains.to_string(),
            tenant.names.vouched_domains.to_string(),
        ];
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }
}

impl TenantReader<'_> {
    /// The tenant's own record.
    pub async fn record(&mut self) -> Result<Option<Tenant>, StoreError> {
        let row = self.connection.row(&BY_ID, values![self.tenant]).await?;
        row.as_ref().map(tenant_from).transpose()
    }
}

impl TenantTransaction<'_> {
    /// The tenant's own record, kept from changing until the transaction ends: for decisions on seats,
    /// of which two must not be taken at once.
    pub async fn lock(&mut self) -> Result<Option<Tenant>, StoreError> {
        let values = values![self.tenant];
        let row = self.connection.row(&LOCK, values).await?;
        row.as_ref().map(tenant_from).transpose()
    }

    /// Writes names, contract, policy, contact and language. Slug, kind, code and state stay.
    pub async fn update_tenant(&mut self, tenant: &Tenant) -> Result<bool, StoreError> {
        let unit = tenant.organizational_unit.as_ref().map(CertificateText::as_str);
        let values = values![
            self.tenant,
            tenant.display_name.as_str(),
            tenant.organization.as_str(),
            unit,
            tenant.contract_number.as_str(),
            tenant.license.seats,
            tenant.license.valid_until,
            policy_json(&tenant.policy)?,
            tenant.support_contact.as_str(),
            tenant.locale.tag(),
            searched(tenant),
            suffix(tenant),
            tenant.names.email_domains.to_string(),
            tenant.names.vouched_domains.to_string(),
        ];
        self.connection.applied(&UPDATE, values).await
    }

    /// Moves the tenant from one state to another; `false` if it is not in `expected`.
    pub async fn set_tenant_state(
        &mut self,
        expected: TenantState,
        next: TenantState,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, expected.name(), next.name(), at];
        self.connection.applied(&SET_STATE, values).await
    }
}
