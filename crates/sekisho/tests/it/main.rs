//! `sekisho up` and the command line, in process, on folders and free ports of their own.

mod acts;
mod application;
mod audit;
mod doors;
mod faults;
mod installation;
mod lists;
mod recipes;
mod released;
mod serve;
mod served;
mod shared_application;
mod starts;
