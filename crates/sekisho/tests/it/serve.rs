//! Overwritten by mistake from beside before it was ever committed; its author please write it back.

#[test]
fn this_file_waits_for_its_author_to_write_it_back() {
    panic!("serve.rs (never committed) was overwritten by mistake; its author please write it back");
}
