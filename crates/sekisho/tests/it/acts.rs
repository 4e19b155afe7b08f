//! Acts and lists, beside a running server and without one.

use crate::installation::{Folder, arguments};
use clap::Parser;
use sekisho::{
    act::{RunActError, act},
    cli::{Cli, Noun},
    command::{
        Command, ListReach,
        audit::AuditCommand,
        certificate::{self, CertificateCommand},
        operator::{AddOperator, OperatorCommand},
        site::SiteCommand,
        tenant::{AddTenant, TenantCommand, TenantEdit, UpstreamChoices},
        user::{self, AddUser, ChannelArg, UserCommand},
    },
    data_folder::FolderLock,
    output::OutputFormat,
};
use serde_json::Value;
use std::fs;

fn acme() -> AddTenant {
    AddTenant {
        slug: "acme".into(),
        name: "Acme".into(),
        organization: "Acme Inc.".into(),
        contract_number: "A-1".into(),
        seats: 3,
        valid_until: "2099-12-31".into(),
        administrator_name: "Ann".into(),
        administrator_email: "ann@acme.example".into(),
        locale: "en".into(),
        certificate_days: 365,
        ..AddTenant::default()
    }
}

fn add(new: AddTenant) -> Command {
    Command::Tenant(TenantCommand::Add(Box::new(new)))
}

fn list() -> Command {
    Command::Tenant(TenantCommand::List { search: String::new(), reach: ListReach::default() })
}

