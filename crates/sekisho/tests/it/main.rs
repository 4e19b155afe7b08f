//! The real binary over real sockets and real databases.

mod faults;
