//! Use cases on a real store and index, one file a promise.

mod directory;
mod import;
mod jobs;
mod ledger;
mod permissions;
mod people;
mod reading;
mod roles;
mod scopes;
mod searching;
