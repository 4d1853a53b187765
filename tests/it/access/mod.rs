//! Every field and route of the running binary, asked by every built-in role for its own, a colleague's and another department's
//! things: the answers equal `tests/data/access.tsv`, and what has no row there fails. `XINJU_BLESS=1` writes the table anew.

mod calls;
mod company;
mod routes;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use self::calls::{Call, calls};
use self::company::{Company, Person};

/// How the first line of the table explains itself.
const LEGEND: &str = "# One letter for each thing asked for: one's own, a colleague's, another department's. y answered, r refused in words, 0 nothing there, \
f FORBIDDEN, n NOT_FOUND, u UNAUTHENTICATED, b BAD_INPUT, x CONFLICT, c CONFIRM_REQUIRED, a APPROVAL_REQUIRED, l LIMIT, s sent elsewhere, - not asked.";

/// The root fields of one kind, as the running binary says.
fn fields(company: &mut Company, kind: &str) -> BTreeSet<String> {
    let query = "{ __schema { queryType { name fields { name } } mutationType { name fields { name } } subscriptionType { name fields { name } } } }";
    let answer = company.server.admin.ask(query, &json!({}));
    let all = answer["__schema"][format!("{kind}Type")]["fields"].as_array().expect("fields");
    all.iter().map(|field| field["name"].as_str().expect("a name").to_owned()).collect()
}

fn letter(answer: &Value, field: &str) -> char {
    if let Some(error) = answer["errors"].as_array().and_then(|errors| errors.first()) {
        return match error["extensions"]["code"].as_str().unwrap_or_default() {
            "FORBIDDEN" => 'f',
            "NOT_FOUND" => 'n',
            "UNAUTHENTICATED" => 'u',
            "BAD_INPUT" => 'b',
            "CONFLICT" => 'x',
            "CONFIRM_REQUIRED" => 'c',
            "APPROVAL_REQUIRED" => 'a',
            "LIMIT" => 'l',
            _ => panic!("{field}: {answer}"),
        };
    }
    match &answer["data"][field] {
        Value::Null => '0',
        payload if payload.get("id").is_some_and(Value::is_null) => '0',
        payload if payload.get("refusal").is_some_and(|refusal| !refusal.is_null()) => 'r',
        _ => 'y',
    }
}

/// What one person is answered to one call, a letter for each thing.
fn asked(company: &mut Company, call: &Call, person: &mut Person) -> String {
    let things = company.things(call.about, person);
    let mut letters = String::new();
    for thing in things {
        let given = (call.variables)(company, person, &thing);
        let variables = if call.document.contains("$input") { json!({ "input": given }) } else { given };
        let answer = match call.kind {
            "subscription" => person.client.first_of(&call.document, &variables),
            _ if call.document.contains("$file") => person.client.try_upload(&call.document, &variables, "{}\n"),
            _ => person.client.try_ask(&call.document, &variables).1,
        };
        let letter = letter(&answer, call.field);
        if call.field == "buildPackageAgain" && letter == 'y' {
            person.wait_for_package(&thing);
        }
        letters.push(letter);
    }
    person.return_after(call);
    letters
}

/// The table as the binary answers it.
fn table(company: &mut Company) -> String {
    let mut people = company.people();
    let mut lines = String::from(LEGEND);
    let names: Vec<&str> = people.iter().map(|person| person.name).collect();
    write!(lines, "\nkind\tname\t{}", names.join("\t")).expect("text");
    for call in calls() {
        write!(lines, "\n{}\t{}", call.kind, call.field).expect("text");
        for person in &mut people {
            write!(lines, "\t{}", asked(company, &call, person)).expect("text");
        }
    }
    for route in routes::routes() {
        write!(lines, "\nroute\t{}", route.path).expect("text");
        for person in &mut people {
            write!(lines, "\t{}", routes::asked(company, &route, person)).expect("text");
        }
    }
    lines + "\n"
}

#[test]
fn every_field_and_route_answers_every_role_as_the_table_says() {
    let mut company = Company::new();
    for kind in ["query", "mutation", "subscription"] {
        let known: BTreeSet<String> =
            calls().iter().filter(|call| call.kind == kind).map(|call| call.field.to_owned()).collect();
        assert_eq!(fields(&mut company, kind), known, "a {kind} has no rule in tests/it/access/calls.rs, or is gone");
    }
    assert_eq!(routes::served(), routes::known(), "a route has no rule in tests/it/access/routes.rs, or is gone");
    let seen = table(&mut company);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/access.tsv");
    if std::env::var_os("XINJU_BLESS").is_some() {
        std::fs::write(&path, &seen).expect("written");
    }
    let expected = std::fs::read_to_string(&path).expect("the table is there");
    let differences: Vec<(&str, &str)> =
        seen.lines().zip(expected.lines()).filter(|(seen, expected)| seen != expected).collect();
    assert!(differences.is_empty(), "{} differences (seen, expected): {differences:#?}", differences.len());
    assert_eq!(seen.lines().count(), expected.lines().count());
}
