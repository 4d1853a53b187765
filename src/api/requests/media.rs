//! Files of messages over HTTP: shown or saved by what their bytes are, and to nobody who may not read the message.

use std::io::{Cursor, Write};

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use poem::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use xinju_model::access::Viewer;
use xinju_model::role::BuiltIn;
use xinju_service::import::StartImport;

use super::site::{Answer, Site, browser};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n and some text";
/// What would be a page of this site, were it shown.
const HOSTILE: &[u8] = b"<html><script>alert(1)</script>";

fn line(id: &str, name: &str, content: &[u8]) -> String {
    let md5 = HEXLOWER.encode(&Md5::digest(content));
    let image = json!({"md5sum": md5, "filesize": content.len(), "filename": name});
    json!({"msgid": id, "action": "send", "from": "wmA", "tolist": ["ken"], "roomid": "", "msgtime": 1_769_760_000_000_u64,
        "msgtype": "image", "image": image})
    .to_string()
        + "\n"
}

/// A site with a picture, a hostile file called a picture, and one that never came; the administrator's cookie and the ids.
async fn gallery() -> (Site, String, [String; 3]) {
    let site = Site::new();
    let cookie = site.administrator().await;
    let lines = line("1", "a.png", PICTURE) + &line("2", "b.png", HOSTILE) + &line("3", "c.png", b"never");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("chat.ndjson", lines.as_bytes()), ("x", PICTURE), ("y", HOSTILE)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
        zip.write_all(content).expect("written");
    }
    let bytes = zip.finish().expect("a zip").into_inner();
    let service = site.service.clone();
    let imported = tokio::task::spawn_blocking(move || {
        let (file_name, file) = ("chat.zip".into(), Box::new(Cursor::new(bytes)));
        let start = StartImport { file_name, file_bytes: None, file, directory: None, account: None };
        let import = service.start_import(&Viewer::operator(), start).expect("answered").expect("begun");
        let done = service.wait_import(&Viewer::operator(), import.id, &mut |_| {}).expect("an import");
        assert!(service.wait_indexed(std::time::Duration::from_mins(1)));
        done.counts.added
    });
    assert_eq!(imported.await.expect("imported"), 3);
    let query = "{ conversations { nodes { messages(first: 9) { nodes { id } } } } }";
    let found = site.ask(Some(&cookie), query, Value::Null).await;
    let nodes = &found["data"]["conversations"]["nodes"][0]["messages"]["nodes"];
    let ids = [0, 1, 2].map(|at| nodes[at]["id"].as_str().unwrap_or_else(|| panic!("{found}")).to_owned());
    (site, cookie, ids)
}

async fn file(site: &Site, cookie: &str, id: &str, place: &str) -> Answer {
    let path = format!("/api/messages/{id}/files/{place}");
    let mut response =
        site.routes.call(browser(Method::GET, &path).header(header::COOKIE, cookie).finish()).await.expect("answered");
    let bytes = response.take_body().into_vec().await.expect("read");
    Answer { status: response.status(), headers: response.headers().clone(), text: HEXLOWER.encode(&bytes) }
}

#[tokio::test]
async fn pictures_are_shown_and_all_else_is_saved() {
    let (site, cookie, [picture, hostile, awaited]) = gallery().await;
    let shown = file(&site, &cookie, &picture, "0").await;
    assert_eq!((shown.status, shown.text.as_str()), (StatusCode::OK, HEXLOWER.encode(PICTURE).as_str()));
    assert_eq!(shown.header("content-type"), "image/png");
    assert_eq!(shown.header("content-length"), PICTURE.len().to_string());
    let name = shown.header("content-disposition").to_owned();
    assert!(name.starts_with(&format!("inline; filename=\"{picture}.0.")) && name.ends_with(".png\""), "{name}");
    let saved = file(&site, &cookie, &hostile, "0").await;
    assert_eq!(saved.header("content-type"), "application/octet-stream");
    assert!(saved.header("content-disposition").starts_with("attachment; "), "{:?}", saved.headers);
    for answer in [shown, saved] {
        assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    }
    for (id, place) in [(&awaited, "0"), (&picture, "1"), (&picture, "-1"), (&picture, "x"), (&"nonsense".into(), "0")]
    {
        assert_eq!(file(&site, &cookie, id, place).await.status, StatusCode::NOT_FOUND, "{id} {place}");
    }
}

#[tokio::test]
async fn graphql_says_what_arrived_and_where_it_is() {
    let (site, cookie, [picture, hostile, awaited]) = gallery().await;
    let query =
        "query($id: ID!) { message(id: $id) { body { attachments { state file { url contentType size sha256 } } } } }";
    let ask = async |id: &str| {
        let found = site.ask(Some(&cookie), query, json!({"id": id})).await;
        found["data"]["message"]["body"]["attachments"][0].clone()
    };
    let told = ask(&picture).await;
    let sha256 = HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(PICTURE));
    let url = format!("/api/messages/{picture}/files/0");
    let file = json!({"url": url, "contentType": "image/png", "size": PICTURE.len(), "sha256": sha256});
    assert_eq!(told, json!({"state": "ARRIVED", "file": file}));
    assert_eq!(ask(&hostile).await["file"]["contentType"], "application/octet-stream");
    assert_eq!(ask(&awaited).await, json!({"state": "AWAITED", "file": null}));
}

#[tokio::test]
async fn strangers_others_and_programs_that_may_not_read_get_no_file() {
    let (site, cookie, [picture, ..]) = gallery().await;
    let path = format!("/api/messages/{picture}/files/0");
    assert_eq!(site.get(&path).await.status, StatusCode::UNAUTHORIZED);
    // The customer has no owner, so that it is nobody's of the staff.
    let staff = site.user(&cookie, "sales", BuiltIn::Staff).await;
    assert_eq!(file(&site, &staff, &picture, "0").await.status, StatusCode::NOT_FOUND);
    let system = site.user(&cookie, "operator", BuiltIn::SystemAdministrator).await;
    assert_eq!(file(&site, &system, &picture, "0").await.status, StatusCode::FORBIDDEN);
    for (scope, status) in [("READ", StatusCode::OK), ("IMPORT", StatusCode::FORBIDDEN)] {
        let token = site.token(&cookie, &[scope]).await;
        let request = browser(Method::GET, &path).header(header::AUTHORIZATION, format!("Bearer {token}")).finish();
        let mut answer = site.routes.call(request).await.unwrap_or_else(poem::Error::into_response);
        assert_eq!(answer.status(), status, "{scope}");
        answer.take_body().into_vec().await.expect("read");
    }
}
