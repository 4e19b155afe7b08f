use super::*;
use rand_core::SeedableRng;

fn entry() -> DataEntry {
    DataEntry {
        contract_number: "C-0001".into(),
        identification_code: IdentificationCode::random(&mut rand_chacha::ChaCha20Rng::seed_from_u64(1)),
        organization: CertificateText::parse("Sample Co., Ltd.").unwrap(),
        organizational_unit: None,
        seats: 10,
        valid_until: "2027-11-30".into(),
    }
}

/// A substitute for a signature: the text's bytes, added up with their positions.
fn sum(text: &str) -> String {
    let sum = text.bytes().enumerate().map(|(at, b)| (at as u64 + 1) * u64::from(b)).sum::<u64>();
    format!("{sum:0>94}==")
}

fn file() -> String {
    entry().to_file(&sum(&entry().signed_text()))
}

fn read(file: &str) -> Result<DataEntry, DataEntryError> {
    DataEntry::parse(file, |text, signature| sum(text) == signature)
}

#[test]
fn the_same_file_after_notepad_is_still_good() {
    let edited = format!("\u{feff}\r\n{}\r\n\r\n", file().replace('\n', " \t\r\n"));
    assert_eq!(read(&edited), Ok(entry()));
}

#[test]
fn the_lines_are_sorted_as_written_and_in_any_order_as_read() {
    let mut lines: Vec<_> = file().lines().map(str::to_owned).collect();
    assert!(entry().signed_text().lines().is_sorted());
    lines.reverse();
    assert_eq!(read(&lines.join("\n")), Ok(entry()));
}

#[test]
fn a_changed_value_is_refused() {
    assert_eq!(read(&file().replace("seats=10", "seats=99")), Err(DataEntryError::Signature));
}

#[test]
fn an_added_missing_or_doubled_line_is_refused_by_name() {
    assert_eq!(read(&format!("{}extra=1\n", file())), Err(DataEntryError::Line(8)));
    assert_eq!(read(&format!("extra=\n{}", file())), Err(DataEntryError::Line(1)));
    assert_eq!(read(&format!("{}extra=\n", file())), Err(DataEntryError::Line(8)), "looks like base64");
    assert_eq!(read(&format!("{}seats=10\n", file())), Err(DataEntryError::Doubled("seats")));
    let without = |keys: &[&str]| -> String {
        file().split_inclusive('\n').filter(|line| !keys.iter().any(|key| line.starts_with(key))).collect()
    };
    assert_eq!(
        read(&without(&["seats", "valid"])),
        Err(DataEntryError::Missing(vec!["seats", "valid_until"]))
    );
    assert_eq!(read(&entry().signed_text()), Err(DataEntryError::Missing(vec!["signature"])));
}

#[test]
fn a_damaged_value_is_refused_by_the_name_of_its_line() {
    for (key, from, to) in [
        ("seats", "seats=10", "seats=ten"),
        ("valid_until", "2027-11-30", "2027-11"),
        ("identification_code", "identification_code=", "identification_code=x"),
        ("organization", "Sample", "サンプル"),
        ("signature", "==", ""),
    ] {
        assert_eq!(read(&file().replace(from, to)), Err(DataEntryError::Damaged(key)));
    }
    let between = file().replace("Co., Ltd.", "Co., Ltd.\nand others");
    assert_eq!(read(&between), Err(DataEntryError::Damaged("organization")));
}

#[test]
fn what_is_no_file_at_all_is_told_as_that() {
    for text in ["\r\n \n", "a=b\nhello", "株式会社サンプル 様\nお世話になっております。"]
    {
        assert_eq!(read(text), Err(DataEntryError::Absent), "{text}");
    }
    assert_eq!(read(&"x=y\n".repeat(9000)), Err(DataEntryError::TooLong));
}

/// The file with each line changed.
fn each_line(change: impl Fn(&str) -> String) -> String {
    file().lines().map(change).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_file_pasted_from_a_mail_is_read_however_the_mail_laid_it_out() {
    let wrapped_signature = || {
        let (file, at) = (file(), file().find("signature=").unwrap());
        let (lines, signature) = file.trim_end().split_at(at);
        format!("{lines}{}\n{}\n{}\n", &signature[..40], &signature[40..76], &signature[76..])
    };
    let greeting = "山田 様\n\nお世話になっております。ライセンス・キー情報をお送りします。\n\n";
    let footer = "\n-- \nTaro\nSample Co., Ltd.\nhttps://www.sample.example/?from=mail\n〒100-0001\n";
    let mails = [
        ("quoted", each_line(|line| format!("> {line}"))),
        ("quoted twice", each_line(|line| format!(">> {line}"))),
        ("quoted and indented", each_line(|line| format!(" > > \t{line} "))),
        ("indented by full-width blanks", each_line(|line| format!("　　{line}　"))),
        ("blanks of HTML", each_line(|line| format!("\u{a0}\u{a0}{}", line.replace(' ', "\u{a0}")))),
        ("a blank line between all", each_line(|line| format!("{line}\r\n\r\n"))),
        ("blanks around the sign", each_line(|line| line.replacen('=', " = ", 1))),
        ("a capital at the beginning", each_line(|line| line[..1].to_uppercase() + &line[1..])),
        ("old line ends", file().replace('\n', "\r")),
        ("line ends lost", file().replace('\n', " ")),
        ("invisible letters", each_line(|line| format!("\u{200b}{line}\u{feff}"))),
        ("dashes of a word processor", file().replace("C-0001", "C–0001")),
        ("full width", file().replace("=10", "＝１０")),
        ("wrapped at a blank", file().replace("Sample Co.", "Sample\n> Co.")),
        ("wrapped within a word", file().replace("Sample", "Sam\nple")),
        ("a wrapped signature", wrapped_signature()),
        ("a greeting", format!("{greeting}{}", file())),
        ("a signature below", format!("{}{footer}", file())),
        ("all at once", {
            let mail =
                format!("{greeting}{}{footer}", wrapped_signature().replace("Sample Co.", "Sample \nCo."));
            mail.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\r\n")
        }),
    ];
    for (name, mail) in mails {
        assert_eq!(read(&mail), Ok(entry()), "{name}:\n{mail}");
    }
}

#[test]
fn no_layout_makes_a_changed_value_good() {
    for (from, to) in [
        ("seats=10", "seats=1\n00"),
        ("seats=10", "> seats= 11"),
        ("2027-11-30", "2028-11-30"),
        ("Sample Co.", "Sample\nGroup Co."),
        ("organizational_unit=", "organizational_unit= Sales"),
    ] {
        let refused = read(&file().replace(from, to)).unwrap_err();
        assert!(matches!(refused, DataEntryError::Signature | DataEntryError::Damaged(_)), "{to}: {refused}");
    }
}

#[test]
fn the_readings_that_are_tried_are_bounded() {
    let mut mail = format!("{}aaaa\nbbbb\ncccc\ndddd\n", file());
    for at in ["C-0001", "Sample Co., Ltd."] {
        mail = mail.replace(at, &format!("{at}\nab\ncd\nef"));
    }
    let tries = std::cell::Cell::new(0);
    let refused = DataEntry::parse(&mail, |_, _| {
        tries.set(tries.get() + 1);
        false
    });
    assert_eq!((refused, tries.get()), (Err(DataEntryError::Damaged("contract_number")), READINGS_MAX));
    let longer = mail.replace("ef\n", "ef\ngh\n");
    assert_eq!(read(&longer), Err(DataEntryError::Damaged("contract_number")), "too many lines");
}
