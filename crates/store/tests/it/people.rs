//! The order of people in lists, and what searches and filters find.

use crate::{
    databases::{on_each_database, on_each_url},
    raw::raw,
    world::{NOW, World},
};
use domain::{
    certificate_text::{CertificateText, RomanName},
    user::{GROUPS_PER_USER_MAX, GroupKey, Progress, Role, User, UserSubset},
};
use rand_core::Rng;
use store::{
    PageRequest, Store, TenantReader,
    users::{UserFilter, UsersAt},
};

/// Login name, name, reading, name in the certificate, groups and role.
const PEOPLE: [(&str, &str, &str, &str, &str, Role); 6] = [
    ("u1", "髙橋 太郎", "タカハシ タロウ", "Takahashi Taro", "Sales,tokyo", Role::User),
    ("u2", "高橋 花子", "たかはし はなこ", "Takahashi Hanako", "sales", Role::Auditor),
    ("u3", "山﨑 蓮", "やまさき れん", "Yamasaki Ren", "sales_west", Role::User),
    ("u4", "後藤 圭", "ごとう けい", "Goto Kei", "", Role::Administrator),
    ("u5", "Sato Taro", "", "Sato Taro", "dev", Role::User),
    ("u6", "小島 綾", "ｺｼﾞﾏ ｱﾔ", "Kojima Aya", "dev", Role::User),
];

fn groups(text: &str) -> Vec<GroupKey> {
    GroupKey::parse_list(text).expect("groups")
}

/// The people, and the first user of the world: yamada, who is called 山田 太郎 (やまだ たろう).
async fn company(world: &mut World) -> Vec<User> {
    let mut people = Vec::new();
    for (login, name, reading, roman, in_groups, role) in PEOPLE {
        let mut user = world.add_user(login).await;
        let roman = roman.split_once(' ').expect("two names");
        let text = |text: &str| CertificateText::parse(text).expect("plain");
        name.clone_into(&mut user.display_name);
        reading.clone_into(&mut user.reading);
        user.roman_name = Some(RomanName { family: text(roman.0), given: text(roman.1) });
        user.groups = groups(in_groups);
        user.role = role;
        save(world, &user).await;
        people.push(user);
    }
    people
}

async fn save(world: &World, user: &User) {
    let mut tx = world.store.begin("save").await.expect("begins");
    assert!(tx.tenant(world.tenant.id).update_user(user).await.expect("saves"));
    tx.commit().await.expect("commits");
}

/// The login names that a filter finds, read page by page in both directions, and their number.
async fn logins(scope: &mut TenantReader<'_>, filter: UserFilter<'_>) -> String {
    let (mut at, mut names) = (UsersAt::First, Vec::new());
    loop {
        let page = scope.find_users(filter, at, 2, NOW).await.expect("lists");
        let mut before = scope.users_found(filter, NOW).await.expect("counts");
        assert_eq!(page.total, before, "{filter:?}");
        names.extend(page.rows.iter().map(|row| row.user.login_name.to_string()));
        before = names.len() as u64;
        let Some(last) = page.rows.last().filter(|_| page.behind) else {
            assert_eq!(page.total, before, "{filter:?}");
            return names.join(" ");
        };
        let back =
            scope.find_users(filter, UsersAt::Before(last.key.clone()), 500, NOW).await.expect("lists");
        assert_eq!((back.rows.len() + 1, back.total), (names.len(), page.total), "{filter:?}");
        at = UsersAt::After(last.key.clone());
    }
}

#[tokio::test]
async fn people_stand_in_the_order_of_their_readings_and_move_when_these_change() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let mut people = company(&mut world).await;
        let mut reader = store.read().await.expect("reads");
        let everybody = UserFilter::default();
        let order = logins(&mut reader.tenant(world.tenant.id), everybody).await;
        assert_eq!(order, "u6 u4 u1 u2 u3 yamada u5");
        "あべ けい".clone_into(&mut people[3].reading);
        save(&world, &people[3]).await;
        let order = logins(&mut reader.tenant(world.tenant.id), everybody).await;
        assert_eq!(order, "u4 u6 u1 u2 u3 yamada u5");
        let filter = UserFilter { subset: Some(UserSubset::At(Progress::NotInvited)), ..everybody };
        assert_eq!(logins(&mut reader.tenant(world.tenant.id), filter).await, order);
    })
    .await;
}

