//! What a GraphQL request over HTTP asks for: read from a query string or JSON, every parameter checked for its type.

use async_graphql::{Request as Operation, Variables};
use poem::http::StatusCode;
use serde_json::{Map, Value};
use xinju_model::limits::GRAPHQL_BATCH_MAX;
use xinju_service::error::Code;

/// A request that never reaches the schema, and why.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    pub(crate) sentence: String,
    /// The methods that would do, where the method is what is wrong.
    pub(crate) allow: Option<&'static str>,
}

impl Refused {
    pub(crate) fn new(status: StatusCode, code: Code, sentence: &str) -> Self {
        Self { status, code, sentence: sentence.to_owned(), allow: None }
    }

    pub(crate) fn bad_request(sentence: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadInput, sentence)
    }

    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Code::Limit, "the request is larger than allowed")
    }

    pub(crate) fn media_type() -> Self {
        let sentence = "post application/json in UTF-8, or multipart/form-data with files";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadInput, sentence)
    }

    pub(crate) fn method(allow: &'static str) -> Self {
        let refused = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            Code::BadInput,
            "this method does not do; GET asks, POST changes",
        );
        Self { allow: Some(allow), ..refused }
    }
}

/// One operation or a batch of them.
#[derive(Debug)]
pub(crate) struct Operations {
    all: Vec<Operation>,
    batch: bool,
}

impl Operations {
    pub(crate) fn is_batch(&self) -> bool {
        self.batch
    }

    pub(crate) fn all_mut(&mut self) -> &mut [Operation] {
        &mut self.all
    }

    pub(crate) fn into_all(self) -> Vec<Operation> {
        self.all
    }
}

/// The operation of a GET request: `query`, `operationName`, `variables` and `extensions` in the query string.
pub(crate) fn from_query(query: &str) -> Result<Operations, Refused> {
    let uri =
        format!("/?{query}").parse::<poem::http::Uri>().map_err(|_| Refused::bad_request("not a query string"))?;
    let request = poem::Request::builder().uri(uri).finish();
    let parameters: Vec<(String, String)> = request.params().map_err(|_| Refused::bad_request("not a query string"))?;
    let mut object = Map::new();
    for (name, text) in parameters {
        let value = match name.as_str() {
            "query" | "operationName" => Value::String(text),
            "variables" | "extensions" => {
                serde_json::from_str(&text).map_err(|_| Refused::bad_request(&format!("`{name}` is not JSON")))?
            }
            _ => continue,
        };
        object.insert(name, value);
    }
    Ok(Operations { all: vec![operation(object)?], batch: false })
}

/// The operations of a posted JSON text.
pub(crate) fn from_json(bytes: &[u8]) -> Result<Operations, Refused> {
    let value = serde_json::from_slice(bytes).map_err(|_| Refused::bad_request("the body is not JSON"))?;
    from_value(value)
}

/// The operations of posted JSON.
pub(crate) fn from_value(value: Value) -> Result<Operations, Refused> {
    match value {
        Value::Object(object) => Ok(Operations { all: vec![operation(object)?], batch: false }),
        Value::Array(items) if items.is_empty() => Err(Refused::bad_request("the batch is empty")),
        Value::Array(items) if items.len() > GRAPHQL_BATCH_MAX => {
            let sentence = format!("a batch holds at most {GRAPHQL_BATCH_MAX} operations");
            Err(Refused::new(StatusCode::BAD_REQUEST, Code::Limit, &sentence))
        }
        Value::Array(items) => {
            let all = items.into_iter().map(|item| match item {
                Value::Object(object) => operation(object),
                _ => Err(Refused::bad_request("an operation is a JSON object")),
            });
            Ok(Operations { all: all.collect::<Result<_, _>>()?, batch: true })
        }
        _ => Err(Refused::bad_request("an operation is a JSON object")),
    }
}

fn operation(mut object: Map<String, Value>) -> Result<Operation, Refused> {
    let Some(Value::String(query)) = object.remove("query") else {
        return Err(Refused::bad_request("`query` is a string and must be given"));
    };
    let mut operation = Operation::new(query);
    match object.remove("operationName") {
        None | Some(Value::Null) => {}
        Some(Value::String(name)) => operation.operation_name = Some(name),
        Some(_) => return Err(Refused::bad_request("`operationName` is a string")),
    }
    match object.remove("variables") {
        None | Some(Value::Null) => {}
        Some(variables @ Value::Object(_)) => operation.variables = Variables::from_json(variables),
        Some(_) => return Err(Refused::bad_request("`variables` is an object")),
    }
    // Nothing is done with extensions, but they have to be what they should be.
    match object.remove("extensions") {
        None | Some(Value::Null | Value::Object(_)) => Ok(operation),
        Some(_) => Err(Refused::bad_request("`extensions` is an object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        from_json(text.as_bytes()).is_err()
    }

    #[test]
    fn parameters_have_their_types() {
        for wrong in [
            "",
            "3",
            "[]",
            "[1]",
            "{}",
            r#"{"query":1}"#,
            r#"{"query":"{a}","variables":[]}"#,
            r#"{"query":"{a}","operationName":1}"#,
            r#"{"query":"{a}","extensions":"x"}"#,
        ] {
            assert!(refused(wrong), "{wrong}");
        }
        assert!(!refused(r#"{"query":"{a}","variables":null,"operationName":null,"extensions":null}"#));
    }

    #[test]
    fn a_batch_is_bounded() {
        let batch = |count: usize| format!("[{}]", vec![r#"{"query":"{a}"}"#; count].join(","));
        assert!(!refused(&batch(GRAPHQL_BATCH_MAX)));
        assert!(refused(&batch(GRAPHQL_BATCH_MAX + 1)));
    }

    #[test]
    fn query_strings_are_decoded() {
        let found = from_query("query=%7B__typename%7D&variables=%7B%22a%22%3A1%7D&other=1").expect("an operation");
        let all = found.into_all();
        assert_eq!(all[0].query, "{__typename}");
        assert_eq!(all[0].variables.get("a"), Some(&async_graphql::Value::from(1)));
        assert!(from_query("query=x&variables=%7B").is_err());
        assert!(from_query("").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_body_brings_the_reader_down(bytes: Vec<u8>) {
            let _ = from_json(&bytes);
        }
    }
}
