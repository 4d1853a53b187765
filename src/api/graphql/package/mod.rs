//! Evidence packages: asking for them, watching them being built, handing them over.

mod input;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::case;
use xinju_model::id::{EntryIndex, PackageId};
use xinju_model::package::{self as model, PackageSelection};
use xinju_service::error::ServiceError;
use xinju_service::package::{self as service, PackageView};
use zeroize::Zeroizing;

use crate::graphql::case::Forum;
use crate::graphql::context::{call, principal};
use crate::graphql::error::fault;
use crate::graphql::page::{self, Page};
use crate::graphql::scalars::{DateTime, Long};
use crate::graphql::user::PASSWORD_COST;

pub(crate) use input::AskPackageInput;

/// Checking a package reads all of it.
const VERIFY_COST: usize = 5_000;

/// How a package stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::package::PackageState")]
pub(crate) enum PackageState {
    /// It waits for its turn.
    Asked,
    /// It is being built.
    Building,
    /// It can be fetched.
    Ready,
    /// It could not be built.
    Failed,
    /// Somebody did not want it any more.
    Cancelled,
    /// Its file is gone; it can be built again, and is the same but for its seal.
    Expired,
}

/// Why a package could not be built.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::package::PackageFailure")]
pub(crate) enum PackageFailure {
    /// Who asked may not sign in any more.
    AskerGone,
    /// Who asked may not export evidence, or see the case, any more.
    NotAllowed,
    /// Nothing is selected that the asker may see.
    Empty,
    /// More is selected than a package may hold.
    TooLarge,
    /// The search index did not catch up in time.
    IndexBehind,
    /// A record may not be seen any more by who asked.
    RecordHidden,
    /// A record does not lead to its place in the ledger.
    RecordDamaged,
    /// The disk is full.
    NoRoom,
    /// It was not wanted any more, or the archive stopped.
    Unwanted,
    /// Something else: the log of the program says more.
    Other,
}

/// Which records a package holds.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PackageSelectionKind {
    /// What a case collects.
    Case,
    /// A conversation, or a part of it.
    Conversation,
    /// What a search finds.
    Search,
}

/// Why a part of a record is withheld.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::package::WithholdCode")]
pub(crate) enum WithholdCode {
    /// R1: privilege of a lawyer's or another protected conversation.
    Privilege,
    /// R2: privacy of somebody who is no party.
    Privacy,
    /// R3: a secret of the state or of trade.
    Secret,
    /// R4: has nothing to do with the matter.
    Unrelated,
}

/// A rendering of the records for a program of another trade.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::package::ExchangeFormat")]
pub(crate) enum ExchangeFormat {
    /// A table for spreadsheets.
    Csv,
    /// The same as JSON.
    Json,
    /// A load file in the manner of Concordance.
    Dat,
    /// A page file in the manner of Opticon.
    Opt,
    /// Conversations by the day, for review (RSMF 2.0).
    Rsmf,
}

/// Something that is withheld.
#[derive(SimpleObject)]
pub(crate) struct Withheld {
    /// The message; null where a person is meant.
    message: Option<ID>,
    /// The one field that is meant; null where the whole message, words of it or a person is meant.
    field: Option<String>,
    /// The words that are blacked out; empty where none are.
    words: Vec<String>,
    /// The channel's id of the person that is meant; null where a message is meant.
    party: Option<String>,
    code: WithholdCode,
    note: String,
}

impl From<&model::Withhold> for Withheld {
    fn from(one: &model::Withhold) -> Self {
        use model::WithholdTarget as Target;
        let (code, note) = (one.code.into(), one.note.clone());
        let of = |message: Option<EntryIndex>, field, words, party| Self {
            message: message.map(|message| message.to_string().into()),
            field,
            words,
            party,
            code,
            note,
        };
        match &one.target {
            Target::Message { message } => of(Some(*message), None, Vec::new(), None),
            Target::Field { message, field } => of(Some(*message), Some(field.clone()), Vec::new(), None),
            Target::Words { message, words } => of(Some(*message), None, words.clone(), None),
            Target::Person { party } => of(None, None, Vec::new(), Some(party.clone())),
        }
    }
}

/// A finished package's file.
pub(crate) struct PackageFile(model::PackageFile);

