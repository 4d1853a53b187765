//! What it costs that every reading is an event: pages of conversations and messages, read from the product and from a build of it
//! that writes none, in turns.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::Arguments;
use crate::corpus::Corpus;
use crate::product::{data_folder, import};
use crate::server::{ASKERS_MAX, Server};

/// How long one turn asks.
const TURN: Duration = Duration::from_secs(8);
/// Turns of each build.
const TURNS: usize = 3;
/// Conversations that are read.
const CONVERSATIONS: usize = 100;

const LIST: &str = "query($first: Int) { conversations(first: $first) { nodes { id } } }";
const PAGE: &str = "query($id: ID!) { conversation(id: $id) { messages(last: 30) { nodes { id at text from { name } to { name } } } } }";

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments, unaudited: &Path) -> Outcome<()> {
    let folder = tempfile::Builder::new().prefix("xinju-bench").tempdir_in(&arguments.folder)?;
    let corpus = Corpus::write(&arguments.corpus, arguments.messages, &folder.path().join("messages.ndjson"))?;
    let data = data_folder(folder.path());
    import(&arguments.binary, &corpus, &data, None)?;
    println!("### Pages of 30 messages read a second, {} messages\n", arguments.messages);
    println!("| askers | with events | without | ratio |\n|---|---|---|---|");
    for askers in [1, ASKERS_MAX] {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            with.push(rate(&arguments.binary, &data, askers)?);
            without.push(rate(unaudited, &data, askers)?);
        }
        let (with, without) = (median(&mut with), median(&mut without));
        println!("| {askers} | {with:.0} | {without:.0} | {:.2} x |", with / without);
    }
    Ok(())
}

/// Pages a second that so many askers get at once.
fn rate(binary: &Path, data: &Path, askers: usize) -> Outcome<f64> {
    let server = Server::start(binary, data)?;
    let list = server.ask(LIST, &json!({"first": CONVERSATIONS}))?;
    let ids: Vec<&Value> =
        list["conversations"]["nodes"].as_array().into_iter().flatten().map(|one| &one["id"]).collect();
    // Each is read once before the clock runs, so that both builds find the same in their caches.
    ids.iter().try_for_each(|id| server.ask(PAGE, &json!({"id": id})).map(|_| ()))?;
    let (read, failed, began) = (AtomicU64::new(0), AtomicU64::new(0), Instant::now());
    std::thread::scope(|scope| {
        for asker in 0..askers {
            let (server, ids, read, failed) = (&server, &ids, &read, &failed);
            scope.spawn(move || {
                for id in ids.iter().cycle().skip(asker * 7) {
                    if began.elapsed() > TURN {
                        break;
                    }
                    let count = if server.ask(PAGE, &json!({"id": id})).is_ok() { read } else { failed };
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    if failed.load(Ordering::Relaxed) > 0 {
        return Err("a page was refused".into());
    }
    Ok(read.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}
