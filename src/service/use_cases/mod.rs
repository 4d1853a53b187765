//! Use cases on a real store and index, one file a promise.

mod approvals;
mod cases;
mod clause;
mod conditions;
mod directory;
mod handovers;
mod import;
mod import_zip;
mod jobs;
mod ledger;
mod media;
mod package_media;
mod packages;
mod people;
mod permissions;
mod personal;
mod reading;
mod renderings;
mod roles;
mod scopes;
mod sealed_packages;
mod searching;
mod trail;
