//! Building a package: freeze a signed head, work out the records, write, seal, log the seal.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use xinju_evidence::cosignature::{Cosignature, WitnessKey};
use xinju_evidence::error::EvidenceError;
use xinju_evidence::log::consistency_text;
use xinju_evidence::package::{OlderHead, PackageHead, SealFile, write};
use xinju_evidence::proof::Proof;
use xinju_evidence::record::RecordFile;
use xinju_evidence::seal::{self, EXPORT_CONSISTENCY, EXPORT_ENTRY, EXPORT_PROOF, SEAL, SEAL_STAMP, SEAL_STAMP_2};
use xinju_evidence::sm2_seal::{SM2_CERTIFICATE, SM2_SEAL};
use xinju_evidence::timestamp;
use xinju_model::access::{Credential, Permit, Viewer};
use xinju_model::case::{CaseItem, ContextRule, Selection};
use xinju_model::entry::{disclosures, entry_bytes};
use xinju_model::id::{EntryIndex, PackageId};
use xinju_model::limits::{EVIDENCE_RECORDS_MAX, PACKAGE_HEADS_MAX, PACKAGE_KEPT_MS};
use xinju_model::package::{
    FrozenHead, Package, PackageFailure, PackageFile, PackageForm, PackageSelection, PackageState, SealPromise,
};
use xinju_model::time::Timestamp;
use xinju_store::read::{Page, ReadTx};

use crate::approval::hex;
use crate::audit::{Act, record, system};
use crate::error::{Code, ServiceError};
use crate::package::report::Names;
use crate::package::source::Source;
use crate::seal_key::Sealers;
use crate::service::Core;
use crate::session::rights_anywhere;
use crate::stamp::Anchor;

/// How long a package waits for the index before it fails.
const INDEX_WAIT: Duration = Duration::from_mins(10);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Checkpoints read in one go.
const CHECKPOINTS_AT_ONCE: usize = 4_096;
const HOUR_MS: i64 = 3_600_000;
/// Bytes of a file that are hashed at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// Seals a package, and keeps what came of it.
pub(super) struct Sealing<'a> {
    core: &'a Core,
    pub(super) permit: &'a Permit,
    package: &'a Package,
    head: &'a FrozenHead,
    /// SHA-256 of the tag manifest, the certificate's fingerprint, the entry of the seal.
    pub(super) outcome: Option<(String, String, EntryIndex)>,
}

