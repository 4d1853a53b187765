//! How each address of the site is asked.

use std::collections::BTreeSet;

use super::calls::About;
use super::company::{Company, Person};
use crate::support::Client;

/// The one page that names every address.
const ROUTER: &str = include_str!("../../../src/api/router.rs");

/// One address, with `:id` where it names a thing.
pub(super) struct Route {
    pub(super) path: &'static str,
    about: About,
    /// What is posted there; none where it is read.
    posted: Option<&'static str>,
}

/// Every address, asked as it is meant to be. GraphQL itself is in the calls.
pub(super) fn routes() -> Vec<Route> {
    use About::{Case, Event, File, Import, Message, Nothing, Package};
    let route = |path, about| Route { path, about, posted: None };
    let post = |path, posted| Route { path, about: Nothing, posted: Some(posted) };
    vec![
        route("/api/messages/:id/original", Message),
        route("/api/messages/:id/proof", Message),
        route("/api/messages/:id/entry.json", Message),
        route("/api/messages/:id/files/:place", File),
        route("/api/cases/:id/files/:number", Case),
        route("/api/imports/:id/rejects", Import),
        route("/api/audit/events.csv", Nothing),
        route("/api/audit/events.ndjson", Nothing),
        route("/api/audit/events/:id/proof", Event),
        route("/api/audit/events/:id/entry.json", Event),
        route("/api/ledger/checkpoint", Nothing),
        route("/api/ledger/verifier-key", Nothing),
        route("/api/packages/:id/file", Package),
        post("/api/packages/link", r#"{"link": "pAAAAAAAAAAAAAAAAAAAAAA.guess", "phrase": "correct horse"}"#),
        post("/api/packages/verify", "no package"),
        route("/api/evidence/clause.pdf", Nothing),
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
    things.iter().map(|thing| letter(&person.client, route, thing.as_str().unwrap_or_default())).collect()
}

fn letter(client: &Client, route: &Route, id: &str) -> char {
    let path =
        route.path.replace(":id", id).replace(":number", "1").replace(":place", "0").replace('*', "/assets/none.js");
    let status = match route.posted {
        Some(body) => client.post(&path, body).0,
        None => client.status_of(&path),
    };
    match status {
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
