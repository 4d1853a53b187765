//! Files for people and programs: originals, proofs, refused lines, the ledger's public texts.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use xinju_model::access::Viewer;
use xinju_model::id::{EntryIndex, ImportId};
use xinju_service::error::{Code, ServiceError};
use xinju_service::proof::ProofView;
use xinju_service::service::Service;

use crate::session::{Caller, blocking};
use crate::state::App;

/// Bytes of one piece between the thread that writes refused lines and the connection, and how many may wait.
const PIECE_BYTES: usize = 64 * 1024;
/// See [`PIECE_BYTES`].
const PIPE_PIECES: usize = 4;

/// The status that reports a code.
pub(crate) fn status(code: Code) -> StatusCode {
    match code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::ApprovalRequired | Code::ConfirmRequired | Code::EnrolmentRequired => {
            StatusCode::FORBIDDEN
        }
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::BadInput => StatusCode::BAD_REQUEST,
        Code::Conflict | Code::Held => StatusCode::CONFLICT,
        Code::Limit => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn failed(error: &ServiceError) -> Response {
    if error.code() == Code::Internal {
        tracing::error!(%error, "a download failed");
    }
    let body = serde_json::json!({"error": {"code": error.code().name(), "message": error.sentence()}});
    Response::builder().status(status(error.code())).content_type("application/json").body(body.to_string())
}

async fn call<T: Send + 'static>(
    app: &Arc<App>,
    request: &Request,
    run: impl FnOnce(&Service, &Viewer) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, ServiceError> {
    let caller = Caller::of(app, request).await?;
    let principal = caller.principal.ok_or(ServiceError::Unauthenticated)?;
    let service = app.service.clone();
    blocking(move || run(&service, &principal.viewer)).await
}

/// A file to be saved, never shown: what is in it was written by strangers.
fn attachment(name: &str, content_type: &str, body: impl Into<Body>) -> Response {
    Response::builder()
        .content_type(content_type)
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .body(body)
}

fn respond(found: Result<Response, ServiceError>) -> Response {
    found.unwrap_or_else(|error| failed(&error))
}

/// A message's original, byte for byte.
#[handler]
pub(crate) async fn original(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    let found = async {
        let index = EntryIndex::parse(&id).map_err(|_| ServiceError::NotFound("message"))?;
        let found = call(app.0, request, move |service, viewer| service.message(viewer, index)).await?;
        let message = found.ok_or(ServiceError::NotFound("message"))?;
        Ok(attachment(&format!("{index}.json"), "application/json", message.original))
    };
    respond(found.await)
}

async fn proof_of(app: &Arc<App>, request: &Request, id: &str) -> Result<ProofView, ServiceError> {
    let index = EntryIndex::parse(id).map_err(|_| ServiceError::NotFound("message"))?;
    let found = call(app, request, move |service, viewer| service.proof(viewer, index)).await?;
    found.ok_or(ServiceError::NotFound("proof yet; a checkpoint covers the record within about a second"))
}

/// A message's proof as a C2SP tlog-proof file.
#[handler]
pub(crate) async fn proof(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    let found = proof_of(app.0, request, &id).await;
    respond(found.map(|proof| {
        let name = format!("{}.tlog-proof", proof.index);
        attachment(&name, "text/plain; charset=utf-8", proof.tlog_proof)
    }))
}

/// What a record's proof is about: the entry and its disclosures, as evidence packages hold it.
#[derive(Serialize)]
struct EntryDocument<'a> {
    entry: &'a str,
    disclosures: Vec<&'a str>,
    redacted: [(); 0],
}

/// A message's entry and disclosures, for whoever checks its proof.
#[handler]
pub(crate) async fn entry(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    let found = async {
        let found = proof_of(app.0, request, &id).await?;
        let odd =
            |error: &dyn std::fmt::Display| ServiceError::Internal(format!("an entry cannot be written: {error}"));
        let document = EntryDocument {
            entry: std::str::from_utf8(&found.entry).map_err(|error| odd(&error))?,
            disclosures: found.disclosures.iter().map(|disclosure| disclosure.encoded.as_str()).collect(),
            redacted: [],
        };
        let body = serde_json::to_vec(&document).map_err(|error| odd(&error))?;
        Ok(attachment(&format!("{}.entry.json", found.index), "application/json", body))
    };
    respond(found.await)
}

/// The value inside a disclosure, as the exact JSON text that was digested.
pub(crate) fn disclosed_value(encoded: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    let (_, _, value): (Box<RawValue>, Box<RawValue>, Box<RawValue>) = serde_json::from_slice(&bytes).ok()?;
    Some(value.get().to_owned())
}

/// Where a thread writes what a connection sends.
struct Pipe(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The refused lines of an import, whole: a JSON object a line, written as they are read.
#[handler]
pub(crate) async fn rejects(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    let found = async {
        let id = ImportId::parse(&id).map_err(|_| ServiceError::NotFound("import"))?;
        let caller = Caller::of(app.0, request).await?;
        let principal = caller.principal.ok_or(ServiceError::Unauthenticated)?;
        let (service, viewer) = (app.service.clone(), principal.viewer.clone());
        let found = blocking(move || service.import(&viewer, id)).await?;
        found.ok_or(ServiceError::NotFound("import"))?;
        let (sender, receiver) = mpsc::channel(PIPE_PIECES);
        let service = app.service.clone();
        tokio::task::spawn_blocking(move || {
            let mut pipe = BufWriter::with_capacity(PIECE_BYTES, Pipe(sender.clone()));
            let written = service.write_rejects(&principal.viewer, id, &mut pipe);
            if let Err(error) = written.map_err(io::Error::other).and_then(|_| pipe.flush()) {
                // The head of the answer is out by now: the connection breaks off, so that nobody takes a part for the whole.
                tracing::warn!(%error, "refused lines were cut short");
                let _ = sender.blocking_send(Err(error));
            }
        });
        let body = Body::from_bytes_stream(ReceiverStream::new(receiver));
        Ok(attachment(&format!("{id}.rejects.ndjson"), "application/x-ndjson", body))
    };
    respond(found.await)
}

fn text(body: String) -> Response {
    Response::builder().content_type("text/plain; charset=utf-8").body(body)
}

/// The newest signed checkpoint (C2SP).
#[handler]
pub(crate) async fn checkpoint(request: &Request, app: Data<&Arc<App>>) -> Response {
    let found = call(app.0, request, Service::ledger).await;
    let note = found.and_then(|state| Ok(state.checkpoint.ok_or(ServiceError::NotFound("checkpoint yet"))?.note));
    respond(note.map(text))
}

/// The verifier key line (C2SP signed-note) that checks checkpoints.
#[handler]
pub(crate) async fn verifier_key(request: &Request, app: Data<&Arc<App>>) -> Response {
    let found = call(app.0, request, Service::ledger).await;
    respond(found.map(|state| text(format!("{}\n", state.verifier_key))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disclosed_value_keeps_its_exact_text() {
        let encoded = URL_SAFE_NO_PAD.encode(r#"["salt","body",{"b":1.0,"a":"严"}]"#);
        assert_eq!(disclosed_value(&encoded).as_deref(), Some(r#"{"b":1.0,"a":"严"}"#));
        assert_eq!(disclosed_value("!"), None);
    }
}
