//! Many users from a file, at the desk.

use crate::{browser::Browser, gated::TwoCompanies};
use domain::user::Role;

const HEADING: &str = "display_name,family_name,given_name,login_name,email\n";

/// A form that would pass as a user's record.
pub(crate) fn a_person() -> Vec<(&'static str, String)> {
    let fields = [
        ("display_name", "x"),
        ("family_name", "X"),
        ("given_name", "X"),
        ("login_name", "xx"),
        ("email", "x@sample.example"),
        ("reason", "superseded"),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

#[tokio::test]
async fn a_file_is_judged_row_by_row_before_anybody_is_added() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    desk.get("/import").await.expect(200);
    let before = here.user_count(&here.ours).await;
    let rows = "鈴木 一郎,Suzuki,Ichiro,ichiro,ichiro@sample.example\n\
                ミュラー,Müller,Hans,hans,hans@sample.example\n\
                花子,Yamada,Hanako,hanako2,hanako@sample.example\n";
    let file = format!("{HEADING}{rows}");
    let judged = desk.upload("/import", &[], ("file", "社員.csv", file.as_bytes())).await.expect(303);
    let page = desk.get(judged.location()).await.expect(200).text();
    assert!(page.contains("社員.csv") && page.contains("ichiro@sample.example"), "{page}");
    assert_eq!(page.matches("chip-bad").count(), 2, "{page}");
    assert!(
        page.contains("ミュラー") && page.contains("hanako2") && page.contains("Müller → Muller"),
        "{page}"
    );
    assert_eq!(here.user_count(&here.ours).await, before);

    let link = format!("href=\"{}\">社員.csv</a>", judged.location());
    let form = desk.get("/import").await.expect(200).text();
    assert!(form.contains(&link) && form.contains("Checked, nothing added yet"), "{form}");

    let run = format!("{}/run", judged.location());
    for _ in 0..2 {
        assert_eq!(desk.post(&run, &[]).await.expect(303).location(), judged.location());
    }
    assert!(desk.get("/import").await.expect(200).text().contains("Adding users"));
    let running = desk.get(judged.location()).await.expect(200).text();
    assert!(running.contains("http-equiv=\"refresh\""), "{running}");
    here.installation.authority.imports().run_imports().await.unwrap();
    assert_eq!(here.user_count(&here.ours).await, before + 1);

    let result = desk.get(judged.location()).await.expect(200).text();
    let file = format!("{}/result.csv", judged.location());
    assert!(result.contains(&file), "{result}");
    for part in ["One invitation is on its way", "progress=invited", "Müller → Muller", "hanako2"] {
        assert!(result.contains(part), "{part}: {result}");
    }
    assert!(!result.contains("ichiro@sample.example"), "only rows that failed are named: {result}");
    let file = desk.get(&file).await.expect(200);
    let saved_as = "attachment; filename=\"import-result.csv\"; filename*=UTF-8''import-result.csv";
    assert_eq!(file.header("content-disposition"), saved_as);
    let text = file.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "only what is left to mend: {text}");
    assert!(lines[0].contains("\"What to correct\",\"Name\",\"Family name\""), "{text}");
    assert!(lines[1].starts_with("\"3\",\"Cannot be added\",\"Family name: "), "{text}");
    assert!(lines[1].contains("Müller → Muller"), "{text}");
    assert!(lines[2].contains("\"hanako2\"") && lines[2].contains("Another user has this"), "{text}");

    let corrected = text.replace("\"Müller\"", "\"Muller\"");
    let again = desk.upload("/import", &[], ("file", "import-result.csv", corrected.as_bytes())).await;
    let page = desk.get(again.expect(303).location()).await.expect(200).text();
    assert_eq!((page.matches("chip-good").count(), page.matches("chip-bad").count()), (1, 1), "{page}");
}