/// A finished package's file.
#[Object]
impl PackageFile {
    async fn bytes(&self) -> Long {
        self.0.bytes.into()
    }
    /// SHA-256 of the file, in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }
    /// SHA-256 of the tag manifest, which the seal is over, in hexadecimal.
    async fn manifest(&self) -> &str {
        &self.0.manifest
    }
    /// Fingerprint of the certificate that sealed it: SHA-256 in hexadecimal.
    async fn certificate(&self) -> &str {
        &self.0.certificate
    }
    /// The event that tells of the seal.
    async fn event(&self) -> ID {
        self.0.entry.to_string().into()
    }
    async fn built_at(&self) -> DateTime {
        self.0.at.into()
    }
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }
}

/// A link by which somebody without an account fetches a package once.
pub(crate) struct PackageLink(model::PackageLink);

/// A link by which somebody without an account fetches a package once.
#[Object]
impl PackageLink {
    /// Who made it.
    async fn made_by(&self) -> &str {
        &self.0.made_by
    }
    async fn made_at(&self) -> DateTime {
        self.0.made_at.into()
    }
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }
    /// Wrong pass phrases that it still bears.
    async fn tries_left(&self) -> u32 {
        self.0.tries_left
    }
    /// When it was used; null while it was not.
    async fn used_at(&self) -> Option<DateTime> {
        self.0.used_at.map(DateTime)
    }
}

/// An evidence package.
pub(crate) struct Package(pub(crate) PackageView);

/// An evidence package.
#[Object]
impl Package {
    async fn id(&self) -> ID {
        self.0.package.id.to_string().into()
    }
    /// Its number, by which its file is called.
    async fn number(&self) -> &str {
        &self.0.package.number
    }
    async fn state(&self) -> PackageState {
        self.0.package.state.into()
    }
    async fn selection(&self) -> PackageSelectionKind {
        match self.0.package.wanted.selection {
            PackageSelection::Case { .. } => PackageSelectionKind::Case,
            PackageSelection::Conversation { .. } => PackageSelectionKind::Conversation,
            PackageSelection::Search { .. } => PackageSelectionKind::Search,
        }
    }
    /// The id of the case or conversation; null where a search is meant.
    async fn subject(&self) -> Option<ID> {
        match &self.0.package.wanted.selection {
            PackageSelection::Case { case } => Some(case.to_string().into()),
            PackageSelection::Conversation { conversation, .. } => Some(conversation.to_string().into()),
            PackageSelection::Search { .. } => None,
        }
    }
    /// The search; null unless one is meant, and for those who did not ask for the package.
    async fn query(&self) -> Option<&str> {
        match &self.0.package.wanted.selection {
            PackageSelection::Search { query, .. } if self.0.own => Some(query),
            _ => None,
        }
    }
    /// Why it was asked for.
    async fn reason(&self) -> &str {
        &self.0.package.wanted.reason
    }
    /// What it is to show.
    async fn purpose(&self) -> &str {
        &self.0.package.wanted.purpose
    }
    /// To whom it goes.
    async fn recipient(&self) -> &str {
        &self.0.package.wanted.recipient
    }
    async fn forum(&self) -> Forum {
        (&self.0.package.wanted.forum).into()
    }
    /// What the asker wants withheld; empty for those who did not ask for the package.
    async fn withheld(&self) -> Vec<Withheld> {
        let all = if self.0.own { self.0.package.wanted.withhold.as_slice() } else { &[] };
        all.iter().map(Withheld::from).collect()
    }
    /// For which programs of other trades the records are rendered besides.
    async fn exchange(&self) -> Vec<ExchangeFormat> {
        self.0.package.wanted.exchange.iter().map(|format| (*format).into()).collect()
    }
    async fn asked_at(&self) -> DateTime {
        self.0.package.asked_at.into()
    }
    /// Who asked for it, by the name of then.
    async fn asked_by(&self) -> &str {
        &self.0.package.asked_by_name
    }
    /// The approval it was asked for with; null where none was needed.
    async fn approval(&self) -> Option<ID> {
        self.0.package.approval.map(|id| id.to_string().into())
    }
    /// Entries of the ledger under the head that it leads to; null before it is built.
    async fn head_size(&self) -> Option<Long> {
        self.0.package.head.as_ref().map(|head| head.size.into())
    }
    /// Records that it holds or will hold; 0 before that is worked out.
    async fn records(&self) -> u32 {
        self.0.progress.map_or(self.0.package.records, |now| now.records)
    }
    /// Records that are in it, while it is being built; null otherwise.
    async fn built(&self) -> Option<u32> {
        self.0.progress.map(|now| now.done)
    }
    /// Its file; null before it is built.
    async fn file(&self) -> Option<PackageFile> {
        self.0.package.file.clone().map(PackageFile)
    }
    /// The link to it; null where there is none.
    async fn link(&self) -> Option<PackageLink> {
        self.0.package.link.clone().map(PackageLink)
    }
    /// Why it could not be built; null where it could, or was not tried.
    async fn failure(&self) -> Option<PackageFailure> {
        let known = self.0.package.failed_by.map(PackageFailure::from);
        known.or_else(|| self.0.package.failure.as_ref().map(|_| PackageFailure::Other))
    }
    /// Whether the viewer may fetch it and make links to it.
    async fn own(&self) -> bool {
        self.0.own
    }
}

