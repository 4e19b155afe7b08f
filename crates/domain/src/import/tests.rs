use super::*;
use crate::{locale::Locale, user::Role};

const HEADER: &str = "氏名,よみ,姓(ローマ字),名(ローマ字),ログイン名,メールアドレス,グループ\n";

fn judge_text(rows: &str) -> Vec<JudgedRow> {
    judge(format!("{HEADER}{rows}").as_bytes()).unwrap().rows
}

fn errors(row: &JudgedRow) -> Vec<(Column, CellError)> {
    let refused = row.verdict.as_ref().unwrap_err();
    refused.errors.iter().map(|error| (error.column, error.error.clone())).collect()
}

#[test]
fn utf8_with_and_without_mark_and_shift_jis_read_alike() {
    let text = format!("{HEADER}山田 太郎,やまだ たろう,Yamada,Taro,taro,taro@example.jp,sales\n");
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    let with_mark = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    for bytes in [text.as_bytes(), &with_mark, &sjis] {
        let rows = judge(bytes).unwrap().rows;
        let user = rows[0].verdict.as_ref().unwrap();
        assert_eq!((user.display_name.as_str(), user.role, rows[0].line), ("山田 太郎", None, 2));
    }
}

#[test]
fn a_file_in_another_character_set_is_refused_whole() {
    assert_eq!(judge(b"\xff\xfe\x0al\x00o\x00").err(), Some(FileError::Characters));
    assert_eq!(judge(b"name,\x80\xff\n").err(), Some(FileError::Characters));
}

#[test]
fn each_bad_cell_is_told_and_the_other_rows_stay_good() {
    let rows = judge_text("山田,,山田,Tarō,山,none,営業\n佐藤,,Sato,Jiro,jiro,jiro@example.jp,\n");
    assert_eq!(
        errors(&rows[0]),
        [
            (Column::RomanFamilyName, CellError::CertificateLetter('山')),
            (Column::RomanGivenName, CellError::CertificateLetter('ō')),
            (Column::Email, CellError::Email),
            (Column::LoginName, CellError::LoginName),
            (Column::Groups, CellError::Group("営業".into())),
        ]
    );
    assert!(rows[1].verdict.is_ok());
}

#[test]
fn a_name_is_one_line_and_a_group_without_end_is_told_in_short() {
    let rows = judge_text("\"A\r\nB\",C,A,A,a,a@example.jp,\n");
    let user = rows[0].verdict.as_ref().unwrap();
    assert_eq!((user.display_name.as_str(), user.reading.as_str()), ("A  B", "C"));

    let rows = judge_text(&format!("\u{202e},,A,A,a,a@example.jp,{}\n", "x".repeat(100_000)));
    let errors = errors(&rows[0]);
    assert_eq!(errors[0], (Column::DisplayName, CellError::Missing));
    let (Column::Groups, CellError::Group(told)) = &errors[2] else { panic!("{errors:?}") };
    assert_eq!(told.chars().count(), IMPORT_TEXT_LETTERS_MAX + 1);
}

#[test]
fn a_doubled_address_names_the_earlier_line() {
    let rows = judge_text("A,,A,A,a,x@example.jp,\nB,,B,B,b,X@example.jp,\n");
    assert!(rows[0].verdict.is_ok());
    assert_eq!(errors(&rows[1]), [(Column::Email, CellError::DoubledInFile { line: 2 })]);
}

#[test]
fn missing_and_doubled_columns_are_named() {
    assert_eq!(judge(b"name,email\nx,y\n").err(), Some(FileError::MissingColumn(Column::RomanFamilyName)));
    let text = format!("{},email\n", HEADER.trim());
    assert_eq!(judge(text.as_bytes()).err(), Some(FileError::DoubledColumn(Column::Email)));
    assert_eq!(judge(HEADER.as_bytes()).err(), Some(FileError::Empty));
    assert_eq!(judge(b"").err(), Some(FileError::MissingColumn(Column::DisplayName)));
}

