//! Errors of the schema: every one carries a code of the closed list in `extensions.code`, and none says anything of the inside.

use async_graphql::{Error, ErrorExtensionValues, ErrorExtensions, Response, ServerError, Value};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use xinju_service::error::{Code, ServiceError};

const CODE: &str = "code";

/// What a failed use case tells the caller. Faults of ours are logged, and told by an id that finds the line.
pub(crate) fn fault(error: &ServiceError) -> Error {
    let code = error.code();
    let told = coded(&error.sentence(), code);
    if code != Code::Internal {
        return told;
    }
    let text = error.to_string();
    let id = URL_SAFE_NO_PAD.encode(Sha256::digest(&text).iter().take(9).copied().collect::<Vec<u8>>());
    tracing::error!(fault = %id, error = %text, "a use case failed");
    told.extend_with(|_, extensions| extensions.set("id", id))
}

/// An argument that is not what it should be.
pub(crate) fn bad_input(sentence: &str) -> Error {
    coded(sentence, Code::BadInput)
}

fn coded(sentence: &str, code: Code) -> Error {
    Error::new(sentence).extend_with(|_, extensions| extensions.set(CODE, code.name()))
}

/// An answer that is nothing but an error, for what never reached the schema.
pub(crate) fn refusal(sentence: &str, code: Code) -> Response {
    let mut error = ServerError::new(sentence, None);
    set_code(&mut error, code);
    Response::from_errors(vec![error])
}

/// The code of an error.
pub(crate) fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get(CODE)? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

fn set_code(error: &mut ServerError, code: Code) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(CODE, code.name());
}

/// Gives a code to what the engine itself refused: documents that do not parse, do not fit the schema or go beyond a limit.
pub(crate) fn finish(mut response: Response) -> Response {
    for error in &mut response.errors {
        if code_of(error).is_none() {
            let beyond = ["too complex", "nested too deep", "recursion depth", "number of directives"];
            let limit = beyond.iter().any(|words| error.message.contains(words));
            set_code(error, if limit { Code::Limit } else { Code::BadInput });
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_ours_are_told_by_an_id_only() {
        let told =
            fault(&ServiceError::Internal("/secret/path".into())).into_server_error(async_graphql::Pos::default());
        assert_eq!(code_of(&told), Some("INTERNAL"));
        assert!(told.extensions.as_ref().is_some_and(|values| values.get("id").is_some()));
        assert!(!serde_json::to_string(&told).expect("json").contains("secret"));
    }

    #[test]
    fn refusals_of_the_engine_get_a_code() {
        let response = finish(Response::from_errors(vec![
            ServerError::new("Query is too complex.", None),
            ServerError::new("Unknown field", None),
        ]));
        let codes: Vec<_> = response.errors.iter().filter_map(code_of).collect();
        assert_eq!(codes, ["LIMIT", "BAD_INPUT"]);
    }
}
