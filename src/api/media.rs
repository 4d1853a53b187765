//! Files of messages: shown beside what they belong to, or saved.
//!
//! Strangers wrote them. Only what browsers draw without running anything of it is shown; all else is saved, and a policy of its own keeps whatever
//! it is from being a page of this site.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::try_unfold;
use poem::http::{HeaderValue, header};
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};
use xinju_model::id::EntryIndex;
use xinju_model::media::Format;
use xinju_service::error::ServiceError;
use xinju_service::media::TakenMedia;

use crate::download::{attachment, call, respond};
use crate::session::blocking;
use crate::state::App;

/// Bytes of one piece on its way from the disk to the connection.
const PIECE_BYTES: usize = 64 * 1024;
/// What a file may do where it is opened by itself: nothing.
const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// A file of a message, byte for byte. The mark of who takes it out stands in its name.
#[handler]
pub(crate) async fn file(request: &Request, app: Data<&Arc<App>>, Path(place): Path<(String, String)>) -> Response {
    let found = async {
        let gone = || ServiceError::NotFound("file");
        let index = EntryIndex::parse(&place.0).map_err(|_| gone())?;
        let number: usize = place.1.parse().map_err(|_| gone())?;
        let taken =
            call(app.0, request, move |service, viewer| service.take_message_file(viewer, index, number)).await?;
        let taken = taken.ok_or_else(gone)?;
        let name = format!("{index}.{number}.{}.{}", taken.mark.code, taken.ending);
        Ok(shown(&name, taken))
    };
    respond(found.await)
}

fn shown(name: &str, taken: TakenMedia) -> Response {
    let TakenMedia { content, bytes, format, .. } = taken;
    let content_type = format.map_or("application/octet-stream", |format| format.content_type);
    let mut response = attachment(name, content_type, pieces(content));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    if format.is_some_and(Format::is_drawn)
        && let Ok(inline) = HeaderValue::from_str(&format!("inline; filename=\"{name}\""))
    {
        headers.insert(header::CONTENT_DISPOSITION, inline);
    }
    response
}

/// A body that is read as fast as it is taken: a page shows many pictures, and no thread waits for a slow reader of one.
fn pieces(content: impl Read + Send + 'static) -> Body {
    Body::from_bytes_stream(try_unfold(content, |mut content| async {
        let read = blocking(move || {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            let read = (&mut content).take(PIECE_BYTES as u64).read_to_end(&mut piece);
            read.map_err(|source| ServiceError::Io { what: "reading a file of a message", source })?;
            Ok((!piece.is_empty()).then(|| (Bytes::from(piece), content)))
        });
        // The head of the answer is out by now: the connection breaks off, so that nobody takes a part for the whole.
        read.await.map_err(|error| {
            tracing::error!(%error, "a file of a message was cut short");
            std::io::Error::other(error)
        })
    }))
}
