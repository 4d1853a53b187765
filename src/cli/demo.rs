//! `xinju demo`: a throw-away server with real words in it.

use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use xinju_model::access::Viewer;
use xinju_model::id::Random;
use xinju_model::role::BuiltIn;
use xinju_service::service::Service;

use super::open::variable;
use super::operate::Command;
use super::serve::{logging, serve};
use super::status::Status;
use super::{Archive, print, run_here};
use crate::config::Config;

/// Customer-service talks of `CrossWOZ` as WeCom messages (see NOTICE).
const MESSAGES: &[u8] = include_bytes!("../../packaging/demo/wecom-hospitality.ndjson.zst");
/// Departments, staff and contacts that the messages name.
const DIRECTORY: &[u8] = include_bytes!("../../packaging/demo/wecom-hospitality.directory.json.zst");
/// One published sample of each message kind.
const SAMPLES: &[u8] = include_bytes!("../../packaging/demo/samples.ndjson");

/// Environment variable that sets the password of the three logins, for tests.
const PASSWORD_VARIABLE: &str = "XINJU_DEMO_PASSWORD";
/// The logins: an owner, a sales person who is a member of staff with sixty customers, a compliance officer.
const LOGINS: [(&str, &str, BuiltIn, Option<&str>); 3] = [
    ("admin", "管理员", BuiltIn::Owner, None),
    ("sales", "朱艳", BuiltIn::Staff, Some("staff013")),
    ("compliance", "合规", BuiltIn::SecurityAdministrator, None),
];

/// Run a throw-away server with real demo data and printed logins.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Data folder to make and keep [default: a temporary one, removed at the end]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR", default_value_t = crate::config::LISTEN_DEFAULT)]
    listen: SocketAddr,
}

impl Demo {
    /// Makes the archive, fills it and serves it.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        logging();
        let temporary = tempfile::Builder::new().prefix("xinju-demo").tempdir()?;
        let data = self.data.unwrap_or_else(|| temporary.path().join("data"));
        if data.join("keystore").try_exists()? {
            return Err(format!("{} holds an archive already; demo makes its own", data.display()).into());
        }
        let archive = Archive::at(data);
        let service = archive.service()?;
        let password = match variable(PASSWORD_VARIABLE) {
            Some(password) => password.to_string(),
            None => generated(),
        };
        fill(&service, &password)?;
        let config = Config { listen: Some(self.listen), ..Config::default() };
        serve(&service, &archive, &config, move |url| {
            print::line(&format!("Xinju demo on {url}"));
            for (login, name, role, _) in LOGINS {
                print::line(&format!("  {login:<11} {password}   {name} ({})", role.name()));
            }
            print::line("Everything in it is removed when it stops (Ctrl-C).");
        })
    }
}

/// A password that can be typed: twelve letters and digits without look-alikes.
fn generated() -> String {
    const SIGNS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 12];
    xinju_keys::random::SystemRandom.fill(&mut bytes);
    bytes.iter().filter_map(|byte| SIGNS.get(usize::from(*byte) % SIGNS.len())).map(|sign| char::from(*sign)).collect()
}

fn fill(service: &Service, password: &str) -> Result<(), Box<dyn std::error::Error>> {
    import(service, "hospitality.ndjson.zst", MESSAGES, DIRECTORY)?;
    import(service, "samples.ndjson", SAMPLES, &[])?;
    // After the directory, which has the member of staff that one of them is.
    for (login, name, role, staff) in LOGINS {
        let command = Command::UserAdd {
            login: login.into(),
            name: name.into(),
            roles: vec![role.name().into()],
            staff: staff.map(Into::into),
            password: password.to_owned(),
        };
        run(service, &command, &mut std::io::empty())?;
    }
    // The first page shows sealed records, not ones that wait a second for their checkpoint.
    service.sign_checkpoint(&Viewer::operator())?;
    Ok(())
}

fn import(service: &Service, name: &str, messages: &[u8], directory: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let command = Command::ImportWecom {
        file_name: name.into(),
        file_bytes: Some(messages.len() as u64),
        directory_bytes: (!directory.is_empty()).then_some(directory.len() as u64),
    };
    run(service, &command, &mut directory.chain(messages))
}

fn run(service: &Service, command: &Command, input: &mut dyn Read) -> Result<(), Box<dyn std::error::Error>> {
    let mut last = String::new();
    let status = run_here::run(service, command, input, &mut |value| {
        last = value.to_string();
        Ok(())
    })?;
    if status == Status::Done { Ok(()) } else { Err(last.into()) }
}