impl Sealing<'_> {
    /// Seals the tag manifest, writes the seal into the ledger, and proves that.
    pub(super) fn seal(&mut self, tag_manifest: &[u8]) -> Result<Vec<SealFile>, ServiceError> {
        let core = self.core;
        let sealers = core.sealers()?;
        let signed = seal::seal(&sealers.organisation, tag_manifest, core.clock.now())?;
        let stamping = core.stamp(&signed)?;
        let (manifest, fingerprint) = (hex(&Sha256::digest(tag_manifest)), sealers.certificate.fingerprint);
        let failed = stamping.failed.iter().map(|failed| format!("{}: {}", failed.authority, failed.why));
        let unstamped: Vec<String> = failed.collect();
        let act = self.act(&manifest, &fingerprint)?.with("stamps", stamping.tokens.len());
        let act = act.with("sm2", sealers.sm2.is_some());
        let act = if unstamped.is_empty() { act } else { act.with("not_stamped_by", unstamped.join("; ")) };
        let index = core.audited(self.permit, act)?;
        self.outcome = Some((manifest, fingerprint, index));
        let named = |name: &str, bytes| SealFile { name: name.into(), bytes };
        let mut files = vec![named(SEAL, signed)];
        let stamps = [SEAL_STAMP, SEAL_STAMP_2].into_iter().zip(stamping.tokens);
        files.extend(stamps.map(|(name, token)| named(name, token.response)));
        if let Some(sm2) = &sealers.sm2 {
            files.push(named(SM2_SEAL, sm2.sign(tag_manifest)?));
            files.push(named(SM2_CERTIFICATE, sm2.certificate().to_vec()));
        }
        files.extend(self.proof(index)?);
        Ok(files)
    }

    fn act(&self, manifest: &str, certificate: &str) -> Result<Act, ServiceError> {
        let package = self.package;
        let act = Act::audit("package.seal").on(package.id).with("number", &package.number);
        let act = act.with("manifest", manifest).with("certificate", certificate).with("records", package.records);
        let act = act.with("requester", &package.asked_by_name);
        let approval = package.approval.map(|id| self.core.store.read().and_then(|tx| tx.approval(id))).transpose()?;
        let approver = approval.flatten().and_then(|approval| approval.decided).map(|step| step.name);
        let act = approver.into_iter().fold(act, |act, name| act.with("approver", name));
        let wanted = &package.wanted;
        let texts = [("purpose", &wanted.purpose), ("recipient", &wanted.recipient)];
        Ok(texts.into_iter().filter(|(_, text)| !text.is_empty()).fold(act, |act, (name, text)| act.with(name, text)))
    }

    /// The entry of the seal under a newer head, which continues the package's.
    fn proof(&self, index: EntryIndex) -> Result<Vec<SealFile>, ServiceError> {
        let lost = || ServiceError::Internal("the seal's entry is not in the ledger".into());
        let newer = self.core.sign_head()?.filter(|newer| newer.size > index.0).ok_or_else(lost)?;
        let tx = self.core.store.read()?;
        let entry = tx.entry(index)?.ok_or_else(lost)?;
        let all = disclosures(&entry, None);
        let file = RecordFile::new(&entry_bytes(entry.kind, &entry.seed, &all), &all, Vec::new(), Vec::new())?;
        let proof = Proof { index: index.0, path: tx.inclusion(index, newer.size)?, checkpoint: newer.note };
        let consistency = consistency_text(&tx.consistency(self.head.size, newer.size)?);
        let named = |name: &str, bytes| SealFile { name: name.into(), bytes };
        Ok(vec![
            named(EXPORT_ENTRY, file.to_json()),
            named(EXPORT_PROOF, proof.to_text().into_bytes()),
            named(EXPORT_CONSISTENCY, consistency.into_bytes()),
        ])
    }
}

impl Core {
    /// Builds a package whose turn it is, and writes down what came of it.
    pub(crate) fn build_package(&self, id: PackageId) {
        let outcome = self.try_package(id);
        let unwanted = !self.packages.wanted();
        self.packages.end();
        let (state, failure) = match outcome {
            Ok(()) => return,
            // The next start begins again.
            Err(_) if self.feed.stopped() => return,
            Err(_) if unwanted => (PackageState::Cancelled, None),
            Err(error) => {
                tracing::error!(%error, "a package could not be built");
                (PackageState::Failed, Some((failure_of(&error), error.sentence())))
            }
        };
        if let Err(error) = self.end_package(id, state, failure) {
            tracing::error!(%error, "what came of a package could not be written down");
            self.counters.job_failed();
        }
    }

    /// Writes down that a package was not built. Who cancelled it has an event already.
    fn end_package(
        &self,
        id: PackageId,
        state: PackageState,
        failure: Option<(PackageFailure, String)>,
    ) -> Result<(), ServiceError> {
        let now = self.clock.now();
        Ok(self.store.write(&system("local")?, move |tx| {
            let Some(mut package) = tx.package(id)?.filter(|package| package.state.is_open()) else { return Ok(()) };
            package.state = state;
            (package.failed_by, package.failure) = failure.clone().unzip();
            tx.put_package(&package)?;
            if state == PackageState::Failed {
                let act = Act::audit("package.fail").on(id).with("number", &package.number);
                record(tx, now, &act)?;
            }
            Ok(())
        })?)
    }

