//! The applications behind sites: what of each is made ready when its record comes in, how much may be under way to them,
//! and the connections that lead there.
//!
//! Read next: [`application`], [`bulkhead`] (how much may be under way), [`pool`], [`link`], [`own_line`].

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