fn slugs(json: &str) -> Vec<String> {
    let rows: Vec<Value> = serde_json::from_str(json).expect("JSON");
    rows.iter().filter_map(|row| row["slug"].as_str()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_tenant_added_beside_a_server_and_one_added_without_are_both_there() {
    let folder = Folder::new();
    let up = folder.start().await.expect("start");
    folder.act(add(acme())).await.expect("beside a server");
    up.stop().await;
    folder.act(add(AddTenant { slug: "solo".into(), ..acme() })).await.expect("without a server");
    let slugs = slugs(&folder.act(list()).await.expect("list"));
    for slug in ["acme", "sample", "solo"] {
        assert!(slugs.contains(&slug.to_owned()), "{slug} not in {slugs:?}");
        assert!(folder.data().join("sheets").join(slug).join("data_entry.txt").exists(), "{slug}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_tenant_is_told_at_once_and_nothing_is_added() {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    let wrong = AddTenant {
        name: " ".into(),
        seats: 0,
        valid_until: "2020-03-31".into(),
        certificate_days: 0,
        administrator_name: String::new(),
        ..acme()
    };
    let error = folder.act(add(wrong)).await.expect_err("refused").to_string();
    for field in ["tenant_name", "seats", "valid_until", "certificate_days", "administrator_name"] {
        assert!(error.contains(field), "{field}: {error}");
    }
    assert_eq!(slugs(&folder.act(list()).await.expect("list")), ["sample"]);
}

#[tokio::test]
async fn a_tenants_settings_are_changed_in_part() {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    let edit = TenantEdit {
        support_contact: Some("内線 200".into()),
        approval_required: Some("yes".into()),
        ..TenantEdit::default()
    };
    let edited =
        |edit| Command::Tenant(TenantCommand::Edit { tenant: "sample".into(), edit: Box::new(edit) });
    folder.act(edited(edit.clone())).await.expect("changed");
    let wrong = TenantEdit { approval_required: Some("perhaps".into()), ..edit };
    let error = folder.act(edited(wrong)).await.expect_err("refused").to_string();
    assert!(error.contains("approval_required \"perhaps\": expected yes or no"), "{error}");
    let show = Command::Tenant(TenantCommand::Show { tenant: "sample".into() });
    let shown: Value = serde_json::from_str(&folder.act(show).await.expect("show")).expect("JSON");
    assert_eq!(shown["support_contact"], "内線 200");
    assert_eq!((&shown["approval_required"], &shown["name"]), (&true.into(), &"株式会社サンプル".into()));
}

#[tokio::test]
async fn what_an_application_needs_is_set_anew_each_time_and_shown() {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    let upstream = |choices| {
        let address = Some("http://127.0.0.1:5232".into());
        Command::Tenant(TenantCommand::Upstream { tenant: "sample".into(), address, choices })
    };
    let show = || Command::Site(SiteCommand::Show { host: "sample.localhost".into() });
    let choices = UpstreamChoices {
        headers: vec!["Remote-User=user".into()],
        removed: vec!["X-Portal-Admin".into()],
        answer_wait_seconds: Some(3_600),
        encoded_slashes: true,
        requests_max: Some(5_000),
        ..UpstreamChoices::default()
    };
    folder.act(upstream(choices)).await.expect("set");
    let shown: Value = serde_json::from_str(&folder.act(show()).await.expect("show")).expect("JSON");
    assert_eq!(shown["removed_headers"], serde_json::json!(["x-portal-admin"]));
    let numbers = (&shown["answer_wait_seconds"], &shown["requests_max"], &shown["websockets_max"]);
    assert_eq!(numbers, (&3_600.into(), &5_000.into(), &Value::Null));
    assert_eq!((&shown["encoded_slashes"], &shown["own_connections"]), (&true.into(), &false.into()));
    for wrong in [
        UpstreamChoices { answer_wait_seconds: Some(7_201), ..UpstreamChoices::default() },
        UpstreamChoices { removed: vec!["cookie".into()], ..UpstreamChoices::default() },
        UpstreamChoices { websockets_max: Some(0), ..UpstreamChoices::default() },
    ] {
        folder.act(upstream(wrong)).await.expect_err("refused");
    }
    folder.act(upstream(UpstreamChoices::default())).await.expect("set anew");
    let shown: Value = serde_json::from_str(&folder.act(show()).await.expect("show")).expect("JSON");
    assert_eq!((&shown["answer_wait_seconds"], &shown["encoded_slashes"]), (&60.into(), &false.into()));
}

#[tokio::test]
async fn the_sheets_password_is_in_its_file_and_nowhere_else() {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    let shown = folder.act(add(acme())).await.expect("add");
    let sheet = fs::read_to_string(folder.data().join("sheets/acme/sheet.html")).expect("sheet");
    let after = sheet.split("id=\"sheet-password\">").nth(1).expect("password");
    let password = after.split('<').next().expect("password");
    assert!(password.len() >= 20, "no password on the sheet");
    assert!(!shown.contains(password));
}

#[tokio::test]
async fn hand_overs_go_where_the_command_line_says() {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    let mut arguments = arguments(&folder.data());
    let elsewhere = folder.data().join("elsewhere");
    arguments.sheet_dir = Some(elsewhere.clone());
    act(add(acme()), &arguments).await.expect("add");
    assert!(elsewhere.join("sheet.html").exists());
    let operator = AddOperator {
        login: None,
        name: "Bob".into(),
        family_name: "Bob".into(),
        given_name: "Bob".into(),
        email: "bob@sekisho.example".into(),
    };
    act(Command::Operator(OperatorCommand::Add(operator)), &arguments).await.expect("operator");
    let user = AddUser {
        login: "carol".into(),
        tenant: "acme".into(),
        name: "Carol".into(),
        reading: String::new(),
        family_name: "Carol".into(),
        given_name: "C".into(),
        email: "carol@acme.example".into(),
        groups: String::new(),
        note: String::new(),
        role: "user".into(),
        locale: String::new(),
        by: ChannelArg::Slip,
    };
    act(Command::User(UserCommand::Add(Box::new(user))), &arguments).await.expect("user");
    for name in ["slip-bob.txt", "slip-carol.txt"] {
        let slip = fs::read_to_string(elsewhere.join(name)).expect(name);
        assert!(slip.contains("one-time password: "), "{name}");
    }
}

fn contract(seats: Option<u32>, valid_until: Option<&str>) -> Command {
    let valid_until = valid_until.map(str::to_owned);
    Command::Tenant(TenantCommand::Contract { tenant: "acme".into(), seats, valid_until })
}

#[tokio::test]
async fn a_contract_is_changed_beside_a_server_and_without_one() {
    let folder = Folder::new();
    let up = folder.start().await.expect("start");
    folder.act(add(acme())).await.expect("add");
    let told = folder.act(contract(None, Some("2098-03-31"))).await.expect("beside a server");
    assert!(told.contains("contract of tenant acme: 3 seats until 2098-03-31"), "{told}");
    up.stop().await;
    let suspend = TenantCommand::Suspend { tenant: "acme".into() };
    folder.act(Command::Tenant(suspend)).await.expect("suspends");
    let told = folder.act(contract(Some(20), None)).await.expect("without a server");
    assert!(told.contains("20 seats until 2098-03-31; it is still suspended"), "{told}");
    for (asked, words) in [
        (contract(Some(0), None), "expected 1 to"),
        (contract(Some(0), Some("2020-01-01")), "expected 1 to 1000000; the contract's last day has passed"),
        (contract(None, Some("tomorrow")), "tomorrow"),
    ] {
        let error = folder.act(asked).await.expect_err(words).to_string();
        assert!(error.contains(words) && !error.contains('\n'), "{error}");
    }
    let show = Command::Tenant(TenantCommand::Show { tenant: "acme".into() });
    let shown: Value = serde_json::from_str(&folder.act(show).await.expect("show")).expect("JSON");
    assert_eq!((&shown["seats"], &shown["contract"]), (&Value::from(20), &Value::from("in-force")));
}

#[tokio::test]
async fn input_that_cannot_be_is_one_sentence_and_changes_nothing() {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    for (new, word) in [
        (AddTenant { slug: "console".into(), ..acme() }, "console"),
        (AddTenant { slug: "sample".into(), ..acme() }, "exists already"),
        (AddTenant { organization: "株式会社".into(), ..acme() }, "organization"),
        (AddTenant { valid_until: "tomorrow".into(), ..acme() }, "tomorrow"),
        (AddTenant { upstream: Some("https://x/".into()), ..acme() }, "http://host:port"),
    ] {
        let error = folder.act(add(new)).await.expect_err(word).to_string();
        assert!(error.contains(word) && !error.contains('\n'), "{error}");
    }
    assert_eq!(slugs(&folder.act(list()).await.expect("list")), ["sample"]);
}

#[tokio::test]
async fn a_lock_without_an_answering_server_is_told_apart_from_an_empty_folder() {
    let folder = Folder::new();
    assert!(matches!(folder.act(list()).await, Err(RunActError::Nothing(_))));
    folder.start().await.expect("start").stop().await;
    let lock = FolderLock::take(&folder.data()).expect("lock");
    let error = folder.act(list()).await.expect_err("locked");
    assert!(matches!(error, RunActError::Silent(_)), "{error}");
    drop(lock);
    assert!(folder.act(list()).await.is_ok());
}

#[tokio::test]
async fn the_operators_certificate_is_listed_and_the_audit_log_holds() {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    let command = CertificateCommand::List { tenant: "console".into(), reach: ListReach::default() };
    let certificates = folder.act(Command::Certificate(command)).await.expect("list");
    let certificates: Vec<Value> = serde_json::from_str(&certificates).expect("JSON");
    assert_eq!(certificates.len(), 1);
    assert_eq!(certificates[0]["standing"], "valid");
    let verdict = folder.act(Command::Audit(AuditCommand::Verify { heads: None })).await.expect("verdict");
    assert!(verdict.contains("\"holds\": true"), "{verdict}");
}

#[tokio::test]
async fn a_device_is_replaced_one_at_a_time_and_the_answer_says_where_the_pin_went() {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    let list = CertificateCommand::List { tenant: "console".into(), reach: ListReach::default() };
    let certificates = folder.act(Command::Certificate(list)).await.expect("list");
    let certificates: Vec<Value> = serde_json::from_str(&certificates).expect("JSON");
    let present = &certificates[0];
    assert_eq!((&present["superseded"], &present["ends_at"]), (&Value::from(false), &Value::Null));
    let which = || certificate::WhichCertificate {
        id: present["id"].as_str().expect("an id").to_owned(),
        tenant: None,
    };
    let replace = |device: &str| {
        let (which, device) = (which(), device.to_owned());
        Command::Certificate(CertificateCommand::Replace { which, device })
    };
    let told = folder.act(replace("New laptop")).await.expect("begins");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["purpose"], "replacement");
    assert_eq!((&told["device"], &told["device_id"]), (&"New laptop".into(), &present["device_id"]));
    assert!(told["pin_mailed_to"].as_str().is_some_and(|email| email.contains('@')), "{told}");
    let reference = told["reference"].as_str().expect("a reference");
    for command in [CertificateCommand::NewFile(which()), CertificateCommand::Renew(which())] {
        let refused = folder.act(Command::Certificate(command)).await.expect_err("one at a time").to_string();
        assert!(refused.contains(reference) || refused.contains("can be renewed from"), "{refused}");
    }
}

#[tokio::test]
async fn a_second_operator_with_the_same_local_part_is_added_under_another_login_name() {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    let bob = |email: &str, login: Option<&str>| {
        let operator = AddOperator {
            name: "Bob".into(),
            family_name: "Bob".into(),
            given_name: "Bob".into(),
            email: email.into(),
            login: login.map(str::to_owned),
        };
        Command::Operator(OperatorCommand::Add(operator))
    };
    folder.act(bob("bob@tokyo.example", None)).await.expect("the first");
    let refused = folder.act(bob("bob@osaka.example", None)).await.expect_err("taken").to_string();
    assert!(refused.contains("--login"), "{refused}");
    folder.act(bob("bob@osaka.example", Some("bob.osaka"))).await.expect("the second");
    for login in ["bob", "bob.osaka"] {
        let slip = folder.data().join("sheets/operators").join(format!("slip-{login}.txt"));
        assert!(slip.exists(), "{}", slip.display());
    }
}

/// What is refused, with its exit status and its code.
fn refusals() -> Vec<(Command, u8, &'static str)> {
    let acme_user = |login: &str| user::WhichUser { login: login.into(), tenant: "acme".into() };
    let certificate = |id: &str| certificate::WhichCertificate { id: id.into(), tenant: None };
    let ann = AddUser {
        tenant: "acme".into(),
        login: "Ann Smith".into(),
        name: "Ann".into(),
        reading: String::new(),
        family_name: "Smith".into(),
        given_name: "Ann".into(),
        email: "ann.smith@acme.example".into(),
        groups: String::new(),
        note: String::new(),
        role: "user".into(),
        locale: String::new(),
        by: ChannelArg::Mail,
    };
    let upstream = |choices| TenantCommand::Upstream {
        tenant: "acme".into(),
        address: Some("http://127.0.0.1:9".into()),
        choices,
    };
    let headers = |text: &str| UpstreamChoices { headers: vec![text.into()], ..UpstreamChoices::default() };
    vec![
        // Forms.
        (add(AddTenant { seats: 0, slug: "other".into(), ..acme() }), 3, "number-out-of-range"),
        (add(AddTenant { organization: "株式会社".into(), ..acme() }), 3, "certificate-letter"),
        (Command::User(UserCommand::Add(Box::new(ann))), 3, "login-name-malformed"),
        (Command::Tenant(upstream(headers("cookie=user"))), 3, "header-reserved"),
        (Command::Tenant(upstream(headers("nonsense"))), 3, "header-malformed"),
        (contract(None, Some("tomorrow")), 3, "date-malformed"),
        // States and limits.
        (add(acme()), 3, "site-name-taken"),
        (Command::Tenant(TenantCommand::Resume { tenant: "acme".into() }), 3, "already-done"),
        (Command::Tenant(TenantCommand::Suspend { tenant: "console".into() }), 3, "operators-tenant"),
        (
            Command::User(UserCommand::Suspend { which: acme_user("ann"), on: None, cancel: false }),
            3,
            "last-administrator",
        ),
        // Requests.
        (Command::Tenant(TenantCommand::Show { tenant: "nobody".into() }), 4, "not-found"),
        (Command::User(UserCommand::Resume(acme_user("nobody"))), 4, "not-found"),
        (Command::Certificate(CertificateCommand::Show(certificate("no serial"))), 3, "bad-request"),
        (Command::Certificate(CertificateCommand::Show(certificate("0a1b"))), 4, "not-found"),
    ]
}

/// A refusal is the same through the control socket and without a server.
#[tokio::test]
async fn a_refusal_ends_with_its_code_and_the_status_of_its_code() {
    let folder = Folder::new();
    let up = folder.start().await.expect("start");
    folder.act(add(acme())).await.expect("add");
    let check = async || {
        for (command, status, code) in refusals() {
            let error = folder.act(command).await.expect_err(code);
            assert_eq!(error.exit().status(), status, "{code}: {error}");
            let text = error.shown(OutputFormat::Text);
            assert!(text.starts_with("sekisho: ") && text.ends_with(&format!(" [{code}]")), "{text}");
            let json: Value =
                serde_json::from_str(&error.shown(OutputFormat::Json)).expect("one JSON object");
            assert_eq!((&json["code"], &json["status"]), (&code.into(), &status.into()), "{json}");
            assert_eq!(json["refusals"][0]["code"], code, "{json}");
            assert!(!json["error"].as_str().expect("a sentence").contains(&format!("[{code}]")), "{json}");
        }
    };
    check().await;
    up.stop().await;
    check().await;
    let seats =
        folder.act(add(AddTenant { seats: 0, slug: "other".into(), ..acme() })).await.expect_err("seats");
    let json: Value = serde_json::from_str(&seats.shown(OutputFormat::Json)).expect("one JSON object");
    let told = serde_json::json!({
        "code": "number-out-of-range", "field": "seats", "values": { "min": 1, "max": 1_000_000 },
    });
    assert_eq!(json["refusals"][0], told);
}

/// `sekisho user import` of these rows, with these options.
fn import(rows: &str, options: &[&str]) -> Command {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("users.csv");
    fs::write(&file, format!("氏名,family_name,given_name,login_name,email,groups,role\n{rows}"))
        .expect("a file");
    let words = ["sekisho", "user", "import", file.to_str().expect("a path"), "--tenant", "sample"];
    let parsed = Cli::try_parse_from(words.iter().chain(options)).expect("a command");
    let Noun::User(user) = parsed.noun else { panic!("a user command") };
    Command::User(user.verb)
}

#[tokio::test]
async fn a_staff_list_is_imported_again_with_its_changes_or_without() {
    let folder = Folder::new();
    let up = folder.start().await.expect("start");
    let done = folder.act(import("次郎,Suzuki,Jiro,jiro,jiro@sample.example,sales,\n", &[])).await;
    assert!(done.expect("imported").contains("rows imported: 1, refused: 0; "));
    let again =
        "次郎,Suzuki,Jiro,jiro,jiro@sample.example,sales,\n三郎,Suzuki,Saburo,saburo,s@sample.example,,\n";
    let judged = folder.act(import(again, &["--dry-run"])).await.expect("judged");
    assert!(judged.contains("all 2 rows are good, 1 of them on record already"), "{judged}");

    let changed = "次郎,Suzuki,Jiro,jiro,jiro@sample.example,dev,\n";
    let judged: Vec<Value> =
        serde_json::from_str(&folder.act(import(changed, &["--dry-run"])).await.expect("judged"))
            .expect("JSON");
    assert_eq!(
        (&judged[0]["verdict"], &judged[0]["change"]),
        (&"change".into(), &"groups: \"sales\" → \"dev\"".into())
    );
    let done = folder.act(import(changed, &[])).await.expect("imported");
    assert!(done.contains("changed: 0, changes not applied: 1"), "{done}");
    let done = folder.act(import(changed, &["--apply-changes"])).await.expect("imported");
    assert!(done.contains("changed: 1, changes not applied: 0"), "{done}");
    up.stop().await;
}

#[tokio::test]
async fn administrators_are_imported_only_when_that_is_confirmed() {
    let folder = Folder::new();
    let up = folder.start().await.expect("start");
    let rows = "佐藤 裕美子,Sato,Yumiko,sato,sato@sample.example,,管理者\n";
    let judged = folder.act(import(rows, &["--dry-run"])).await.expect("judged");
    assert!(judged.contains("new administrator") && judged.contains("佐藤 裕美子"), "{judged}");
    let error = folder.act(import(rows, &[])).await.expect_err("refused").to_string();
    assert!(
        error.contains("1 as administrator (佐藤 裕美子)") && error.contains("--confirm-administrators"),
        "{error}"
    );
    let done = folder.act(import(rows, &["--confirm-administrators"])).await.expect("imported");
    assert!(done.contains("rows imported: 1"), "{done}");
    up.stop().await;
}
