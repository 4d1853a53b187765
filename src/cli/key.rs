//! `xinju key`: the master key, for the operator of the machine.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;
use zeroize::Zeroizing;

use super::open::first_line;
use super::operate::{Command, NewKey, execute};
use super::status::Status;
use super::{Archive, print};

/// The master key.
#[derive(Debug, Args)]
pub(crate) struct Key {
    #[command(subcommand)]
    act: Act,
    /// Print JSON lines for scripts
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Print the ledger's name and verifier key, to be deposited with a third party
    Show,
    /// Wrap the data keys under a new master key; the old one opens nothing from then on
    Rotate {
        /// Write a new random key to this file
        #[arg(long, value_name = "FILE", conflicts_with_all = ["new_passphrase", "new_passphrase_file"], required_unless_present_any = ["new_passphrase", "new_passphrase_file"])]
        new_key_file: Option<PathBuf>,
        /// Ask for a new passphrase on the terminal
        #[arg(long)]
        new_passphrase: bool,
        /// File whose first line is the new passphrase
        #[arg(long, value_name = "FILE", conflicts_with = "new_passphrase")]
        new_passphrase_file: Option<PathBuf>,
    },
}

impl Key {
    /// Runs one of the acts.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let command = match self.act {
            Act::Show => Command::KeyShow,
            Act::Rotate { new_key_file: Some(path), .. } => {
                Command::KeyRotate(NewKey::File(std::path::absolute(path)?))
            }
            Act::Rotate { new_passphrase_file: Some(path), .. } => {
                Command::KeyRotate(NewKey::Passphrase(first_line(&path)?.to_string()))
            }
            Act::Rotate { .. } => Command::KeyRotate(NewKey::Passphrase(ask()?.to_string())),
        };
        let json = self.json;
        execute(&self.archive, &command, Box::new(std::io::empty()), &mut |value| {
            if json {
                print::line(&value.to_string());
            } else {
                show(&value);
            }
            Ok(())
        })
    }
}

fn ask() -> Result<Zeroizing<String>, Box<dyn std::error::Error>> {
    let first = Zeroizing::new(rpassword::prompt_password("New passphrase: ")?);
    let second = Zeroizing::new(rpassword::prompt_password("Once more: ")?);
    if *first == *second { Ok(first) } else { Err("the two passphrases differ".into()) }
}

fn show(value: &Value) {
    for name in ["origin", "verifier_key", "done", "error"] {
        if let Some(text) = value.get(name).and_then(Value::as_str) {
            print::line(&format!("{name}: {text}"));
        }
    }
}
