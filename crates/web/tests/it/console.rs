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
        ("administrator_name", "新井 咲"),
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
    console.post("/hand-over/sheet.html", &[("text", "x".to_owned())]).await.expect(403);
    for act in ["suspend", "resume", "sheet", "upstream"] {
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
    let mut reader = here.read().await;
    let mut fresh = reader.tenant(id.parse().unwrap());
    let administrators = fresh.users_with_role(domain::user::Role::Administrator).await.unwrap();
    assert_eq!(administrators[0].display_name, "新井 咲");
}

/// What the page's form to this address would send back.
fn file_of(page: &str, name: &str) -> String {
    let form = page.split(&format!("action=\"/hand-over/{name}\"")).nth(1).unwrap();
    let text = form.split("name=\"text\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let letters = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    letters.iter().fold(text.to_owned(), |text, (escaped, letter)| text.replace(escaped, letter))
}

#[tokio::test]
async fn sheet_and_data_entry_are_downloads_of_the_one_page_that_shows_them() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let page = console.post("/tenants", &form()).await.expect(200).text();
    for (name, part) in [("sheet.html", secret(&page)), ("data_entry.txt", "seats=20\n".to_owned())] {
        // A browser sends line ends as CR LF.
        let sent = file_of(&page, name).replace('\n', "\r\n");
        let path = format!("/hand-over/{name}");
        let file = console.post(&path, &[("text", sent)]).await.expect(200);
        assert!(file.header("content-disposition").starts_with(&format!("attachment; filename=\"{name}\"")));
        assert_eq!(file.header("cache-control"), "no-store");
        assert!(file.text().contains(&part) && !file.text().contains('\r'), "{name}: {}", file.text());
        console.get(&path).await.expect(405);
        if name == "data_entry.txt" {
            let read = here.installation.authority.read_data_entry(&file.text()).await;
            assert_eq!(read.unwrap().unwrap().organization.as_str(), "Fresh K.K.");
        }
    }
    console.post("/hand-over/other.html", &[("text", "x".to_owned())]).await.expect(404);
}

async fn upstream_of(here: &TwoCompanies) -> Option<domain::site::Upstream> {
    let sites = here.read().await.tenant(here.theirs.id).sites().await.unwrap();
    sites.into_iter().find(|site| site.kind == SiteKind::Application).unwrap().upstream
}

#[tokio::test]
async fn an_upstream_with_headers_is_set_shown_and_taken_away_again() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/upstream", here.theirs.id);
    console.get(&path).await.expect(200);
    let fields = [
        ("upstream", " http://Groupware.internal:8080/ ".to_owned()),
        ("header_user", "Remote-User, x-webobjects-remote-user".to_owned()),
        ("header_email", "x-email".to_owned()),
    ];
    let saved = console.post(&path, &fields).await.expect(303);
    assert_eq!(saved.location(), format!("/tenants/{}?done=saved", here.theirs.id));
    let upstream = upstream_of(&here).await.unwrap();
    assert_eq!(upstream.address, "http://groupware.internal:8080");
    let names: Vec<&str> = upstream.headers.iter().map(|mapping| mapping.header.as_str()).collect();
    assert_eq!(names, ["remote-user", "x-webobjects-remote-user", "x-email"]);
    let page = console.get(saved.location()).await.expect(200).text();
    assert!(page.contains("x-webobjects-remote-user") && page.contains("Saved."), "{page}");
    let page = console.get(&path).await.expect(200).text();
    assert!(page.contains("value=\"remote-user, x-webobjects-remote-user\""), "{page}");
    console.post(&path, &[]).await.expect(303);
    assert_eq!(upstream_of(&here).await, None);
}

#[tokio::test]
async fn a_bad_upstream_or_header_is_told_at_its_field_and_changes_nothing() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/upstream", here.theirs.id);
    let good = ("upstream", "http://127.0.0.1:5232".to_owned());
    let cases = [
        (("upstream", "https://a.example:1"), "upstream"),
        (("upstream", ""), "upstream"),
        (("header_email", "Host"), "header_email"),
        (("header_email", "sekisho_user"), "header_email"),
        (("header_email", "a b"), "header_email"),
        (("header_groups", "Remote_User"), "header_groups"),
    ];
    for ((name, value), field) in cases {
        let form = vec![good.clone(), ("header_user", "remote-user".to_owned()), (name, value.to_owned())];
        let form = if name == "upstream" { with(form[..2].to_vec(), name, value) } else { form };
        let page = console.post(&path, &form).await.expect(422).text();
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{value}: {page}");
        assert!(page.contains("value=\"remote-user\""), "{value}: what was typed is lost");
    }
    assert_eq!(upstream_of(&here).await, None);
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
        ("administrator_name", ""),
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