#[tokio::test]
async fn another_administrator_goes_on_with_an_import_that_stopped() {
    let here = TwoCompanies::new().await;
    let second = here.add(&here.ours, "jiro", Role::Administrator).await;
    let mut desk = here.at_desk(&second);
    let file = format!("{HEADING}鈴木 一郎,Suzuki,Ichiro,ichiro,ichiro@sample.example\n");
    let judged = desk.upload("/import", &[], ("file", "users.csv", file.as_bytes())).await.expect(303);
    let (path, run) = (judged.location(), format!("{}/run", judged.location()));
    desk.post(&run, &[]).await.expect(303);
    here.demote(&second).await;
    let before = here.user_count(&here.ours).await;
    here.installation.authority.imports().run_imports().await.unwrap();
    assert_eq!(here.user_count(&here.ours).await, before);

    let mut desk = here.administrator_at_desk();
    assert!(
        desk.get("/import").await.expect(200).text().contains("<td data-label=\"Progress\">Stopped</td>")
    );
    let stopped = desk.get(path).await.expect(200).text();
    assert!(
        stopped.contains("The import has stopped") && stopped.contains("jiro had started it"),
        "{stopped}"
    );
    assert!(stopped.contains(&run) && stopped.contains(&format!("{path}/rows.csv")), "{stopped}");
    assert_eq!(desk.post(&run, &[]).await.expect(303).location(), path);
    here.installation.authority.imports().run_imports().await.unwrap();
    assert_eq!(here.user_count(&here.ours).await, before + 1);
    assert!(desk.get(path).await.expect(200).text().contains("Import done"));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_answered_at_the_field() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let doubled = format!("email,{HEADING}x");
    let semicolons = HEADING.replace(',', ";");
    let damaged = [HEADING.as_bytes(), "山田".as_bytes(), b"\xe5\xb1,"].concat();
    let open = format!("{HEADING}\"A,A,A,a,a@example.jp\nB,B,B,b,b@example.jp\n");
    let files: [(&[u8], &str); 9] = [
        (b"PK\x03\x04\x14\0", "This is an Excel workbook"),
        (semicolons.as_bytes(), "separated by semicolons"),
        (b"", "no column “Name”"),
        (b"name,\x80\xff\r\n", "character set"),
        (&damaged, "characters in line 2 are damaged"),
        (open.as_bytes(), "in line 2 is not closed"),
        (b"a,b\r\n1,2\r\n", "no column “Name”"),
        (doubled.as_bytes(), "column “E-mail address” twice"),
        (HEADING.as_bytes(), "no people in the file"),
    ];
    for (bytes, expected) in files {
        let page = desk.upload("/import", &[], ("file", "users.csv", bytes)).await.expect(422).text();
        assert!(page.contains("id=\"file-error\"") && page.contains(expected), "{page}");
    }
    desk.upload("/import", &[], ("other", "users.csv", b"x")).await.expect(422);
}

#[tokio::test]
async fn a_file_larger_than_the_limit_is_a_page_and_no_broken_connection() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let bytes = vec![b'x'; domain::import::IMPORT_BYTES_MAX + 128 * 1024];
    desk.upload("/import", &[], ("file", "users.csv", &bytes)).await.expect(413);
    // Forms without a file keep their own, smaller limit.
    let note = vec![("note", "x".repeat(128 * 1024))];
    desk.post("/users", &note).await.expect(413);
}

#[tokio::test]
async fn more_people_than_certificates_are_told_of_and_not_refused() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let seats = here.ours.license.seats;
    for (people, is_warned) in [(seats, false), (seats + 1, true)] {
        let row = |n: u32| format!("N,A,B,u{n},u{n}@sample.example\n");
        let file = HEADING.to_owned() + &(0..people).map(row).collect::<String>();
        let judged = desk.upload("/import", &[], ("file", "users.csv", file.as_bytes())).await.expect(303);
        let page = desk.get(judged.location()).await.expect(200).text();
        let told = page.contains(&format!("Your contract has {seats} certificates left"));
        assert_eq!(told, is_warned, "{page}");
        assert!(page.contains("/run\""), "{page}");
    }
}

#[tokio::test]
async fn the_sample_file_comes_back_as_a_good_row() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let sample = desk.get("/import/sample.csv").await.expect(200);
    assert!(sample.header("content-type").starts_with("text/csv"));
    let judged = desk.upload("/import", &[], ("file", "users.csv", &sample.body)).await.expect(303);
    let page = desk.get(judged.location()).await.expect(200).text();
    assert_eq!((page.matches("chip-good").count(), page.matches("chip-bad").count()), (1, 0), "{page}");
}

#[tokio::test]
async fn a_row_told_twice_names_the_line_and_the_whole_verdict_can_be_downloaded_beyond_a_page() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let mut file = HEADING.replace('\n', "\r\n");
    for n in 0..201 {
        file.extend(["N,A,B,u", &n.to_string(), ",u", &n.to_string(), "@sample.example\r\n"]);
    }
    file.push_str("N,A,B,u0,other@sample.example\r\n");
    let judged = desk.upload("/import", &[], ("file", "users.csv", file.as_bytes())).await.expect(303);
    let page = desk.get(judged.location()).await.expect(200).text();
    assert!(page.contains("in line 2 of the file") && page.contains("200 of 202 rows are shown"), "{page}");
    let whole = format!("{}/rows.csv", judged.location());
    assert!(page.contains(&whole), "{page}");
    let to_mend = desk.get(&format!("{}/result.csv", judged.location())).await.expect(200).text();
    assert_eq!(to_mend.lines().count(), 2, "{to_mend}");
    let text = desk.get(&whole).await.expect(200).text();
    assert_eq!(text.lines().count(), 203);
    assert!(
        text.lines()
            .last()
            .is_some_and(|line| line.starts_with("\"203\",\"Cannot be added\",\"Login name: ")),
        "{text}"
    );
}

const LONG_HEADING: &str = "display_name,family_name,given_name,login_name,email,groups,role\n";

