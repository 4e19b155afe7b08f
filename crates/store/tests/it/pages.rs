use crate::{
    databases::on_each_database,
    world::{NOW, World},
};
use domain::{
    certificate::CertificateState,
    list_key::ListKey,
    login_name::LoginName,
    revocation::Revocation,
    time::DAY,
    user::{ENDING_SOON_DAYS, Progress, UserState, UserSubset},
};
use pki::crl::RevocationReason;
use store::{
    PageRequest, TenantReader,
    certificates::CertificateFilter,
    users::{UserFilter, UsersAt},
};

#[tokio::test]
async fn users_are_listed_page_by_page_in_the_same_order_on_both_databases() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        // A collation by language would sort these differently from the byte order.
        for login in ["a_b", "a-b", "ab", "a.b", "a+b"] {
            world.add_user(login).await;
        }
        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(world.tenant.id);
        let mut request = PageRequest::first(2);
        let mut seen = Vec::new();
        loop {
            let page = scope.users("", &request, NOW).await.expect("lists");
            seen.extend(page.rows.iter().map(|row| row.user.login_name.to_string()));
            if !page.more {
                break;
            }
            let last = page.rows.last().expect("a full page").key.clone();
            request = PageRequest::after(last, 2);
        }
        assert_eq!(seen, ["a+b", "a-b", "a.b", "a_b", "ab", "yamada"]);
        assert_eq!(scope.user_count("").await.expect("counts"), 6);
    })
    .await;
}

#[tokio::test]
async fn users_are_found_by_any_name_and_no_letter_is_a_wildcard() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        world.add_user("a_b").await;
        world.add_user("axb").await;
        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(world.tenant.id);
        for (search, found) in
            [("山田", 3), ("やまだ", 3), ("YAMADA@EXAMPLE", 1), ("a_b@", 1), ("%", 0), ("taro", 3)]
        {
            let page = scope.users(search, &PageRequest::first(10), NOW).await.expect("lists");
            assert_eq!(page.rows.len(), found, "{search}");
            assert_eq!(scope.user_count(search).await.expect("counts"), found as u64, "{search}");
        }
    })
    .await;
}

#[tokio::test]
async fn users_are_filtered_and_counted_by_what_is_in_force_only() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        World::new(&store, "other", 2).await.signed("pc").await;
        for login in ["a", "b", "z"] {
            world.add_user(login).await;
        }
        let certificate = world.signed("pc").await;
        let tenant = world.tenant.id;
        let come = async |now| {
            store.migrate(now).await.expect("keeps what time has changed");
            let mut reader = store.read().await.expect("reads");
            let mut scope = reader.tenant(tenant);
            let counts = scope.users_by_progress().await.expect("counts");
            let one = scope.user_progress(world.user.id).await.expect("reads").expect("is there");
            for (step, users) in counts {
                let filter = UserFilter { subset: Some(UserSubset::At(step)), ..UserFilter::default() };
                let page = scope.users(filter, &PageRequest::first(9), now).await.expect("lists");
                assert_eq!(page.rows.len() as u64, users, "{step:?}");
                assert_eq!(scope.users_found(filter, now).await.expect("counts"), users, "{step:?}");
                let is_listed = page.rows.iter().any(|row| row.user.id == world.user.id);
                assert_eq!(is_listed, step == one, "{step:?}");
            }
            assert_eq!(counts.iter().map(|(_, users)| users).sum::<u64>(), 4);
            one
        };
        assert_eq!(come(NOW).await, Progress::PickedUp);
        assert_eq!(come(NOW + DAY * 4000).await, Progress::Expired, "it is over");
        let mut tx = store.begin("prove").await.expect("begins");
        assert!(tx.tenant(tenant).prove_certificate(certificate.id, NOW).await.expect("proves"));
        tx.commit().await.expect("commits");
        assert_eq!(come(NOW).await, Progress::Proved);
        let mut tx = store.begin("revoke").await.expect("begins");
        let revocation = Some(Revocation { at: NOW, reason: RevocationReason::KeyCompromise });
        let (from, to) = (CertificateState::Valid, CertificateState::Revoked);
        let mut scope = tx.tenant(tenant);
        assert!(
            scope.set_certificate_state(certificate.id, from, to, revocation, NOW).await.expect("revokes")
        );
        tx.commit().await.expect("commits");
        assert_eq!(come(NOW).await, Progress::Revoked);
    })
    .await;
}

