//! Requests against the real routes and a real service, one file a promise.

mod coming_in;
mod factor;
mod limits;
mod media;
mod packages;
mod pages;
mod passkey;
mod permissions;
mod reading;
mod scopes;
mod sign_on;
mod site;
mod sockets;
mod trail;
mod uploads;
