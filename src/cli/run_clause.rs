//! The model clause, where the archive is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use xinju_model::access::Viewer;
use xinju_service::service::Service;

use super::operate::Tell;
use super::run_evidence::PIECE_BYTES;
use super::run_here::Outcome;
use super::status::Status;

/// Tells the clause's bytes, and issues it where that is wanted.
pub(super) fn clause(
    service: &Service,
    viewer: &Viewer,
    chinese: Option<bool>,
    issue: bool,
    tell: Tell<'_>,
) -> Outcome {
    let bytes = match chinese {
        Some(true) => service.clause(viewer)?.chinese.into_bytes(),
        Some(false) => service.clause(viewer)?.english.into_bytes(),
        None => service.clause_pdf(viewer)?,
    };
    let issued = if issue { Some(service.issue_clause(viewer)?) } else { None };
    for piece in bytes.chunks(PIECE_BYTES) {
        tell(json!({ "part": STANDARD.encode(piece) }))?;
    }
    tell(match issued {
        Some(issued) => json!({"done": true, "entry": issued.entry.to_string(), "sha256": issued.sha256}),
        None => json!({"done": true}),
    })?;
    Ok(Status::Done)
}
