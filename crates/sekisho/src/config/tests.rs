use super::{
    Config, ConfigError, ReadConfigError,
    declaration::keys_of,
    key::{Absent, KeyValue, Kind},
    reference,
};
use crate::data_folder::write_private;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// A folder with the files that the example names, under relative paths.
fn example_in(folder: &Path) -> String {
    let mut text = reference::example();
    for key in keys_of::<Config>().iter().filter(|key| key.path().ends_with("_file")) {
        write_private(&folder.join(key.name()), b"secret\n").expect("file");
        text = text.replace(&format!("\"{}\"", key.example()), &format!("\"{}\"", key.name()));
    }
    text
}

fn mistakes(text: &str) -> Vec<ConfigError> {
    let folder = tempfile::tempdir().expect("folder");
    let valid = example_in(folder.path());
    assert!(Config::check(&valid, folder.path()).is_ok());
    Config::check(text, folder.path()).expect_err("mistakes")
}

#[test]
fn the_manuals_example_is_a_good_file_with_every_key() {
    let folder = tempfile::tempdir().expect("folder");
    let config = Config::check(&example_in(folder.path()), folder.path()).expect("good file");
    assert_eq!(config.public_url, "https://sekisho.example.jp");
    assert_eq!(config.publication_url, "http://sekisho.example.jp");
    assert_eq!(config.key_encryption_key_file, folder.path().join("key_encryption_key_file"));
}

#[test]
fn only_what_is_required_must_be_written_and_the_rest_has_the_default_of_the_manual() {
    let folder = tempfile::tempdir().expect("folder");
    let full = example_in(folder.path());
    let keys = keys_of::<Config>();
    let mut section = "";
    let sparse: Vec<&str> = full
        .lines()
        .filter(|line| {
            if let Some(head) = line.strip_prefix('[') {
                section = head.trim_matches(['[', ']']);
            }
            let Some((name, _)) = line.split_once(" = ") else { return true };
            let key = keys.iter().find(|key| key.section() == section && key.name() == name);
            key.expect(line).absent == Absent::Refused
        })
        .collect();
    assert!(sparse.len() < full.lines().count());
    let sparse = sparse.join("\n");
    let config = Config::check(&sparse, folder.path()).expect("good file");
    assert_eq!(config.data_folder, PathBuf::from("/var/lib/sekisho"));
    assert_eq!(config.audit_heads_file, PathBuf::from("/var/lib/sekisho/audit-heads.jsonl"));
    assert_eq!(config.publication_url, "http://sekisho.example.jp");
    for (path, value) in [
        ("gate.listen", config.gate.listen.to_string()),
        ("http.listen", config.http_listen.to_string()),
        ("metrics.listen", config.metrics_listen.to_string()),
    ] {
        let key = keys.iter().find(|key| key.path() == path).expect("key");
        let Absent::Means(KeyValue::Text(default)) = key.absent else { panic!("{key:?}") };
        assert_eq!(default, value);
    }
}

#[test]
fn unknown_missing_and_wrong_keys_are_told_together_each_with_its_line() {
    let errors = mistakes(
        "public_ulr = \"https://a.example\"\ndatabase = 5\n\n[mail]\nsmtp_hots = \"x\"\n[log]\nlisten = \"x\"\n",
    );
    let told: Vec<(usize, &str)> = errors.iter().map(|error| (error.line, error.key.as_str())).collect();
    for expected in [
        (1, "public_ulr"),
        (2, "database"),
        (5, "mail.smtp_hots"),
        (4, "mail.smtp_host"),
        (7, "log.listen"),
        (1, "service.name_ja"),
    ] {
        assert!(told.contains(&expected), "{expected:?} not in {told:?}");
    }
    assert!(told.is_sorted_by_key(|(line, _)| *line));
    assert_eq!(told.iter().filter(|(_, key)| *key == "mail.smtp_host").count(), 1, "{told:?}");
}