#[test]
fn short_rows_and_empty_lines_do_no_harm() {
    let rows = judge_text("\n,,,\nA,,A,A\n");
    assert_eq!(rows.len(), 1);
    assert_eq!(
        errors(&rows[0]),
        [(Column::LoginName, CellError::Missing), (Column::Email, CellError::Missing)]
    );
}

#[test]
fn our_own_apostrophe_before_a_formula_is_taken_off() {
    let rows = judge(
        "氏名,姓(ローマ字),名(ローマ字),ログイン名,メール,メモ\nA,A,A,a,a@example.jp,'=1+1\n".as_bytes(),
    );
    assert_eq!(rows.unwrap().rows[0].verdict.as_ref().unwrap().note, "=1+1");
}

#[test]
fn a_name_that_a_spreadsheet_would_run_is_refused_with_and_without_our_apostrophe() {
    for name in ["=cmd|' /C calc'!A0", "'=cmd", "+1", "-", "@SUM(A1)"] {
        let rows = judge_text(&format!("{name},{name},A,A,a,a@example.jp,\n"));
        let expected = [(Column::DisplayName, CellError::Formula), (Column::Reading, CellError::Formula)];
        assert_eq!(errors(&rows[0]), expected, "{name}");
    }
}

#[test]
fn a_workbook_and_other_separators_are_named() {
    assert_eq!(judge(b"PK\x03\x04\x14\0\x06\0").err(), Some(FileError::Workbook));
    assert_eq!(judge(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").err(), Some(FileError::Workbook));
    for (letter, separator) in [("\t", Separator::Tab), (";", Separator::Semicolon)] {
        let text = format!("{HEADER}A,,A,A,a,a@example.jp,\n").replace(',', letter);
        assert_eq!(judge(text.as_bytes()).err(), Some(FileError::Separated(separator)));
    }
    let letter = judge("Dear colleagues; hello\n".as_bytes()).err();
    assert_eq!(letter, Some(FileError::MissingColumn(Column::DisplayName)));
}

#[test]
fn a_file_of_a_hundred_thousand_rows_is_judged_and_one_more_is_refused() {
    let row = |n: usize| format!("N{n},,A,B,u{n},u{n}@example.jp,\n");
    let rows: String = (0..IMPORT_ROWS_MAX).map(row).collect();
    assert_eq!(judge_text(&rows).len(), IMPORT_ROWS_MAX);
    let more = format!("{HEADER}{rows}{}", row(IMPORT_ROWS_MAX));
    assert_eq!(judge(more.as_bytes()).err(), Some(FileError::TooManyRows));
}

#[test]
fn a_row_is_told_by_the_line_in_which_it_begins_whatever_ends_the_lines() {
    let rows = [
        "A,,A,A,a,a@example.jp,",
        "\"B\nB\r\nB\",,B,B,b,b@example.jp,",
        "",
        "C,,C,C,c,c@example.jp,",
        "D,,D,D,d,D,",
    ];
    for (line_end, mark) in [("\n", ""), ("\r\n", ""), ("\r\n", "\u{feff}"), ("\r", "")] {
        let text = format!("{mark}{}{line_end}{}", HEADER.trim(), rows.join(line_end));
        let judged = judge(text.as_bytes()).unwrap();
        let lines: Vec<u32> = judged.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 3, 7, 8], "{line_end:?} {mark:?}");
    }
}

#[test]
fn a_refused_row_keeps_what_a_person_finds_it_by() {
    let rows = judge_text("山田,,山田,Taro,taro,none,\nA,,A,A,a,x@example.jp,\nB,,B,B,b,x@example.jp,\n");
    for (row, expected) in [(&rows[0], ["山田", "taro", "none"]), (&rows[2], ["B", "b", "x@example.jp"])] {
        let cells = &row.verdict.as_ref().unwrap_err().cells;
        let shown = [Column::DisplayName, Column::LoginName, Column::Email].map(|column| cells.text(column));
        assert_eq!(shown, expected);
    }
}

