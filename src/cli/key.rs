//! `xinju key`: the master key and the sealing keys, for the operator of the machine.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use serde_json::Value;
use xinju_model::limits::SEAL_KEY_BYTES_MAX;
use zeroize::Zeroizing;

use super::open::{first_line, variable};
use super::operate::{Command, NewKey, execute};
use super::status::Status;
use super::{Archive, print};

/// Environment variable with the pass phrase of a sealing key's file.
const PHRASE_VARIABLE: &str = "XINJU_SEAL_PASSPHRASE";

/// The master key, and the keys that seal evidence packages.
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
    /// The keys that seal evidence packages
    Seal {
        #[command(subcommand)]
        act: SealAct,
    },
}

#[derive(Debug, Subcommand)]
enum SealAct {
    /// Print the certificates that seal and have sealed, with their fingerprints
    Show,
    /// Let the key of a file seal from now on; its pass phrase is asked for, or taken from `XINJU_SEAL_PASSPHRASE`
    Import {
        /// PKCS#12, or PEM with the key and its certificates; SM2 is told by the key itself
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// File whose first line is the pass phrase
        #[arg(long, value_name = "FILE")]
        phrase_file: Option<PathBuf>,
    },
    /// Make a key with a certificate that it signs itself, in the name of the organisation
    SelfSigned {
        /// The organisation's name
        #[arg(value_name = "NAME")]
        organisation: String,
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
            Act::Seal { act } => act.command()?,
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

impl SealAct {
    fn command(self) -> Result<Command, Box<dyn std::error::Error>> {
        Ok(match self {
            Self::Show => Command::SealShow,
            Self::SelfSigned { organisation } => Command::SealMake { organisation },
            Self::Import { file, phrase_file } => {
                let content = read(&file)?;
                let phrase = match (phrase_file, variable(PHRASE_VARIABLE)) {
                    (Some(path), _) => first_line(&path)?,
                    (None, Some(phrase)) => phrase,
                    // PEM without a word of encryption needs none.
                    (None, None) if is_open(&content) => Zeroizing::default(),
                    (None, None) => Zeroizing::new(rpassword::prompt_password("Pass phrase of the file: ")?),
                };
                Command::SealImport { file: STANDARD.encode(&*content), phrase: phrase.to_string() }
            }
        })
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Box<dyn std::error::Error>> {
    let said = |error: std::io::Error| format!("{}: {error}", path.display());
    if std::fs::metadata(path).map_err(said)?.len() > SEAL_KEY_BYTES_MAX as u64 {
        return Err(format!("{}: larger than any file of a key", path.display()).into());
    }
    Ok(Zeroizing::new(std::fs::read(path).map_err(said)?))
}

fn is_open(content: &[u8]) -> bool {
    content.starts_with(b"-----BEGIN") && !content.windows(9).any(|part| part == b"ENCRYPTED")
}

fn ask() -> Result<Zeroizing<String>, Box<dyn std::error::Error>> {
    let first = Zeroizing::new(rpassword::prompt_password("New passphrase: ")?);
    let second = Zeroizing::new(rpassword::prompt_password("Once more: ")?);
    if *first == *second { Ok(first) } else { Err("the two passphrases differ".into()) }
}

fn show(value: &Value) {
    if let Some(fingerprint) = value.get("fingerprint").and_then(Value::as_str) {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        let flag = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or_default();
        let state = if flag("current") { "seals now" } else { "sealed before" };
        let signed = if flag("self_signed") { "self-signed" } else { "issued" };
        print::line(&format!("{} ({}, {state}, {signed} by {})", text("subject"), text("kind"), text("issuer")));
        print::line(&format!("  SHA-256 {fingerprint}, valid until {}", text("not_after")));
    }
    for name in ["origin", "verifier_key", "done", "error"] {
        if let Some(text) = value.get(name).and_then(Value::as_str) {
            print::line(&format!("{name}: {text}"));
        }
    }
}
