//! Lists name people, companies and devices; the serial number shown by a browser finds its certificate.

use crate::installation::{Folder, arguments};
use clap::Parser;
use sekisho::{
    act::{RunActError, act},
    cli::{Cli, Noun},
    command::Command,
    data_folder::DATABASE_NAME,
};
use serde_json::Value;
use sqlx::{Connection, Executor, SqliteConnection};

/// The answer of a command line.
async fn said(folder: &Folder, line: &str) -> Result<String, RunActError> {
    let words = ["sekisho"].into_iter().chain(line.split(' '));
    let command = match Cli::try_parse_from(words).expect("a command").noun {
        Noun::Tenant(asked) => Command::Tenant(asked.verb),
        Noun::User(asked) => Command::User(asked.verb),
        Noun::Application(asked) => Command::Application(asked.verb),
        Noun::Certificate(asked) => Command::Certificate(asked.verb),
        Noun::Issuer(asked) => Command::Issuer(asked.verb),
        Noun::Crl(asked) => Command::Crl(asked.verb),
        Noun::Site(asked) => Command::Site(asked.verb),
        Noun::Duty(asked) => Command::Duty(asked.verb),
        Noun::Audit(asked) => Command::Audit(asked.verb),
        Noun::Mail(asked) => Command::Mail(asked.verb),
        other => panic!("no list: {other:?}"),
    };
    act(command, &arguments(&folder.data())).await
}

async fn rows(folder: &Folder, line: &str) -> Vec<Value> {
    let text = said(folder, line).await.expect(line);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

async fn sql(folder: &Folder, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.data().join(DATABASE_NAME));
    let mut connection = SqliteConnection::connect_with(&options).await.expect("opens");
    connection.execute(statement).await.expect("runs");
    connection.close().await.expect("closes");
}

/// An installation that has served and has ended: the operator has a certificate.
async fn served() -> Folder {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    folder
}

#[tokio::test]
async fn a_certificate_is_found_by_its_serial_number_as_browsers_and_lists_show_it() {
    let folder = served().await;
    let row = rows(&folder, "certificate list --tenant console").await.remove(0);
    let (id, serial) = (row["id"].as_str().expect("an id"), row["serial"].as_str().expect("a serial number"));
    let colons = serial.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("digits"));
    let colons = colons.collect::<Vec<_>>().join(":").to_uppercase();
    let decimal = u128::from_str_radix(serial, 16).expect("128 bits").to_string();
    for shown in [serial, &colons, &format!("0x{serial}"), &format!("00{serial}"), &decimal, id] {
        for within in ["", " --tenant console"] {
            let found = said(&folder, &format!("certificate show {shown}{within}")).await.expect(shown);
            let found: Value = serde_json::from_str(&found).expect("JSON");
            assert_eq!(found["id"], id, "{shown}");
        }
        let elsewhere = said(&folder, &format!("certificate show {shown} --tenant sample")).await;
        assert!(elsewhere.expect_err("of another tenant").to_string().contains("there is no certificate"));
    }
    let login = row["login"].as_str().expect("a login name");
    for (act, standing) in [("suspend", "suspended"), ("resume", "valid")] {
        said(&folder, &format!("user {act} {login} --tenant console")).await.expect(act);
        let listed = rows(&folder, "certificate list --tenant console").await.remove(0);
        let shown = said(&folder, &format!("certificate show {id}")).await.expect("shown");
        let shown: Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!((&listed["standing"], &shown["standing"]), (&standing.into(), &standing.into()));
    }
    for (act, words) in [("hold", "on hold"), ("release", "released"), ("revoke", "revoked")] {
        let told = said(&folder, &format!("certificate {act} {colons}")).await.expect(act);
        assert!(told.contains(words) && told.contains(id) && told.contains("device"), "{told}");
    }
    for (none, words) in [("0b", "there is no certificate"), ("zebra", "expected a serial number")] {
        let told = said(&folder, &format!("certificate show {none}")).await.expect_err(none).to_string();
        assert!(told.contains(words), "{told}");
    }
}

