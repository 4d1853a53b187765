//! What the seal was to hold (the organisation signed that), what was made (the log says that), and what is here.
//!
//! No manifest lists the files of the seal. A timestamp is asked for over the finished signature, so that only the log, in its entry of
//! the export, can say that an authority gave none.

use std::io::{Read, Seek};

use serde_json::Value;
use xinju_model::package::SealPromise;

use super::Verdict;
use super::seals::stamps;
use crate::container::Container;
use crate::sm2_seal::SM2_SEAL;

/// What the log's entry of the export says of the seal; entries of older versions do not say everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    timestamps: Option<u32>,
    sm2: Option<bool>,
    /// Authorities that gave no timestamp, and why.
    failed: String,
}

impl Made {
    /// Reads the details of the entry.
    pub(super) fn told(details: &Value) -> Self {
        let text = |name: &str| details.get(name).and_then(Value::as_str);
        Self {
            timestamps: text("stamps").and_then(|count| count.parse().ok()),
            sm2: text("sm2").and_then(|made| made.parse().ok()),
            failed: text("not_stamped_by").unwrap_or_default().to_owned(),
        }
    }
}

/// Holds what is here to what was made, and that to what was promised.
pub(super) fn check<R: Read + Seek>(
    container: &Container<R>,
    promise: Option<&SealPromise>,
    made: Option<&Made>,
    verdict: &mut Verdict,
) {
    let silent = Made::default();
    let made = made.unwrap_or(&silent);
    let here = stamps().iter().filter(|path| container.has(path)).count();
    check_timestamps(u32::try_from(here).unwrap_or(u32::MAX), promise, made, verdict);
    let (here, promised) = (container.has(&format!("seal/{SM2_SEAL}")), promise.is_some_and(|promise| promise.sm2));
    match made.sm2 {
        _ if here => {}
        Some(true) => verdict.fail("SM2 seal", "it was made, says the log, and is not here: it was removed"),
        Some(false) if promised => {
            verdict.pass("SM2 seal", "there is none: when it was sealed no SM2 key was set any more, says the log");
        }
        None if promised => verdict.fail("SM2 seal", "it was to be made, and is not here: it was removed"),
        _ => {}
    }
}

fn check_timestamps(here: u32, promise: Option<&SealPromise>, made: &Made, verdict: &mut Verdict) {
    const NAME: &str = "timestamps of the seal";
    let asked = promise.map_or(0, |promise| promise.timestamps);
    match made.timestamps {
        Some(given) if here < given => {
            verdict.fail(NAME, format!("{given} were given, says the log, and {here} are here: others were removed"));
        }
        Some(given) if given < asked => {
            let words = "were to be asked for, and the log says that so many came";
            verdict.pass(NAME, format!("{asked} {words}: {given}; {}", made.failed));
        }
        None if here < asked => {
            let words = "were to be asked for, and nothing that holds says that fewer came";
            verdict.fail(NAME, format!("{asked} {words}: {here} are here, others were removed"));
        }
        _ => {}
    }
}
