//! Building a package for the operator of the machine: asking, waiting, handing over in pieces.

use std::io::Read;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use xinju_model::access::Viewer;
use xinju_model::case::{Forum, ForumKind};
use xinju_model::id::{CaseId, ConversationId, PackageId};
use xinju_model::package::{ExchangeFormat, PackageSelection, PackageState, PackageWanted};
use xinju_service::package::{PackageRefusal, PackageView};
use xinju_service::service::Service;

use super::operate::{Command, Tell};
use super::run_here::{Outcome, TELL_EVERY, refused};
use super::status::Status;

/// Bytes of one piece of a file.
pub(super) const PIECE_BYTES: usize = 48 * 1024;

/// Builds a package and tells its bytes.
pub(super) fn export(service: &Service, viewer: &Viewer, command: &Command, tell: Tell<'_>) -> Outcome {
    let Command::EvidenceExport { query, zone_offset_minutes, conversation, case, again, forum, abroad, .. } = command
    else {
        return Err("not an export".into());
    };
    let Command::EvidenceExport { reason, purpose, recipient, exchange, .. } = command else {
        return Err("not an export".into());
    };
    let selection = match (query, conversation, case, again) {
        (Some(query), None, None, None) => {
            PackageSelection::Search { query: query.clone(), zone_offset_minutes: *zone_offset_minutes }
        }
        (None, Some(id), None, None) => match ConversationId::parse(id) {
            Ok(conversation) => PackageSelection::Conversation { conversation, from: None, until: None },
            Err(_) => return refused(tell, "that is not the id of a conversation"),
        },
        (None, None, Some(id), None) => match CaseId::parse(id) {
            Ok(case) => PackageSelection::Case { case },
            Err(_) => return refused(tell, "that is not the id of a case"),
        },
        (None, None, None, Some(number)) => return build_again(service, viewer, number, tell),
        _ => return refused(tell, "name one thing to export"),
    };
    let forum = Forum {
        kind: ForumKind::Other,
        name: forum.clone(),
        abroad: abroad.is_some(),
        approval_number: abroad.clone().unwrap_or_default(),
    };
    let formats: Option<_> = exchange.iter().map(|name| ExchangeFormat::named(name)).collect();
    let Some(exchange) = formats else { return refused(tell, "exchange formats are csv, json, dat, opt and rsmf") };
    let (reason, purpose, recipient) = (reason.clone(), purpose.clone(), recipient.clone());
    let wanted = PackageWanted { selection, reason, purpose, recipient, forum, withhold: Vec::new(), exchange };
    match service.ask_package(viewer, wanted)? {
        Ok(package) => hand_over(service, viewer, package.id, tell),
        Err(PackageRefusal::Fault(fault)) => refused(tell, &fault.to_string()),
        Err(PackageRefusal::QueryInvalid) => refused(tell, "the query can't be read; try it with `xinju search`"),
        Err(PackageRefusal::NotThere) => refused(tell, "there is no such case or conversation"),
        Err(PackageRefusal::TooMany) => refused(tell, "too many packages wait already"),
    }
}

fn build_again(service: &Service, viewer: &Viewer, number: &str, tell: Tell<'_>) -> Outcome {
    match service.package_numbered(viewer, number)? {
        Some(view) => {
            let package = service.build_package_again(viewer, view.package.id)?;
            hand_over(service, viewer, package.id, tell)
        }
        None => refused(tell, "no package has this number"),
    }
}

fn hand_over(service: &Service, viewer: &Viewer, id: PackageId, tell: Tell<'_>) -> Outcome {
    let (mut told, mut gone) = (Instant::now(), None);
    let view = service.wait_package(viewer, id, &mut |view| {
        if told.elapsed() < TELL_EVERY {
            return true;
        }
        told = Instant::now();
        gone = tell(progress(view)).err();
        gone.is_none()
    })?;
    if let Some(gone) = gone {
        // Nobody waits for it any more.
        service.cancel_package(viewer, id)?;
        return Err(gone.into());
    }
    let package = view.package;
    let Some(file) = package.file.filter(|_| package.state == PackageState::Ready) else {
        let why = package.failure.unwrap_or_else(|| "the package was not built".into());
        return refused(tell, &why);
    };
    let mut content = service.fetch_package(viewer, id)?;
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    loop {
        piece.clear();
        content.by_ref().take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
        if piece.is_empty() {
            break;
        }
        tell(json!({ "part": STANDARD.encode(&piece) }))?;
    }
    tell(json!({
        "done": true, "number": package.number, "id": id.to_string(), "records": package.records, "bytes": file.bytes,
        "sha256": file.sha256, "manifest": file.manifest, "certificate": file.certificate,
    }))?;
    Ok(Status::Done)
}

fn progress(view: &PackageView) -> serde_json::Value {
    let now = view.progress;
    json!({
        "state": view.package.state.name(), "built": now.map_or(0, |now| now.done), "records": now.map_or(0, |now| now.records),
    })
}
