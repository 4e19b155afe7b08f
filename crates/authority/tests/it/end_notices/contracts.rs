//! The notices of a contract's end: recipients, days, each once.

use crate::scene::{Scene, on_each_scene, operator};
use authority::tenants::ContractChange;
use domain::{tenant::Tenant, time::DAY};
use testkit::mailbox::ReceivedMail;

const ADMINISTRATOR: &str = "hanako@sample.example";
const OPERATOR: &str = "kanri@sample.example";

struct Contract {
    scene: Scene,
    tenant: Tenant,
}

impl Contract {
    async fn new(scene: Scene) -> Self {
        scene.new_operator("kanri").await;
        let tenant = scene.customer("sample").await.tenant;
        scene.post().await;
        Self { scene, tenant }
    }

    /// Moves the clock to so many days before the end.
    fn set_clock(&self, days_before_end: i32) {
        let moment = self.tenant.license.valid_until - DAY * days_before_end;
        self.scene.forward(moment.duration_since(self.scene.now()));
    }

    async fn run(&self) {
        self.scene.authority.duties().reconcile().await.expect("reconciles");
        self.scene.post().await;
    }

    /// What administrators were told.
    fn told(&self) -> Vec<String> {
        let mails = self.scene.mailbox.mails_to(ADMINISTRATOR).into_iter().map(|mail| mail.subject);
        mails.filter(|subject| subject.contains("ご契約") || subject.contains("ご利用を停止")).collect()
    }

    /// What operators were told.
    fn lists(&self) -> Vec<ReceivedMail> {
        let mails = self.scene.mailbox.mails_to(OPERATOR).into_iter();
        mails.filter(|mail| mail.subject.contains("ご契約の有効期限")).collect()
    }
}

#[tokio::test]
async fn a_contract_is_announced_to_administrators_and_to_operators_each_time_once() {
    on_each_scene(async |scene| {
        let mut contract = Contract::new(scene).await;
        for (days, notices) in [
            (61, 0),
            (60, 1),
            (31, 1),
            (13, 2),
            (7, 3),
            (1, 4),
            (0, 5),
            (-10, 5),
            (-29, 5),
            (-30, 6),
            (-31, 6),
            (-50, 6),
        ] {
            contract.set_clock(days);
            contract.run().await;
            contract.scene.restart().await;
            contract.run().await;
            assert_eq!(contract.told().len(), notices, "{days} days before the end");
            assert_eq!(contract.lists().len(), notices, "{days} days before the end");
        }
        let told = contract.told();
        assert!(told[0].contains("2027年11月30日(火) に終わります"), "{}", told[0]);
        assert!(told[4].contains("ご契約が終わりました") && told[5].contains("ご利用を停止"), "{told:?}");
        let lists = contract.lists();
        assert!(lists[0].text.contains("sample株式会社(sample、契約番号 C-0001)"), "{}", lists[0].text);
        assert!(lists[5].text.contains("利用を停止しています"), "{}", lists[5].text);
    })
    .await;
}

#[tokio::test]
async fn two_processes_announce_a_contract_once_and_an_extended_one_anew() {
    on_each_scene(async |scene| {
        let mut contract = Contract::new(scene).await;
        let other = contract.scene.another_process().await;
        contract.set_clock(30);
        let (one, two) =
            tokio::join!(contract.scene.authority.duties().reconcile(), other.duties().reconcile());
        one.and(two).expect("both reconcile");
        contract.scene.post().await;
        assert_eq!((contract.told().len(), contract.lists().len()), (1, 1));
        let last_day = jiff::civil::date(2028, 11, 30);
        let change = ContractChange { seats: None, valid_until: Some(last_day) };
        let (tenants, id) = (contract.scene.authority.tenants(), contract.tenant.id);
        contract.tenant = tenants.change_contract(&operator(), id, change, |_| true).await.expect("extends");
        contract.run().await;
        assert_eq!(contract.told().len(), 1);
        contract.set_clock(30);
        contract.run().await;
        assert_eq!((contract.told().len(), contract.lists().len()), (2, 2), "another end");
    })
    .await;
}

#[tokio::test]
async fn a_contract_that_ended_long_ago_or_was_ended_by_an_operator_is_not_announced() {
    on_each_scene(async |scene| {
        let contract = Contract::new(scene).await;
        contract.set_clock(-300);
        contract.run().await;
        assert_eq!((contract.told().len(), contract.lists().len()), (0, 0), "old news");
        let tenants = contract.scene.authority.tenants();
        tenants.suspend_tenant(&operator(), contract.tenant.id).await.expect("suspends");
        contract.set_clock(10);
        contract.run().await;
        assert_eq!((contract.told().len(), contract.lists().len()), (0, 0), "suspended by an act");
    })
    .await;
}
