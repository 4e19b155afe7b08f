//! What breaks, broken on purpose: the process killed, the disk full, the mail server away, the data folder
//! damaged.
//!
//! Read next: [`program`] (the binary as a child process), [`person`] (a person who acts in the meantime),
//! `kill` (the longest of the stories).

mod acts_under_way;
mod commands_together;
mod data_folder;
mod end;
mod full_disk;
mod import;
mod kill;
mod leaf_tags;
mod mail;
pub(crate) mod mail_server;
pub(crate) mod mailbox;
pub(crate) mod person;
pub(crate) mod program;
pub(crate) mod up;