#[tokio::test]
async fn people_are_found_in_any_spelling_and_filtered_by_group_and_role() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        World::new(&store, "other", 2).await.add_user("u1").await;
        company(&mut world).await;
        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(world.tenant.id);
        for (search, found) in [
            ("高橋", "u1 u2"),
            ("髙橋太郎", "u1"),
            ("太郎 高橋", "u1"),
            ("たかはし", "u1 u2"),
            ("ﾀｶﾊｼ ﾊﾅｺ", "u2"),
            ("山崎", "u3"),
            ("TARO TAKAHASHI", "u1"),
            ("taro　sato", "u5"),
            ("tokyo 高橋", "u1"),
            ("sales", "u1 u2 u3 yamada"),
            ("a k u4 goto kei", "u4"),
            ("user", ""),
            ("%", ""),
            ("sales_", "u3"),
        ] {
            assert_eq!(logins(&mut scope, search.into()).await, found, "{search}");
        }
        let (sales, nobody) = (groups("SALES"), groups("sale"));
        let everybody = UserFilter::default();
        for (filter, found) in [
            (UserFilter { group: Some(&sales[0]), ..everybody }, "u1 u2 yamada"),
            (UserFilter { group: Some(&nobody[0]), ..everybody }, ""),
            (UserFilter { role: Some(Role::Auditor), ..everybody }, "u2"),
            (UserFilter { role: Some(Role::User), ..everybody }, "u6 u1 u3 yamada u5"),
            (UserFilter { role: Some(Role::User), group: Some(&sales[0]), ..everybody }, "u1 yamada"),
            (UserFilter { search: "花子", group: Some(&sales[0]), ..everybody }, "u2"),
            (UserFilter { search: "高橋 太郎", role: Some(Role::Auditor), ..everybody }, ""),
        ] {
            for subset in [None, Some(UserSubset::At(Progress::NotInvited))] {
                assert_eq!(logins(&mut scope, UserFilter { subset, ..filter }).await, found, "{filter:?}");
            }
            for subset in [UserSubset::At(Progress::Proved), UserSubset::EndingSoon, UserSubset::MailTrouble]
            {
                let filter = UserFilter { subset: Some(subset), ..filter };
                assert_eq!(logins(&mut scope, filter).await, "", "{filter:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_groups_that_have_people_are_known() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let mut people = company(&mut world).await;
        let tenant = world.tenant.id;
        let known = async || {
            let mut reader = store.read().await.expect("reads");
            let groups = reader.tenant(tenant).user_groups(3).await.expect("reads");
            groups.iter().map(GroupKey::as_str).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(known().await, "dev sales sales_west");
        people[0].groups = groups("a,A,sales");
        save(&world, &people[0]).await;
        assert_eq!(known().await, "a dev sales");
        for user in [0, 1] {
            people[user].groups = Vec::new();
            save(&world, &people[user]).await;
        }
        assert_eq!(known().await, "dev sales sales_west");
    })
    .await;
}

#[tokio::test]
async fn a_person_with_the_longest_names_and_all_groups_is_kept_and_found_by_each_group() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let mut user = world.add_user(&"x".repeat(64)).await;
        // Letters that no compression makes shorter.
        let mut letters = (0x2_0000..).filter_map(char::from_u32).step_by(17);
        user.display_name = letters.by_ref().take(200).collect();
        user.reading = letters.take(200).collect();
        let mut group = || {
            let parts: Vec<String> = (0..8).map(|_| format!("{:08x}", world.rng.next_u32())).collect();
            GroupKey::parse(&parts.concat()).expect("a group")
        };
        user.groups = (0..GROUPS_PER_USER_MAX).map(|_| group()).collect();
        save(&world, &user).await;
        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(world.tenant.id);
        for group in &user.groups {
            let filter = UserFilter { group: Some(group), ..UserFilter::default() };
            assert_eq!(scope.users_found(filter, NOW).await.expect("counts"), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn texts_of_an_earlier_spelling_are_written_anew_at_the_next_start() {
    on_each_url(async |url| {
        let store = Store::open(&url).await.expect("opens");
        store.migrate(NOW).await.expect("migrates");
        let mut world = World::new(&store, "sample", 1).await;
        company(&mut world).await;
        let told = async || {
            let mut reader = store.read().await.expect("reads");
            let mut scope = reader.tenant(world.tenant.id);
            let all = scope.users("", &PageRequest::first(9), NOW).await.expect("lists").rows;
            let order: Vec<_> = all.iter().map(|row| row.user.login_name.to_string()).collect();
            let found = logins(&mut scope, "高橋".into()).await;
            (order.join(" "), found, reader.tenant_count("株式会社").await.expect("counts"))
        };
        let expected = told().await;
        assert!(expected.2 > 0);
        for table in [
            "UPDATE user_account SET search_text = 'x', list_key = login_name, folding = 0",
            "UPDATE tenant SET search_text = 'x', folding = 0",
        ] {
            raw(&url, table).await;
        }
        assert_ne!(told().await, expected, "else this would show nothing");
        store.migrate(NOW).await.expect("starts");
        assert_eq!(told().await, expected);
        store.close().await;
    })
    .await;
}
