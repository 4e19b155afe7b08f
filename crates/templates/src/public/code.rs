//! `/problems`: the meaning of each code.

use crate::{
    page::pages,
    refusal::{self, Explained},
};

pages! {
    /// `/problems/CODE`: what happened, why, and what to do.
    code(Explained) = "public/code.html";
    /// All codes, family by family.
    text codes = "public/codes.html";
}