#[tokio::test]
async fn each_user_in_a_list_comes_with_the_number_of_valid_certificates() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        World::new(&store, "other", 2).await.signed("pc").await;
        world.add_user("a").await;
        let (held, _, last) =
            (world.signed("phone").await, world.signed("pc").await, world.signed("tablet").await);
        world.recorded("lost").await;
        let mut tx = store.begin("hold").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        let (from, to) = (CertificateState::Valid, CertificateState::OnHold);
        let hold = Some(Revocation { at: NOW, reason: RevocationReason::CertificateHold });
        assert!(scope.set_certificate_state(held.id, from, to, hold, NOW).await.expect("holds"));
        tx.commit().await.expect("commits");
        let listed = async || {
            let mut reader = store.read().await.expect("reads");
            let page = PageRequest::first(9);
            let rows = reader.tenant(world.tenant.id).users("", &page, NOW).await.expect("lists").rows;
            rows.iter().find(|row| row.user.id == world.user.id).expect("is listed").valid_certificates
        };
        for (from, to, valid) in
            [(UserState::Active, UserState::Suspended, 0), (UserState::Suspended, UserState::Active, 2)]
        {
            let mut tx = store.begin("move").await.expect("begins");
            assert!(
                tx.tenant(world.tenant.id).set_user_state(world.user.id, from, to, NOW).await.expect("moves")
            );
            tx.commit().await.expect("commits");
            assert_eq!(listed().await, valid, "{to:?}");
        }
        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(world.tenant.id);
        let last_second = last.not_after;
        for (now, valid) in [(NOW, 2), (last_second, 2), (last_second + DAY, 0)] {
            let after = scope.users("", &PageRequest::first(9), now).await.expect("lists").rows;
            let end = place("zz");
            let before = scope.find_users("", UsersAt::Before(end), 9, now).await.expect("lists").rows;
            for rows in [after, before] {
                let counts: Vec<_> =
                    rows.iter().map(|row| (row.user.login_name.as_str(), row.valid_certificates)).collect();
                assert_eq!(counts, [("a", 0), ("yamada", valid)], "{now}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn users_are_found_by_what_needs_a_look() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        world.add_user("somebody").await;
        let (held, ending) = (world.signed("phone").await, world.signed("pc").await);
        let (tenant, user) = (world.tenant.id, world.user.id);
        let found = async |subset, now| {
            let filter = UserFilter { subset: Some(subset), ..UserFilter::default() };
            let mut reader = store.read().await.expect("reads");
            let mut scope = reader.tenant(tenant);
            let rows = scope.users(filter, &PageRequest::first(9), now).await.expect("lists").rows;
            assert_eq!(scope.users_found(filter, now).await.expect("counts"), rows.len() as u64);
            assert!(rows.iter().all(|row| row.user.id == user), "{subset:?}");
            rows.len()
        };
        let soon = ending.not_after - DAY * (ENDING_SOON_DAYS - 1);
        for (now, users) in [(NOW, 0), (soon, 1), (ending.not_after + DAY, 0)] {
            assert_eq!(found(UserSubset::EndingSoon, now).await, users, "{now}");
        }
        let end = ending.not_after;
        for (from, until, users) in [(end, end + DAY, 1), (end - DAY, end, 0), (end + DAY, end + DAY * 2, 0)]
        {
            assert_eq!(found(UserSubset::EndingBetween { from, until }, NOW).await, users, "{from}");
        }
        let [on_hold, suspended] = [Progress::OnHold, Progress::Suspended].map(UserSubset::At);
        assert_eq!(found(suspended, NOW).await + found(on_hold, NOW).await, 0);
        let mut tx = store.begin("hold").await.expect("begins");
        let mut scope = tx.tenant(tenant);
        let (from, to) = (CertificateState::Valid, CertificateState::OnHold);
        let hold = Some(Revocation { at: NOW, reason: RevocationReason::CertificateHold });
        assert!(scope.set_certificate_state(held.id, from, to, hold, NOW).await.expect("holds"));
        tx.commit().await.expect("commits");
        assert_eq!((found(suspended, NOW).await, found(on_hold, NOW).await), (0, 1));
        let mut tx = store.begin("suspend").await.expect("begins");
        let (from, to) = (UserState::Active, UserState::Suspended);
        assert!(tx.tenant(tenant).set_user_state(user, from, to, NOW).await.expect("suspends"));
        tx.commit().await.expect("commits");
        assert_eq!((found(suspended, NOW).await, found(on_hold, NOW).await), (1, 0), "the worst is told");
    })
    .await;
}

/// The place of a person of these tests, who all have the same reading.
fn place(login: &str) -> ListKey {
    ListKey::of_names("やまだ たろう", "", &LoginName::parse(login).expect("a login name"))
}

/// The names of a page in its order, whether there are pages before and after, and the total.
async fn found(
    scope: &mut TenantReader<'_>,
    filter: UserFilter<'_>,
    at: UsersAt,
    rows: u32,
) -> (String, bool, bool, u64) {
    let page = scope.find_users(filter, at, rows, NOW).await.expect("lists");
    let names: Vec<_> = page.rows.iter().map(|row| row.user.login_name.to_string()).collect();
    (names.join(" "), page.before, page.behind, page.total)
}

