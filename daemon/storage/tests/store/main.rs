//! The store on real files: what is committed stays, what is refused leaves no trace.

mod alerts;
mod analytics;
mod commit;
mod every_kind;
mod executions;
mod faults;
mod fixture;
mod lists;
mod market;
mod pages;
mod retention;
mod search;
mod settings;
mod speed;
mod tamper;
mod trade_list;
mod users;
