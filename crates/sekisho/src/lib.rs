//! The one binary: command line, configuration, wiring, shutdown. No rule of the trade lives here.
//!
//! Read next: [`run`] (the run of each noun), [`wiring`] (how the parts are connected), [`up`] and [`serve`]
//! (the two ways to run it), [`command`] (acts and lists), [`tour`] (the story, walked).
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod act;
pub mod audit_heads_file;
pub mod cli;
pub mod command;
pub mod config;
pub mod control;
pub mod data_folder;
pub mod exit;
pub mod hand_over;
pub mod letter;
pub mod logging;
pub mod output;
pub mod reference;
pub mod run;
pub mod serve;
pub mod shutdown;
pub mod tour;
pub mod up;
pub mod wiring;
