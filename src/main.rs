//! Composition only: read the command line, open what it needs, run it, answer with its exit status.

mod cli;
mod config;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cli::run(cli::Arguments::parse())
}
