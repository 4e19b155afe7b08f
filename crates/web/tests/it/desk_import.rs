//! Many users from a file, at the desk.

use crate::gated::TwoCompanies;
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
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].contains("\"What to correct\",\"Name\",\"Reading\",\"Family name\""), "{text}");
    assert!(lines[1].starts_with("\"2\",\"Added\",\"\",\"鈴木 一郎\""), "{text}");
    assert!(lines[2].starts_with("\"3\",\"Cannot be added\",\"Family name: "), "{text}");
    assert!(lines[2].contains("Müller → Muller"), "{text}");
    assert!(lines[3].contains("\"hanako2\"") && lines[3].contains("Another user has this"), "{text}");

    let corrected = text.replace("\"Müller\"", "\"Muller\"");
    let again = desk.upload("/import", &[], ("file", "import-result.csv", corrected.as_bytes())).await;
    let page = desk.get(again.expect(303).location()).await.expect(200).text();
    assert_eq!((page.matches("chip-good").count(), page.matches("chip-bad").count()), (1, 2), "{page}");
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
    assert!(stopped.contains(&run) && stopped.contains(&format!("{path}/result.csv")), "{stopped}");
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
    let whole = format!("{}/result.csv", judged.location());
    assert!(page.contains(&whole), "{page}");
    let text = desk.get(&whole).await.expect(200).text();
    assert_eq!(text.lines().count(), 203);
    assert!(
        text.lines()
            .last()
            .is_some_and(|line| line.starts_with("\"203\",\"Cannot be added\",\"Login name: ")),
        "{text}"
    );
}
