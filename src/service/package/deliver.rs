//! Handing a package over: to its asker, into a file, or by a link that works once, with a pass phrase that goes another way.

use std::io::{self, Read, Seek, SeekFrom, Write};

use subtle::ConstantTimeEq;
use xinju_evidence::verify::{Verdict, verify};
use xinju_model::access::{Action, Viewer};
use xinju_model::id::PackageId;
use xinju_model::limits::{PACKAGE_LINK_HOURS_MAX, PACKAGE_LINK_TRIES, PACKAGE_PHRASE_CHARS_MIN, PASSWORD_CHARS_MAX};
use xinju_model::package::{Package, PackageLink, PackageState};
use xinju_model::time::Timestamp;
use xinju_store::package_file::PackageContent;
use zeroize::Zeroizing;

use crate::approval::hex;
use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::package::PackageView;
use crate::password;
use crate::service::{Core, Service};
use crate::session::{Origin, Secret};

const HOUR_MS: i64 = 3_600_000;
/// Packages looked at in one go.
const PACKAGES_AT_ONCE: usize = 500;

/// A finished package on its way out, after that was allowed and written down.
pub struct Handout {
    /// The package's number, by which its file is called.
    pub number: String,
    /// Bytes that will come.
    pub bytes: u64,
    content: PackageContent,
}

impl Handout {
    /// Writes the file; how many bytes.
    pub fn write(mut self, out: &mut dyn Write) -> Result<u64, ServiceError> {
        io::copy(&mut self.content, out).map_err(|source| ServiceError::Io { what: "handing over a package", source })
    }
}

impl Read for Handout {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.content.read(buffer)
    }
}

/// A link that was made.
pub struct MadeLink {
    /// What stands in the link behind the package's id; shown once and kept nowhere.
    pub secret: Zeroizing<String>,
    /// The package with the link.
    pub view: PackageView,
}

/// Why a link was not made, or did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefusal {
    /// The pass phrase is too short or too long.
    PhraseUnfit,
    /// It would live no time, or too long.
    HoursInvalid,
    /// There is no such link, or not any more; or the pass phrase is another. Nobody learns which.
    NotGood,
}

fn not_ready() -> ServiceError {
    ServiceError::Conflict("the package's file is not there; build it again".into())
}

impl Core {
    fn handout(&self, package: &Package) -> Result<Handout, ServiceError> {
        let ready = package.state == PackageState::Ready;
        let content = if ready { self.store.package_content(package.id)? } else { None };
        let content = content.ok_or_else(not_ready)?;
        Ok(Handout { number: package.number.clone(), bytes: content.length(), content })
    }

    fn delivery(package: &Package, way: &'static str) -> Act {
        let act = Act::audit("package.deliver").on(package.id).with("number", &package.number).with("way", way);
        let digest = package.file.as_ref().map(|file| file.sha256.clone());
        digest.into_iter().fold(act, |act, digest| act.with("sha256", digest))
    }

    /// Takes one of the tries that a link bears; none where it is no good. Taken before the pass phrase is looked at, so that many at once try no more.
    fn try_link(&self, id: PackageId, secret: &str, now: Timestamp) -> Result<Option<Package>, ServiceError> {
        let hash = hex(&self.secret_hash(Secret::PackageLink, secret));
        Ok(self.store.write(&system("local")?, move |tx| {
            let Some(mut package) = tx.package(id)? else { return Ok(None) };
            let before = package.clone();
            let Some(link) = &mut package.link else { return Ok(None) };
            let good = link.used_at.is_none() && now < link.expires_at && link.tries_left > 0;
            if !good || !bool::from(link.secret.as_bytes().ct_eq(hash.as_bytes())) {
                return Ok(None);
            }
            link.tries_left = link.tries_left.saturating_sub(1);
            tx.put_package(&package)?;
            Ok(Some(before))
        })?)
    }

