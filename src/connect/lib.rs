//! Other systems come in or are called: plain decoders, and later the clients around them.
//!
//! A decoder takes bytes from outside and makes nouns of the model. It bounds what it reads, never panics and never stores anything.

use std::io::{self, Read};

use xinju_model::facts::Facts;
use xinju_model::message::Message;
use xinju_model::record::Format;
use xinju_service::decode::Decode;
use xinju_service::lines::{Directory, DirectoryError, LineSource, ReadFiles};

pub mod error;
mod https;
mod identify;
mod ldap;
mod oidc;
mod stamp;
pub mod unpack;
pub mod wecom;

pub use identify::Identities;
pub use stamp::Stamps;

/// Reads originals of every format for people.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decoder;

impl Decode for Decoder {
    fn decode(&self, format: Format, original: &[u8], facts: &Facts) -> Message {
        match format {
            Format::WecomJson => wecom::message::decode(original, facts),
        }
    }
}

/// Opens files of WeCom messages and directories.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files;

impl ReadFiles for Files {
    fn format(&self) -> Format {
        Format::WecomJson
    }

    fn messages(&self, file: Box<dyn Read + Send>) -> io::Result<Box<dyn LineSource>> {
        Ok(Box::new(wecom::lines::Lines::new(file).map_err(io::Error::other)?))
    }

    fn directory(&self, file: Box<dyn Read + Send>) -> Result<Directory, DirectoryError> {
        wecom::directory::read(file).map_err(|error| DirectoryError(error.to_string()))
    }
}
