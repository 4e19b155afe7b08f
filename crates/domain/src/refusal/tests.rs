use super::*;
use std::{fs, path::Path};

/// A code that is missing here was renamed or removed, and references to it by programs and people would lead
/// nowhere.
#[test]
fn the_codes_are_those_of_the_list_each_once_and_in_kebab_case() {
    let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    names.sort_unstable();
    let listed: Vec<&str> = include_str!("codes.txt").lines().collect();
    assert_eq!(names, listed);
    assert!(listed.windows(2).all(|pair| pair[0] != pair[1]), "doubled");
    for name in names {
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(name.split('-').all(plain), "{name}");
    }
}

#[test]
fn every_code_is_found_by_its_name_and_belongs_to_a_family_of_the_list() {
    for code in Code::ALL {
        assert_eq!(Code::parse(code.name()), Some(*code));
    }
    assert_eq!(Code::parse("no-such-code"), None);
    let listed = Family::ALL.iter().map(|family| family.codes().count()).sum::<usize>();
    assert_eq!(listed, Code::ALL.len());
}

#[test]
fn a_refusal_is_its_code_its_field_and_its_values() {
    let json = |refusal: &Refusal| serde_json::to_string(refusal).unwrap();
    assert_eq!(
        json(&Refusal::at("seats", Problem::NumberOutOfRange { min: 1, max: 9 })),
        r#"{"code":"number-out-of-range","field":"seats","values":{"min":1,"max":9}}"#
    );
    assert_eq!(json(&Refusal::whole(Problem::FormUsed)), r#"{"code":"form-used"}"#);
    let date = LastDay("2027-03-31T15:00:00Z".parse().unwrap());
    assert_eq!(
        json(&Problem::LicenceExpired { date }.into()),
        r#"{"code":"licence-expired","values":{"date":"2027-03-31T15:00:00Z"}}"#
    );
    let on_record = OnRecord::Choice { choices: "role", value: "auditor".to_owned() };
    assert_eq!(
        json(&Refusal::at("role", Problem::ChangedMeanwhile { on_record: Some(on_record) })),
        r#"{"code":"changed-meanwhile","field":"role","values":{"on_record":"auditor"}}"#
    );
    assert_eq!(
        json(&Problem::ChangedMeanwhile { on_record: None }.into()),
        r#"{"code":"changed-meanwhile"}"#
    );
}

/// The source of every crate, without the table, tests, and the texts, which name all codes.
fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let texts = path.ends_with("templates/src/refusal.rs") || path.ends_with("templates/src/problem.rs");
        match (path.is_dir(), path.extension().and_then(|extension| extension.to_str())) {
            (true, _) if name != "tests" && !path.ends_with("domain/src/refusal") => sources(&path, all),
            (false, Some("rs")) if name != "tests.rs" && !texts => {
                let text = fs::read_to_string(&path).unwrap();
                all.push_str(text.split("#[cfg(test)]").next().unwrap());
            }
            _ => {}
        }
    }
}

/// The text of a code without a refusal would explain an impossible case.
#[test]
fn every_code_is_refused_somewhere() {
    let mut all = String::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for entry in fs::read_dir(crates).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut all);
    }
    let is_named = |name: &str| {
        ["Problem::", "Code::", "Self::"].into_iter().any(|of| {
            all.match_indices(&format!("{of}{name}")).any(|(at, found)| {
                !all[at + found.len()..].starts_with(|letter: char| letter.is_alphanumeric())
            })
        })
    };
    let unused: Vec<_> = Code::ALL.iter().filter(|code| !is_named(&format!("{code:?}"))).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
