//! How fast the product finds: each query often, through the API, newest 20 with snippets and the exact count.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::Outcome;
use crate::corpus::Corpus;
use crate::phrases::Phrases;
use crate::product::data_folder;
use crate::server::Server;

const SEARCH: &str = "query($query: String!) { search(query: $query, first: 20) {
  syntaxError { message } totalCount tookMicros edges { node { id at from { name } } snippet { text marks { start end } } } } }";

/// One query and its times.
pub(crate) struct Query {
    /// What kind of query it is.
    pub(crate) name: &'static str,
    /// The query.
    pub(crate) text: String,
    /// All its hits.
    pub(crate) total: u64,
    /// In the server, sorted.
    pub(crate) searched: Vec<Duration>,
    /// From the client's question to the whole answer, sorted.
    pub(crate) answered: Vec<Duration>,
}

/// All queries of a run.
#[derive(Default)]
pub(crate) struct Asked {
    /// In the order of the table.
    pub(crate) queries: Vec<Query>,
    /// From the server's start until it took connections.
    pub(crate) start_took: Duration,
    /// Its largest memory before the first search, and after the last, in bytes.
    pub(crate) memory: (u64, u64),
}

/// Starts a server over the archive of a run and asks.
pub(crate) fn measure(binary: &Path, corpus: &Corpus, folder: &Path, repeats: usize) -> Outcome<Asked> {
    let server = Server::start(binary, &data_folder(folder))?;
    let mut asked = Asked { start_took: server.start_took, ..Asked::default() };
    asked.memory.0 = server.peak_memory();
    asked.queries = ask_all(&server, corpus, repeats)?;
    asked.memory.1 = server.peak_memory();
    Ok(asked)
}

/// Asks every query, as whoever is signed in.
pub(crate) fn ask_all(server: &Server, corpus: &Corpus, repeats: usize) -> Outcome<Vec<Query>> {
    let phrases = Phrases::choose(&corpus.sample);
    let day = corpus.middle / 86_400_000;
    let (common, staff) = (&phrases.common, &corpus.staff);
    let kinds = [
        ("common phrase", common.clone()),
        ("rare phrase", phrases.rare.clone()),
        ("one character", phrases.character.clone()),
        ("common phrase, one sender", format!("{common} from:{staff}")),
        ("common phrase, second half", format!("{common} after:{}", date(day))),
        ("two phrases, either", format!("{common} OR {}", phrases.rare)),
    ];
    kinds.into_iter().map(|(name, text)| ask(server, name, text, repeats)).collect()
}

fn ask(server: &Server, name: &'static str, text: String, repeats: usize) -> Outcome<Query> {
    let variables = json!({"query": text});
    let mut query = Query { name, text, total: 0, searched: Vec::new(), answered: Vec::new() };
    for _ in 0..repeats.max(1) {
        let began = Instant::now();
        let answer = server.ask(SEARCH, &variables)?;
        query.answered.push(began.elapsed());
        let result = &answer["search"];
        if !result["syntaxError"].is_null() {
            return Err(format!("{}: {}", query.text, result["syntaxError"]).into());
        }
        query.total = result["totalCount"].as_u64().unwrap_or_default();
        query.searched.push(Duration::from_micros(result["tookMicros"].as_u64().unwrap_or_default()));
    }
    query.searched.sort();
    query.answered.sort();
    Ok(query)
}

/// The date of a day since 1970 (Howard Hinnant's `civil_from_days`).
fn date(days: i64) -> String {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_become_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(20_089), "2025-01-01");
        assert_eq!(date(19_782), "2024-02-29");
    }
}
