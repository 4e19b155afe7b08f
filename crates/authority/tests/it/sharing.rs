use crate::scene::{Scene, new_tenant, new_user, on_each_scene, operator};
use authority::{tenants::TenantError, users::InvitationChannel};
use domain::{
    sharing::Doubt,
    site::{HeaderMapping, IdentityValue, Upstream},
    tenant::Tenant,
    tenant_form::{TenantField, TenantForm},
};

fn upstream(address: &str, values: &[IdentityValue]) -> Upstream {
    let header = |value: &IdentityValue| {
        HeaderMapping::parse(&format!("x-{}", value.name()), *value).expect("a header")
    };
    Upstream::new(address, values.iter().map(header).collect()).expect("an upstream")
}

async fn set(
    scene: &Scene,
    tenant: &Tenant,
    address: &str,
    values: &[IdentityValue],
) -> Result<(), TenantError> {
    scene
        .authority
        .tenants()
        .set_upstream(&operator(), tenant.id, Some(upstream(address, values)), |_| true)
        .await
}

async fn edit(scene: &Scene, tenant: &Tenant, field: TenantField, text: &str) -> Result<Tenant, TenantError> {
    scene
        .authority
        .tenants()
        .edit_tenant(&operator(), tenant.id, TenantForm::default().with(field, text), |_| true)
        .await
}

#[tokio::test]
async fn an_address_of_another_tenant_is_taken_only_with_names_that_carry_the_tenant() {
    on_each_scene(async |scene| {
        let kanto = scene.customer("kanto").await.tenant;
        let kansai = scene.customer("kansai").await.tenant;
        set(&scene, &kanto, "http://127.0.0.1:5232", &[IdentityValue::User]).await.expect("alone");
        let refused = set(&scene, &kansai, "http://localhost:5232", &[IdentityValue::UserAtTenant]).await;
        match refused {
            Err(TenantError::Sharing(refusal)) => {
                assert_eq!(refusal.other.as_str(), "kanto");
                assert_eq!(refusal.doubt, Doubt::Free(kanto.slug.clone(), IdentityValue::User));
            }
            other => panic!("{other:?}"),
        }
        set(&scene, &kanto, "http://127.0.0.1:5232", &[IdentityValue::UserAtTenant]).await.expect("alone");
        let bare = set(&scene, &kansai, "http://[::1]:5232", &[IdentityValue::Email]).await;
        assert!(matches!(bare, Err(TenantError::Sharing(_))), "{bare:?}");
        set(&scene, &kansai, "http://[::1]:5232", &[IdentityValue::Id]).await.expect("carries the tenant");
        assert!(scene.authority.tenants().sharing_warnings().await.expect("reads").is_empty());
        // A new tenant names nobody yet.
        let mut new = new_tenant("kyushu");
        new.upstream = Some(upstream("http://127.0.0.1:5232", &[]));
        let refused = scene.add_tenant(new).await;
        assert!(matches!(refused, Err(TenantError::Sharing(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_setting_of_release_0_1_0_goes_on_with_a_warning_until_both_tenants_are_mended() {
    on_each_scene(async |scene| {
        let kanto = scene.customer("kanto").await.tenant;
        let kansai = scene.customer("kansai").await.tenant;
        let bare = upstream("http://127.0.0.1:5232", &[IdentityValue::User]);
        for tenant in [&kanto, &kansai] {
            let mut former = scene.store.begin("former_release").await.expect("begins");
            let mut scope = former.tenant(tenant.id);
            let sites = scope.sites().await.expect("sites");
            let site = sites.iter().find(|site| site.kind == domain::site::SiteKind::Application);
            assert!(scope.set_upstream(site.expect("one").id, Some(&bare)).await.expect("writes"));
            former.commit().await.expect("commits");
        }
        let warnings = scene.authority.tenants().sharing_warnings().await.expect("reads");
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert_eq!(scene.authority.tenants().sharing_warnings_of(&kansai).await.expect("reads").len(), 1);
        set(&scene, &kanto, "http://127.0.0.1:5232", &[IdentityValue::User]).await.expect("stays as it was");
        set(&scene, &kanto, "http://127.0.0.1:5232", &[IdentityValue::Id]).await.expect("is mended");
        set(&scene, &kansai, "http://127.0.0.1:5232", &[IdentityValue::Id]).await.expect("is mended");
        assert!(scene.authority.tenants().sharing_warnings().await.expect("reads").is_empty());
    })
    .await;
}

#[tokio::test]
async fn suffixes_keep_two_tenants_apart_and_stay_while_they_share() {
    on_each_scene(async |scene| {
        let kanto = scene.customer("kanto").await.tenant;
        let kansai = scene.customer("kansai").await.tenant;
        edit(&scene, &kanto, TenantField::LoginSuffix, ".kanto").await.expect("edited");
        edit(&scene, &kansai, TenantField::LoginSuffix, ".kansai").await.expect("edited");
        let share = async |tenant| set(&scene, tenant, "http://127.0.0.1:5232", &[IdentityValue::User]).await;
        share(&kanto).await.expect("alone");
        let refused = share(&kansai).await;
        // The first administrators of before have no suffix.
        assert!(matches!(refused, Err(TenantError::Sharing(_))), "{refused:?}");
        for tenant in [&kanto, &kansai] {
            let mut reader = scene.store.read().await.expect("reads");
            let administrators =
                reader.tenant(tenant.id).users_with_role(domain::user::Role::Administrator).await;
            let hanako = administrators.expect("reads").remove(0);
            drop(reader);
            let mut new = new_user(&format!("hanako.{}", tenant.slug));
            new.email = hanako.email.clone();
            new.role = Some(hanako.role);
            scene.update_user(tenant.id, hanako.id, new).await.expect("renamed");
        }
        share(&kansai).await.expect("their names differ in their ends");
        let refused = edit(&scene, &kansai, TenantField::LoginSuffix, "").await;
        assert!(matches!(refused, Err(TenantError::Rules(_))), "{refused:?}");
        let mut as_other = new_user("taro.kanto");
        as_other.email = new_user("taro").email;
        let forged = scene.add_user(kansai.id, as_other, InvitationChannel::Mail).await;
        assert!(forged.is_err(), "{forged:?}");
    })
    .await;
}

#[tokio::test]
async fn two_tenants_that_take_one_address_at_the_same_moment_do_not_both_get_it() {
    on_each_scene(async |scene| {
        let kanto = scene.customer("kanto").await.tenant;
        let kansai = scene.customer("kansai").await.tenant;
        let (one, other) = tokio::join!(
            set(&scene, &kanto, "http://127.0.0.1:5232", &[IdentityValue::User]),
            set(&scene, &kansai, "http://127.0.0.1:5232", &[IdentityValue::User]),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    })
    .await;
}
