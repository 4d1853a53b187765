//! Files that come with an operation (GraphQL multipart request specification): `operations`, then `map`, then the files.
//!
//! A file goes to disk as it arrives, sealed, in the data folder and without a name there ([`crate::spool`]); it is never
//! whole in memory, and the system frees it when the request ends however it ends.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use multer::{Constraints, Field, Multipart, SizeLimit};
use poem::Body;
use poem::http::StatusCode;
use serde_json::Value;
use xinju_model::access::{Action, may};
use xinju_model::limits::{GRAPHQL_BODY_BYTES_MAX, UPLOAD_BYTES_MAX};
use xinju_service::error::{Code, ServiceError};

use crate::graphql::{PLACEHOLDER, Uploaded};
use crate::graphql_request::{Operations, Refused, from_value};
use crate::session::Caller;
use crate::spool::Spool;
use crate::state::App;

/// Files in one request: messages and their directory.
const FILES_MAX: usize = 2;
/// What operations with files need.
const SENDERS: &[Action] = &[Action::Import, Action::ManageCases];
/// Size of the `map` part, in bytes.
const MAP_BYTES_MAX: u64 = 16 * 1024;
/// Time between two pieces of a file.
const PIECE_TIME_MAX: Duration = Duration::from_mins(1);
/// Depth of a path into the variables.
const PATH_DEPTH_MAX: usize = 16;

/// Which variables each file stands for.
type FileMap = BTreeMap<String, Vec<String>>;

/// Receives operations and their files. Only those whose operations take files send any, so nobody else fills the disk.
pub(crate) async fn receive(
    app: &Arc<App>,
    caller: &Caller,
    body: Body,
    boundary: String,
) -> Result<(Operations, Vec<Uploaded>), Refused> {
    let principal = caller.principal.as_ref().ok_or_else(|| Refused::from(&ServiceError::Unauthenticated))?;
    if !SENDERS.iter().any(|action| may(&principal.viewer, *action)) {
        let why = "only those who may import or work on cases send files";
        return Err(Refused::new(StatusCode::FORBIDDEN, Code::Forbidden, why));
    }
    let sizes = SizeLimit::new()
        .per_field(UPLOAD_BYTES_MAX)
        .for_field("operations", u64::try_from(GRAPHQL_BODY_BYTES_MAX).unwrap_or(u64::MAX))
        .for_field("map", MAP_BYTES_MAX);
    let constraints = Constraints::new().size_limit(sizes);
    let mut parts = Multipart::with_constraints(body.into_bytes_stream(), boundary, constraints);
    let mut operations = json_part(&mut parts, "operations").await?;
    let map: FileMap = serde_json::from_value(json_part(&mut parts, "map").await?)
        .map_err(|_| Refused::bad_request("`map` is an object of lists of paths"))?;
    if map.len() > FILES_MAX {
        return Err(Refused::new(StatusCode::BAD_REQUEST, Code::Limit, "too many files in one request"));
    }
    let files = receive_files(app, &mut parts, map, &mut operations).await?;
    Ok((from_value(operations)?, files))
}

async fn next<'a>(parts: &mut Multipart<'a>) -> Result<Option<Field<'a>>, Refused> {
    match tokio::time::timeout(PIECE_TIME_MAX, parts.next_field()).await {
        Ok(field) => field.map_err(|error| refused(&error)),
        Err(_) => Err(too_slow()),
    }
}

fn too_slow() -> Refused {
    Refused::new(StatusCode::REQUEST_TIMEOUT, Code::Limit, "the file took too long to arrive; send it again")
}

fn refused(error: &multer::Error) -> Refused {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => Refused::too_large(),
        _ => Refused::bad_request("the body is not multipart/form-data as announced, or broke off"),
    }
}

async fn json_part(parts: &mut Multipart<'_>, name: &'static str) -> Result<Value, Refused> {
    let missing = || Refused::bad_request("`operations` comes first, then `map`, then the files");
    let field = next(parts).await?.filter(|field| field.name() == Some(name)).ok_or_else(missing)?;
    let bytes = match tokio::time::timeout(PIECE_TIME_MAX, field.bytes()).await {
        Ok(bytes) => bytes.map_err(|error| refused(&error))?,
        Err(_) => return Err(too_slow()),
    };
    serde_json::from_slice(&bytes).map_err(|_| Refused::bad_request(&format!("`{name}` is not JSON")))
}

async fn receive_files(
    app: &App,
    parts: &mut Multipart<'_>,
    mut map: FileMap,
    operations: &mut Value,
) -> Result<Vec<Uploaded>, Refused> {
    let mut files = Vec::new();
    while let Some(field) = next(parts).await? {
        let paths = field.name().and_then(|name| map.remove(name));
        let paths = paths.ok_or_else(|| Refused::bad_request("a file that `map` does not name, or names twice"))?;
        for path in &paths {
            place(operations, path, &format!("{PLACEHOLDER}{}", files.len()))
                .ok_or_else(|| Refused::bad_request("`map` leads to no variable that is null"))?;
        }
        files.push(receive_file(app, field).await?);
    }
    if map.is_empty() { Ok(files) } else { Err(Refused::bad_request("a file that `map` names did not come")) }
}

/// Puts a word into the place that a path leads to, where there is a null. None when it leads elsewhere.
fn place(operations: &mut Value, path: &str, word: &str) -> Option<()> {
    let mut here = operations;
    for (depth, step) in path.split('.').enumerate() {
        if depth >= PATH_DEPTH_MAX {
            return None;
        }
        here = match here {
            Value::Object(object) => object.get_mut(step)?,
            Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    here.is_null().then(|| *here = Value::String(word.to_owned()))
}

async fn receive_file(app: &App, mut field: Field<'_>) -> Result<Uploaded, Refused> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let disk = |error: std::io::Error| {
        tracing::error!(%error, "an upload could not be laid down in the data folder");
        let sentence = "the file could not be kept; is the disk full? `xinju doctor` says more";
        Refused::new(StatusCode::INSUFFICIENT_STORAGE, Code::Internal, sentence)
    };
    let mut spool = Spool::new(&app.uploads(), &*app.random).map_err(disk)?;
    loop {
        let piece = match tokio::time::timeout(PIECE_TIME_MAX, field.chunk()).await {
            Ok(piece) => piece.map_err(|error| refused(&error))?,
            Err(_) => return Err(too_slow()),
        };
        let Some(piece) = piece else { break };
        spool.write(&piece).await.map_err(disk)?;
    }
    let (file, bytes) = spool.finish().await.map_err(disk)?;
    Ok(Uploaded::new(&name, bytes, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_where_the_map_says_and_only_into_nulls() {
        let mut operations = serde_json::json!({"query": "q", "variables": {"input": {"file": null, "list": [null]}}});
        assert!(place(&mut operations, "variables.input.file", "a").is_some());
        assert!(place(&mut operations, "variables.input.list.0", "b").is_some());
        assert!(place(&mut operations, "variables.input.file", "c").is_none());
        assert!(place(&mut operations, "query", "d").is_none());
        assert!(place(&mut operations, "variables.input.list.7", "e").is_none());
        assert_eq!(operations["variables"]["input"], serde_json::json!({"file": "a", "list": ["b"]}));
    }
}
