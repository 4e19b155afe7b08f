//! The list of users: order, search, filters, and who is selected for an act.

use crate::{
    browser::{Answer, Browser},
    desk_users::form,
    gated::TwoCompanies,
    installation::with,
};
use domain::{
    email::EmailAddress,
    id::UserId,
    login_name::LoginName,
    user::{Role, UserState},
};

/// The login names of a page's rows, in their order.
fn logins(page: &str) -> String {
    let cells = page.split("<td class=\"more\"><span>").skip(1);
    cells.filter_map(|rest| rest.split('<').next()).collect::<Vec<_>>().join(" ")
}

/// The address of the first link whose text begins so.
fn link(page: &str, text: &str) -> String {
    let before = page.split(text).next().filter(|before| before.len() < page.len()).expect(text);
    let link = before.rsplit("href=\"").next().and_then(|rest| rest.split('"').next()).expect(text);
    link.replace("&#38;", "&").replace("&amp;", "&")
}

async fn company(here: &TwoCompanies) {
    let mut desk = here.administrator_at_desk();
    for (login, name, reading, groups, role) in [
        ("u1", "髙橋 太郎", "タカハシ タロウ", "sales,tokyo", "user"),
        ("u2", "高橋 花子", "たかはし はなこ", "Sales", "auditor"),
        ("u3", "後藤 圭", "ごとう けい", "dev", "user"),
    ] {
        let filled = [("display_name", name), ("reading", reading), ("groups", groups), ("role", role)];
        let filled = filled.into_iter().fold(form(login), |form, (name, value)| with(form, name, value));
        let filled = with(filled, "email", &format!("{login}@sample.example"));
        desk.post("/users", &filled).await.expect(303);
    }
}

#[tokio::test]
async fn people_stand_by_reading_and_are_found_by_any_filters_together() {
    let here = TwoCompanies::new().await;
    company(&here).await;
    let mut desk = here.administrator_at_desk();
    for (query, found) in [
        ("", "u3 u1 u2 hanako"),
        ("?q=%E9%AB%98%E6%A9%8B", "u1 u2"),
        ("?q=ICHIRO+suzuki", "u3 u1 u2"),
        ("?group=SALES", "u1 u2"),
        ("?role=auditor", "u2"),
        ("?group=sales&role=user&progress=invited", "u1"),
        ("?group=sales&role=user&progress=proved", ""),
        ("?q=%E9%AB%98%E6%A9%8B&group=dev", ""),
        ("?role=operator&group=&progress=any", "u3 u1 u2 hanako"),
    ] {
        let page = desk.get(&format!("/users{query}")).await.expect(200).text();
        assert_eq!(logins(&page), found, "{query}");
    }
    let page = desk.get("/users?q=u1&group=sales&role=user&progress=invited").await.expect(200).text();
    assert!(page.contains("<option value=\"sales\" selected>sales</option>"), "{page}");
    for (part, without) in [
        ("Search: u1", "/users?progress=invited&role=user&group=sales"),
        ("Progress: Invited", "/users?q=u1&role=user&group=sales"),
        ("Role: User", "/users?q=u1&progress=invited&group=sales"),
        ("Group: sales", "/users?q=u1&progress=invited&role=user"),
    ] {
        assert_eq!(link(&page, part), without);
    }
}

#[tokio::test]
async fn each_page_tells_which_rows_it_has() {
    let here = TwoCompanies::new().await;
    for number in 0..120 {
        here.add(&here.ours, &format!("user{number:03}"), Role::User).await;
    }
    let mut desk = here.administrator_at_desk();
    let read = async |desk: &mut Browser, address: &str| desk.get(address).await.expect(200).text();
    let first = read(&mut desk, "/users?q=user").await;
    assert!(first.contains("1–50 of 120"), "{first}");
    let second = read(&mut desk, &link(&first, "Next page")).await;
    assert!(second.contains("51–100 of 120"), "{second}");
    here.add(&here.ours, "user000a", Role::User).await;
    let last = read(&mut desk, &link(&second, "Next page")).await;
    assert!(last.contains("102–121 of 121"), "the end is right: {last}");
    let back = read(&mut desk, &link(&last, "Previous page")).await;
    assert!(back.contains("52–101 of 121"), "{back}");
    let start = read(&mut desk, &link(&back, "Previous page")).await;
    assert!(start.contains("2–51 of 121"), "the page before {start}");
    let start = read(&mut desk, &link(&start, "Previous page")).await;
    assert!(start.contains("1–1 of 121"), "{start}");
}

