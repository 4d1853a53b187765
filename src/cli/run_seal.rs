//! Commands of sealing keys, on a service of this process.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use xinju_model::access::Viewer;
use xinju_model::seal_key::SealKey;
use xinju_service::seal_key::{ImportSealKey, SealKeyRefusal};
use xinju_service::service::Service;
use zeroize::Zeroizing;

use super::operate::Tell;
use super::run_here::{Outcome, done, refused};
use super::status::Status;

fn line(key: &SealKey) -> Value {
    let certificate = &key.certificate;
    json!({
        "number": key.number, "kind": key.kind.name(), "subject": certificate.subject, "issuer": certificate.issuer,
        "fingerprint": certificate.fingerprint, "self_signed": certificate.self_signed,
        "not_after": certificate.not_after.to_string(), "current": key.is_current(),
    })
}

fn put(outcome: Result<SealKey, SealKeyRefusal>, tell: Tell<'_>) -> Outcome {
    match outcome {
        Ok(key) => done(tell, line(&key)),
        Err(SealKeyRefusal::Unreadable(why)) => refused(tell, &why),
        Err(SealKeyRefusal::NotValid) => refused(tell, "its certificate is not valid now"),
        Err(SealKeyRefusal::NameInvalid) => refused(tell, "the organisation's name must be 1 to 100 characters"),
        Err(SealKeyRefusal::NoSuchKey) => refused(tell, "there is no such key"),
    }
}

/// Tells of every key.
pub(super) fn show(service: &Service, viewer: &Viewer, tell: Tell<'_>) -> Outcome {
    for key in service.seal_keys(viewer)? {
        tell(line(&key))?;
    }
    Ok(Status::Done)
}

/// Lets the key of a file seal.
pub(super) fn import(service: &Service, viewer: &Viewer, (file, phrase): (&str, &str), tell: Tell<'_>) -> Outcome {
    let Ok(file) = STANDARD.decode(file) else { return refused(tell, "the file did not arrive whole") };
    let import = ImportSealKey { file: Zeroizing::new(file), phrase: Zeroizing::new(phrase.to_owned()) };
    put(service.import_seal_key(viewer, &import)?, tell)
}

/// Makes a self-signed key.
pub(super) fn make(service: &Service, viewer: &Viewer, organisation: &str, tell: Tell<'_>) -> Outcome {
    put(service.make_seal_key(viewer, organisation)?, tell)
}