    /// Uses a link up; false where somebody was faster.
    fn use_link(&self, package: &Package, origin: &Origin, now: Timestamp) -> Result<bool, ServiceError> {
        let (id, act) = (package.id, Self::delivery(package, "link"));
        Ok(self.store.write(&system(&origin.address)?, move |tx| {
            let Some(mut package) = tx.package(id)? else { return Ok(false) };
            let Some(link) = package.link.as_mut().filter(|link| link.used_at.is_none()) else { return Ok(false) };
            link.used_at = Some(now);
            tx.put_package(&package)?;
            record(tx, now, &act)?;
            Ok(true)
        })?)
    }

    /// Removes files whose time is over; how many.
    pub(crate) fn expire_packages(&self) -> Result<usize, ServiceError> {
        let now = self.clock.now();
        let (mut after, mut ended) = (None, 0_usize);
        loop {
            let page = xinju_store::read::Page { after, limit: PACKAGES_AT_ONCE };
            let found = self.store.read()?.packages(&page)?;
            after = found.last().map(|package| (package.asked_at, package.id));
            let last = found.len() < PACKAGES_AT_ONCE;
            let over = |package: &Package| {
                let ready = package.state == PackageState::Ready;
                ready && package.file.as_ref().is_some_and(|file| now >= file.expires_at)
            };
            for package in found.into_iter().filter(over) {
                self.expire_package(package.id, now)?;
                ended = ended.saturating_add(1);
            }
            if last {
                return Ok(ended);
            }
        }
    }

    fn expire_package(&self, id: PackageId, now: Timestamp) -> Result<(), ServiceError> {
        self.store.write(&system("local")?, move |tx| {
            let Some(mut package) = tx.package(id)? else { return Ok(()) };
            (package.state, package.link) = (PackageState::Expired, None);
            tx.put_package(&package)?;
            record(tx, now, &Act::audit("package.expire").on(id).with("number", &package.number)).map(|_| ())
        })?;
        Ok(self.store.remove_package(id)?)
    }
}

