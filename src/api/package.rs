//! Packages on their way out and back in: fetched by who asked for them, by a link with its pass phrase, or uploaded to be checked.

use std::io;
use std::sync::Arc;

use futures_util::StreamExt;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};
use serde::Deserialize;
use tokio::sync::mpsc;
use xinju_model::access::{Action, may};
use xinju_model::id::PackageId;
use xinju_model::limits::UPLOAD_BYTES_MAX;
use xinju_service::error::ServiceError;
use xinju_service::package::{Handout, LinkRefusal};
use zeroize::Zeroizing;

use crate::csrf;
use crate::download::{attachment, call, respond, streamed};
use crate::session::{Caller, blocking, origin};
use crate::state::App;

/// Bytes of the body that opens a link.
const BODY_BYTES_MAX: usize = 4 * 1024;
/// Pieces of an upload that may wait.
const PIECES: usize = 4;

fn file(handout: Handout) -> Response {
    let (name, bytes) = (format!("{}.zip", handout.number), handout.bytes);
    let mut response = attachment(&name, "application/zip", streamed(move |out| handout.write(out)));
    response.headers_mut().insert(header::CONTENT_LENGTH, header::HeaderValue::from(bytes));
    response
}

/// A package for who asked for it.
#[handler]
pub(crate) async fn fetch(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    let found = async {
        // What is no id is as one that is not there: who may not ask learns nothing of either.
        let id = PackageId::parse(&id).unwrap_or(PackageId([0; 16]));
        Ok(file(call(app.0, request, move |service, viewer| service.fetch_package(viewer, id)).await?))
    };
    respond(found.await)
}

/// What opens a link. In the body, so that it stands in no address and no log.
#[derive(Deserialize)]
struct Opening {
    /// What stands in the link: the package's id, a dot, the secret.
    link: String,
    phrase: String,
}

/// A package for whoever has a link and its pass phrase.
#[handler]
pub(crate) async fn open_link(request: &Request, body: Body, app: Data<&Arc<App>>) -> Response {
    let found = async {
        if !csrf::is_ours(request, false) {
            return Err(ServiceError::BadInput("the request does not come from this site's own page".into()));
        }
        let unreadable = || ServiceError::BadInput("the body is JSON with `link` and `phrase`".into());
        let bytes = body.into_bytes_limit(BODY_BYTES_MAX).await.map_err(|_| unreadable())?;
        let Opening { link, phrase } = serde_json::from_slice(&bytes).map_err(|_| unreadable())?;
        let (link, phrase) = (Zeroizing::new(link), Zeroizing::new(phrase));
        let (id, secret) = link.split_once('.').unwrap_or(("", ""));
        let id = PackageId::parse(id).unwrap_or(PackageId([0; 16]));
        let (secret, origin, service) = (Zeroizing::new(secret.to_owned()), origin(request), app.service.clone());
        match blocking(move || service.fetch_package_by_link(id, &secret, &phrase, &origin)).await? {
            Ok(handout) => Ok(file(handout)),
            Err(LinkRefusal::NotGood | LinkRefusal::PhraseUnfit | LinkRefusal::HoursInvalid) => {
                Err(ServiceError::NotFound("link, or not any more, or the pass phrase is another"))
            }
        }
    };
    respond(found.await)
}

/// The pieces of an upload, read on another thread than they come in on.
struct Pieces {
    receiver: mpsc::Receiver<io::Result<bytes::Bytes>>,
    piece: bytes::Bytes,
}

impl io::Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.receiver.blocking_recv() {
                Some(piece) => self.piece = piece?,
                None => return Ok(0),
            }
        }
        let read = self.piece.len().min(buffer.len());
        let part = self.piece.split_to(read);
        buffer.iter_mut().zip(part).for_each(|(to, from)| *to = from);
        Ok(read)
    }
}

/// Sends an upload's pieces to whoever reads them, up to a limit.
async fn feed(body: Body, sender: mpsc::Sender<io::Result<bytes::Bytes>>) {
    let (mut stream, mut total) = (body.into_bytes_stream(), 0_u64);
    while let Some(piece) = stream.next().await {
        total = total.saturating_add(piece.as_ref().map_or(0, |piece| piece.len() as u64));
        let large = total > UPLOAD_BYTES_MAX;
        let piece = if large { Err(io::Error::other("the file is larger than uploads may be")) } else { piece };
        let over = piece.is_err();
        if sender.send(piece.map_err(io::Error::other)).await.is_err() || over {
            return;
        }
    }
}

/// Checks an uploaded package, whoever made it. Nothing of it is kept.
#[handler]
pub(crate) async fn verify(request: &Request, body: Body, app: Data<&Arc<App>>) -> Response {
    let found = async {
        let caller = Caller::of(app.0, request).await?;
        let principal = caller.principal.ok_or(ServiceError::Unauthenticated)?;
        if !csrf::is_ours(request, false) && request.header(header::AUTHORIZATION).is_none() {
            return Err(ServiceError::BadInput("the request does not come from this site's own page".into()));
        }
        // Asked before the first byte is taken, and once more with an event by the use case.
        let allowed = may(&principal.viewer, Action::ReadLedger);
        let (sender, receiver) = mpsc::channel(PIECES);
        let service = app.service.clone();
        let checking = blocking(move || {
            let mut pieces = Pieces { receiver, piece: bytes::Bytes::new() };
            service.verify_uploaded(&principal.viewer, &mut pieces)
        });
        let feeding = async {
            if allowed {
                feed(body, sender).await;
            }
        };
        let (verdict, ()) = tokio::join!(checking, feeding);
        let verdict = verdict?;
        let body = serde_json::json!({ "ok": verdict.is_ok(), "checks": verdict.checks });
        Ok(Response::builder().status(StatusCode::OK).content_type("application/json").body(body.to_string()))
    };
    respond(found.await)
}