    fn try_package(&self, id: PackageId) -> Result<(), ServiceError> {
        let package = self.store.read()?.package(id)?.filter(|package| package.state.is_open());
        let Some(package) = package else { return Ok(()) };
        let viewer = self.asker(&package)?;
        let permit = self.allow_export(&viewer, id)?;
        let (mut package, head) = self.freeze(&permit, package)?;
        let records = self.records_of(&viewer, &permit, &package, &head)?;
        package.records = u32::try_from(records.len()).unwrap_or(u32::MAX);
        let snapshot = self.snapshot(&permit)?;
        let front = self.front(&snapshot.tx, &package, &head, &records)?;
        let sealing = Sealing { core: self, permit: &permit, package: &package, head: &head, outcome: None };
        let mut source = Source::new(self, &snapshot, (&package, &head), &records, sealing)?;
        let mut new = self.store.new_package(id)?;
        write(new.content(), &front, &mut source).map_err(|error| source.why(error))?;
        let (sealing, names) = source.finish();
        let sealed = sealing.outcome;
        let (manifest, certificate, entry) =
            sealed.ok_or_else(|| ServiceError::Internal("nothing was sealed".into()))?;
        let sha256 = digest_of(new.content())?;
        let bytes = new.finish()?;
        let at = self.clock.now();
        let expires_at = at.plus_millis(PACKAGE_KEPT_MS);
        let file = PackageFile { bytes, sha256, manifest, certificate, entry, at, expires_at };
        self.keep_package(id, package.records, file, names)
    }

    /// Who asked for a package, with the rights of now.
    fn asker(&self, package: &Package) -> Result<Viewer, ServiceError> {
        let Some(id) = package.asked_by else { return Ok(Viewer::operator()) };
        let tx = self.store.read()?;
        let user = tx.user(id)?.map(|row| row.user).filter(|user| user.active);
        let user = user.ok_or(PackageFailure::AskerGone)?;
        Ok(Viewer {
            user: Some(id),
            rights: std::sync::Arc::new(rights_anywhere(&tx, &user)?),
            name: user.name,
            credential: Credential::Session,
            place: "local".into(),
            session: None,
            vouched: true,
        })
    }

    /// The head that the package leads to: signed once, after everything that was asked and agreed.
    fn freeze(&self, permit: &Permit, mut package: Package) -> Result<(Package, FrozenHead), ServiceError> {
        let (id, now) = (package.id, self.clock.now());
        let begins = package.head.is_none();
        package.state = PackageState::Building;
        self.put_open(
            permit,
            &package,
            begins.then(|| (now, Act::audit("package.build").on(id).with("number", &package.number))),
        )?;
        if let Some(head) = package.head.clone() {
            return Ok((package, head));
        }
        let empty = || ServiceError::Conflict("there is nothing in the archive".into());
        let signed = self.sign_head()?.ok_or_else(empty)?;
        let head = FrozenHead { size: signed.size, note: signed.note };
        let sealers = self.sealers()?;
        package.form = Some(self.form(&sealers)?);
        (package.head, package.seal) = (Some(head.clone()), Some(sealers.certificate));
        self.put_open(permit, &package, None)?;
        Ok((package, head))
    }

    /// What a package that is first built now is built with. What comes of its seal can differ, since packages are built again years
    /// later: the ledger's entry of the seal says what was made.
    fn form(&self, sealers: &Sealers) -> Result<PackageForm, ServiceError> {
        let setup = self.stamp_setup()?;
        let timestamps = u32::try_from(setup.settings.authorities.len()).unwrap_or(u32::MAX);
        let promise = SealPromise { timestamps, sm2: sealers.sm2.is_some() };
        Ok(PackageForm { promise, witness: setup.settings.witness.as_ref().map(|witness| witness.key.clone()) })
    }

    /// Puts a package that is on its way, unless it was cancelled meanwhile.
    fn put_open(
        &self,
        permit: &Permit,
        package: &Package,
        event: Option<(Timestamp, Act)>,
    ) -> Result<(), ServiceError> {
        let row = package.clone();
        Ok(self.store.write(permit, move |tx| {
            if !tx.package(row.id)?.is_some_and(|now| now.state.is_open()) {
                return Err(xinju_store::error::StoreError::Refused("the package is not wanted any more".into()));
            }
            tx.put_package(&row)?;
            match &event {
                Some((at, act)) => record(tx, *at, act).map(|_| ()),
                None => Ok(()),
            }
        })?)
    }

