//! One run, one table: how fast the product takes messages in and finds them, against the engines it is built from and
//! against SQLite, on the same words and the same machine.
//!
//! Ratios are what counts: every figure of a run comes from the same hours of the same machine.

mod arguments;
mod baselines;
mod corpus;
mod machine;
mod phrases;
mod product;
mod queries;
mod reads;
mod report;
mod scopes;
mod server;

use std::error::Error;
use std::process::ExitCode;

use arguments::Arguments;
use corpus::Corpus;

/// What goes wrong is told and ends the run.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match Arguments::parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<()> {
    println!("{}", machine::heading(&arguments.corpus)?);
    if arguments.scopes {
        return scopes::run(arguments);
    }
    if let Some(unaudited) = &arguments.unaudited {
        return reads::run(arguments, unaudited);
    }
    for (round, messages) in arguments.sizes().into_iter().enumerate() {
        let folder = tempfile::Builder::new().prefix("xinju-bench").tempdir_in(&arguments.folder)?;
        let corpus = Corpus::write(&arguments.corpus, messages, &folder.path().join("messages.ndjson"))?;
        // The engines are compared once, at the size that fits into memory; beyond it only the product is asked.
        let baselines =
            if round == 0 { baselines::all(&corpus, folder.path(), arguments.threads)? } else { Vec::new() };
        let mut product = product::ingest(&arguments.binary, &corpus, folder.path())?;
        product.queries = queries::measure(&arguments.binary, &corpus, folder.path(), arguments.repeats)?;
        print!("{}", report::tables(&corpus, &product, &baselines));
    }
    Ok(())
}
