//! Mistakes that nobody can make, because they do not compile.

#[test]
fn what_must_not_be_written_by_mistake_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
