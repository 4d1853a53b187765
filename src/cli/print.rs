//! Words on the terminal. The only place that prints.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

/// A line on standard output. A reader that went away is not an error of ours.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// A line on standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Why a command failed, with its causes.
pub(crate) fn error(error: &dyn std::error::Error) {
    let mut text = format!("xinju: {error}");
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    note(&text);
}

/// Progress of long work on a terminal; silent elsewhere.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar that counts `unit`.
    pub(crate) fn new(unit: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(0);
        let template = format!("{{bar:30}} {{human_pos}}/{{human_len}} {unit} {{per_sec}} {{eta}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    /// Where it stands.
    pub(crate) fn set(&self, position: u64, length: u64) {
        if let Some(bar) = &self.0 {
            bar.set_length(length);
            bar.set_position(position);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
