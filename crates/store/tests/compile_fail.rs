//! What nobody can write by mistake, because it does not compile.

#[test]
fn what_an_act_must_not_leave_out_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
