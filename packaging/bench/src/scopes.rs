//! What a large scope costs a search: the same questions by somebody who sees 100,000 of 125,000 customers, and by somebody who sees all.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::Arguments;
use crate::corpus::{Corpus, is_customer};
use crate::product::{data_folder, import};
use crate::queries::{Query, ask_all};
use crate::server::{LOGIN, Server};

const MESSAGES: u64 = 1_000_000;
/// Messages with one customer.
const EACH: u64 = 8;
/// Customers of the member of staff whose scope is measured.
const SEEN: u64 = 100_000;
/// Who owns those, and who owns the others.
const STAFF: [&str; 2] = ["bench-a", "bench-b"];

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Outcome<()> {
    let folder = tempfile::Builder::new().prefix("xinju-bench").tempdir_in(&arguments.folder)?;
    let corpus = Corpus::write_as(&arguments.corpus, MESSAGES, &folder.path().join("messages.ndjson"), spread)?;
    let directory = folder.path().join("directory.json");
    std::fs::write(&directory, people().to_string())?;
    import(&arguments.binary, &corpus, &data_folder(folder.path()), Some(&directory))?;
    let mut server = Server::start(&arguments.binary, &data_folder(folder.path()))?;
    server.make_user("scoped", "STAFF", STAFF[0])?;
    server.sign_in("scoped")?;
    let began = Instant::now();
    let seen = server.ask("{ customers(first: 1) { totalCount } }", &json!({}))?["customers"]["totalCount"].clone();
    let first = began.elapsed();
    if seen != SEEN {
        return Err(format!("{seen} customers are seen, not {SEEN}").into());
    }
    // Asked in turns: what the index still has to do after the import must not count for one side only.
    ask_all(&server, &corpus, arguments.repeats)?;
    server.sign_in(LOGIN)?;
    let all = ask_all(&server, &corpus, arguments.repeats)?;
    server.sign_in("scoped")?;
    let scoped = ask_all(&server, &corpus, arguments.repeats)?;
    print(&all, &scoped, first);
    Ok(())
}

/// Gives each run of messages a customer of its own.
fn spread(message: &mut Value, number: u64) {
    let customer = number / EACH;
    let staff = if customer < SEEN { STAFF[0] } else { STAFF[1] };
    let new = |id: &Value| {
        let is_theirs = is_customer(id.as_str().unwrap_or_default());
        Value::from(if is_theirs { format!("wm{customer}") } else { staff.to_owned() })
    };
    let from = new(&message["from"]);
    let to = if from == staff { format!("wm{customer}") } else { staff.to_owned() };
    message["from"] = from;
    message["tolist"] = json!([to]);
    message["roomid"] = json!("");
}

fn people() -> Value {
    json!({
        "department": [{"id": 1, "parentid": 0, "name": "bench", "order": 1}],
        "userlist": STAFF.map(|id| json!({"userid": id, "name": id, "department": [1]})),
        "external_contact_list": [],
    })
}

fn print(all: &[Query], scoped: &[Query], first: Duration) {
    println!("### {SEEN} of {} customers against all, {MESSAGES} messages\n", MESSAGES / EACH);
    println!(
        "| newest 20 and the exact count | hits, all | hits, scope | all ms | scope ms | ratio |\n|---|---|---|---|---|---|"
    );
    for (all, scoped) in all.iter().zip(scoped) {
        let (whole, part) = (median(&all.searched), median(&scoped.searched));
        let (name, hits, fewer) = (all.name, all.total, scoped.total);
        println!("| {name} | {hits} | {fewer} | {whole:.2} | {part:.2} | {:.2} x |", part / whole);
    }
    println!("\nThe first question in the scope, when it is worked out: {:.2} s.", first.as_secs_f64());
}

/// Of sorted times, in milliseconds.
fn median(times: &[Duration]) -> f64 {
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}
