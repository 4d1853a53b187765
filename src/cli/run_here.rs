//! Running commands on a service of this process, for the command line and for the server's local socket.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::sync::mpsc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use xinju_keys::master::MasterSource;
use xinju_model::access::Viewer;
use xinju_model::approval::ApprovalPolicy;
use xinju_model::import::{Import, ImportState};
use xinju_model::limits::DIRECTORY_BYTES_MAX;
use xinju_model::time::Timestamp;
use xinju_service::import::{ImportRefusal, StartImport};
use xinju_service::page::{Edge, PageRequest};
use xinju_service::search::{Order, SearchRequest};
use xinju_service::service::Service;
use xinju_service::system::HealthState;
use xinju_service::trail::AuditFilter;
use xinju_service::user::{CreateUser, PasswordRefusal, SetUserActiveRefusal, UserRefusal};
use zeroize::Zeroizing;

use super::operate::{Command, NewKey, Tell};
use super::run_clause;
use super::run_evidence;
use super::run_people::{self, NO_STAFF, find_roles, find_user, staff_of, user_line};
use super::run_seal;
use super::status::Status;

/// Bytes that go into the import's pipe at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// Hits asked of the engine at once.
const SEARCH_PAGE: usize = 200;
/// Longest wait for the index to take up what is durable before a search, so that a command sees what the one before it wrote.
const INDEX_WAIT: Duration = Duration::from_mins(10);
/// Progress lines go out this often at most.
pub(super) const TELL_EVERY: Duration = Duration::from_secs(1);

const NO_USER: &str = "no user has this login; see `xinju user list`";
const TOO_SHORT: &str = "the password is shorter than the sign-in policy asks; 10 characters at least";
const TOO_LONG: &str = "the password is too long: at most 200 characters";
const COMMON: &str = "the password is among the most common ones; choose several words that do not belong together";
const PERSONAL: &str = "the password is little more than the login or the name; choose something else";
const GUESSABLE: &str = "the password is too easy to guess (a pattern, a date, a row of keys); choose several words that do not belong together";

pub(super) type Outcome = Result<Status, Box<dyn std::error::Error>>;

/// Runs `command` as the operator of the machine. An error of the archive is told as `{"error":...}` too, so that a socket's client sees it.
pub(crate) fn run(service: &Service, command: &Command, input: &mut dyn Read, tell: Tell<'_>) -> Outcome {
    let viewer = Viewer::operator();
    match command {
        Command::ImportWecom { file_name, file_bytes, directory_bytes } => {
            let directory = directory(input, *directory_bytes)?;
            import_wecom(service, &viewer, (file_name, *file_bytes), directory, input, tell)
        }
        Command::Search { query, limit, zone_offset_minutes } => {
            search(service, &viewer, query, *limit, *zone_offset_minutes, tell)
        }
        Command::Audit { actor, actions, subject, since, limit } => {
            let filter = AuditFilter {
                actor: actor.as_deref().map(|actor| actor_id(service, &viewer, actor)).transpose()?,
                actions: actions.clone(),
                subject: subject.clone(),
                after: since.as_deref().map(Timestamp::parse).transpose()?,
                ..AuditFilter::default()
            };
            audit(service, &viewer, &filter, *limit, tell)
        }
        Command::EvidenceExport { .. } => run_evidence::export(service, &viewer, command, tell),
        Command::EvidenceClause { chinese, issue } => run_clause::clause(service, &viewer, *chinese, *issue, tell),
        Command::Verify => verify(service, &viewer, tell),
        Command::Rebuild => rebuild(service, &viewer, tell),
        Command::UserList => user_list(service, &viewer, tell),
        Command::RoleList
        | Command::RoleRequire { .. }
        | Command::RoleCopy { .. }
        | Command::RoleChange { .. }
        | Command::RoleDelete { .. }
        | Command::TokenList { .. }
        | Command::TokenCreate { .. }
        | Command::TokenRevoke { .. }
        | Command::ServiceAdd { .. }
        | Command::UserRoles { .. } => run_of_people(service, &viewer, command, tell),
        Command::UserAdd { login, name, roles, staff, password } => {
            let new = NewUser { login, name, roles, staff: staff.as_deref(), password };
            user_add(service, &viewer, &new, tell)
        }
        Command::UserActive { login, active } => user_active(service, &viewer, login, *active, tell),
        Command::UserPassword { login, password } => {
            match service.reset_password(&viewer, login, &Zeroizing::new(password.clone()))? {
                Ok(user) => done(tell, user_line(&user, &service.roles(&viewer)?)),
                Err(refusal) => refused(tell, password_refusal(refusal)),
            }
        }
        Command::UserRecover { login, password } => {
            match service.recover_administrator(&viewer, login, &Zeroizing::new(password.clone()))? {
                Ok(user) => done(tell, user_line(&user, &service.roles(&viewer)?)),
                Err(refusal) => refused(tell, password_refusal(refusal)),
            }
        }
        Command::UserResetFactor { login } => reset_factor(service, &viewer, login, tell),
        Command::ApprovalsShow => done(tell, policy_line(&service.approval_policy(&viewer)?)),
        Command::ApprovalsOff => approvals_off(service, &viewer, tell),
        Command::SetupLink => match service.make_setup_link(&viewer)? {
            Some(token) => done(tell, json!({"setup_path": setup_path(&token)})),
            None => refused(tell, "there is an administrator already; add users with `xinju user add`"),
        },
        Command::KeyRotate(new) => key_rotate(service, &viewer, new, tell),
        Command::KeyShow => {
            let ledger = service.ledger(&viewer)?;
            done(tell, json!({"origin": ledger.origin, "verifier_key": ledger.verifier_key}))
        }
        Command::SealShow => run_seal::show(service, &viewer, tell),
        Command::SealImport { file, phrase } => run_seal::import(service, &viewer, (file, phrase), tell),
        Command::SealMake { organisation } => run_seal::make(service, &viewer, organisation, tell),
        Command::Health => health(service, &viewer, tell),
    }
}