#[tokio::test]
async fn pages_of_users_lead_on_and_back_and_tell_how_many_there_are() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        for login in ["a", "b", "c", "d"] {
            world.add_user(login).await;
        }
        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(world.tenant.id);
        // Each of these filters finds all five.
        let everybody = Some(UserSubset::At(Progress::NotInvited));
        for (search, subset) in [("", None), ("taro", None), ("", everybody), ("taro", everybody)] {
            let filter = UserFilter { search, subset, ..UserFilter::default() };
            for (at, rows, expected) in [
                (UsersAt::First, 2, ("a b", false, true)),
                (UsersAt::First, 9, ("a b c d yamada", false, false)),
                (UsersAt::After(place("b")), 2, ("c d", true, true)),
                (UsersAt::After(place("bb")), 9, ("c d yamada", true, false)),
                (UsersAt::After(place("z")), 2, ("", true, false)),
                (UsersAt::Before(place("yamada")), 2, ("c d", true, true)),
                (UsersAt::Before(place("c")), 2, ("a b", false, true)),
                (UsersAt::Before(place("a")), 2, ("", false, true)),
            ] {
                let told = found(&mut scope, filter, at.clone(), rows).await;
                let (names, before, behind) = expected;
                assert_eq!(told, (names.to_owned(), before, behind, 5), "{search} {subset:?} {at:?}");
            }
        }
        let nobody = found(&mut scope, "nobody".into(), UsersAt::First, 2).await;
        assert_eq!(nobody, (String::new(), false, false, 0));
    })
    .await;
}

#[tokio::test]
async fn a_search_finds_the_new_name_and_not_the_old_one() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let mut user = world.add_user("before").await;
        user.login_name = LoginName::parse("behind").expect("a login name");
        let mut tx = store.begin("rename").await.expect("begins");
        assert!(tx.tenant(world.tenant.id).update_user(&user).await.expect("renames"));
        tx.commit().await.expect("commits");
        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(world.tenant.id);
        assert_eq!(found(&mut scope, "behin".into(), UsersAt::First, 2).await.3, 1);
        let old = found(&mut scope, "before".into(), UsersAt::First, 2).await;
        assert_eq!(old.0, if user.email.as_str().contains("before") { "behind" } else { "" });
    })
    .await;
}

#[tokio::test]
async fn tenants_are_listed_by_slug_and_found_by_name() {
    on_each_database(async |store| {
        for (seed, slug) in ["alpha", "beta", "gamma"].into_iter().enumerate() {
            World::new(&store, slug, seed as u64).await;
        }
        let mut reader = store.read().await.expect("reads");
        let first = reader.tenants("", &PageRequest::first(2)).await.expect("lists");
        assert!(first.more);
        let after = PageRequest::after(first.rows[1].slug.clone(), 2);
        let second = reader.tenants("", &after).await.expect("lists");
        assert_eq!((second.rows[0].slug.as_str(), second.more), ("gamma", false));
        assert_eq!(reader.tenant_count("BETA 株式会社").await.expect("counts"), 1);
    })
    .await;
}

#[tokio::test]
async fn certificates_are_listed_by_standing_the_newest_first() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let mut made = Vec::new();
        for device in ["one", "two", "three"] {
            made.push(world.signed(device).await.id);
        }
        made.sort();
        made.reverse();
        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(world.tenant.id);
        let first = scope.certificates(CertificateFilter::All, &PageRequest::first(2)).await.expect("lists");
        assert_eq!(first.rows.iter().map(|row| row.id).collect::<Vec<_>>(), made[..2]);
        let after = PageRequest::after(made[1], 2);
        let second = scope.certificates(CertificateFilter::All, &after).await.expect("lists");
        assert_eq!((second.rows[0].id, second.more), (made[2], false));
        let of_user = CertificateFilter::User(world.user.id);
        let theirs = scope.certificates(of_user, &PageRequest::first(10)).await.expect("lists");
        assert_eq!(theirs.rows.iter().map(|row| row.id).collect::<Vec<_>>(), made);
    })
    .await;
}

#[tokio::test]
async fn the_whole_view_is_read_at_one_generation() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        world.signed("pc").await;
        let mut snapshot = store.snapshot().await.expect("snapshot");
        let generation = snapshot.generation().await.expect("reads");
        world.signed("phone").await;
        let mut view = snapshot.status_view();
        let first = view.certificates_after(None).await.expect("reads");
        assert_eq!((generation, first.len()), (0, 1), "the later one is of a later moment");
        assert!(view.certificates_after(Some(first[0].id)).await.expect("reads").is_empty());
        assert_eq!(view.users_after(None).await.expect("reads").len(), 1);
        let counts = (
            view.tenants().await.expect("reads").len(),
            view.issuers().await.expect("reads").len(),
            view.sites().await.expect("reads").len(),
        );
        assert_eq!(counts, (1, 1, 0));
    })
    .await;
}