/// A package.
#[derive(InputObject)]
pub(crate) struct PackageInput {
    id: ID,
}

/// The link to make.
#[derive(InputObject)]
pub(crate) struct MakePackageLinkInput {
    id: ID,
    /// The pass phrase, which goes another way than the link; 8 characters at least.
    phrase: String,
    /// Hours that the link lives, at most 336.
    hours: u32,
}

/// Why a package or a link was not made.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PackageRefusal {
    /// There is no reason.
    NoReason,
    /// A text is too long.
    TextTooLong,
    /// It goes abroad, and there is no number of the authorities' approval.
    ApprovalNumberMissing,
    /// Something to be withheld is not as it may be.
    WithheldInvalid,
    /// The end is not after the beginning.
    PeriodInvalid,
    /// The search can't be read.
    QueryInvalid,
    /// There is no such case or conversation, or it is not yours to see.
    NotThere,
    /// Too many wait already.
    TooMany,
    /// The pass phrase is too short or too long.
    PhraseUnfit,
    /// The link would live no time, or too long.
    HoursInvalid,
}

impl From<service::PackageRefusal> for PackageRefusal {
    fn from(refusal: service::PackageRefusal) -> Self {
        use model::PackageFault as Fault;
        use service::PackageRefusal as Refused;
        match refusal {
            Refused::Fault(Fault::NoReason) => Self::NoReason,
            Refused::Fault(Fault::Text) => Self::TextTooLong,
            Refused::Fault(Fault::NoApprovalNumber) => Self::ApprovalNumberMissing,
            Refused::Fault(Fault::Withheld) => Self::WithheldInvalid,
            Refused::Fault(Fault::Period) => Self::PeriodInvalid,
            Refused::QueryInvalid => Self::QueryInvalid,
            Refused::NotThere => Self::NotThere,
            Refused::TooMany => Self::TooMany,
        }
    }
}

/// What came of it.
#[derive(SimpleObject)]
pub(crate) struct PackagePayload {
    /// Null when it was refused.
    package: Option<Package>,
    /// Null when it was done.
    refusal: Option<PackageRefusal>,
    /// What stands in a new link behind `/handover#`; shown once and kept nowhere.
    secret: Option<String>,
}

impl PackagePayload {
    fn done(view: PackageView) -> Self {
        Self { package: Some(Package(view)), refusal: None, secret: None }
    }

    fn refused(refusal: PackageRefusal) -> Self {
        Self { package: None, refusal: Some(refusal), secret: None }
    }
}

/// The verdict on one part of a package.
#[derive(SimpleObject)]
pub(crate) struct PackageCheck {
    /// What was checked.
    name: String,
    ok: bool,
    /// Why it does not hold, or what it shows.
    detail: String,
}

/// The verdict on a package.
#[derive(SimpleObject)]
pub(crate) struct PackageVerdict {
    /// Whether every part holds.
    ok: bool,
    checks: Vec<PackageCheck>,
}

fn package_id(id: &ID) -> Result<PackageId> {
    PackageId::parse(id).map_err(|_| fault(&ServiceError::NotFound("package")))
}

/// Questions about packages.
#[derive(Default)]
pub(crate) struct PackageQuery;

#[Object]
impl PackageQuery {
    /// A package by its id; null when there is none or it is not yours to see.
    async fn package(&self, context: &Context<'_>, id: ID) -> Result<Option<Package>> {
        principal(context)?;
        let Ok(id) = PackageId::parse(&id) else { return Ok(None) };
        Ok(call(context, move |service, viewer| service.package(viewer, id)).await?.map(Package))
    }