#[test]
fn a_huge_cell_of_a_refused_row_is_kept_only_in_part() {
    let rows = judge_text(&format!("{},,A,A,a,a@example.jp,\n", "あ".repeat(IMPORT_TEXT_LETTERS_MAX + 1)));
    let refused = rows[0].verdict.as_ref().unwrap_err();
    assert_eq!(refused.errors[0].error, CellError::TooLong);
    let kept = refused.cells.text(Column::DisplayName);
    assert_eq!((kept.chars().count(), kept.ends_with('…')), (IMPORT_TEXT_LETTERS_MAX + 1, true));
    assert_eq!(refused.cells.judge(), Err(refused.errors.clone()), "still too long");
}

#[test]
fn a_row_and_a_heading_without_end_are_read_past() {
    let long = "x".repeat(100_000);
    assert_eq!(judge(long.as_bytes()).err(), Some(FileError::MissingColumn(Column::DisplayName)));
    let commas = ",".repeat(100_000);
    let text = format!("{}{commas}\nA,,A,A,a,a@example.jp,sales{commas}\n", HEADER.trim());
    let judged = judge(text.as_bytes()).unwrap();
    assert_eq!(judged.ignored_columns, COLUMNS_MAX - 7);
    assert!(judged.rows[0].verdict.is_ok());
}

#[test]
fn what_is_cut_of_a_cell_is_never_taken_for_all_of_it() {
    let (groups, blanks) = ("sales,".repeat(10_000), " ".repeat(100_000));
    let rows = judge_text(&format!(
        "A,,A,A,a,a@example.jp,\"{groups}none!\"\n{blanks}B,,B,B,b,b@example.jp,\nC{blanks}C,,C,C,c,c@example.jp,\n"
    ));
    assert_eq!(errors(&rows[0]), [(Column::Groups, CellError::TooLong)]);
    assert_eq!(errors(&rows[1]), [(Column::DisplayName, CellError::Missing)]);
    assert_eq!(errors(&rows[2]), [(Column::DisplayName, CellError::TooLong)]);
    // As long as may be, and cut within a letter.
    let letters = "あ".repeat(10_000);
    let rows = judge_text(&format!("A,,A,A,a,a@example.jp,{letters}\n\"B\"\"\",,B,B,b,b@example.jp,\n"));
    assert!(matches!(&errors(&rows[0])[..], [(Column::Groups, CellError::Group(_))]));
    assert_eq!(rows[1].verdict.as_ref().unwrap().display_name, "B\"");
}

#[test]
fn a_name_that_was_damaged_or_has_a_letter_that_nobody_sees_is_refused_by_its_row() {
    for (name, error) in [
        ("Y?ko", CellError::Damaged('?')),
        ("山\u{fffd}", CellError::Damaged('\u{fffd}')),
        ("高\u{e000}", CellError::Damaged('\u{e000}')),
        ("\u{1b}[2J", CellError::Damaged('\u{1b}')),
        ("山田\u{200b}太郎", CellError::Unseen('\u{200b}')),
        ("＝cmd", CellError::Formula),
    ] {
        let rows = judge_text(&format!("{name},,A,A,a,a@example.jp,\nB,,B,B,b,b@example.jp,\n"));
        assert_eq!(errors(&rows[0]), [(Column::DisplayName, error)], "{name:?}");
        assert!(rows[1].verdict.is_ok());
    }
    let rows = judge_text("ヨーコ,,Ota,Y?ko,a,a@example.jp,\n");
    assert_eq!(errors(&rows[0]), [(Column::RomanGivenName, CellError::Damaged('?'))]);
    let rows = judge_text("ヨーコ,,Ota\u{200b},Yoko,a,a@example.jp,\n");
    assert_eq!(errors(&rows[0]), [(Column::RomanFamilyName, CellError::Unseen('\u{200b}'))], "told once");
    let rows = judge_text("\u{2060}\u{2060},,A,A,a,a@example.jp,\n");
    assert!(
        errors(&rows[0]).contains(&(Column::DisplayName, CellError::Unseen('\u{2060}'))),
        "shows nothing"
    );
}

