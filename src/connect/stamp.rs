//! Asks timestamp authorities, witnesses and webhooks: one POST, bounded in time and size, no redirection followed.

use ureq::Proxy;
use xinju_model::limits::STAMP_ANSWER_MS_MAX;
use xinju_service::stamp::{Post, PostAnswer, PostError, PostRequest};

use crate::https;

/// Asks outsiders over the network.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stamps;

impl Post for Stamps {
    fn post(&self, request: &PostRequest) -> Result<PostAnswer, PostError> {
        let mut question = agent(&request.proxy)?.post(&request.url).content_type(request.content_type);
        for (name, value) in &request.headers {
            question = question.header(*name, value);
        }
        let answer = question.send(&request.body).map_err(fault)?;
        let (parts, mut body) = answer.into_parts();
        let kind = parts.headers.get(ureq::http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
        let limit = u64::try_from(request.answer_bytes_max).unwrap_or(u64::MAX);
        let body = body.with_config().limit(limit).read_to_vec().map_err(fault)?;
        Ok(PostAnswer { status: parts.status.as_u16(), content_type: kind, body })
    }
}

/// Through a proxy, where one is named, with the CONNECT method for plain addresses too.
fn agent(proxy: &str) -> Result<ureq::Agent, PostError> {
    let proxy = Some(proxy).filter(|proxy| !proxy.is_empty()).map(Proxy::new).transpose().map_err(fault)?;
    https::client("", proxy, STAMP_ANSWER_MS_MAX).map_err(|error| PostError::Untrusted(error.to_string()))
}

fn fault(error: ureq::Error) -> PostError {
    match error {
        ureq::Error::Timeout(_) => PostError::TimedOut,
        ureq::Error::BodyExceedsLimit(_) => PostError::TooLarge,
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => PostError::Untrusted(error.to_string()),
        ureq::Error::Io(source) if is_tls(&source) => PostError::Untrusted(source.to_string()),
        ureq::Error::Io(source) if source.kind() == std::io::ErrorKind::TimedOut => PostError::TimedOut,
        error => PostError::Unreachable(error.to_string()),
    }
}

fn is_tls(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync + 'static>::is::<rustls::Error>)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};

    use super::*;

    /// A server that takes one request, remembers it and answers with these bytes.
    fn server(answer: Vec<u8>) -> (SocketAddr, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a request");
            let (mut got, mut buffer) = (Vec::new(), [0; 4_096]);
            while !got.ends_with(b"question") {
                match stream.read(&mut buffer).expect("reads") {
                    0 => break,
                    read => got.extend_from_slice(&buffer[..read]),
                }
            }
            // Who asked may have hung up before it read all.
            let _ = stream.write_all(&answer);
            String::from_utf8_lossy(&got).into_owned()
        });
        (address, thread)
    }

    fn ask(address: SocketAddr, proxy: &str) -> Result<PostAnswer, PostError> {
        Stamps.post(&PostRequest {
            url: format!("http://{address}/tsr"),
            proxy: proxy.into(),
            content_type: "application/timestamp-query",
            headers: vec![("accept", "application/timestamp-reply".into())],
            body: b"question".to_vec(),
            answer_bytes_max: 1_000,
        })
    }

    fn answer(head: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len()).as_bytes(), body]
            .concat()
    }

    #[test]
    fn a_question_arrives_and_its_answer_comes_back() {
        let (address, thread) = server(answer("200 OK\r\nContent-Type: Application/Timestamp-Reply; x=1", b"\x30\x00"));
        let got = ask(address, "").expect("an answer");
        let expected =
            PostAnswer { status: 200, content_type: "application/timestamp-reply".into(), body: vec![0x30, 0] };
        assert_eq!(got, expected);
        let asked = thread.join().expect("a request").to_ascii_lowercase();
        assert!(
            asked.starts_with("post /tsr ") && asked.contains("content-type: application/timestamp-query"),
            "{asked}"
        );
    }

    #[test]
    fn redirections_are_answers_and_large_bodies_are_refused() {
        let (address, _thread) = server(answer("302 Found\r\nLocation: http://127.0.0.1:1/", b""));
        assert_eq!(ask(address, "").expect("an answer").status, 302);
        let (address, _thread) = server(answer("200 OK", &[0; 1_001]));
        assert_eq!(ask(address, ""), Err(PostError::TooLarge));
    }

    #[test]
    fn who_is_not_there_is_not_reached() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        assert!(matches!(ask(address, ""), Err(PostError::Unreachable(_))));
        let (proxied, thread) = server(answer("407 Proxy Authentication Required", b""));
        assert!(ask(address, &format!("http://{proxied}")).is_err());
        assert!(!thread.join().expect("a request").is_empty(), "the proxy was asked");
    }
}
