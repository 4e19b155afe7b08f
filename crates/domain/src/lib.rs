//! The rules of the trade: who may have a certificate, its life, and who may pass.
//!
//! Every rule is a plain function from values to a decision. The crates above load, save, sign, mail and
//! show.
//!
//! **Invariant:** no clock, no randomness of its own, no SQL, no HTTP, no async. Time and chance are
//! arguments, so every rule can be tested without waiting and without a database.
//!
//! Read next: [`application`] (from the form to the PKCS#12), [`permit`] (the gate's decision),
//! [`revocation`] (hold, release, revoke), [`grant`] (who may do what at the desk and console).
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod act;
pub mod agreement;
pub mod application;
pub mod application_form;
pub mod attempts;
pub mod audit;
pub mod bounds;
pub mod certificate;
pub mod certificate_label;
pub mod certificate_profile;
pub mod certificate_text;
pub mod challenge;
pub mod chosen_password;
pub mod conduct;
pub mod configuration_profile;
pub mod contract_notice;
pub mod csv_cell;
pub mod data_entry;
pub mod denial;
pub mod device;
pub mod device_choices;
pub mod email;
pub mod email_proof;
pub mod end_month;
pub mod end_notice;
pub mod file_password;
pub mod folding;
pub mod form;
pub mod grant;
pub mod host_name;
pub mod id;
pub mod import;
pub mod invitation;
pub mod issuer;
pub mod letters;
pub mod license;
pub mod list_key;
pub mod locale;
pub mod login_name;
pub mod mail;
pub mod mailed_code;
pub mod name_rules;
pub mod one_line;
pub mod password;
pub mod people_search;
pub mod permit;
pub mod pickup_form;
pub mod pickup_notice;
pub mod pin;
pub mod pin_delivery;
pub mod policy;
pub mod portal_form;
pub mod portal_page;
pub mod portal_password;
pub mod program;
pub mod refusal;
pub mod rejection;
pub mod renew_form;
pub mod renewal;
pub mod revocation;
pub mod revoke_form;
pub mod secret;
pub mod sharing;
pub mod site;
pub mod slug;
pub mod status_change;
pub mod suspension;
pub mod tenant;
pub mod tenant_form;
pub mod time;
pub mod upstream;
pub mod upstream_form;
pub mod upstream_place;
pub mod user;