fn approvals_off(service: &Service, viewer: &Viewer, tell: Tell<'_>) -> Outcome {
    let policy = ApprovalPolicy { kinds: BTreeSet::new(), ..service.approval_policy(viewer)? };
    match service.set_approval_policy(viewer, &policy)? {
        Ok(policy) => done(tell, policy_line(&policy)),
        Err(_) => refused(tell, "the approval policy could not be changed"),
    }
}

/// Those of roles, tokens and what users hold.
fn run_of_people(service: &Service, viewer: &Viewer, command: &Command, tell: Tell<'_>) -> Outcome {
    match command {
        Command::RoleCopy { from, name } => run_people::role_copy(service, viewer, (from, name), tell),
        Command::RoleChange { role, name, actions, scope } => {
            let changed =
                run_people::Changed { name: name.as_deref(), actions: actions.as_deref(), scope: scope.as_deref() };
            run_people::role_change(service, viewer, role, &changed, tell)
        }
        Command::RoleRequire { name, second_factor, networks } => {
            run_people::role_require(service, viewer, name, *second_factor, networks.clone(), tell)
        }
        Command::RoleDelete { role } => run_people::role_delete(service, viewer, role, tell),
        Command::TokenList { login } => run_people::token_list(service, viewer, login, tell),
        Command::TokenCreate { login, name, scopes, days } => {
            run_people::token_create(service, viewer, (login, name, scopes, *days), tell)
        }
        Command::TokenRevoke { login, token } => run_people::token_revoke(service, viewer, (login, token), tell),
        Command::ServiceAdd { login, name, roles } => {
            run_people::service_add(service, viewer, (login, name, roles), tell)
        }
        Command::UserRoles { login, roles, staff } => {
            run_people::user_roles(service, viewer, (login, roles, staff.as_deref()), tell)
        }
        _ => run_people::role_list(service, viewer, tell),
    }
}

/// The path of a set-up link.
pub(crate) fn setup_path(token: &str) -> String {
    format!("/setup?token={token}")
}

pub(super) fn done(tell: Tell<'_>, value: Value) -> Outcome {
    tell(value)?;
    Ok(Status::Done)
}

pub(super) fn refused(tell: Tell<'_>, why: &str) -> Outcome {
    tell(json!({"error": why}))?;
    Ok(Status::Failed)
}

/// A user to be added, as the command line names it.
struct NewUser<'a> {
    login: &'a str,
    name: &'a str,
    roles: &'a [String],
    staff: Option<&'a str>,
    password: &'a str,
}