    /// The packages that the viewer asked for, newest first; all for those who manage roles.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn packages(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<Package>> {
        principal(context)?;
        let page = page::request(first, after)?;
        Ok(Page::new(call(context, move |service, viewer| service.packages(viewer, &page)).await?, Package))
    }
}

/// Verbs of packages.
#[derive(Default)]
pub(crate) struct PackageMutation;

#[Object]
impl PackageMutation {
    /// Asks for a package. It is built in the background; a second person may have to say yes first (`APPROVAL_REQUIRED`).
    async fn ask_package(&self, context: &Context<'_>, input: AskPackageInput) -> Result<PackagePayload> {
        principal(context)?;
        let wanted = input.read()?;
        let done = call(context, move |service, viewer| {
            Ok(match service.ask_package(viewer, wanted)? {
                Ok(package) => Ok(service.package(viewer, package.id)?.ok_or(ServiceError::NotFound("package"))?),
                Err(refusal) => Err(refusal),
            })
        });
        Ok(match done.await? {
            Ok(view) => PackagePayload::done(view),
            Err(refusal) => PackagePayload::refused(refusal.into()),
        })
    }

    /// Builds a package again that was built before: the same but for its seal.
    async fn build_package_again(&self, context: &Context<'_>, input: PackageInput) -> Result<PackagePayload> {
        principal(context)?;
        let id = package_id(&input.id)?;
        let done = call(context, move |service, viewer| {
            service.build_package_again(viewer, id)?;
            service.package(viewer, id)?.ok_or(ServiceError::NotFound("package"))
        });
        Ok(PackagePayload::done(done.await?))
    }

    /// Stops a package that waits or is being built.
    async fn cancel_package(&self, context: &Context<'_>, input: PackageInput) -> Result<PackagePayload> {
        principal(context)?;
        let id = package_id(&input.id)?;
        let done = call(context, move |service, viewer| {
            service.cancel_package(viewer, id)?;
            service.package(viewer, id)?.ok_or(ServiceError::NotFound("package"))
        });
        Ok(PackagePayload::done(done.await?))
    }

    /// Makes a link by which somebody without an account fetches a package once; it replaces the one before.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn make_package_link(&self, context: &Context<'_>, input: MakePackageLinkInput) -> Result<PackagePayload> {
        principal(context)?;
        let (id, phrase, hours) = (package_id(&input.id)?, Zeroizing::new(input.phrase), input.hours);
        let made = call(context, move |service, viewer| service.make_package_link(viewer, id, &phrase, hours));
        Ok(match made.await? {
            Ok(made) => {
                let secret = Some(format!("{id}.{}", *made.secret));
                PackagePayload { secret, ..PackagePayload::done(made.view) }
            }
            Err(service::LinkRefusal::HoursInvalid) => PackagePayload::refused(PackageRefusal::HoursInvalid),
            Err(_) => PackagePayload::refused(PackageRefusal::PhraseUnfit),
        })
    }

    /// Takes the link to a package back.
    async fn revoke_package_link(&self, context: &Context<'_>, input: PackageInput) -> Result<PackagePayload> {
        principal(context)?;
        let id = package_id(&input.id)?;
        Ok(PackagePayload::done(call(context, move |service, viewer| service.revoke_package_link(viewer, id)).await?))
    }

    /// Checks a kept package as anybody would who was given it.
    #[graphql(complexity = "VERIFY_COST + child_complexity")]
    async fn verify_package(&self, context: &Context<'_>, input: PackageInput) -> Result<PackageVerdict> {
        principal(context)?;
        let id = package_id(&input.id)?;
        let verdict = call(context, move |service, viewer| service.verify_package(viewer, id)).await?;
        let check = |check: xinju_service::package::Check| PackageCheck {
            name: check.name,
            ok: check.ok,
            detail: check.detail,
        };
        Ok(PackageVerdict { ok: verdict.is_ok(), checks: verdict.checks.into_iter().map(check).collect() })
    }
}

impl From<&case::Forum> for Forum {
    fn from(forum: &case::Forum) -> Self {
        let (name, approval_number) = (forum.name.clone(), forum.approval_number.clone());
        Self { kind: forum.kind.into(), name, abroad: forum.abroad, approval_number }
    }
}

impl From<Forum> for case::Forum {
    fn from(forum: Forum) -> Self {
        let Forum { kind, name, abroad, approval_number } = forum;
        Self { kind: kind.into(), name, abroad, approval_number }
    }
}
