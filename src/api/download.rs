//! Files for people and programs: originals, proofs, refused lines, events, the ledger's public texts.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use xinju_model::access::Viewer;
use xinju_model::id::{ApprovalId, CaseId, EntryIndex, ImportId};
use xinju_model::time::Timestamp;
use xinju_service::error::{Code, ServiceError};
use xinju_service::proof::ProofView;
use xinju_service::service::Service;
use xinju_service::trail::{AuditFilter, ExportForm};

use crate::session::{Caller, blocking};
use crate::state::App;

/// Bytes of one piece between the thread that writes a long file and the connection, and how many may wait.
const PIECE_BYTES: usize = 64 * 1024;
/// See [`PIECE_BYTES`].
const PIPE_PIECES: usize = 4;

/// The status that reports a code.
pub(crate) fn status(code: Code) -> StatusCode {
    match code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden
        | Code::ApprovalRequired
        | Code::ConfirmRequired
        | Code::EnrolmentRequired
        | Code::NetworkRefused => StatusCode::FORBIDDEN,
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

pub(crate) async fn call<T: Send + 'static>(
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
pub(crate) fn attachment(name: &str, content_type: &str, body: impl Into<Body>) -> Response {
    Response::builder()
        .content_type(content_type)
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .body(body)
}

pub(crate) fn respond(found: Result<Response, ServiceError>) -> Response {
    found.unwrap_or_else(|error| failed(&error))
}

/// A message's original, byte for byte. The mark of who takes it out stands in the file's name: the bytes are evidence.
#[handler]
pub(crate) async fn original(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    let found = async {
        let index = EntryIndex::parse(&id).map_err(|_| ServiceError::NotFound("message"))?;
        let found = call(app.0, request, move |service, viewer| service.download_message(viewer, index)).await?;
        let (message, mark) = found.ok_or(ServiceError::NotFound("message"))?;
        let original = message.original.ok_or(ServiceError::Withheld)?;
        Ok(attachment(&format!("{index}.{}.json", mark.code), "application/json", original))
    };
    respond(found.await)
}

/// How the service proves one entry.
type Prove = fn(&Service, &Viewer, EntryIndex) -> Result<Option<ProofView>, ServiceError>;

async fn proof_of(app: &Arc<App>, request: &Request, id: &str, prove: Prove) -> Result<ProofView, ServiceError> {
    let index = EntryIndex::parse(id).map_err(|_| ServiceError::NotFound("entry"))?;
    let found = call(app, request, move |service, viewer| prove(service, viewer, index)).await?;
    found.ok_or(ServiceError::NotFound("proof yet; a checkpoint covers an entry within about a second"))
}

fn proof_file(found: Result<ProofView, ServiceError>) -> Response {
    respond(found.map(|found| {
        let name = format!("{}.{}.tlog-proof", found.index, found.mark.code);
        attachment(&name, "text/plain; charset=utf-8", found.tlog_proof)
    }))
}

fn entry_file(found: Result<ProofView, ServiceError>) -> Response {
    let odd = |error: &dyn std::fmt::Display| ServiceError::Internal(format!("an entry cannot be written: {error}"));
    respond(found.and_then(|found| {
        let document = EntryDocument {
            entry: std::str::from_utf8(&found.entry).map_err(|error| odd(&error))?,
            disclosures: found.disclosures.iter().map(|disclosure| disclosure.encoded.as_str()).collect(),
            redacted: found.withheld.iter().map(|name| Redaction { code: PRIVACY, note: name }).collect(),
        };
        let body = serde_json::to_vec(&document).map_err(|error| odd(&error))?;
        Ok(attachment(&format!("{}.{}.entry.json", found.index, found.mark.code), "application/json", body))
    }))
}

/// A message's proof as a C2SP tlog-proof file.
#[handler]
pub(crate) async fn proof(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    proof_file(proof_of(app.0, request, &id, Service::proof).await)
}

/// An event's proof as a C2SP tlog-proof file.
#[handler]
pub(crate) async fn event_proof(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    proof_file(proof_of(app.0, request, &id, Service::event_proof).await)
}

/// What a record's proof is about: the entry and its disclosures, as evidence packages hold it.
#[derive(Serialize)]
struct EntryDocument<'a> {
    entry: &'a str,
    disclosures: Vec<&'a str>,
    redacted: Vec<Redaction<'a>>,
}

/// A disclosure that is withheld: why, and which.
#[derive(Serialize)]
struct Redaction<'a> {
    code: &'a str,
    note: &'a str,
}

/// The code of what is withheld for somebody's privacy.
const PRIVACY: &str = "R2";

/// A message's entry and disclosures, for whoever checks its proof.
#[handler]
pub(crate) async fn entry(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    entry_file(proof_of(app.0, request, &id, Service::proof).await)
}

/// An event's entry and disclosures, for whoever checks its proof.
#[handler]
pub(crate) async fn event_entry(request: &Request, app: Data<&Arc<App>>, Path(id): Path<String>) -> Response {
    entry_file(proof_of(app.0, request, &id, Service::event_proof).await)
}

