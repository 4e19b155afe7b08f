use super::*;
use crate::{name_rules::LoginSuffix, site::HeaderMapping};

const PLACE: &str = "http://127.0.0.1:5232";

fn upstream(address: &str, values: &[IdentityValue]) -> Upstream {
    let headers =
        values.iter().map(|value| HeaderMapping::parse(&format!("x-{}", value.name()), *value).unwrap());
    Upstream::new(address, headers.collect()).unwrap()
}

fn sharer(slug: &str, values: &[IdentityValue]) -> Sharer {
    Sharer {
        slug: TenantSlug::parse(slug).unwrap(),
        upstream: upstream(PLACE, values),
        rules: NameRules::default(),
        misfits: Misfits::default(),
    }
}

fn ruled(slug: &str, values: &[IdentityValue], suffix: &str, domains: &str) -> Sharer {
    let rules = NameRules {
        login_suffix: Some(suffix)
            .filter(|suffix| !suffix.is_empty())
            .map(|suffix| LoginSuffix::parse(suffix).unwrap()),
        email_domains: EmailDomains::parse(domains).unwrap(),
        ..NameRules::default()
    };
    Sharer { rules, ..sharer(slug, values) }
}

use IdentityValue as V;

#[test]
fn only_what_carries_its_tenant_lets_two_tenants_share() {
    let safe: [&[V]; 5] = [
        &[V::UserAtTenant],
        &[V::Id],
        &[V::Assertion],
        &[V::Id, V::Groups, V::Tenant],
        &[V::UserAtTenant, V::Id],
    ];
    for one in safe {
        for other in safe {
            assert_eq!(doubt(&sharer("kanto", one), &sharer("kansai", other)), None, "{one:?} {other:?}");
        }
    }
    let bad: [(&[V], Doubt); 6] = [
        (&[], Doubt::NobodyNamed(TenantSlug::parse("kansai").unwrap())),
        (&[V::Tenant, V::Groups], Doubt::NobodyNamed(TenantSlug::parse("kansai").unwrap())),
        (&[V::User], Doubt::Free(TenantSlug::parse("kansai").unwrap(), V::User)),
        (&[V::Email], Doubt::Free(TenantSlug::parse("kansai").unwrap(), V::Email)),
        (&[V::ClientCert], Doubt::Free(TenantSlug::parse("kansai").unwrap(), V::ClientCert)),
        // The application may read the other field.
        (&[V::Id, V::User], Doubt::Free(TenantSlug::parse("kansai").unwrap(), V::User)),
    ];
    for (values, expected) in bad {
        assert_eq!(
            doubt(&sharer("kansai", values), &sharer("kanto", &[V::Id])),
            Some(expected.clone()),
            "{values:?}"
        );
        assert_eq!(
            doubt(&sharer("kanto", &[V::Id]), &sharer("kansai", values)),
            Some(expected),
            "{values:?}"
        );
    }
}

#[test]
fn suffixes_and_domains_do_if_no_text_can_belong_to_both() {
    let kanto = ruled("kanto", &[V::User], ".kanto", "");
    assert_eq!(doubt(&kanto, &ruled("kansai", &[V::User], ".kansai", "")), None);
    assert_eq!(doubt(&kanto, &sharer("kansai", &[V::Id])), None);
    assert_eq!(doubt(&kanto, &sharer("kansai", &[V::UserAtTenant])), None);
    let mails = ruled("kanto", &[V::Email], "", "kanto.example, kanto.test");
    assert_eq!(doubt(&mails, &ruled("kansai", &[V::Email], "", "kansai.example")), None);
    assert_eq!(doubt(&mails, &ruled("kansai", &[V::User, V::Email], "@kansai", "kansai.example")), None);
    let alike = [
        (ruled("a", &[V::User], ".kanto", ""), ruled("b", &[V::User], ".kanto", "")),
        (ruled("a", &[V::User], "-tokyo.kanto", ""), ruled("b", &[V::User], ".kanto", "")),
        // A login name that ends like the other tenant's.
        (ruled("a", &[V::User], "@b", ""), sharer("b", &[V::UserAtTenant])),
        (ruled("a", &[V::User], "@b.example", ""), ruled("b", &[V::Email], "", "b.example")),
        // An id could end in the same way.
        (ruled("a", &[V::User], "-abc", ""), sharer("b", &[V::Id])),
        (ruled("a", &[V::Email], "", "x.example, y.example"), ruled("b", &[V::Email], "", "y.example")),
    ];
    for (one, other) in alike {
        assert!(matches!(doubt(&one, &other), Some(Doubt::Alike(_))), "{one:?} {other:?}");
        assert!(matches!(doubt(&other, &one), Some(Doubt::Alike(_))), "{one:?} {other:?}");
    }
}

