//! The model clause by which parties agree how electronic data are kept and checked: its text with the fingerprints of now, and
//! texts that were issued. An issued text is an entry of the ledger; the list of them is a setting that leads to the entries.

use data_encoding::HEXLOWER;
use xinju_evidence::certificate;
use xinju_evidence::clause::{ClauseFacts, ClauseLanguage, pdf, text};
use xinju_evidence::log::key_fingerprint;
use xinju_evidence::report::SealFacts;
use xinju_model::access::{Action, Viewer};
use xinju_model::clause::IssuedClause;
use xinju_model::id::EntryIndex;
use xinju_model::limits::CLAUSES_LISTED_MAX;
use xinju_model::seal_key::{SealCertificate, SealKind};
use xinju_model::time::Timestamp;
use xinju_store::error::StoreError;

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::seal_key::sha256_hex;
use crate::service::{Core, Service};

/// Who reads the clause: those who hand evidence out, and those who see what seals and stamps.
const READERS: &[Action] = &[Action::ExportEvidence, Action::ReadSystem];
/// The setting that lists issued texts: a byte of version, then JSON, the oldest first.
const SETTING: &str = "clause.issued";
const VERSION: u8 = 1;
/// China Standard Time, in which the clause is dated.
const OFFSET_MINUTES: i16 = 480;

/// The clause as it reads now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// In Chinese: the text that counts.
    pub chinese: String,
    /// In English, for readers.
    pub english: String,
    /// SHA-256 of [`Clause::whole`], in hexadecimal.
    pub sha256: String,
}

impl Clause {
    fn new(facts: &ClauseFacts) -> Self {
        let mut clause = Self {
            chinese: text(facts, ClauseLanguage::Chinese),
            english: text(facts, ClauseLanguage::English),
            sha256: String::new(),
        };
        clause.sha256 = sha256_hex(clause.whole().as_bytes());
        clause
    }

    /// What is issued: both languages, an empty line between them.
    pub fn whole(&self) -> String {
        format!("{}\n{}", self.chinese, self.english)
    }
}

fn digest(hex: &str) -> [u8; 32] {
    HEXLOWER.decode(hex.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok()).unwrap_or_default()
}

fn seal(kind: SealKind, certificate: SealCertificate) -> SealFacts {
    SealFacts {
        label: if kind == SealKind::Sm2 { "SM2" } else { "CMS" }.into(),
        sha256: digest(&certificate.fingerprint),
        subject: certificate.subject,
        issuer: certificate.issuer,
        self_signed: certificate.self_signed,
    }
}

fn read(value: Option<Vec<u8>>) -> Result<Vec<IssuedClause>, StoreError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let json = value.split_first().filter(|(version, _)| **version == VERSION).map(|(_, json)| json);
    json.and_then(|json| serde_json::from_slice(json).ok())
        .ok_or_else(|| StoreError::Damaged("the issued clauses".into()))
}

fn write(issued: &[IssuedClause]) -> Result<Vec<u8>, StoreError> {
    let mut value = vec![VERSION];
    serde_json::to_writer(&mut value, issued).map_err(|error| StoreError::Refused(error.to_string()))?;
    Ok(value)
}

impl Core {
    /// What the annex fixes, as of `at`: the keys that sign and seal now, and the authorities whose roots are set.
    fn clause_facts(&self, at: Timestamp) -> Result<ClauseFacts, ServiceError> {
        let keys = self.store.read()?.seal_keys()?;
        let current = keys.into_iter().filter(xinju_model::seal_key::SealKey::is_current);
        let authorities = &self.stamp_setup()?.settings.authorities;
        let root = |root: &str| certificate::facts(root).ok().map(|facts| digest(&facts.fingerprint));
        Ok(ClauseFacts {
            organisation: self.sealers()?.certificate.organisation,
            log_origin: self.origin.clone(),
            log_key_sha256: digest(&key_fingerprint(&self.note_key())),
            seals: current.map(|key| seal(key.kind, key.certificate)).collect(),
            authorities: authorities.iter().filter_map(|one| Some((one.name.clone(), root(&one.root)?))).collect(),
            at,
            offset_minutes: OFFSET_MINUTES,
        })
    }
}

impl Service {
    /// The clause as it reads now, for those who hand evidence out or see the state of the system. What it says is no secret; no event.
    pub fn clause(&self, viewer: &Viewer) -> Result<Clause, ServiceError> {
        let core = &self.core;
        core.allow_any(viewer, READERS, "")?;
        Ok(Clause::new(&core.clause_facts(core.clock.now())?))
    }

    /// The clause in both languages as PDF, with room for signatures.
    pub fn clause_pdf(&self, viewer: &Viewer) -> Result<Vec<u8>, ServiceError> {
        let core = &self.core;
        core.allow_any(viewer, READERS, "")?;
        Ok(pdf(&core.clause_facts(core.clock.now())?)?)
    }

    /// Texts that were issued, the newest first; of very many the newest [`CLAUSES_LISTED_MAX`].
    pub fn issued_clauses(&self, viewer: &Viewer) -> Result<Vec<IssuedClause>, ServiceError> {
        let core = &self.core;
        core.allow_any(viewer, READERS, "")?;
        let mut issued = read(core.store.read()?.setting(SETTING)?)?;
        issued.reverse();
        Ok(issued)
    }

    /// Writes the clause as it reads now into the ledger, for those who hand evidence out and those who operate the archive.
    pub fn issue_clause(&self, viewer: &Viewer) -> Result<IssuedClause, ServiceError> {
        let core = &self.core;
        let permit = core.allow_any(viewer, &[Action::ExportEvidence, Action::Operate], "")?;
        core.fresh(viewer)?;
        let at = core.clock.now();
        let clause = Clause::new(&core.clause_facts(at)?);
        let act = Act::audit("clause.issue").on(&clause.sha256).with("clause", clause.whole());
        let row = IssuedClause { entry: EntryIndex(0), at, by: viewer.name.clone(), sha256: clause.sha256 };
        Ok(core.store.write(&permit, move |tx| {
            let mut issued = read(tx.setting(SETTING)?)?;
            let row = IssuedClause { entry: record(tx, at, &act)?, ..row.clone() };
            issued.push(row.clone());
            let over = issued.len().saturating_sub(CLAUSES_LISTED_MAX);
            issued.drain(..over);
            tx.put_setting(SETTING, Some(&write(&issued)?))?;
            Ok(row)
        })?)
    }
}
