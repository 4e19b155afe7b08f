//! Tenants: the customer companies, and the installation's own tenant of operators.

use crate::{
    ListPage, PageRequest, Reader, StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{
        statements,
        table::{insert, table, update},
        values,
    },
    page::{Patterns, patterns},
};
use domain::{
    folding::FOLDING,
    people_search::{Search, searched},
    slug::TenantSlug,
    tenant::{IdentificationCode, Tenant, TenantState},
    time::Timestamp,
};

table! {
    "tenant" holds Tenant as tenant, read by tenant_from, inserted with at: Timestamp;
    key { id }
    changed {
        display_name,
        organization,
        organizational_unit,
        contract_number,
        license (seats, valid_until),
        policy,
        names (login_suffix, email_domains, vouched_domains),
        support_contact,
        locale,
    } beside {
        search_text: search_text(tenant),
        folding: FOLDING,
    }
    fixed {
        kind,
        slug,
        identification_code,
        state,
    } beside {
        state_since: at,
    }
    seen {}
}

macro_rules! select {
    ($more:literal, $rest:literal) => {
        concat!("SELECT ", $crate::tenants::columns!(), $more, " FROM tenant ", $rest)
    };
    ($rest:literal) => {
        $crate::tenants::select!("", $rest)
    };
}
pub(crate) use columns;
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
        "WHERE kind = 'customer' AND slug > $1 AND search_text LIKE $2 ESCAPE '\\' AND search_text LIKE $3 ESCAPE '\\'
             AND search_text LIKE $4 ESCAPE '\\' ORDER BY slug LIMIT $5"
    ));
    COUNT = shared(
        "SELECT COUNT(*) AS count FROM tenant WHERE kind = 'customer' AND search_text LIKE $1 ESCAPE '\\'
             AND search_text LIKE $2 ESCAPE '\\' AND search_text LIKE $3 ESCAPE '\\'"
    );
    INSERT = shared(insert!(""));
    UPDATE = shared(update!());
    SET_STATE = shared("UPDATE tenant SET state = $3, state_since = $4 WHERE id = $1 AND state = $2");
}

fn search_text(tenant: &Tenant) -> String {
    searched(&[
        tenant.slug.as_str(),
        &tenant.display_name,
        tenant.organization.as_str(),
        &tenant.contract_number,
        tenant.identification_code.as_str(),
    ])
}

/// The columns of [`search_text`].
pub(crate) const SEARCHED: [&str; 5] =
    ["slug", "display_name", "organization", "contract_number", "identification_code"];

/// The patterns of what was typed; three that match any text for nothing.
fn typed(search: &str) -> Patterns {
    patterns(None, &Search::parse(search)).unwrap_or_else(|| ["%"; 3].map(str::to_owned))
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
        let [one, two, three] = typed(search);
        let values = values![after, one, two, three, page.limit_and_one()];
        let rows = self.connection.rows(&LIST, values).await?;
        Ok(page.cut(rows.iter().map(tenant_from).collect::<Result<_, _>>()?))
    }

    /// How many customers [`Reader::tenants`] would list.
    pub async fn tenant_count(&mut self, search: &str) -> Result<u64, StoreError> {
        let [one, two, three] = typed(search);
        self.connection.count(&COUNT, values![one, two, three]).await
    }
}

impl Transaction {
    /// Adds a tenant.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `TenantSlug` or `IdentificationCode`.
    pub async fn insert_tenant(&mut self, tenant: &Tenant, at: Timestamp) -> Result<(), StoreError> {
        let values = inserted_values(values![tenant.id], tenant, at)?;
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
        let values = changed_values(values![self.tenant], tenant)?;
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
