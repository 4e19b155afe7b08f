//! The applications behind sites: the parts of each record that are prepared once, the bounds on requests
//! under way, and the connections to the applications.
//!
//! Read next: [`application`], [`bulkhead`] (bounds on what is under way), [`pool`], [`link`], [`own_line`].

mod application;
mod bulkhead;
mod forged_fields;
mod link;
mod own_line;
mod pool;

pub(crate) use application::{AddressError, SiteApplication};
pub(crate) use bulkhead::{Errand, ErrandPlace, ErrandsUnderWay};
pub(crate) use forged_fields::ForgedFields;
pub(crate) use link::{ConnectError, Link};
pub(crate) use own_line::{LineTurn, OwnLine, is_asked, is_proved};
pub(crate) use pool::Pool;