    /// The records, in the order of the ledger: worked out once, so that building again holds the same.
    fn records_of(
        &self,
        viewer: &Viewer,
        permit: &Permit,
        package: &Package,
        head: &FrozenHead,
    ) -> Result<Vec<EntryIndex>, ServiceError> {
        if let Some(records) = self.store.read()?.package_records(package.id)? {
            return Ok(records);
        }
        self.wait_searchable(head.size)?;
        let items = self.selected_items(viewer, package, head)?;
        let mut records = self.collected(permit, &items)?;
        records.retain(|record| record.0 < head.size);
        if records.is_empty() {
            return Err(PackageFailure::Empty.into());
        }
        if records.len() > usize::try_from(EVIDENCE_RECORDS_MAX).unwrap_or(usize::MAX) {
            return Err(PackageFailure::TooLarge.into());
        }
        let (id, row) = (package.id, records.clone());
        self.store.write(permit, move |tx| tx.put_package_records(id, &row))?;
        Ok(records)
    }

    fn selected_items(
        &self,
        viewer: &Viewer,
        package: &Package,
        head: &FrozenHead,
    ) -> Result<Vec<CaseItem>, ServiceError> {
        let selection = match &package.wanted.selection {
            PackageSelection::Case { case } => {
                let (_, tx, _) = self.seen_case(viewer, *case)?;
                return Ok(tx.case_items(*case)?);
            }
            PackageSelection::Conversation { conversation, from, until } => {
                Selection::Conversation { conversation: *conversation, from: *from, until: *until }
            }
            PackageSelection::Search { query, zone_offset_minutes } => {
                let (query, archived_before) = (query.clone(), Some(EntryIndex(head.size)));
                Selection::Search { query, archived_before, zone_offset_minutes: *zone_offset_minutes }
            }
        };
        let (added_at, added_by) = (package.asked_at, package.asked_by);
        Ok(vec![CaseItem {
            number: 1,
            selection,
            context: ContextRule::Alone,
            comment: String::new(),
            added_at,
            added_by,
        }])
    }

    pub(super) fn wait_searchable(&self, size: u64) -> Result<(), ServiceError> {
        let begun = Instant::now();
        while self.searchable() < size {
            if begun.elapsed() > INDEX_WAIT || self.feed.stopped() || !self.packages.wanted() {
                return Err(PackageFailure::IndexBehind.into());
            }
            self.feed.hurry();
            self.feed.pause(LOOK_EVERY);
        }
        Ok(())
    }

    fn front(
        &self,
        tx: &ReadTx,
        package: &Package,
        head: &FrozenHead,
        records: &[EntryIndex],
    ) -> Result<PackageHead, ServiceError> {
        let mut older = BTreeMap::new();
        for (size, checkpoint) in closed_heads(tx, package, head, records)? {
            older.insert(size, OlderHead { checkpoint, size, ..OlderHead::default() });
        }
        let entries: Vec<u64> = records.iter().map(|record| record.0).collect();
        let witness = package.form.as_ref().and_then(|form| form.witness.clone());
        let known = witness.as_deref().map(Cosignature::key).transpose().map_err(ServiceError::from)?;
        for anchor in self.anchors(head.size, &entries)? {
            let older_head = stamped(anchor, package.asked_at, known.as_ref());
            if !older_head.tokens.is_empty() || !older_head.cosignatures.is_empty() {
                older.insert(older_head.size, older_head);
            }
        }
        let witness = witness.filter(|_| older.values().any(|head| !head.cosignatures.is_empty()));
        for (size, older) in &mut older {
            older.consistency = tx.consistency(*size, head.size)?;
        }
        Ok(PackageHead {
            id: package.number.clone(),
            organisation: package.organisation.clone(),
            at: package.asked_at,
            key: self.note_key(),
            checkpoint: head.note.clone(),
            size: head.size,
            items: package.records,
            older: older.into_values().collect(),
            promise: package.form.as_ref().map(|form| form.promise.clone()),
            witness,
        })
    }

    fn keep_package(&self, id: PackageId, records: u32, file: PackageFile, names: Names) -> Result<(), ServiceError> {
        let kept = self.store.write(&system("local")?, move |tx| {
            let Some(mut package) = tx.package(id)?.filter(|package| package.state.is_open()) else { return Ok(false) };
            (package.state, package.records) = (PackageState::Ready, records);
            (package.failure, package.failed_by) = (None, None);
            package.file = Some(file.clone());
            package.names.clone_from(&names);
            tx.put_package(&package).map(|()| true)
        })?;
        // Cancelled at the last moment: nobody wants the file.
        if !kept {
            self.store.remove_package(id)?;
        }
        Ok(())
    }
}