impl Service {
    /// Hands a package to its asker. One event in the ledger, durable before the first byte.
    pub fn fetch_package(&self, viewer: &Viewer, id: PackageId) -> Result<Handout, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ExportEvidence, id)?;
        core.fresh(viewer)?;
        let package = core.own_package(viewer, id)?;
        let handout = core.handout(&package)?;
        let way = if viewer.user.is_none() { "file" } else { "download" };
        core.audited(&permit, Core::delivery(&package, way))?;
        Ok(handout)
    }

    /// Checks a kept package as anybody would who was given it. One event in the ledger.
    pub fn verify_package(&self, viewer: &Viewer, id: PackageId) -> Result<Verdict, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ExportEvidence, id)?;
        let package = core.own_package(viewer, id)?;
        let handout = core.handout(&package)?;
        let verdict = verify(handout.content, &[], &mut |_, _| {});
        let act = Act::audit("package.verify").on(id).with("number", &package.number).with("ok", verdict.is_ok());
        core.audited(&permit, act)?;
        Ok(verdict)
    }

    /// Checks a package that somebody brought, whoever made it. Nothing of it is kept. One event in the ledger.
    pub fn verify_uploaded(&self, viewer: &Viewer, upload: &mut dyn Read) -> Result<Verdict, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ReadLedger)?;
        // On its way it lies sealed, under a name that no package has, and goes with the value.
        let mut kept = core.store.new_package(PackageId::random(&*core.random))?;
        let failed = |source| ServiceError::Io { what: "receiving a package", source };
        io::copy(upload, kept.content()).map_err(failed)?;
        kept.content().seek(SeekFrom::Start(0)).map_err(failed)?;
        let verdict = verify(kept.content(), &[], &mut |_, _| {});
        core.audited(&permit, Act::audit("package.verify").with("ok", verdict.is_ok()))?;
        Ok(verdict)
    }

    /// Makes a link to a finished package, which replaces the one before. One event in the ledger.
    pub fn make_package_link(
        &self,
        viewer: &Viewer,
        id: PackageId,
        phrase: &Zeroizing<String>,
        hours: u32,
    ) -> Result<Result<MadeLink, LinkRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ExportEvidence, id)?;
        core.fresh(viewer)?;
        let package = core.own_package(viewer, id)?;
        if !(PACKAGE_PHRASE_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&phrase.chars().count()) {
            return Ok(Err(LinkRefusal::PhraseUnfit));
        }
        if !(1..=PACKAGE_LINK_HOURS_MAX).contains(&hours) {
            return Ok(Err(LinkRefusal::HoursInvalid));
        }
        core.handout(&package)?;
        let (secret, now) = (core.new_secret(), core.clock.now());
        let link = PackageLink {
            secret: hex(&core.secret_hash(Secret::PackageLink, &secret)),
            phrase: password::hash(phrase, &*core.random)?,
            made_by: viewer.name.clone(),
            made_at: now,
            expires_at: now.plus_millis(i64::from(hours).saturating_mul(HOUR_MS)),
            tries_left: PACKAGE_LINK_TRIES,
            used_at: None,
        };
        let act = Act::audit("package.link").on(id).with("number", &package.number).with("until", link.expires_at);
        let package = core.change_link(&permit, id, Some(link), act)?;
        Ok(Ok(MadeLink { secret, view: core.package_view(viewer, package) }))
    }

    /// Takes the link to a package back. One event in the ledger.
    pub fn revoke_package_link(&self, viewer: &Viewer, id: PackageId) -> Result<PackageView, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ExportEvidence, id)?;
        let package = core.own_package(viewer, id)?;
        let act = Act::audit("package.link_revoke").on(id).with("number", &package.number);
        let package = core.change_link(&permit, id, None, act)?;
        Ok(core.package_view(viewer, package))
    }

    /// Hands a package to whoever has a link and its pass phrase. Once; wrong pass phrases are events, and use the link up.
    pub fn fetch_package_by_link(
        &self,
        id: PackageId,
        secret: &Zeroizing<String>,
        phrase: &Zeroizing<String>,
        origin: &Origin,
    ) -> Result<Result<Handout, LinkRefusal>, ServiceError> {
        let (core, now) = (&self.core, self.core.clock.now());
        let package = core.try_link(id, secret, now)?;
        let phc = package.as_ref().and_then(|package| package.link.as_ref()).map(|link| link.phrase.as_str());
        // Where there is no link, as much time goes by.
        let fits = password::fits(phrase, phc);
        let Some(package) = package else { return Ok(Err(LinkRefusal::NotGood)) };
        if !fits {
            let act = Act::audit("package.refuse").on(id).with("number", &package.number);
            core.audited(&system(&origin.address)?, act)?;
            return Ok(Err(LinkRefusal::NotGood));
        }
        let handout = match core.handout(&package) {
            Ok(handout) => handout,
            Err(ServiceError::Conflict(_)) => return Ok(Err(LinkRefusal::NotGood)),
            Err(other) => return Err(other),
        };
        let used = core.use_link(&package, origin, now)?;
        Ok(if used { Ok(handout) } else { Err(LinkRefusal::NotGood) })
    }
}

impl Core {
    fn change_link(
        &self,
        permit: &xinju_model::access::Permit,
        id: PackageId,
        link: Option<PackageLink>,
        act: Act,
    ) -> Result<Package, ServiceError> {
        let now = self.clock.now();
        Ok(self.store.write(permit, move |tx| {
            let gone = || xinju_store::error::StoreError::Refused("there is no such package".into());
            let mut package = tx.package(id)?.ok_or_else(gone)?;
            package.link.clone_from(&link);
            tx.put_package(&package)?;
            record(tx, now, &act)?;
            Ok(package)
        })?)
    }
}