fn user_add(service: &Service, viewer: &Viewer, new: &NewUser<'_>, tell: Tell<'_>) -> Outcome {
    let all = service.roles(viewer)?;
    let roles = match find_roles(&all, new.roles) {
        Ok(roles) => roles,
        Err(why) => return refused(tell, &why),
    };
    let staff = match new.staff.map(|account| staff_of(service, viewer, account)).transpose()? {
        Some(None) => return refused(tell, NO_STAFF),
        found => found.flatten(),
    };
    let create = CreateUser {
        login: new.login.to_owned(),
        name: new.name.to_owned(),
        roles,
        staff,
        password: Zeroizing::new(new.password.to_owned()),
    };
    match service.create_user(viewer, create)? {
        Ok(user) => done(tell, user_line(&user, &all)),
        Err(refusal) => refused(tell, user_refusal(refusal)),
    }
}

pub(super) fn user_refusal(refusal: UserRefusal) -> &'static str {
    match refusal {
        UserRefusal::LoginTaken => "another user has this login",
        UserRefusal::LoginInvalid => "the login must be 1 to 100 characters without spaces",
        UserRefusal::NameInvalid => "the name must be 1 to 100 characters",
        UserRefusal::PasswordTooShort => TOO_SHORT,
        UserRefusal::PasswordTooLong => TOO_LONG,
        UserRefusal::PasswordCommon => COMMON,
        UserRefusal::PasswordPersonal => PERSONAL,
        UserRefusal::PasswordGuessable => GUESSABLE,
        UserRefusal::RolesInvalid => "a user has 1 to 8 roles",
        UserRefusal::PowersTogether => "these roles must be in different hands; see `xinju role list`",
        UserRefusal::NotYoursToGive => "these roles are not yours to give",
        UserRefusal::StaffUnknown => "there is no such member of staff",
    }
}

fn password_refusal(refusal: PasswordRefusal) -> &'static str {
    match refusal {
        PasswordRefusal::WrongPassword => "the present password is another",
        PasswordRefusal::PasswordTooShort => TOO_SHORT,
        PasswordRefusal::PasswordTooLong => TOO_LONG,
        PasswordRefusal::PasswordCommon => COMMON,
        PasswordRefusal::PasswordPersonal => PERSONAL,
        PasswordRefusal::PasswordGuessable => GUESSABLE,
    }
}

fn reset_factor(service: &Service, viewer: &Viewer, login: &str, tell: Tell<'_>) -> Outcome {
    let Some(user) = find_user(service, viewer, login)? else { return refused(tell, NO_USER) };
    match service.reset_factor(viewer, user.id)? {
        Ok(user) => done(tell, user_line(&user, &service.roles(viewer)?)),
        Err(_) => refused(tell, "the user has no second factor"),
    }
}

fn user_active(service: &Service, viewer: &Viewer, login: &str, active: bool, tell: Tell<'_>) -> Outcome {
    let Some(user) = find_user(service, viewer, login)? else { return refused(tell, NO_USER) };
    match service.set_user_active(viewer, user.id, active)? {
        Ok(user) => done(tell, user_line(&user, &service.roles(viewer)?)),
        Err(SetUserActiveRefusal::LastAdministrator) => refused(tell, "this is the last active user who manages users"),
        Err(SetUserActiveRefusal::Yourself) => refused(tell, "you cannot suspend yourself"),
    }
}

/// The first `bytes` of the input: the directory that goes with the messages.
fn directory(
    input: &mut dyn Read,
    bytes: Option<u64>,
) -> Result<Option<Box<dyn Read + Send>>, Box<dyn std::error::Error>> {
    let Some(bytes) = bytes else { return Ok(None) };
    if bytes > DIRECTORY_BYTES_MAX as u64 {
        return Err(format!("the directory is larger than {DIRECTORY_BYTES_MAX} bytes").into());
    }
    let mut all = Vec::new();
    input.take(bytes).read_to_end(&mut all)?;
    Ok(Some(Box::new(std::io::Cursor::new(all))))
}

