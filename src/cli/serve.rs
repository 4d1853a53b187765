//! `xinju serve`: the server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio_util::sync::CancellationToken;
use xinju_api::config::Tls;
use xinju_api::server::Server;
use xinju_api::socket::Socket;
use xinju_keys::random::SystemRandom;
use xinju_model::access::Viewer;
use xinju_service::service::Service;

use super::open::SystemClock;
use super::operate::Operator;
use super::run_here::setup_path;
use super::status::Status;
use super::{Archive, print};
use crate::config::{Config, LISTEN_DEFAULT};

/// How long blocking work may go on after the server stopped answering.
const STOP_TIME_MAX: std::time::Duration = std::time::Duration::from_secs(10);

/// Run the server.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Settings file (TOML): data, listen, `public_url`, `trusted_proxies`, `metrics_from`, and a table `tls` with certificate and key
    #[arg(long, value_name = "FILE", env = "XINJU_CONFIG")]
    config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8420]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Serve TLS with a certificate made here, marked as self-signed
    #[arg(long, conflicts_with_all = ["tls_certificate", "tls_key"])]
    tls_self_signed: bool,
    /// PEM file with the certificate chain
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// PEM file with the certificate's private key
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    #[command(flatten)]
    archive: Archive,
}

impl Serve {
    /// Opens or makes the archive and serves until told to stop.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        logging();
        let mut config = self.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
        let mut archive = self.archive;
        archive.data = archive.data.or(config.data.take());
        config.listen = self.listen.or(config.listen);
        if self.tls_self_signed {
            config.tls = Some(crate::config::Tls::default());
        } else if self.tls_certificate.is_some() {
            config.tls = Some(crate::config::Tls { certificate: self.tls_certificate, key: self.tls_key });
        }
        let service = archive.service()?;
        let setup = service.make_setup_link(&Viewer::operator())?.map(|token| setup_path(&token));
        serve(&service, &archive, &config, |url| {
            print::line(&format!("Xinju listens on {url}"));
            if let Some(path) = &setup {
                print::line(&format!("Set up the first administrator (valid for 24 hours): {url}{path}"));
            }
        })
    }
}

/// Serves an open archive until SIGINT or SIGTERM; `ready` is told the address that people type.
pub(crate) fn serve(
    service: &Service,
    archive: &Archive,
    config: &Config,
    ready: impl FnOnce(&str),
) -> Result<Status, Box<dyn std::error::Error>> {
    let parts =
        xinju_api::Parts { service: service.clone(), clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) };
    let doors = doors(archive, config);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let scheme = if doors.tls == Tls::Off { "http" } else { "https" };
        let data = doors.data.clone();
        let server = Server::bind(parts, doors).await?;
        let door = Socket::bind(&data)?;
        let url = config.public_url.clone().unwrap_or_else(|| format!("{scheme}://{}", server.address()));
        ready(url.trim_end_matches('/'));
        let stop = CancellationToken::new();
        let commands = door.run(Arc::new(Operator(service.clone())), stop.clone());
        let doors = async {
            server.run(stop_signal()).await;
            stop.cancel();
        };
        tokio::join!(doors, commands);
        Ok(Status::Done)
    });
    runtime.shutdown_timeout(STOP_TIME_MAX);
    service.close();
    outcome
}

fn doors(archive: &Archive, config: &Config) -> xinju_api::config::Config {
    let mut doors = xinju_api::config::Config::local(archive.data());
    doors.listen = config.listen.unwrap_or(LISTEN_DEFAULT);
    doors.trusted_proxies.clone_from(&config.trusted_proxies);
    doors.metrics_from.clone_from(&config.metrics_from);
    doors.public_url.clone_from(&config.public_url);
    doors.tls_in_front = config.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
    doors.tls = match &config.tls {
        None => Tls::Off,
        Some(crate::config::Tls { certificate: Some(certificate), key: Some(key) }) => {
            Tls::Files { certificate: certificate.clone(), key: key.clone() }
        }
        Some(_) => Tls::SelfSigned { names: vec!["localhost".into(), doors.listen.ip().to_string()] },
    };
    doors
}

/// Ends when the process is asked to.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Logs go to standard error; `XINJU_LOG` chooses what (as `RUST_LOG`).
pub(crate) fn logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("XINJU_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,xinju=info"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