fn long_row(login: &str, groups: &str, role: &str) -> String {
    format!("N {login},N,N,{login},{login}@sample.example,{groups},{role}\n")
}

/// Uploads a file; its verdict's address.
async fn judged(desk: &mut Browser, rows: &str) -> String {
    let file = format!("{LONG_HEADING}{rows}");
    let judged = desk.upload("/import", &[], ("file", "users.csv", file.as_bytes())).await.expect(303);
    judged.location().to_owned()
}

/// The page with a file's verdict.
async fn verdict_on(desk: &mut Browser, rows: &str) -> String {
    let path = judged(desk, rows).await;
    desk.get(&path).await.expect(200).text()
}

#[tokio::test]
async fn a_staff_list_that_is_sent_again_is_grey_last_and_counted_apart() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let staff: String = (0..3).map(|n| long_row(&format!("u{n}"), "sales", "")).collect();
    let first = judged(&mut desk, &staff).await;
    desk.post(&format!("{first}/run"), &[]).await.expect(303);
    here.installation.authority.imports().run_imports().await.unwrap();

    let page = verdict_on(&mut desk, &staff).await;
    assert!(page.contains("nothing differs") && !page.contains("/run\""), "{page}");
    assert_eq!((page.matches("chip-idle").count(), page.matches("chip-bad").count()), (3, 0), "{page}");

    let again = format!("{staff}{}", long_row("newcomer", "", ""));
    let page = verdict_on(&mut desk, &again).await;
    assert!(page.contains("Rows that can be added: 1. Rows that cannot: 0."), "{page}");
    assert!(page.contains("Rows without any change: 3"), "{page}");
    assert!(page.find("chip-good") < page.find("chip-idle"), "{page}");
    assert!(!page.contains("apply_changes"), "{page}");
}

#[tokio::test]
async fn changes_are_told_cell_by_cell_and_applied_with_a_tick_only() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let first = judged(&mut desk, &long_row("u1", "sales", "")).await;
    desk.post(&format!("{first}/run"), &[]).await.expect(303);
    here.installation.authority.imports().run_imports().await.unwrap();

    let both = format!("{}{}", long_row("u1", "dev", ""), long_row("u2", "", ""));
    let with_tick = [("apply_changes", "yes".to_owned())];
    for (form, told) in
        [(&[][..], "Changes that were not applied: 1"), (&with_tick, "The record of 1 person was changed")]
    {
        let path = judged(&mut desk, &both).await;
        let page = desk.get(&path).await.expect(200).text();
        assert!(
            page.contains("Groups: sales → dev") && page.contains("does not change certificates"),
            "{page}"
        );
        assert!(page.contains("name=\"apply_changes\""), "{page}");
        desk.post(&format!("{path}/run"), form).await.expect(303);
        here.installation.authority.imports().run_imports().await.unwrap();
        let page = desk.get(&path).await.expect(200).text();
        assert!(page.contains(told), "{told}: {page}");
    }
}

#[tokio::test]
async fn changes_alone_have_a_button_of_their_own() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let first = judged(&mut desk, &long_row("u1", "sales", "")).await;
    desk.post(&format!("{first}/run"), &[]).await.expect(303);
    here.installation.authority.imports().run_imports().await.unwrap();
    let page = verdict_on(&mut desk, &long_row("u1", "dev", "")).await;
    assert!(page.contains("<input type=\"hidden\" name=\"apply_changes\" value=\"yes\">"), "{page}");
    assert!(page.contains("Change 1 record"), "{page}");
}

#[tokio::test]
async fn new_administrators_are_named_and_confirmed_by_a_tick() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let before = here.user_count(&here.ours).await;
    let path =
        judged(&mut desk, &format!("{}{}", long_row("sato", "", "管理者"), long_row("taro", "", ""))).await;
    let page = desk.get(&path).await.expect(200).text();
    assert!(page.contains("Among them as Administrator: 1 (N sato)"), "{page}");
    let run = format!("{path}/run");
    let refused = desk.post(&run, &[]).await.expect(422).text();
    assert!(refused.contains("id=\"administrators_confirmed-error\""), "{refused}");
    assert!(refused.contains("N sato") && refused.contains("Add and invite 2 people"), "{refused}");
    desk.post(&run, &[("administrators_confirmed", "yes".to_owned())]).await.expect(303);
    here.installation.authority.imports().run_imports().await.unwrap();
    assert_eq!(here.user_count(&here.ours).await, before + 2);
}

#[tokio::test]
async fn equal_causes_are_grouped_on_top() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let rows: String = (0..300).map(|n| long_row(&format!("u{n}"), "", "boss")).collect();
    let page = verdict_on(&mut desk, &rows).await;
    let grouped = page.find("300 rows: Role: ");
    assert!(grouped.is_some() && grouped < page.find("<table"), "{page}");
    assert!(page.contains("(rows 2, 3, 4, 5, 6 …)"), "{page}");
}
