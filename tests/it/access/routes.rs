//! How each address of the site is asked.

use std::collections::BTreeSet;

use super::calls::{About, NO_CASE};
use super::company::{Company, Person};
use crate::support::Client;

/// The one page that names every address.
const ROUTER: &str = include_str!("../../../src/api/router.rs");

/// One address, with `:id` where it names a thing.
pub(super) struct Route {
    pub(super) path: &'static str,
    about: About,
}

/// Every address that is asked by GET. GraphQL itself is in the calls.
pub(super) fn routes() -> Vec<Route> {
    use About::{Event, Import, Message, Nothing};
    let route = |path, about| Route { path, about };
    vec![
        route("/api/messages/:id/original", Message),
        route("/api/messages/:id/proof", Message),
        route("/api/messages/:id/entry.json", Message),
        route("/api/cases/:id/files/:number", Nothing),
        route("/api/imports/:id/rejects", Import),
        route("/api/audit/events.csv", Nothing),
        route("/api/audit/events.ndjson", Nothing),
        route("/api/audit/events/:id/proof", Event),
        route("/api/audit/events/:id/entry.json", Event),
        route("/api/ledger/checkpoint", Nothing),
        route("/api/ledger/verifier-key", Nothing),
        route("/api/evidence/clause.pdf", Nothing),
        route("/api/packages/:id/file", Message),
        route("/api/packages/link", Nothing),
        route("/api/packages/verify", Nothing),
        route("/signin/oidc/start", Nothing),
        route("/signin/oidc/callback", Nothing),
        route("/healthz", Nothing),
        route("/readyz", Nothing),
        route("/metrics", Nothing),
        route("/graphql", Nothing),
        route("*", Nothing),
    ]
}

/// The addresses that are asked here.
pub(super) fn known() -> BTreeSet<String> {
    routes().iter().map(|route| route.path.to_owned()).collect()
}

/// The addresses that the router names.
pub(super) fn served() -> BTreeSet<String> {
    let named = ROUTER.split(".at(\"").skip(1).filter_map(|rest| rest.split('"').next());
    named.map(str::to_owned).collect()
}

/// A letter for each thing, by the status.
pub(super) fn asked(company: &mut Company, route: &Route, person: &mut Person) -> String {
    let things = company.things(route.about, person);
    things.iter().map(|thing| letter(&person.client, route.path, thing.as_str().unwrap_or_default())).collect()
}

fn letter(client: &Client, path: &str, id: &str) -> char {
    // Whose a case may be is asked of the use cases; here there is none.
    let id = if path.starts_with("/api/cases/") { NO_CASE } else { id };
    let path = path.replace(":id", id).replace(":number", "1").replace('*', "/assets/none.js");
    match client.get(&path).0 {
        200 => 'y',
        303 => 's',
        400 | 405 => 'b',
        401 => 'u',
        403 => 'f',
        404 => '0',
        409 => 'x',
        429 => 'l',
        status => panic!("{path}: {status}"),
    }
}