/// The page behind the list's button, asked for as a browser without a script does.
async fn asked_back(desk: &mut Browser, list: &Answer, act: &str) -> Answer {
    let text = list.text();
    let hidden = list.hidden_fields();
    let ticked = text.split("name=\"user\" value=\"").skip(1);
    let ticked = ticked.filter(|rest| {
        rest.split('>').next().is_some_and(|tag| tag.contains("checked") && !tag.contains("disabled"))
    });
    let ticked =
        ticked.filter_map(|rest| rest.split('"').next()).map(|id| ("user".to_owned(), id.to_owned()));
    let fields: Vec<_> = hidden.into_iter().chain(ticked).collect();
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    desk.get(&format!("/users/selected/{act}?{query}")).await.expect(200)
}

#[tokio::test]
async fn everybody_of_a_page_or_of_a_filter_is_selected_without_a_script() {
    let here = TwoCompanies::new().await;
    for number in 0..57 {
        here.add(&here.ours, &format!("user{number:02}"), Role::User).await;
    }
    let mut desk = here.administrator_at_desk();
    let list = desk.get("/users?q=user").await.expect(200).text();
    assert_eq!(list.matches("checked").count(), 0);
    let page = desk.get(&link(&list, "this page (50)")).await.expect(200);
    let asked = asked_back(&mut desk, &page, "suspend").await.text();
    assert!(asked.contains("suspends 50 people") && !asked.contains("match now"), "{asked}");

    let all = desk.get(&link(&list, "all 57 that match")).await.expect(200);
    assert!(all.text().contains("All 57 that match are selected."), "{}", all.text());
    let before = here.acts(&here.ours).await;
    let asked = asked_back(&mut desk, &all, "suspend").await;
    let text = asked.text();
    assert!(
        text.contains("suspends 57 people") && text.contains("These are all 57 that match now."),
        "{text}"
    );
    assert_eq!(link(&text, "Cancel and go back"), "/users?q=user");
    assert_eq!(here.acts(&here.ours).await, before, "a GET changes nothing");
    let late = here.add(&here.ours, "user99", Role::User).await;
    let before = here.acts(&here.ours).await;
    let form = asked.hidden_fields();
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    for _ in 0..2 {
        let told = desk.post("/users/selected/suspend", &form).await.expect(200).text();
        assert!(told.contains("Suspended: 57. Not done: 0."), "{told}");
        assert_eq!(link(&told, "Back to all users"), "/users?q=user");
    }
    assert_eq!(here.on_record(&late).await.state, UserState::Active, "was never named");
    assert_eq!(here.acts(&here.ours).await, before + 57, "one act a person");
}

#[tokio::test]
async fn one_act_takes_a_bounded_number_of_people_and_says_so() {
    let here = TwoCompanies::new().await;
    let (mut user, now) = (here.on_record(&here.administrator).await, here.installation.authority.now());
    user.role = Role::User;
    let mut tx = here.installation.store.begin("many").await.unwrap();
    for number in 0..501 {
        let login = format!("user{number:03}");
        user.id = UserId::new(now, &mut *here.installation.authority.rng());
        user.email = EmailAddress::parse(&format!("{login}@sample.example")).unwrap();
        user.login_name = LoginName::parse(&login).unwrap();
        assert!(tx.tenant(here.ours.id).insert_user(&user, now).await.unwrap());
    }
    tx.commit().await.unwrap();
    let mut desk = here.administrator_at_desk();
    let list = desk.get("/users?q=user").await.expect(200).text();
    let all = desk.get(&link(&list, "the first 500 of 501")).await.expect(200);
    let asked = asked_back(&mut desk, &all, "suspend").await;
    assert!(asked.text().contains("These are the first 500 of 501 that match now."), "{}", asked.text());
    let form = asked.hidden_fields();
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let told = desk.post("/users/selected/suspend", &form).await.expect(200).text();
    assert!(told.contains("Suspended: 500."), "the form that was shown is read");
    let left = desk.get("/users?q=user&progress=not-invited").await.expect(200).text();
    assert_eq!(logins(&left), "user500");
}
