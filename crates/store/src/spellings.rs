//! Texts for searching and sorting, written anew where a former edition of the spelling wrote them.

use crate::{
    StoreError, Transaction,
    backend::{statements, values},
    tenants::SEARCHED,
    users::{self, user_from},
};
use domain::{
    folding::FOLDING,
    id::{TenantId, UserId},
    list_key::ListKey,
    people_search,
};

statements! {
    USERS = shared(users::select!("WHERE folding < $1 ORDER BY folding LIMIT $2"));
    TENANTS = shared(
        "SELECT id, slug, display_name, organization, contract_number, identification_code FROM tenant
         WHERE folding < $1 LIMIT $2"
    );
    SPELL_USER = shared(
        "UPDATE user_account SET search_text = $3, list_key = $4, folding = $5
         WHERE tenant_id = $1 AND id = $2 AND folding < $5"
    );
    PASS_USER = shared("UPDATE user_account SET folding = $3 WHERE tenant_id = $1 AND id = $2");
    SPELL_TENANT = shared("UPDATE tenant SET search_text = $2, folding = $3 WHERE id = $1 AND folding < $3");
}

/// How many rows a transaction rewrites at most.
const DUE_MAX: u32 = 1_000;

impl Transaction {
    /// Writes anew the texts of at most 1,000 tenants and 1,000 people. Returns how many; zero means that none is left.
    pub async fn spell_due(&mut self) -> Result<u64, StoreError> {
        let tenants = self.connection.rows(&TENANTS, values![FOLDING, DUE_MAX]).await?;
        for row in &tenants {
            let names = SEARCHED.map(|column| row.text(column));
            let names = names.into_iter().collect::<Result<Vec<_>, _>>()?;
            let text = people_search::searched(&names.iter().map(String::as_str).collect::<Vec<_>>());
            self.connection.execute(&SPELL_TENANT, values![row.id::<TenantId>("id")?, text, FOLDING]).await?;
        }
        let people = self.connection.rows(&USERS, values![FOLDING, DUE_MAX]).await?;
        for row in &people {
            let (tenant, id) = (row.id::<TenantId>("tenant_id")?, row.id::<UserId>("id")?);
            let Ok(user) = user_from(row) else {
                // One damaged record must not keep the installation from starting.
                tracing::warn!(%tenant, user = %id, "a person's record cannot be read and is not in lists");
                self.connection.execute(&PASS_USER, values![tenant, id, FOLDING]).await?;
                continue;
            };
            let (text, key) = (people_search::search_text(&user), ListKey::of(&user));
            let values = values![tenant, id, text, key.as_str(), FOLDING];
            self.connection.execute(&SPELL_USER, values).await?;
        }
        Ok((tenants.len() + people.len()) as u64)
    }
}