/// A stamped head with what of its stamps belongs into a package: what came after the package was asked for is not in it, so that building
/// again finds the same.
fn stamped(anchor: Anchor, asked_at: Timestamp, witness: Option<&WitnessKey>) -> OlderHead {
    let Anchor { size, note: checkpoint, mut tokens, cosignatures } = anchor;
    tokens.retain(|token| timestamp::verify(token, checkpoint.as_bytes()).is_ok_and(|stamped| stamped.at <= asked_at));
    let signed = cosignatures.iter().filter_map(|line| Cosignature::find(line.as_bytes(), witness?, &checkpoint).ok());
    let mut lines: Vec<String> = signed.filter(|one| one.at <= asked_at).map(|one| one.line).collect();
    // A witness that was asked about the same head again signed it twice.
    lines.truncate(1);
    OlderHead { checkpoint, size, tokens, cosignatures: lines, ..OlderHead::default() }
}

/// Heads that were the last of an hour before the package was asked for, and the first to cover one of its records: those
/// are kept for ever, so that building again finds the same.
fn closed_heads(
    tx: &ReadTx,
    package: &Package,
    head: &FrozenHead,
    records: &[EntryIndex],
) -> Result<Vec<(u64, String)>, ServiceError> {
    let hour = |at: Timestamp| at.millis().div_euclid(HOUR_MS);
    let (mut heads, mut after, mut rest) = (Vec::new(), None, records);
    let mut last: Option<(u64, i64, String)> = None;
    loop {
        let page = tx.checkpoints(&Page { after, limit: CHECKPOINTS_AT_ONCE })?;
        after = page.last().map(|(size, _, _)| *size);
        let whole = page.len() == CHECKPOINTS_AT_ONCE;
        for (size, at, note) in page.into_iter().chain((!whole).then(|| (u64::MAX, package.asked_at, String::new()))) {
            if let Some((covered, before, note)) = last.take()
                && before < hour(at)
                && before < hour(package.asked_at)
                && covered < head.size
                && rest.first().is_some_and(|record| record.0 < covered)
            {
                rest = rest.get(rest.partition_point(|record| record.0 < covered)..).unwrap_or_default();
                heads.push((covered, note));
            }
            last = Some((size, hour(at), note));
        }
        if !whole || rest.is_empty() {
            break;
        }
    }
    // Of very many the first and the last are worth most; those between are as good as each other.
    if heads.len() > PACKAGE_HEADS_MAX {
        let newest = heads.split_off(heads.len().saturating_sub(PACKAGE_HEADS_MAX / 2));
        heads.truncate(PACKAGE_HEADS_MAX / 2);
        heads.extend(newest);
    }
    Ok(heads)
}

/// What a fault of building means for who asked.
fn failure_of(error: &ServiceError) -> PackageFailure {
    match error {
        ServiceError::Package(failure) => *failure,
        ServiceError::Evidence(EvidenceError::Full) => PackageFailure::NoRoom,
        other => match other.code() {
            Code::Forbidden | Code::NotFound => PackageFailure::NotAllowed,
            _ => PackageFailure::Other,
        },
    }
}

fn digest_of(content: &mut (impl Read + Seek)) -> Result<String, ServiceError> {
    let failed = |error: std::io::Error| ServiceError::from(EvidenceError::from(error));
    content.seek(SeekFrom::Start(0)).map_err(failed)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; CHUNK_BYTES]);
    loop {
        let read = content.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;

    #[test]
    fn a_full_disk_is_said_to_be_full() {
        let failure = |kind: ErrorKind| failure_of(&EvidenceError::from(Error::from(kind)).into());
        assert_eq!(failure(ErrorKind::StorageFull), PackageFailure::NoRoom);
        assert_eq!(failure(ErrorKind::PermissionDenied), PackageFailure::Other);
        assert_eq!(failure_of(&ServiceError::Withheld), PackageFailure::NotAllowed);
    }
}