/// Feeds the input to the service's import through a pipe and tells how it goes on.
fn import_wecom(
    service: &Service,
    viewer: &Viewer,
    (file_name, file_bytes): (&str, Option<u64>),
    directory: Option<Box<dyn Read + Send>>,
    input: &mut dyn Read,
    tell: Tell<'_>,
) -> Outcome {
    let (reader, mut writer) = std::io::pipe()?;
    let start =
        StartImport { file_name: file_name.to_owned(), file_bytes, file: Box::new(reader), directory, account: None };
    let import = match service.start_import(viewer, start)? {
        Ok(import) => import,
        Err(ImportRefusal::AnotherIsRunning) => {
            return refused(tell, "another import is running; try again when it has ended");
        }
        Err(ImportRefusal::DirectoryInvalid(why)) => return refused(tell, &why),
    };
    let (sender, progress) = mpsc::channel();
    service.watch_import(viewer, import.id, Box::new(move |import| sender.send(import.clone()).is_ok()))?;
    let mut teller = ImportTeller { tell, told: None };
    let fed = feed(input, &mut writer, &progress, &mut teller);
    drop(writer);
    for import in progress {
        teller.progress(&import)?;
    }
    let import = service.wait_import(viewer, import.id, &mut |_| {})?;
    if let Err(error) = fed {
        teller.line(json!({"error": format!("reading the file: {error}")}))?;
    }
    let first = PageRequest::first(xinju_model::limits::PAGE_SIZE_MAX);
    for edge in service.rejects(viewer, import.id, &first)?.edges {
        let reject = edge.node;
        teller.line(json!({"reject": reject.line, "reason": reject.reason.name(), "excerpt": reject.excerpt}))?;
    }
    let status = if import.state == ImportState::Done { Status::Done } else { Status::Failed };
    if let Some(failure) = &import.failure {
        teller.line(json!({"error": failure}))?;
    }
    service.wait_indexed(INDEX_WAIT);
    let counts = import.counts;
    teller.line(json!({"done": status == Status::Done, "read": counts.read, "added": counts.added, "known": counts.known, "rejected": counts.rejected}))?;
    Ok(status)
}

/// Copies the input into the pipe; ends early without error when the import closed its end.
fn feed(
    input: &mut dyn Read,
    writer: &mut std::io::PipeWriter,
    progress: &mpsc::Receiver<Import>,
    teller: &mut ImportTeller<'_>,
) -> std::io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let length = match input.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        match writer.write_all(chunk.get(..length).unwrap_or_default()) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(error),
        }
        for import in progress.try_iter() {
            teller.progress(&import)?;
        }
    }
}

/// Tells of an import, at most once a second.
struct ImportTeller<'a> {
    tell: Tell<'a>,
    told: Option<std::time::Instant>,
}

impl ImportTeller<'_> {
    fn line(&mut self, value: Value) -> std::io::Result<()> {
        (self.tell)(value)
    }

    fn progress(&mut self, import: &Import) -> std::io::Result<()> {
        if self.told.is_some_and(|at| at.elapsed() < TELL_EVERY) {
            return Ok(());
        }
        self.told = Some(std::time::Instant::now());
        let counts = import.counts;
        self.line(json!({"read": counts.read, "added": counts.added, "known": counts.known, "rejected": counts.rejected, "bytes": counts.bytes, "file_bytes": import.file_bytes}))
    }
}

fn user_list(service: &Service, viewer: &Viewer, tell: Tell<'_>) -> Outcome {
    let roles = service.roles(viewer)?;
    for user in service.users(viewer)? {
        tell(user_line(&user, &roles))?;
    }
    Ok(Status::Done)
}

fn policy_line(policy: &ApprovalPolicy) -> Value {
    let kinds: Vec<&str> = policy.kinds.iter().map(|kind| kind.name()).collect();
    json!({"kinds": kinds, "hours": policy.hours})
}

fn search(service: &Service, viewer: &Viewer, query: &str, limit: usize, zone: i32, tell: Tell<'_>) -> Outcome {
    service.wait_indexed(INDEX_WAIT);
    let mut page = PageRequest::first(limit.min(SEARCH_PAGE));
    let mut left = limit;
    let mut first = true;
    loop {
        let request = SearchRequest {
            query: query.to_owned(),
            order: Order::Newest,
            page: page.clone(),
            zone_offset_minutes: zone,
        };
        let found = match service.search(viewer, &request)? {
            Ok(found) => found,
            Err(error) => {
                tell(json!({"syntax_error": error.message, "code": error.code, "position": error.position}))?;
                return Ok(Status::Failed);
            }
        };
        if first {
            tell(json!({"total": found.total}))?;
            first = false;
        }
        for hit in &found.hits {
            tell(json!({
                "id": hit.message.index.to_string(),
                "conversation": hit.message.facts.conversation.as_ref().map(|conversation| conversation.id.to_string()),
                "sent_at": hit.message.at().to_string(),
                "from": hit.message.message.from.as_ref().map(|party| party.id.clone()),
                "text": hit.message.message.text(),
            }))?;
        }
        left = left.saturating_sub(found.hits.len());
        match found.hits.last() {
            Some(last) if found.has_next && left > 0 => {
                page = PageRequest { first: Some(left.min(SEARCH_PAGE)), after: Some(last.cursor.clone()) };
            }
            _ => return Ok(Status::Done),
        }
    }
}

