//! The operators' console.

use crate::{browser::Browser, gated::TwoCompanies, installation::with};
use domain::{site::SiteKind, tenant::TenantState};

async fn console(here: &TwoCompanies) -> Browser {
    let (tenant, operator) = here.operator().await;
    here.at_console(&tenant, &operator, SiteKind::Console)
}

fn form() -> Vec<(&'static str, String)> {
    let fields = [
        ("display_name", "新しい会社"),
        ("slug", "fresh"),
        ("organization", "Fresh K.K."),
        ("organizational_unit", ""),
        ("contract_number", "C-0003"),
        ("seats", "20"),
        ("valid_until", "2027-12-31"),
        ("administrator_email", "saki@fresh.example"),
        ("support_contact", "内線 100"),
        ("locale", "ja"),
        ("upstream", "http://127.0.0.1:5232"),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

/// The longest thing marked as a secret on a page.
fn secret(page: &str) -> String {
    let marked = page.split("class=\"secret\"").skip(1).filter_map(|rest| rest.split(['<', '>']).nth(1));
    marked.max_by_key(|secret| secret.len()).unwrap().to_owned()
}

#[tokio::test]
async fn only_operators_get_an_answer() {
    let here = TwoCompanies::new().await;
    let mut console = here.at_console(&here.ours, &here.administrator, SiteKind::Desk);
    let tenant = here.theirs.id;
    for path in ["/".to_owned(), "/tenants/new".to_owned(), format!("/tenants/{tenant}")] {
        console.get(&path).await.expect(403);
    }
    console.post("/tenants", &form()).await.expect(403);
    for act in ["suspend", "resume", "sheet"] {
        console.get(&format!("/tenants/{tenant}/{act}")).await.expect(403);
        console.post(&format!("/tenants/{tenant}/{act}"), &[]).await.expect(403);
    }
    let record = here.read().await.tenant(tenant).record().await.unwrap().unwrap();
    assert_eq!(record.state, TenantState::Active);
}

#[tokio::test]
async fn a_new_tenants_sheet_is_shown_once_and_its_data_entry_reads_back() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    console.get("/tenants/new").await.expect(200);
    let made = console.post("/tenants", &form()).await.expect(200);
    assert_eq!(made.header("cache-control"), "no-store");
    let page = made.text();
    let password = secret(&page);
    assert_eq!(password.replace('-', "").len(), 20, "{password}");
    let links = page.split("href=\"/tenants/").skip(1).map(|rest| rest.split('"').next().unwrap());
    let id = links.into_iter().find(|id| *id != "new").unwrap();
    let tenant = console.get(&format!("/tenants/{id}")).await.expect(200).text();
    assert!(tenant.contains("Fresh K.K.") && tenant.contains("http://127.0.0.1:5232"), "{tenant}");
    assert!(!tenant.contains(&password), "{tenant}");
    let entry = page.split("name=\"data_entry\"").nth(1).unwrap();
    let entry = entry.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
    let read = here.installation.authority.read_data_entry(entry.trim_start()).await;
    assert_eq!(read.unwrap().unwrap().organization.as_str(), "Fresh K.K.");
}

#[tokio::test]
async fn a_name_that_is_taken_or_reserved_is_told_at_the_field() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    for slug in ["sample", "console", "xn--a", "UPPER", ""] {
        let page = console.post("/tenants", &with(form(), "slug", slug)).await.expect(422).text();
        assert!(page.contains("id=\"slug-error\"") && page.contains("Fresh K.K."), "{slug}: {page}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_and_nothing_typed_is_lost() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let wrong = [
        ("display_name", ""),
        ("organization", "新しい会社"),
        ("contract_number", ""),
        ("seats", "many"),
        ("valid_until", "2020-01-01"),
        ("administrator_email", "saki"),
        ("support_contact", ""),
        ("upstream", "https://example.jp/path"),
    ];
    let bad = wrong.iter().fold(form(), |form, (name, value)| with(form, name, value));
    let page = console.post("/tenants", &bad).await.expect(422).text();
    for (name, value) in wrong {
        assert!(page.contains(&format!("id=\"{name}-error\"")), "{name}: {page}");
        assert!(value.is_empty() || page.contains(&format!("value=\"{value}\"")), "{name}: {page}");
    }
}

#[tokio::test]
async fn a_tenant_is_suspended_and_resumed_after_a_confirmation() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let id = here.theirs.id;
    for (act, notice, state) in
        [("suspend", "suspended", TenantState::Suspended), ("resume", "resumed", TenantState::Active)]
    {
        let path = format!("/tenants/{id}/{act}");
        let before = here.acts(&here.theirs).await;
        console.get(&path).await.expect(200);
        assert_eq!(here.acts(&here.theirs).await, before);
        let done = console.post(&path, &[]).await.expect(303);
        assert_eq!(done.location(), format!("/tenants/{id}?done={notice}"));
        assert_eq!(here.read().await.tenant(id).record().await.unwrap().unwrap().state, state);
        // Sent twice: the page tells where it stands.
        console.post(&path, &[]).await.expect(303);
        console.get(done.location()).await.expect(200);
    }
}

#[tokio::test]
async fn a_new_sheet_has_a_new_password_and_goes_to_the_address_on_record_only() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/sheet", here.ours.id);
    let asked = console.get(&path).await.expect(200).text();
    assert!(asked.contains("value=\"hanako@sample.example\""), "{asked}");
    let email = |email: &str| vec![("administrator_email", email.to_owned())];
    let before = here.acts(&here.ours).await;
    for wrong in ["", "somebody@else.example"] {
        console.post(&path, &email(wrong)).await.expect(422);
    }
    assert_eq!(here.acts(&here.ours).await, before);
    let made = console.post(&path, &email("Hanako@sample.example")).await.expect(200).text();
    assert_ne!(secret(&made), *here.installation.sheet.password.grouped().expose());
}

#[tokio::test]
async fn the_installations_own_tenant_is_no_customer() {
    let here = TwoCompanies::new().await;
    let (tenant, operator) = here.operator().await;
    let mut console = here.at_console(&tenant, &operator, SiteKind::Console);
    console.get(&format!("/tenants/{}", tenant.id)).await.expect(404);
    console.post(&format!("/tenants/{}/suspend", tenant.id), &[]).await.expect(404);
    let list = console.get("/").await.expect(200).text();
    assert!(!list.contains(&tenant.id.to_string()) && list.contains("よその会社"), "{list}");
    let found = console.get("/?q=%E3%82%88%E3%81%9D").await.expect(200).text();
    assert!(found.contains("よその会社") && !found.contains("サンプル"), "{found}");
}
