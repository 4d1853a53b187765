//! The files of a package that are no records: completeness, custody, environment, who saw the records, consent, law.

use xinju_evidence::log::key_fingerprint;
use xinju_model::package::{FrozenHead, Package};
use xinju_store::read::ReadTx;

use crate::error::ServiceError;
use crate::package::completeness::Completeness;
use crate::package::consent::Consent;
use crate::package::events::{Events, Told};
use crate::package::texts::{self, Facts};
use crate::service::Core;

/// Files by path under `data/`.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// Says beside a list of events what it holds, and what it does not.
fn readme(told: &Told, what: &str) -> Vec<u8> {
    let more = match told.left_out {
        0 => "None was left out.".to_owned(),
        more => format!("{more} newer ones were left out."),
    };
    format!(
        "{what}\n{} events, each a line of JSON with its proof under data/log/checkpoint. {more}\n",
        told.lines.len()
    )
    .into_bytes()
}

/// All of them, in the order in which they go in.
pub(super) fn files(
    core: &Core,
    tx: &ReadTx,
    (package, head): (&Package, &FrozenHead),
    completeness: Completeness,
    consent: &Consent<'_>,
) -> Result<Files, ServiceError> {
    let records = consent.records;
    core.catch_up_trail()?;
    let events = Events { core, tx, head };
    let conversations = completeness.conversations();
    let first = completeness.first().unwrap_or(package.asked_at);
    let withheld = completeness.withheld();
    let mut files = completeness.files(records);
    let mut add = |path: &str, bytes: Vec<u8>| files.push((path.to_owned(), bytes));
    let custody = events.custody(package)?;
    add("custody/README.txt", readme(&custody, texts::CUSTODY));
    add("custody/custody.jsonl", custody.to_jsonl());
    let settings = events.settings(first, package.asked_at)?;
    add("environment/README.txt", readme(&settings, texts::ENVIRONMENT));
    add("environment/system.json", [package.environment.as_bytes(), b"\n"].concat());
    add("environment/config-changes.jsonl", settings.to_jsonl());
    let seen = events.seen(&conversations, records)?;
    add("audit/README.txt", readme(&seen, texts::AUDIT));
    add("audit/seen.jsonl", seen.to_jsonl());
    add("consent/README.txt", texts::CONSENT.as_bytes().to_vec());
    add("consent/consent.json", consent.document(&conversations)?);
    if !package.wanted.exchange.is_empty() {
        add("exchange/README.txt", texts::EXCHANGE.as_bytes().to_vec());
    }
    add("pki/README.txt", texts::PKI.as_bytes().to_vec());
    let facts = Facts {
        package,
        log: core.origin.as_str(),
        key: key_fingerprint(&core.note_key()),
        size: head.size,
        records: records.len(),
        withheld,
        version: core.version,
    };
    files.extend(texts::law(&facts));
    Ok(files)
}