#[test]
fn a_suffix_that_some_users_do_not_have_proves_nothing() {
    let fitting = ruled("kanto", &[V::User], ".kanto", "");
    let with_one = Sharer { misfits: Misfits { logins: 1, emails: 0, users: 1 }, ..fitting.clone() };
    let other = sharer("kansai", &[V::Id]);
    assert_eq!(doubt(&fitting, &other), None);
    assert!(matches!(doubt(&with_one, &other), Some(Doubt::Free(_, V::User))));
    let mails = ruled("kanto", &[V::Email], "", "kanto.example");
    let with_one = Sharer { misfits: Misfits { logins: 0, emails: 1, users: 1 }, ..mails };
    assert!(matches!(doubt(&with_one, &other), Some(Doubt::Free(_, V::Email))));
}

#[test]
fn a_new_setting_of_another_tenants_address_needs_names_that_carry_the_tenant() {
    let own = sharer("kanto", &[V::UserAtTenant]);
    assert_eq!(judge(&own, None, &[sharer("kansai", &[V::Id])]), Ok(()));
    let bare = sharer("kanto", &[V::User]);
    let refused = judge(&bare, None, &[sharer("kansai", &[V::Id])]).unwrap_err();
    assert_eq!(refused.other.as_str(), "kansai");
    // Another tenant's bare names could equal this tenant's.
    assert!(judge(&own, None, &[sharer("kansai", &[V::User])]).is_err());
    // Another spelling of the address changes nothing.
    let respelled = Sharer { upstream: upstream("http://[::1]:5232", &[V::Id]), ..sharer("kansai", &[]) };
    assert!(judge(&bare, None, &[respelled]).is_err());
    // With another address, alone, or beside itself, every setting is accepted.
    let elsewhere =
        Sharer { upstream: upstream("http://127.0.0.1:5233", &[V::User]), ..sharer("kansai", &[]) };
    assert_eq!(judge(&bare, None, &[elsewhere, sharer("kanto", &[V::Email])]), Ok(()));
}

#[test]
fn what_stands_goes_on_and_can_be_mended_one_tenant_after_the_other() {
    let (kanto, kansai) = (sharer("kanto", &[V::User]), sharer("kansai", &[V::User]));
    assert_eq!(warnings(&[kanto.clone(), kansai.clone()]).len(), 1);
    assert_eq!(judge(&kanto, Some(&kanto.upstream), std::slice::from_ref(&kansai)), Ok(()));
    // Changed, but not better.
    let worse = sharer("kanto", &[V::Email]);
    assert!(judge(&worse, Some(&kanto.upstream), std::slice::from_ref(&kansai)).is_err());
    let mended = sharer("kanto", &[V::UserAtTenant]);
    assert_eq!(judge(&mended, Some(&kanto.upstream), std::slice::from_ref(&kansai)), Ok(()));
    let second = sharer("kansai", &[V::Id]);
    assert_eq!(judge(&second, Some(&kansai.upstream), std::slice::from_ref(&mended)), Ok(()));
    assert_eq!(warnings(&[mended, second]), []);
    // A setting with another address than before is a new setting.
    let came = upstream("http://127.0.0.1:1", &[V::UserAtTenant]);
    assert!(judge(&sharer("kanto", &[V::UserAtTenant]), Some(&came), &[kansai]).is_err());
}

#[test]
fn rules_that_keep_two_tenants_apart_stay_while_they_share() {
    let kanto = ruled("kanto", &[V::User], ".kanto", "");
    let kansai = ruled("kansai", &[V::User], ".kansai", "");
    let without = sharer("kanto", &[V::User]);
    assert!(judge_rules(&kanto, &without, std::slice::from_ref(&kansai)).is_err());
    let other = ruled("kanto", &[V::User], "@kanto", "");
    assert_eq!(judge_rules(&kanto, &other, std::slice::from_ref(&kansai)), Ok(()));
    assert_eq!(judge_rules(&without, &without, std::slice::from_ref(&kansai)), Ok(()));
    assert_eq!(judge_rules(&kanto, &without, &[]), Ok(()));
}

#[test]
fn a_person_looks_new_under_another_login_name_where_the_login_name_is_what_is_told() {
    for (values, looks_new) in [
        (&[][..], true),
        (&[V::User], true),
        (&[V::UserAtTenant, V::Email], true),
        (&[V::Id], false),
        (&[V::Assertion], false),
        (&[V::Email, V::Groups], false),
    ] {
        assert_eq!(knows_by_login(Some(&upstream(PLACE, values))).is_some(), looks_new, "{values:?}");
    }
    assert!(knows_by_login(None).is_none());
}