#[test]
fn values_that_cannot_be_are_told_together_with_what_is_expected() {
    let folder = tempfile::tempdir().expect("folder");
    let text = example_in(folder.path())
        .replace("\"0.0.0.0:443\"", "\"everywhere\"")
        .replace("smtp_port = 587", "smtp_port = 70000")
        .replace("\"starttls\"", "\"none-loopback-only\"")
        .replace("\"Asia/Tokyo\"", "\"Tokyo/Asia\"")
        .replace("postgres://", "mysql://");
    let errors = mistakes(&text);
    let keys: Vec<&str> = errors.iter().map(|error| error.key.as_str()).collect();
    // `mistakes` checks in another folder, where the same files exist under the same names.
    assert_eq!(keys, ["database", "gate.listen", "mail.smtp_port", "mail.security", "service.time_zone"]);
    let line = text.lines().position(|line| line.starts_with("smtp_port")).expect("line") + 1;
    assert_eq!(
        errors[2].to_string(),
        format!("line {line}: mail.smtp_port: expected 1 to 65535, found 70000")
    );
}

#[test]
fn a_value_that_cannot_be_is_told_beside_a_key_that_does_not_exist() {
    let folder = tempfile::tempdir().expect("folder");
    let text = example_in(folder.path())
        .replace("time_zone = \"Asia/Tokyo\"", "time_zome = \"Asia/Tokyo\"")
        .replace("smtp_port = 587", "smtp_port = 99999999999999999999");
    let errors = Config::check(&text, folder.path()).expect_err("mistakes");
    let keys: Vec<&str> = errors.iter().map(|error| error.key.as_str()).collect();
    assert_eq!(keys, ["mail.smtp_port", "service.time_zome"]);
}

#[test]
fn a_broken_line_is_told_with_its_number() {
    let errors = mistakes("public_url = \"https://a.example\"\nsite_suffix = \n");
    assert_eq!(errors.first().map(|error| error.line), Some(2), "{errors:?}");
}

#[test]
fn a_missing_file_is_told_at_its_key() {
    let folder = tempfile::tempdir().expect("folder");
    let text = example_in(folder.path()).replace("\"key_file\"", "\"gone.key\"");
    let errors = mistakes(&text);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].key, "tls.key_file");
    assert!(errors[0].problem.contains("gone.key"));
}

#[test]
fn every_key_has_words_in_both_languages_and_an_example() {
    for key in keys_of::<Config>() {
        let path = key.path();
        assert!(!key.key.en.is_empty() && !key.key.ja.is_empty(), "{path}");
        assert!(!key.example().is_empty() || key.kind == Kind::Tables, "{path}");
        for locale in domain::locale::Locale::ALL {
            assert!(reference::page(locale).contains(&format!("## `{path}`")), "{path}");
        }
    }
}

#[test]
fn every_key_is_declared_once_and_read_from_where_its_path_says() {
    let folder = tempfile::tempdir().expect("folder");
    let example = example_in(folder.path());
    let keys = keys_of::<Config>();
    for (index, key) in keys.iter().enumerate() {
        assert!(keys[..index].iter().all(|other| other.path() != key.path()), "{} twice", key.path());
        let wrong = format!("{} = true\n", key.name());
        let head = match key.section() {
            "" => String::new(),
            "tls" => "[[tls]]\n".to_owned(),
            section => format!("[{section}]\n"),
        };
        let (before, after) = example.split_once(&head).expect("section");
        let line = after.lines().find(|line| line.starts_with(&format!("{} = ", key.name())));
        let rest = line.map_or(after.to_owned(), |line| after.replacen(&format!("{line}\n"), "", 1));
        let text = match key.kind {
            Kind::Tables => example.replace("[[tls]]", "[tls]"),
            _ => format!("{before}{head}{wrong}{rest}"),
        };
        let errors = Config::check(&text, folder.path()).expect_err(key.path());
        let told = errors.iter().find(|error| error.key == key.path());
        let told = told.unwrap_or_else(|| panic!("{}: {errors:?}", key.path()));
        assert!(told.problem.starts_with(&format!("expected a {}, found a ", key.kind.name())), "{told}");
    }
}

