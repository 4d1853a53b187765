//! Use cases on a real store and index, one file a promise.

mod cases;
mod directory;
mod import;
mod jobs;
mod ledger;
mod people;
mod permissions;
mod reading;
mod roles;
mod scopes;
mod searching;
mod trail;