/// The id of the user with this login; anything else is an id already, or finds nothing.
fn actor_id(service: &Service, viewer: &Viewer, actor: &str) -> Result<String, Box<dyn std::error::Error>> {
    let wanted = actor.to_lowercase();
    let user = service.users(viewer)?.into_iter().find(|user| user.login.to_lowercase() == wanted);
    Ok(user.map_or_else(|| actor.to_owned(), |user| user.id.to_string()))
}

fn audit(service: &Service, viewer: &Viewer, filter: &AuditFilter, limit: usize, tell: Tell<'_>) -> Outcome {
    let mut page = PageRequest::first(limit.min(SEARCH_PAGE));
    let mut left = limit;
    loop {
        let found = service.audit_events(viewer, filter, &page)?;
        if page.after.is_none() {
            tell(json!({"total": found.total}))?;
        }
        for Edge { node, .. } in &found.edges {
            let actor = &node.actor;
            tell(json!({
                "index": node.index.0,
                "time": node.at.to_string(),
                "actor": {"kind": actor.kind, "id": actor.id, "name": actor.name},
                "action": node.event.action,
                "object": node.event.object,
                "place": node.event.place,
                "details": node.event.details,
            }))?;
        }
        left = left.saturating_sub(found.edges.len());
        match found.edges.last() {
            Some(last) if found.has_next && left > 0 => {
                page = PageRequest { first: Some(left.min(SEARCH_PAGE)), after: Some(last.cursor.clone()) };
            }
            _ => return Ok(Status::Done),
        }
    }
}

fn verify(service: &Service, viewer: &Viewer, tell: Tell<'_>) -> Outcome {
    let mut told = std::time::Instant::now();
    let mut lost = false;
    let report = service.verify(viewer, &mut |progress| {
        if told.elapsed() >= TELL_EVERY {
            told = std::time::Instant::now();
            lost |= tell(json!({"checked": progress.entries, "total": progress.total})).is_err();
        }
        !lost
    })?;
    let ok = report.problems.is_empty();
    tell(
        json!({"ok": ok, "records": report.records, "size": report.size, "root": STANDARD.encode(report.root), "checkpoints": report.checkpoints, "problems": report.problems}),
    )?;
    Ok(if ok { Status::Done } else { Status::VerificationFailed })
}

fn rebuild(service: &Service, viewer: &Viewer, tell: Tell<'_>) -> Outcome {
    let mut lost = false;
    let end = service.rebuild(viewer, &mut |progress| {
        lost |= tell(json!({"entries": progress.entries, "total": progress.total})).is_err();
        !lost
    })?;
    done(tell, json!({"done": true, "entries": end.entries}))
}

fn key_rotate(service: &Service, viewer: &Viewer, new: &NewKey, tell: Tell<'_>) -> Outcome {
    let source = match new {
        NewKey::File(path) => MasterSource::File(path.clone()),
        NewKey::Passphrase(passphrase) => MasterSource::Passphrase(Zeroizing::new(passphrase.clone())),
    };
    service.rotate_master_key(viewer, &source)?;
    let how = match new {
        NewKey::File(path) => format!("the master key is now in {}; start the server with --key-file and keep a copy elsewhere", path.display()),
        NewKey::Passphrase(_) => "the master key now follows from the passphrase; start the server with --passphrase-file or XINJU_PASSPHRASE".to_owned(),
    };
    done(tell, json!({"done": how}))
}

fn health(service: &Service, viewer: &Viewer, tell: Tell<'_>) -> Outcome {
    let mut failed = false;
    for check in service.health(viewer)?.checks {
        failed |= check.state == HealthState::Failed;
        let state = match check.state {
            HealthState::Ok => "ok",
            HealthState::Warning => "warning",
            HealthState::Failed => "failed",
        };
        tell(json!({"name": check.name, "state": state, "detail": check.detail, "advice": check.advice}))?;
    }
    Ok(if failed { Status::Failed } else { Status::Done })
}
