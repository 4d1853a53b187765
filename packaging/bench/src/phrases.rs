//! Words to look for, chosen from the messages themselves so that every corpus gets fair ones.

use std::collections::HashMap;

/// What is asked for in a run.
pub(crate) struct Phrases {
    /// The two characters that stand together most often.
    pub(crate) common: String,
    /// Six characters that stand together as seldom as any.
    pub(crate) rare: String,
    /// The most frequent character.
    pub(crate) character: String,
}

impl Phrases {
    /// Chooses from some messages.
    pub(crate) fn choose(sample: &[String]) -> Self {
        // Where a corpus is repeated to make it large, nothing stands in it only once.
        let rare =
            windows(sample, 6).into_iter().min_by(|(a, left), (b, right)| left.cmp(right).then_with(|| a.cmp(b)));
        Self {
            common: most_frequent(windows(sample, 2)),
            rare: rare.map(|(text, _)| text).unwrap_or_default(),
            character: most_frequent(windows(sample, 1)),
        }
    }
}

/// How often each run of `length` Chinese characters stands in the messages.
fn windows(sample: &[String], length: usize) -> HashMap<String, u64> {
    let mut counts = HashMap::new();
    for text in sample {
        let characters: Vec<char> = text.chars().collect();
        for window in characters.windows(length).filter(|window| window.iter().all(is_chinese)) {
            *counts.entry(window.iter().collect()).or_insert(0) += 1;
        }
    }
    counts
}

fn is_chinese(character: &char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(character)
}

/// The most frequent; of equals the first in order, so that a run can be repeated.
fn most_frequent(counts: HashMap<String, u64>) -> String {
    let best = counts.into_iter().max_by(|(a, left), (b, right)| left.cmp(right).then_with(|| b.cmp(a)));
    best.map(|(text, _)| text).unwrap_or_default()
}