#[tokio::test]
async fn a_serial_number_of_two_issuers_is_told_with_both_and_nothing_is_done() {
    let folder = served().await;
    let row = rows(&folder, "certificate list --tenant console").await.remove(0);
    sql(
        &folder,
        "INSERT INTO certificate (id, tenant_id, user_id, application_id, issuer_id, serial, device_type, device_name,
             not_before, not_after, state, recorded_at, picked_up_at)
         SELECT randomblob(16), tenant_id, user_id, application_id, (SELECT id FROM issuer WHERE kind = 'root'), serial,
             device_type, 'twin', not_before, not_after, state, recorded_at, picked_up_at FROM certificate",
    )
    .await;
    let (id, serial) = (row["id"].as_str().expect("an id"), row["serial"].as_str().expect("a serial number"));
    let told = said(&folder, &format!("certificate revoke {serial}")).await.expect_err("two").to_string();
    for part in [id, "twin", "tenant console", "give the id"] {
        assert!(told.contains(part), "{part:?} is not in {told:?}");
    }
    let standings = rows(&folder, "certificate list --tenant console").await;
    assert!(standings.iter().all(|row| row["standing"] == "valid"), "{standings:?}");
    said(&folder, &format!("certificate revoke {id}")).await.expect("by its id");
}

#[tokio::test]
async fn duties_are_listed_with_their_last_runs_by_a_server_and_after_its_end() {
    let folder = Folder::new();
    let server = folder.start().await.expect("start");
    let every_duty_ran = async {
        loop {
            let duties = rows(&folder, "duty list").await;
            if duties.iter().all(|duty| duty["outcome"] == "ok" && duty["next_at"].is_string()) {
                return duties;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let duties =
        tokio::time::timeout(std::time::Duration::from_secs(20), every_duty_ran).await.expect("they run");
    let names: Vec<_> = duties.iter().map(|duty| duty["duty"].as_str().expect("a name")).collect();
    for name in ["send-mail", "publish-crls", "seal-audit", "tell-audit-heads", "revoke-unsigned"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    server.stop().await;
    let left = rows(&folder, "duty list").await;
    assert_eq!(left.len(), duties.len());
    // The store keeps the last run of the duties of `By::OneProcess`. The last run of the other duties has ended with
    // the server's process. A command without a server runs imports itself, perhaps before it lists.
    for duty in left.iter().filter(|duty| duty["duty"] != "import-users") {
        let on_record = duty["by"] == "one-process";
        assert_eq!(duty["outcome"] == "ok", on_record, "{duty}");
    }
}

#[tokio::test]
async fn lists_name_the_person_the_tenant_and_the_device_beside_the_ids() {
    let folder = served().await;
    let operator = rows(&folder, "user list --tenant console").await.remove(0);
    let login = operator["login"].as_str().expect("a login name").to_owned();
    assert_eq!((&operator["tenant"], &operator["progress"]), (&"console".into(), &"picked-up".into()));
    let sample = rows(&folder, "user list --tenant sample").await.remove(0);
    assert_eq!(sample["tenant"], "sample");
    for list in ["certificate list --tenant console", "application list --tenant console"] {
        let row = rows(&folder, list).await.remove(0);
        assert_eq!((&row["tenant"], &row["login"]), (&"console".into(), &login.as_str().into()), "{list}");
        assert!(row["device"].is_string(), "{row}");
    }
    for list in ["site list", "issuer list", "crl show"] {
        let rows = rows(&folder, list).await;
        assert!(rows.iter().any(|row| row["tenant"] == "sample"), "{list}: {rows:?}");
    }
    let device = rows(&folder, "certificate list --tenant console").await.remove(0)["device"].clone();
    let log = rows(&folder, "audit list --rows 500").await;
    let named = |act: &str| log.iter().find(|row| row["act"] == act).unwrap_or_else(|| panic!("no {act}"));
    for act in ["add-operator", "apply", "pick-up", "issue"] {
        let row = named(act);
        assert_eq!(
            (&row["tenant"], &row["subject_login"]),
            (&"console".into(), &login.as_str().into()),
            "{row}"
        );
    }
    assert_eq!(named("issue")["device"], device);
    assert_eq!(
        (&named("add-tenant")["tenant"], &named("install")["tenant"]),
        (&"sample".into(), &Value::Null)
    );
}

#[tokio::test]
async fn the_audit_list_shows_as_many_rows_as_asked_for_and_all_of_them() {
    let folder = served().await;
    sql(
        &folder,
        "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1200)
         INSERT INTO audit (seq, at, actor_kind, act, subject, detail)
         SELECT (SELECT MAX(seq) FROM audit) + n, n, 'machine', 'test', 'x', '' FROM number",
    )
    .await;
    let seqs = async |line: &str| {
        let rows = rows(&folder, line).await;
        rows.iter().map(|row| row["seq"].as_i64().expect("a number")).collect::<Vec<_>>()
    };
    let all = seqs("audit list --all").await;
    assert!(all.len() > 1200);
    assert_eq!(all.last(), Some(&1));
    assert!(all.is_sorted_by(|newer, older| *newer == older + 1), "in order, none twice");
    assert_eq!(seqs("audit list").await, all[..100]);
    assert_eq!(seqs("audit list --rows 700").await, all[..700]);
    assert_eq!(seqs("audit list --rows 1").await, all[..1]);
}

#[tokio::test]
async fn a_contract_is_told_by_the_day_that_was_agreed_also_if_it_has_no_end() {
    let folder = served().await;
    for day in ["2098-11-30", "9999-12-30", "9999-12-31"] {
        let told = said(&folder, &format!("tenant contract sample --valid-until {day}")).await.expect(day);
        assert!(told.contains(day), "{told}");
        let shown = said(&folder, "tenant show sample").await.expect("shown");
        let shown: Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!((&shown["valid_until"], &shown["contract"]), (&day.into(), &"in-force".into()));
        assert!(shown["ends_at"].as_str().is_some_and(|end| end.contains('T')), "{shown}");
        assert_eq!(rows(&folder, "tenant list").await[0]["valid_until"], day);
    }
    said(&folder, "tenant sheet sample").await.expect("a sheet");
    let entry =
        std::fs::read_to_string(folder.data().join("sheets/sample/data_entry.txt")).expect("an entry");
    assert!(entry.contains("valid_until=9999-12-31"), "{entry}");
    let sheet = std::fs::read_to_string(folder.data().join("sheets/sample/sheet.html")).expect("a sheet");
    assert!(sheet.contains("9999年12月31日"), "{sheet}");
}

#[tokio::test]
async fn mail_that_stays_on_this_machine_and_mail_that_is_none_are_said_to_be_so() {
    let folder = served().await;
    let told = said(&folder, "mail test ann@acme.example").await.expect("taken");
    assert!(told.contains("captured") && !told.contains("mail server"), "{told}");
    let none = "018f0000-0000-7000-8000-000000000000";
    let told =
        said(&folder, &format!("mail resend {none} --tenant sample")).await.expect_err(none).to_string();
    assert!(told.contains(none) && told.contains("sekisho mail list"), "{told}");
}

#[tokio::test]
async fn people_are_listed_by_reading_and_found_as_at_the_desk() {
    let folder = served().await;
    for (login, name, reading, groups, role) in [
        ("u1", "髙橋太郎", "たかはし", "sales", "user"),
        ("u2", "高橋花子", "タカハシ", "dev", "auditor"),
        ("u3", "伊藤圭", "いとう", "sales", "user"),
    ] {
        let line = format!(
            "user add {login} --tenant sample --name {name} --reading {reading} --family-name A --given-name B \
             --email {login}@acme.example --groups {groups} --role {role}"
        );
        said(&folder, &line).await.expect(login);
    }
    for (asked, found) in [
        ("", "u3 u1 u2"),
        (" --search 高橋", "u1 u2"),
        (" --group SALES", "u3 u1"),
        (" --role auditor", "u2"),
        (" --group sales --search タカハシ --progress invited", "u1"),
        (" --group sales --progress proved", ""),
    ] {
        let listed = rows(&folder, &format!("user list --tenant sample{asked}")).await;
        let logins = listed.iter().filter_map(|row| row["login"].as_str());
        let logins: Vec<_> = logins.filter(|login| login.starts_with('u')).collect();
        assert_eq!(logins.join(" "), found, "{asked}");
    }
    let wrong =
        said(&folder, "user list --tenant sample --group 営業").await.expect_err("no key").to_string();
    assert!(wrong.contains("no key of a group"), "{wrong}");
}
