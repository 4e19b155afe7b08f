use super::{
    DATABASE_NAME, DataFolder, DataFolderError, FolderLock, FolderState, KEY_NAME, LockError, create_key,
    read_key, write_private,
};
use rand_core::SeedableRng;
use std::{fs, os::unix::fs::PermissionsExt};

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).expect("metadata").permissions().mode() & 0o777
}

#[test]
fn a_new_folder_is_made_for_its_owner_alone_and_continues_after_its_first_start() {
    let parent = tempfile::tempdir().expect("folder");
    let path = parent.path().join("data");
    let mut folder = DataFolder::open(&path).expect("new");
    assert_eq!(folder.state(), &FolderState::New);
    assert_eq!(mode(&path), 0o700);
    fs::write(folder.join(DATABASE_NAME), "").expect("file");
    folder.mark(jiff::Timestamp::UNIX_EPOCH, 1, 2).expect("mark");
    drop(folder);
    let again = DataFolder::open(&path).expect("made");
    assert!(
        matches!(again.state(), FolderState::Made(made) if made.created_at == jiff::Timestamp::UNIX_EPOCH)
    );
}

#[test]
fn a_link_in_the_place_of_the_lock_is_not_followed() {
    let parent = tempfile::tempdir().expect("folder");
    let other = parent.path().join("other");
    fs::write(&other, "kept").expect("file");
    std::os::unix::fs::symlink(&other, parent.path().join("lock")).expect("link");
    let refused = FolderLock::take(parent.path()).expect_err("refused");
    assert!(matches!(refused, LockError::Refused { .. }), "{refused}");
}

#[test]
fn a_folder_whose_first_start_was_interrupted_is_refused_with_the_way_out() {
    let parent = tempfile::tempdir().expect("folder");
    let folder = DataFolder::open(parent.path()).expect("new");
    folder.begin_first_start().expect("mark");
    fs::write(folder.join(DATABASE_NAME), "").expect("file");
    drop(folder);
    let error = DataFolder::open(parent.path()).expect_err("half-made");
    assert!(matches!(error, DataFolderError::HalfMade { .. }));
    let sentence = error.to_string();
    for part in ["interrupted", "remove the folder", "--data"] {
        assert!(sentence.contains(part), "{part} not in: {sentence}");
    }
}

#[test]
fn a_folder_of_somebody_else_is_left_as_it_is_and_nobody_is_told_to_remove_it() {
    let parent = tempfile::tempdir().expect("folder");
    fs::write(parent.path().join("thesis.txt"), "years of work").expect("file");
    let error = DataFolder::open(parent.path()).expect_err("foreign");
    assert!(matches!(error, DataFolderError::Foreign { .. }));
    let sentence = error.to_string();
    assert!(sentence.contains("thesis.txt") && sentence.contains("--data"), "{sentence}");
    assert!(!sentence.contains("remove"), "{sentence}");
    assert_eq!(fs::read_dir(parent.path()).expect("entries").count(), 1, "no lock is left behind");
}

#[test]
fn a_used_folder_that_lost_its_mark_is_to_be_restored_and_not_to_be_removed() {
    for sign in [DATABASE_NAME, KEY_NAME] {
        let parent = tempfile::tempdir().expect("folder");
        let mut folder = DataFolder::open(parent.path()).expect("new");
        folder.begin_first_start().expect("mark");
        fs::write(folder.join(sign), "").expect("file");
        folder.mark(jiff::Timestamp::UNIX_EPOCH, 1, 2).expect("mark");
        fs::remove_file(folder.join("installation.json")).expect("removed");
        drop(folder);
        let sentence = DataFolder::open(parent.path()).expect_err("no mark").to_string();
        assert!(sentence.contains("restore it") && !sentence.contains("remove"), "{sentence}");
    }
}

#[test]
fn a_folder_whose_database_is_gone_is_never_taken_for_a_new_one() {
    let parent = tempfile::tempdir().expect("folder");
    let mut folder = DataFolder::open(parent.path()).expect("new");
    folder.mark(jiff::Timestamp::UNIX_EPOCH, 1, 2).expect("mark");
    drop(folder);
    let sentence = DataFolder::open(parent.path()).expect_err("no database").to_string();
    assert!(sentence.contains(DATABASE_NAME) && sentence.contains("restore it"), "{sentence}");
}

#[test]
fn a_second_process_is_told_that_the_folder_is_in_use() {
    let parent = tempfile::tempdir().expect("folder");
    let first = DataFolder::open(parent.path()).expect("first");
    let error = DataFolder::open(parent.path()).expect_err("second");
    assert!(matches!(error, DataFolderError::Lock(LockError::Held { .. })), "{error}");
    drop(first);
    assert!(FolderLock::take(parent.path()).is_ok());
}

#[test]
fn a_place_that_is_no_folder_is_refused_with_the_way_out() {
    let parent = tempfile::tempdir().expect("folder");
    let file = parent.path().join("file");
    fs::write(&file, "").expect("file");
    let sentence = DataFolder::open(&file.join("data")).expect_err("no folder").to_string();
    assert!(sentence.contains("--data"), "{sentence}");
}

#[test]
fn a_folder_of_another_layout_or_with_a_damaged_mark_is_not_touched() {
    let parent = tempfile::tempdir().expect("folder");
    let mark = parent.path().join("installation.json");
    fs::write(&mark, r#"{"format":2,"created_at":"2030-01-01T00:00:00Z","public_port":1,"gate_port":2}"#)
        .expect("file");
    assert!(matches!(DataFolder::open(parent.path()), Err(DataFolderError::OtherFormat { format: 2, .. })));
    fs::write(&mark, "{").expect("file");
    assert!(matches!(DataFolder::open(parent.path()), Err(DataFolderError::Damaged { .. })));
}

#[test]
fn a_key_file_reads_back_and_is_refused_when_others_can_read_it_or_it_is_cut() {
    let parent = tempfile::tempdir().expect("folder");
    let path = parent.path().join("key");
    create_key(&path, &mut rand_chacha::ChaCha20Rng::seed_from_u64(1)).expect("key");
    assert_eq!(mode(&path), 0o600);
    assert_ne!(read_key(&path).expect("key").as_slice(), [0; 32]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("mode");
    assert!(read_key(&path).expect_err("open").to_string().contains("chmod 600"));
    write_private(&path, &[1; 31]).expect("write");
    assert!(read_key(&path).expect_err("short").to_string().contains("31 bytes"));
}

#[test]
fn a_private_file_replaces_what_was_there_with_its_own_mode() {
    let parent = tempfile::tempdir().expect("folder");
    let path = parent.path().join("file");
    fs::write(&path, "old").expect("file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("mode");
    write_private(&path, b"new").expect("write");
    assert_eq!((fs::read(&path).expect("read"), mode(&path)), (b"new".to_vec(), 0o600));
}
