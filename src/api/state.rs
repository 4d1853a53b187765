//! What every request has at hand: the service, the schema, the operator's settings, time and randomness.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use xinju_model::id::Random;
use xinju_model::time::Clock;
use xinju_service::passkey::Site;
use xinju_service::service::Service;

use crate::config::Config;
use crate::error::Error;
use crate::graphql::{self, ApiSchema};
use crate::metrics::Counters;

/// What the doors are given by the composition.
#[derive(Clone)]
pub struct Parts {
    /// The use cases.
    pub service: Service,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where nonces and request ids come from.
    pub random: Arc<dyn Random>,
}

/// The shared state of the doors.
pub(crate) struct App {
    pub(crate) service: Service,
    pub(crate) schema: ApiSchema,
    pub(crate) config: Config,
    /// The site that passkeys are for; none where there can be none.
    pub(crate) site: Option<Arc<Site>>,
    pub(crate) counters: Counters,
    pub(crate) random: Arc<dyn Random>,
    /// Cancelled when the server stops, so that open streams end.
    pub(crate) stopping: CancellationToken,
}

impl App {
    /// Puts the state together and sweeps what interrupted uploads left behind.
    pub(crate) fn new(parts: Parts, config: Config) -> Result<Arc<Self>, Error> {
        let app = Self {
            schema: graphql::schema(),
            counters: Counters::default(),
            stopping: CancellationToken::new(),
            service: parts.service,
            random: parts.random,
            site: Site::of(&config.public_url()).map(Arc::new),
            config,
        };
        let uploads = app.uploads();
        let _ = fs::remove_dir_all(&uploads);
        fs::create_dir_all(&uploads).map_err(Error::file(uploads))?;
        Ok(Arc::new(app))
    }

    /// The folder in which uploads lie while they are read; inside the data folder, so that content leaves it for no other disk.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.config.data.join("tmp").join("uploads")
    }

    /// Random letters for nonces and request ids: 96 bits.
    pub(crate) fn random_name(&self) -> String {
        let mut bytes = [0; 12];
        self.random.fill(&mut bytes);
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes)
    }
}