#[test]
fn words_of_our_own_pages_are_understood_in_both_languages() {
    let header = format!("{},役割,メールの言語\n", HEADER.trim());
    let taken = |role: &str, locale: &str| {
        let text = format!("{header}A,,A,A,a,a@example.jp,,{role},{locale}\n");
        judge(text.as_bytes()).unwrap().rows[0]
            .verdict
            .clone()
            .map(|user| (user.role.unwrap_or(Role::User), user.locale))
    };
    for (role, locale, expected) in [
        ("利用者", "日本語", (Role::User, Some(Locale::Ja))),
        ("User", "Japanese", (Role::User, Some(Locale::Ja))),
        ("運用管理者", "英語", (Role::Administrator, Some(Locale::En))),
        ("Administrator", "English", (Role::Administrator, Some(Locale::En))),
        ("監査者", "ＪＡ", (Role::Auditor, Some(Locale::Ja))),
        (" Auditor ", "en-GB", (Role::Auditor, Some(Locale::En))),
        ("", "", (Role::User, None)),
    ] {
        assert_eq!(taken(role, locale).unwrap(), expected, "{role} {locale}");
    }
    assert!(taken("社長", "").is_err() && taken("", "フランス語").is_err());
}

#[test]
fn headings_are_found_below_titles_and_whatever_people_add_to_them() {
    let headings =
        "氏　名*,よみ,\"姓\r\n（半角ローマ字）\",名(半角ローマ字)（必須）,ログイン Ｉｄ,E-Mail,グループ";
    for above in ["", "sep=,\r\n", "利用者の一覧,,,\n\n2026年12月,氏名\n"] {
        let text = format!("{above}{headings}\nA,,A,A,a,a@example.jp,\n");
        let judged = judge(text.as_bytes()).unwrap();
        assert!(judged.rows[0].verdict.is_ok() && judged.rows.len() == 1, "{above:?}: {judged:?}");
    }
    let text = "sep=;\n氏名;姓(ローマ字);名(ローマ字);ログイン名;メール\nA;A;A;a;a@example.jp\n";
    assert!(judge(text.as_bytes()).unwrap().rows[0].verdict.is_ok(), "the letter is announced");
}

#[test]
fn unicode_text_with_tabs_is_read() {
    let text = format!("\u{feff}{HEADER}A,,A,A,a,a@example.jp,\n").replace(',', "\t");
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(judge(bytes).unwrap().rows[0].verdict.is_ok());
}

#[test]
fn a_quotation_mark_that_is_not_closed_refuses_the_file_with_its_line() {
    let good = "A,,A,A,a,a@example.jp,\n";
    let open = format!("{HEADER}{good}\"B,,B,B,b,b@example.jp,\nC,,C,C,c,c@example.jp,\n");
    assert_eq!(judge(open.as_bytes()).err(), Some(FileError::OpenQuote { line: 3 }));
    // Closed by a stray one, rows below: what lies between would vanish.
    let swallowed = format!("{open}D,,\"D\",D,d,d@example.jp,\nE,,E,E,e,e@example.jp,\n");
    assert_eq!(judge(swallowed.as_bytes()).err(), Some(FileError::OpenQuote { line: 3 }));
    let end = format!("{HEADER}{good}B,,B,B,b,b@example.jp,\"");
    assert_eq!(judge(end.as_bytes()).err(), Some(FileError::OpenQuote { line: 3 }));
    let note = "氏名,姓(ローマ字),名(ローマ字),ログイン名,メール,メモ\nA,A,A,a,a@example.jp,\"x, y\nz, \"\"w\"\"\"\n";
    assert!(judge(note.as_bytes()).unwrap().rows[0].verdict.is_ok(), "a note may have lines and marks");
}