#[test]
fn a_default_that_another_key_cannot_give_is_told_with_its_cure() {
    let folder = tempfile::tempdir().expect("folder");
    let text = example_in(folder.path())
        .replace("https://sekisho.example.jp", "https://sekisho")
        .replace("hello_name = \"sekisho.example.jp\"\n", "");
    let errors = Config::check(&text, folder.path()).expect_err("a name without a dot");
    let line = text.lines().position(|line| line == "[mail]").expect("line") + 1;
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!((errors[0].line, errors[0].key.as_str()), (line, "mail.hello_name"));
    assert!(errors[0].problem.contains("a host name with a dot in it"), "{errors:?}");
    for (key, good, bad) in [
        ("public_url", "https://sekisho.example.jp", "sekisho.example.jp"),
        ("service.name_en", "= \"Example certificate service\"", "= \"\""),
    ] {
        let sources = example_in(folder.path()).replace(good, bad);
        let kept = |line: &&str| {
            !["sender_name_en", "hello_name", "public_url = \"http:"]
                .iter()
                .any(|name| line.starts_with(name))
        };
        let text = sources.lines().filter(kept).collect::<Vec<_>>().join("\n");
        let errors = Config::check(&text, folder.path()).expect_err(key);
        assert_eq!(errors.iter().map(|error| error.key.as_str()).collect::<Vec<_>>(), [key], "{errors:?}");
    }
}

#[test]
fn an_account_at_the_mail_server_and_its_password_need_each_other() {
    let folder = tempfile::tempdir().expect("folder");
    let example = example_in(folder.path());
    for (gone, told, other) in [
        ("username = ", "mail.password_file", "mail.username"),
        ("password_file = ", "mail.username", "mail.password_file"),
    ] {
        let text = example.lines().filter(|line| !line.starts_with(gone)).collect::<Vec<_>>().join("\n");
        let errors = Config::check(&text, folder.path()).expect_err("half of an account");
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].key, told);
        assert_eq!(errors[0].problem, format!("needs {other} beside it"));
    }
}

#[test]
fn a_mail_password_is_never_shown() {
    let folder = tempfile::tempdir().expect("folder");
    let config = Config::check(&example_in(folder.path()), folder.path()).expect("good file");
    assert!(!format!("{config:?}").contains("secret"));
}

#[test]
fn a_file_with_a_secret_that_others_may_read_is_refused_at_its_key_with_the_cure() {
    for (name, key, refused, taken) in [
        ("key_encryption_key_file", "key_encryption_key_file", [0o644, 0o640], 0o400),
        ("key_file", "tls.key_file", [0o644, 0o660], 0o640),
        ("password_file", "mail.password_file", [0o604, 0o620], 0o440),
    ] {
        let folder = tempfile::tempdir().expect("folder");
        let text = example_in(folder.path());
        let path = folder.path().join(name);
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("sets");
        for mode in refused {
            set(mode);
            let errors = Config::check(&text, folder.path()).expect_err("others may read it");
            assert_eq!((errors.len(), errors[0].key.as_str()), (1, key), "{errors:?}");
            let cure =
                errors[0].problem.contains("chmod 6") && errors[0].problem.contains(&format!("{mode:04o}"));
            assert!(cure, "{errors:?}");
        }
        for mode in [taken, 0o600] {
            set(mode);
            assert!(Config::check(&text, folder.path()).is_ok(), "{name} {mode:o}");
        }
    }
}

#[test]
fn a_configuration_with_the_databases_password_is_not_for_everybody_to_read() {
    let folder = tempfile::tempdir().expect("folder");
    let text = example_in(folder.path());
    let file = folder.path().join("sekisho.toml");
    let read = |database: &str, mode: u32| {
        let text = text.replace("postgres://sekisho@localhost/sekisho", database);
        fs::write(&file, text).expect("writes");
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("sets");
        Config::read(&file)
    };
    let with_password = "postgres://sekisho:hunter2@localhost/sekisho";
    let Err(ReadConfigError::Mistakes { errors, .. }) = read(with_password, 0o644) else { panic!("taken") };
    assert_eq!(errors[0].key, "database");
    assert!(errors[0].problem.contains("chmod 640"), "{errors:?}");
    assert!(!errors[0].problem.contains("hunter2"));
    assert!(read(with_password, 0o640).is_ok());
    assert!(read("postgres://sekisho@localhost/sekisho", 0o644).is_ok());
}
