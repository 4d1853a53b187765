//! Runs of conversations: that nothing was left out between the first and the last message that is shown.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use xinju_model::limits::EVIDENCE_DOCUMENT_BYTES_MAX;

use super::records::Sequences;
use super::{Faults, Verdict};
use crate::completeness::{SEQUENCES, SequenceRun};
use crate::container::Container;

/// Numbers that a run may leave out by name.
const MISSING_MAX: usize = 100_000;

/// Holds the records to the runs that the package states; tells what they show where it states none.
pub(super) fn check<R: Read + Seek>(container: &mut Container<R>, shown: &Sequences, verdict: &mut Verdict) {
    let mut faults = Faults::default();
    let mut sorted = BTreeMap::new();
    let mut left_out: u64 = 0;
    for (conversation, numbers) in shown {
        let mut numbers = numbers.clone();
        numbers.sort_unstable();
        if !numbers.is_sorted_by(|a, b| a < b) {
            faults.add(conversation, "two records have the same number in it");
        }
        if let (Some(first), Some(last)) = (numbers.first(), numbers.last()) {
            left_out = left_out.saturating_add((last - first).saturating_add(1).saturating_sub(numbers.len() as u64));
        }
        sorted.insert(conversation.as_str(), numbers);
    }
    let mut good = format!(
        "{} conversations; {left_out} numbers between first and last are not shown; the package states no runs",
        sorted.len()
    );
    if container.has(SEQUENCES) {
        let runs = container.document(SEQUENCES, EVIDENCE_DOCUMENT_BYTES_MAX).ok();
        match runs.and_then(|json| serde_json::from_slice::<Vec<SequenceRun>>(&json).ok()) {
            Some(runs) => {
                good = format!("{} stated runs of conversations are whole", runs.len());
                for run in &runs {
                    if let Some(fault) = fault(run, sorted.get(run.conversation.as_str())) {
                        faults.add(&run.conversation, fault);
                    }
                }
            }
            None => faults.add(SEQUENCES, "it can't be read"),
        }
    }
    verdict.many("sequence", faults, good);
}

fn fault(run: &SequenceRun, shown: Option<&Vec<u64>>) -> Option<String> {
    if run.missing.len() > MISSING_MAX || !run.missing.is_sorted_by(|a, b| a < b) {
        return Some("what the run leaves out can't be read".into());
    }
    let shown = shown.map_or(&[][..], Vec::as_slice);
    let mut expected = run.from;
    let (mut there, mut missing) = (shown.iter().peekable(), run.missing.iter().peekable());
    while there.next_if(|number| **number < run.from).is_some() {}
    while expected <= run.to {
        let here = there.next_if_eq(&&expected).is_some();
        let left_out = missing.next_if_eq(&&expected).is_some();
        if here == left_out {
            return Some(format!(
                "number {expected} is {}",
                if here { "shown and called missing" } else { "not there" }
            ));
        }
        expected = expected.checked_add(1)?;
    }
    None
}