/// The value inside a disclosure, as the exact JSON text that was digested.
pub(crate) fn disclosed_value(encoded: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    let (_, _, value): (Box<RawValue>, Box<RawValue>, Box<RawValue>) = serde_json::from_slice(&bytes).ok()?;
    Some(value.get().to_owned())
}

/// A file of a case's chain, byte for byte. The mark of who takes it out stands in the file's name, its own name in the chain.
#[handler]
pub(crate) async fn case_file(
    request: &Request,
    app: Data<&Arc<App>>,
    Path(place): Path<(String, String)>,
) -> Response {
    let found = async {
        let gone = || ServiceError::NotFound("file");
        let id = CaseId::parse(&place.0).map_err(|_| gone())?;
        let number: u32 = place.1.parse().map_err(|_| gone())?;
        let taken = call(app.0, request, move |service, viewer| service.take_chain_file(viewer, id, number)).await?;
        let taken = taken.ok_or_else(gone)?;
        let name = format!("{id}.{number}.{}{}", taken.mark.code, extension(&taken.file.name));
        let mut content = taken.content;
        let body = streamed(move |out| {
            io::copy(&mut content, out).map_err(|error| ServiceError::Internal(format!("a file of a case: {error}")))
        });
        Ok(attachment(&name, "application/octet-stream", body))
    };
    respond(found.await)
}

/// The ending of a file's name that says what may open it, where it is short and plain.
fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, end)) if (1..=8).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            format!(".{end}")
        }
        _ => String::new(),
    }
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
        let lines = call(app.0, request, move |service, viewer| service.refused_lines(viewer, id)).await?;
        let body = streamed(move |out| lines.write(out));
        Ok(attachment(&format!("{id}.rejects.ndjson"), "application/x-ndjson", body))
    };
    respond(found.await)
}

/// A body that a thread writes while it is sent.
pub(crate) fn streamed(write: impl FnOnce(&mut dyn Write) -> Result<u64, ServiceError> + Send + 'static) -> Body {
    let (sender, receiver) = mpsc::channel(PIPE_PIECES);
    tokio::task::spawn_blocking(move || {
        let mut pipe = BufWriter::with_capacity(PIECE_BYTES, Pipe(sender.clone()));
        let written = write(&mut pipe);
        if let Err(error) = written.map_err(io::Error::other).and_then(|_| pipe.flush()) {
            // The head of the answer is out by now: the connection breaks off, so that nobody takes a part for the whole.
            tracing::warn!(%error, "a download was cut short");
            let _ = sender.blocking_send(Err(error));
        }
    });
    Body::from_bytes_stream(ReceiverStream::new(receiver))
}

/// Which events to export, in the query of the address; as the filter of GraphQL.
#[derive(Deserialize)]
struct EventsWanted {
    actor: Option<String>,
    /// Names of acts, separated by commas.
    actions: Option<String>,
    subject: Option<String>,
    place: Option<String>,
    after: Option<String>,
    before: Option<String>,
    words: Option<String>,
    /// The id of an approval whose export this is; the approval says which events.
    approval: Option<String>,
}

impl EventsWanted {
    fn filter(self) -> Result<AuditFilter, ServiceError> {
        let moment = |text: Option<String>| {
            let wrong = |_| ServiceError::BadInput("`after` and `before` are moments in RFC 3339".into());
            text.map(|text| Timestamp::parse(&text).map_err(wrong)).transpose()
        };
        let actions = self.actions.unwrap_or_default();
        Ok(AuditFilter {
            actor: self.actor,
            actions: actions.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            subject: self.subject,
            place: self.place,
            after: moment(self.after)?,
            before: moment(self.before)?,
            words: self.words,
        })
    }
}

async fn events(request: &Request, app: &Arc<App>, form: ExportForm, content_type: &str) -> Response {
    let found = async {
        let wanted = request.params::<EventsWanted>();
        let export = call(app, request, move |service, viewer| {
            let wanted = wanted.map_err(|_| ServiceError::BadInput("the address names an unknown filter".into()))?;
            match &wanted.approval {
                Some(id) => {
                    let id = ApprovalId::parse(id).map_err(|_| ServiceError::NotFound("approval"))?;
                    service.carry_out_export(viewer, id, form)
                }
                None => service.export_audit_events(viewer, &wanted.filter()?, form),
            }
        });
        let export = export.await?;
        let body = streamed(move |out| export.write(out));
        Ok(attachment(&format!("audit.{}", form.name()), content_type, body))
    };
    respond(found.await)
}

/// Events for spreadsheets, written as they are read.
#[handler]
pub(crate) async fn events_csv(request: &Request, app: Data<&Arc<App>>) -> Response {
    events(request, app.0, ExportForm::Csv, "text/csv; charset=utf-8").await
}

/// Events for programs: a JSON object a line, written as they are read.
#[handler]
pub(crate) async fn events_ndjson(request: &Request, app: Data<&Arc<App>>) -> Response {
    events(request, app.0, ExportForm::Ndjson, "application/x-ndjson").await
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
