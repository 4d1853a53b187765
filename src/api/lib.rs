//! The doors for people and programs: GraphQL, downloads, the console, health and metrics over HTTP; the operator's local socket.
//!
//! A door knows protocols and nothing else. What may be done, and by whom, is asked of the service with every call.
// async-graphql's merged roots nest deeper than rustc's usual limit.
#![recursion_limit = "512"]

mod address;
mod assets;
mod clause;
pub mod config;
mod csrf;
mod door;
mod download;
pub mod error;
mod graphql;
mod graphql_http;
mod graphql_request;
mod graphql_response;
mod graphql_upload;
mod graphql_ws;
mod health;
mod media;
mod metrics;
mod package;
#[cfg(test)]
mod requests;
mod router;
pub mod server;
mod session;
mod sign_on;
pub mod socket;
mod spool;
mod state;
mod tls;

pub use graphql::sdl;
pub use state::Parts;
