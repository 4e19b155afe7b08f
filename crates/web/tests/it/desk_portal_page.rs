//! Announcements and links: written at the desk, seen at the portal's home.

use crate::{browser::Browser, gated::TwoCompanies};
use domain::{
    portal_page::{ANNOUNCEMENTS_MAX, NewPortalLink, Title, WebAddress},
    user::{Role, User},
};

fn announcement(title: &str, text: &str) -> [(&'static str, String); 2] {
    [("announcement_title", title.to_owned()), ("announcement_text", text.to_owned())]
}

fn link(title: &str, address: &str) -> [(&'static str, String); 2] {
    [("link_title", title.to_owned()), ("link_address", address.to_owned())]
}

/// At the portal of our company, signed in.
async fn at_home(here: &TwoCompanies, user: &User) -> Browser {
    let own = here.certificate(user, "PC").await;
    let mut visitor = here.at_portal(user, own.id);
    let password = "a pass words".to_owned();
    let passwords = [("password", password.clone()), ("password_confirm", password)];
    visitor.post("/set-password", &passwords).await.expect(303);
    visitor
}

#[tokio::test]
async fn what_an_administrator_writes_everybody_reads_at_home_until_it_is_removed() {
    let here = TwoCompanies::new().await;
    let taro = here.add(&here.ours, "taro", Role::User).await;
    let mut home = at_home(&here, &taro).await;
    let empty = home.get("/").await.expect(200).text();
    assert!(!empty.contains("Announcements") && !empty.contains("Links"), "{empty}");

    let mut desk = here.administrator_at_desk();
    let new = announcement("年末<b>", "12/29から\r\n1/3まで");
    let added = desk.post("/portal/announcements", &new).await.expect(303);
    let page = desk.get(added.location()).await.expect(200).text();
    assert!(page.contains("role=\"status\"") && page.contains("年末&#60;b&#62;"), "{page}");
    desk.post("/portal/links", &link("社内", "https://intra.example.jp/?a=1&b=2")).await.expect(303);
    let read = home.get("/").await.expect(200).text();
    for part in ["年末&#60;b&#62;", "12/29から\n1/3まで", "href=\"https://intra.example.jp/?a=1&#38;b=2\""]
    {
        assert!(read.contains(part), "{part}: {read}");
    }

    let page = desk.get("/portal").await.expect(200).text();
    let removals: Vec<String> = page
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .filter(|href| href.ends_with("/remove"))
        .collect();
    assert_eq!(removals.len(), 2, "{page}");
    let before = here.acts(&here.ours).await;
    for removal in &removals {
        let asked = desk.get(removal).await.expect(200).text();
        assert!(asked.contains(&format!("action=\"{removal}\"")), "{asked}");
    }
    assert_eq!(here.acts(&here.ours).await, before, "a GET changes nothing");
    for removal in removals.iter().chain(&removals) {
        desk.post(removal, &[]).await.expect(303);
    }
    assert_eq!(here.acts(&here.ours).await, before + 2, "sent twice, done once");
    assert_eq!(home.get("/").await.expect(200).text(), empty);
    desk.get(&removals[0]).await.expect(404);
}

#[tokio::test]
async fn an_announcement_is_rewritten_and_its_addresses_are_links() {
    let here = TwoCompanies::new().await;
    let taro = here.add(&here.ours, "taro", Role::User).await;
    let mut home = at_home(&here, &taro).await;
    let mut desk = here.administrator_at_desk();
    desk.post("/portal/announcements", &announcement("休業", "12/29から")).await.expect(303);
    let page = desk.get("/portal").await.expect(200).text();
    let edit =
        page.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|href| href.ends_with("/edit"));
    let edit = edit.expect("a way to edit").to_owned();
    let form = desk.get(&edit).await.expect(200).text();
    let begun_on = form.split("name=\"begun_on\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let begun_on = begun_on.expect("the edition").to_owned();
    assert!(form.contains("value=\"休業\"") && form.contains("12/29から"), "{form}");

    let with_edition = |title: &str, text: &str| {
        let mut sent = announcement(title, text).to_vec();
        sent.push(("begun_on", begun_on.clone()));
        sent
    };
    let page = desk.post(&edit, &with_edition(" ", "x")).await.expect(422).text();
    assert!(page.contains("announcement_title-error"), "{page}");
    let new = with_edition("休業のお知らせ", "https://intra.example.jp/a?b=1&c=2を見てください。");
    assert_eq!(desk.post(&edit, &new).await.expect(303).location(), "/portal?done=saved");
    let read = home.get("/").await.expect(200).text();
    let link = "<a href=\"https://intra.example.jp/a?b=1&#38;c=2\" rel=\"noreferrer\">";
    assert!(read.contains(link) && read.contains("休業のお知らせ") && !read.contains("12/29"), "{read}");

    let page = desk.post(&edit, &with_edition("遅れた編集", "x")).await.expect(422).text();
    assert!(
        page.contains("On record now: 休業のお知らせ"),
        "another administrator's edit is not lost: {page}"
    );
    let theirs = edit.replace("/edit", "9/edit");
    desk.get(&theirs).await.expect(404);
    desk.post(&theirs, &new).await.expect(404);
}

#[tokio::test]
async fn bad_input_is_answered_at_its_field_and_what_was_typed_stays() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let before = here.acts(&here.ours).await;
    let page = desk.post("/portal/announcements", &announcement(" ", "the text")).await.expect(422).text();
    assert!(page.contains("announcement_title-error") && page.contains("the text"), "{page}");
    let long = "x".repeat(2001);
    let page = desk.post("/portal/announcements", &announcement("title", &long)).await.expect(422).text();
    assert!(page.contains("announcement_text-error") && page.contains(&long), "{page}");
    for address in ["http://intra.example.jp/", "javascript:alert(1)", ""] {
        let page = desk.post("/portal/links", &link("社内", address)).await.expect(422).text();
        assert!(page.contains("link_address-error") && page.contains("value=\"社内\""), "{page}");
    }
    assert_eq!(here.acts(&here.ours).await, before);
    for number in 0..ANNOUNCEMENTS_MAX {
        let new = announcement(&format!("No. {number}"), "text");
        desk.post("/portal/announcements", &new).await.expect(303);
    }
    let page = desk.post("/portal/announcements", &announcement("more", "text")).await.expect(422).text();
    assert!(page.contains("There is room for 20"), "{page}");
}

#[tokio::test]
async fn only_administrators_write_and_only_on_their_own_portal() {
    let here = TwoCompanies::new().await;
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let user = here.add(&here.ours, "user", Role::User).await;
    let new = announcement("title", "text");
    here.administrator_at_desk().post("/portal/announcements", &new).await.expect(303);
    let seen = here.at_desk(&auditor).get("/portal").await.expect(200).text();
    assert!(seen.contains("title") && !seen.contains("<form"), "{seen}");
    here.at_desk(&user).get("/portal").await.expect(403);
    for person in [&auditor, &user] {
        here.at_desk(person).post("/portal/announcements", &new).await.expect(403);
        here.at_desk(person).post("/portal/links", &link("a", "https://a.example/")).await.expect(403);
        here.at_desk(person).post("/portal/announcements/1/edit", &new).await.expect(403);
        here.at_desk(person).post("/portal/announcements/1/remove", &[]).await.expect(403);
        here.at_desk(person).post("/portal/links/1/remove", &[]).await.expect(403);
    }
    let theirs = NewPortalLink {
        title: Title::parse("theirs").unwrap(),
        address: WebAddress::parse("https://theirs.example/").unwrap(),
    };
    let grant = crate::gated::at_the_machine();
    let authority = &here.installation.authority;
    authority.portal_editing().add_portal_link(&grant, here.theirs.id, &theirs).await.unwrap();
    let number = here.read().await.tenant(here.theirs.id).portal_links().await.unwrap()[0].number;
    let mut desk = here.administrator_at_desk();
    let removal = format!("/portal/links/{number}/remove");
    desk.get(&removal).await.expect(404);
    desk.post(&removal, &[]).await.expect(303);
    assert_eq!(here.read().await.tenant(here.theirs.id).portal_links().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_page_says_when_the_site_shows_another_application() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let told = "The service is another application";
    assert!(!desk.get("/portal").await.expect(200).text().contains(told));
    let upstream = domain::site::Upstream::new("http://127.0.0.1:5232", Vec::new()).unwrap();
    let grant = crate::gated::at_the_machine();
    here.installation
        .authority
        .tenants()
        .set_upstream(&grant, here.ours.id, Some(upstream), |_| true)
        .await
        .unwrap();
    assert!(desk.get("/portal").await.expect(200).text().contains(told));
}

#[tokio::test]
async fn home_leads_each_person_to_what_is_theirs_at_the_desk() {
    let here = TwoCompanies::new().await;
    let step2 = "/users/new\"";
    let (desk, writing, devices) = ("8443/\"", "8443/portal\"", "8443/devices\"");
    let mut administrator = at_home(&here, &here.administrator).await;
    let page = administrator.get("/").await.expect(200).text();
    for link in [step2, desk, writing, devices] {
        assert!(page.contains(link), "{link}: {page}");
    }
    let header = page.split("</header>").next().unwrap();
    assert!(header.contains(&here.administrator.display_name), "{header}");
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let user = here.add(&here.ours, "user", Role::User).await;
    let page = administrator.get("/").await.expect(200).text();
    assert!(!page.contains(step2) && page.contains(desk), "{page}");
    let page = at_home(&here, &auditor).await.get("/").await.expect(200).text();
    assert!(page.contains(desk) && page.contains(devices) && !page.contains(writing), "{page}");
    let page = at_home(&here, &user).await.get("/").await.expect(200).text();
    assert!(page.contains(devices) && !page.contains(desk) && !page.contains(step2), "{page}");
}
