use super::*;
use rand_core::SeedableRng;

struct Scene {
    presented: Presented,
    tenant: Arc<TenantFacts>,
    record: Option<CertificateFacts>,
    view_fresh: bool,
    site: SiteKind,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

const NOW: i64 = 1000;

impl Scene {
    /// A visitor who may pass.
    fn good() -> Self {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let id = TenantId::new(at(0), &mut rng);
        let user = UserFacts {
            id: UserId::new(at(0), &mut rng),
            state: UserState::Active,
            role: Role::User,
            login_name: "taro".into(),
            email: Some("taro@example.jp".into()),
            groups: vec![],
            display_name: "山田 太郎".into(),
        };
        Self {
            presented: Presented::Leaf(PresentedLeaf {
                tenant: id,
                client_auth: true,
                not_before: at(0),
                not_after: at(2 * NOW),
            }),
            tenant: Arc::new(TenantFacts {
                id,
                slug: TenantSlug::parse("sample").unwrap(),
                state: TenantState::Active,
                suspended_from: at(9 * NOW),
            }),
            record: Some(CertificateFacts {
                id: CertificateId::new(at(0), &mut rng),
                status: Status::Good,
                user: Arc::new(user),
            }),
            view_fresh: true,
            site: SiteKind::Application,
        }
    }

    fn leaf(&mut self) -> &mut PresentedLeaf {
        let Presented::Leaf(leaf) = &mut self.presented else { panic!("a leaf") };
        leaf
    }

    fn record(&mut self) -> &mut CertificateFacts {
        self.record.as_mut().unwrap()
    }

    fn tenant(&mut self) -> &mut TenantFacts {
        Arc::make_mut(&mut self.tenant)
    }

    fn user(&mut self) -> &mut UserFacts {
        Arc::make_mut(&mut self.record().user)
    }

    fn decide_at(&self, second: i64) -> Result<Permit, Denial> {
        let facts = Facts {
            presented: &self.presented,
            tenant: &self.tenant,
            site: self.site,
            record: self.record.as_ref(),
            view_fresh: self.view_fresh,
        };
        decide(&facts, at(second))
    }

    fn denial(&self) -> Option<Denial> {
        self.decide_at(NOW).err()
    }
}

fn other_tenant() -> TenantId {
    TenantId::new(at(5), &mut rand_chacha::ChaCha20Rng::seed_from_u64(99))
}

#[test]
fn a_registered_good_certificate_of_the_sites_tenant_passes() {
    let permit = Scene::good().decide_at(NOW).unwrap();
    assert_eq!((permit.user().login_name.as_str(), permit.tenant().slug.as_str()), ("taro", "sample"));
}

/// The worst last: each step makes the scene a little worse, so the answer must move up in precedence.
type Spoil = (Denial, fn(&mut Scene));
const SPOILS: [Spoil; 13] = [
    (Denial::RouteDenied, |scene| scene.site = SiteKind::Console),
    (Denial::Expired, |scene| scene.leaf().not_after = at(NOW - 1)),
    (Denial::NotYetValid, |scene| scene.leaf().not_before = at(NOW + 1)),
    (Denial::OnHold, |scene| scene.record().status = Status::OnHold),
    (Denial::Revoked, |scene| scene.record().status = Status::Revoked),
    (Denial::UserSuspended, |scene| scene.user().state = UserState::Suspended),
    (Denial::TenantSuspended, |scene| scene.tenant().state = TenantState::Suspended),
    (Denial::Unregistered, |scene| scene.record = None),
    (Denial::StatusStale, |scene| scene.view_fresh = false),
    (Denial::WrongUsage, |scene| scene.leaf().client_auth = false),
    (Denial::OtherTenant, |scene| scene.leaf().tenant = other_tenant()),
    (Denial::UnknownIssuer, |scene| scene.presented = Presented::UnknownIssuer),
    (Denial::NoCertificate, |scene| scene.presented = Presented::Nothing),
];

#[test]
fn each_fault_alone_is_refused_by_its_own_name() {
    for (denial, spoil) in SPOILS {
        let mut scene = Scene::good();
        spoil(&mut scene);
        assert_eq!(scene.denial(), Some(denial));
    }
}

#[test]
fn of_several_faults_the_first_in_precedence_is_told() {
    let mut scene = Scene::good();
    for (denial, spoil) in SPOILS {
        spoil(&mut scene);
        assert_eq!(scene.denial(), Some(denial));
    }
    assert!(Denial::ALL.is_sorted());
}

#[test]
fn a_recorded_serial_whose_status_is_unknown_is_refused() {
    let mut scene = Scene::good();
    scene.record().status = Status::Unknown;
    assert_eq!(scene.denial(), Some(Denial::Unregistered));
}

#[test]
fn validity_is_judged_at_each_request_to_its_last_second() {
    let scene = Scene::good();
    assert!(scene.decide_at(2 * NOW).is_ok());
    assert_eq!(scene.decide_at(2 * NOW + 1).err(), Some(Denial::Expired));
}

#[test]
fn an_ended_contract_shuts_out_when_its_grace_is_over() {
    let mut scene = Scene::good();
    scene.tenant().suspended_from = at(NOW);
    assert!(scene.decide_at(NOW - 1).is_ok());
    assert_eq!(scene.denial(), Some(Denial::TenantSuspended));
}

#[test]
fn the_console_opens_for_operators() {
    let mut scene = Scene::good();
    scene.site = SiteKind::Console;
    scene.user().role = Role::Operator;
    assert_eq!(scene.denial(), None);
}
