//! How each root field is asked: a document, what about, and variables that change nothing where it would be answered.

use serde_json::{Value, json};

use super::company::{Company, PASSWORD, Person};

/// What a field is asked about.
#[derive(Clone, Copy)]
pub(super) enum About {
    Nothing,
    Customer,
    Conversation,
    Message,
    Staff,
    User,
    Department,
    Import,
    Event,
    Session,
    Token,
    /// A case that an evidence officer is in charge of, and one of another officer.
    Case,
    /// A package that an evidence officer asked for, and one of another officer.
    Package,
    /// A handover of each member of staff, called off: whatever is done to it, nothing changes.
    Handover,
    /// A form of a handover to each member of staff.
    Form,
    /// An approval that an evidence officer asked for and took back, and one of another officer.
    Approval,
}

type Variables = fn(&Company, &Person, &Value) -> Value;

/// One way to ask a root field.
pub(super) struct Call {
    pub(super) kind: &'static str,
    pub(super) field: &'static str,
    pub(super) about: About,
    pub(super) document: String,
    pub(super) variables: Variables,
}

impl Call {
    /// Whether an answer may end the session that asked.
    pub(super) fn ends_session(&self) -> bool {
        let ending = ["signOut", "revokeOtherSessions", "changePassword", "signIn", "completeSetup"];
        ending.contains(&self.field)
    }
}

/// Every root field, each once.
pub(super) fn calls() -> Vec<Call> {
    [queries(), doors(), account(), users(), approvals(), people(), leavers(), cases(), archive(), packages()]
        .into_iter()
        .flatten()
        .collect()
}

/// A question without arguments that matter.
fn ask(field: &'static str, document: &str) -> Call {
    about(field, About::Nothing, document, |_, _, _| json!({}))
}

/// A question about the thing `$id`.
fn of(field: &'static str, about_: About, selection: &str) -> Call {
    let document = format!("query($id: ID!) {{ {field}(id: $id) {{ {selection} }} }}");
    about(field, about_, &document, |_, _, thing| json!({"id": thing}))
}

fn about(field: &'static str, about: About, document: &str, variables: Variables) -> Call {
    Call { kind: "query", field, about, document: document.to_owned(), variables }
}

/// A verb without input.
fn act(field: &'static str, selection: &str) -> Call {
    let document = format!("mutation {{ {field} {{ {selection} }} }}");
    Call { kind: "mutation", field, about: About::Nothing, document, variables: |_, _, _| json!({}) }
}

/// A verb with its `input`, whose type is named after it.
fn verb(field: &'static str, about: About, selection: &str, input: Variables) -> Call {
    let (first, rest) = field.split_at(1);
    let name = first.to_uppercase() + rest;
    let document = format!("mutation($input: {name}Input!) {{ {field}(input: $input) {{ {selection} }} }}");
    Call { kind: "mutation", field, about, document, variables: input }
}

/// The same verb, whose input is of a type that others take too.
fn of_type(input: &str, mut call: Call) -> Call {
    let (first, rest) = call.document.split_once(") {").unwrap_or_default();
    let name = first.split_once(": ").map_or(first, |(name, _)| name);
    call.document = format!("{name}: {input}) {{{rest}");
    call
}

/// A verb whose input is the thing's id alone.
fn on(field: &'static str, about: About, selection: &str) -> Call {
    verb(field, about, selection, |_, _, thing| json!({"id": thing}))
}

fn queries() -> Vec<Call> {
    use About::{Approval, Conversation, Customer, Event, Import, Message, Staff, User};
    vec![
        ask("setup", "{ setup { needed } }"),
        ask("viewer", "{ viewer { can } }"),
        of("node", Message, "id"),
        of("conversation", Conversation, "id messages(first: 1) { nodes { text } }"),
        ask("conversations", "{ conversations(first: 9) { totalCount nodes { id } } }"),
        of("message", Message, "text"),
        ask("search", "{ search(query: \"kind:text\", first: 9) { totalCount edges { node { text } } } }"),
        of("customer", Customer, "name"),
        ask("customers", "{ customers(first: 9) { totalCount nodes { name } } }"),
        of("staff", Staff, "name"),
        ask("allStaff", "{ allStaff(first: 9) { totalCount nodes { name } } }"),
        ask("departments", "{ departments { name } }"),
        ask("overview", "{ overview { records } }"),
        ask("ledger", "{ ledger { size } }"),
        ask("sealKeys", "{ sealKeys { number } }"),
        ask("clause", "{ clause { sha256 } }"),
        ask("issuedClauses", "{ issuedClauses { sha256 } }"),
        ask("stampSettings", "{ stampSettings { proxy } }"),
        ask("stampTargets", "{ stampTargets { name } }"),
        ask("stamps", "{ stamps { size } }"),
        ask("consistencyProof", "{ consistencyProof(from: 1, to: 1) }"),
        ask("imports", "{ imports(first: 9) { totalCount } }"),
        of("import", Import, "id rejects(first: 1) { totalCount }"),
        ask("users", "{ users { login } }"),
        of("user", User, "login tokens { id }"),
        ask("signInPolicy", "{ signInPolicy { idleMinutes } }"),
        ask("signOn", "{ signOn { provider { issuer } directory { url } } }"),
        ask("roles", "{ roles { name } }"),
        about(
            "access",
            Customer,
            "query($user: ID!, $id: ID) { access(user: $user, customer: $id) { __typename } }",
            |company, _, thing| json!({"user": company.user_of(thing), "id": thing}),
        ),
        ask("successorSeesHistory", "{ successorSeesHistory }"),
        ask("system", "{ system { version } }"),
        ask("auditEvents", "{ auditEvents(first: 1) { totalCount } }"),
        about(
            "accessLog",
            Customer,
            "query($id: ID!) { accessLog(subject: $id, first: 1) { totalCount } }",
            |_, _, thing| json!({"id": thing}),
        ),
        ask("auditActors", "{ auditActors { __typename } }"),
        of("auditEvent", Event, "id"),
        ask("approvalPolicy", "{ approvalPolicy { hours } }"),
        ask("approvals", "{ approvals(first: 9) { totalCount } }"),
        of("approval", Approval, "state"),
        ask("approvalsWaiting", "{ approvalsWaiting { toDecide } }"),
        ask("markedEvent", "{ markedEvent(code: \"0000-0000\") { id } }"),
        about(
            "pageMark",
            Conversation,
            "query($id: ID) { pageMark(page: CONVERSATION, about: $id) { name code } }",
            |_, _, thing| json!({"id": thing}),
        ),
        about(
            "preview",
            User,
            "query($user: ID!) { preview(user: $user) { can customers(first: 9) { totalCount } conversations(first: 9) { totalCount } } }",
            |_, _, thing| json!({"user": thing}),
        ),
        ask("pagesAreMarked", "{ pagesAreMarked }"),
    ]
}

/// What strangers do.
fn doors() -> Vec<Call> {
    use About::Nothing;
    vec![
        verb(
            "completeSetup",
            Nothing,
            "refusal",
            |_, _, _| json!({"token": "tAAAAAAAAAAAAAAAAAAAAAA", "login": "again", "name": "again", "password": PASSWORD}),
        ),
        verb(
            "signIn",
            Nothing,
            "refusal",
            |_, person, _| json!({"login": format!("not-{}", person.name), "password": "wrong"}),
        ),
        verb("beginPasskeySignIn", Nothing, "refusal", |_, _, _| json!({"challenge": null})),
        verb("signInWithPasskey", Nothing, "refusal", |_, _, _| json!({"credential": "{}"})),
        verb("acceptInvitation", Nothing, "refusal", |_, _, _| json!({"token": "none", "password": PASSWORD})),
        verb("signInSecondFactor", Nothing, "refusal", |_, _, _| json!({"challenge": "none", "code": "000000"})),
    ]
}

/// What everybody does with their own account.
fn account() -> Vec<Call> {
    use About::{Nothing, Session, Token};
    vec![
        on("revokeSession", Session, "id"),
        act("revokeOtherSessions", "__typename"),
        verb("createToken", Nothing, "refusal", |_, _, _| json!({"name": "one more", "scopes": ["READ"], "days": 1})),
        on("revokeToken", Token, "id"),
        verb("changePassword", Nothing, "refusal", |_, _, _| json!({"current": PASSWORD, "new": "short"})),
        act("beginEnrolment", "__typename"),
        verb("confirmEnrolment", Nothing, "refusal", |_, _, _| json!({"code": "000000"})),
        act("renewRecoveryCodes", "__typename"),
        act("removeSecondFactor", "refusal"),
        verb("confirmIdentity", Nothing, "refusal", |_, _, _| json!({"password": PASSWORD})),
        act("beginPasskey", "refusal"),
        verb("addPasskey", Nothing, "refusal", |_, _, _| json!({"name": "n", "credential": "{}"})),
        verb("renamePasskey", Nothing, "refusal", |_, _, _| json!({"id": "none", "name": "n"})),
        verb("removePasskey", Nothing, "refusal", |_, _, _| json!({"id": "none"})),
        act("beginPasskeyConfirmation", "__typename"),
        act("signOut", "__typename"),
    ]
}

/// A directory that would send passwords in the open, so that it is refused.
fn directory() -> Value {
    json!({"url": "ldap://elsewhere.example", "startTls": false, "authorities": "", "base": "dc=a", "filter": "(uid={login})", "bindDn": "",
        "loginAttribute": "uid", "nameAttribute": "cn"})
}

/// An identity provider that would send codes in the open, so that it is refused.
fn provider() -> Value {
    json!({"issuer": "http://elsewhere.example", "clientId": "c", "scopes": "", "loginClaim": "email", "authorities": "", "label": "l",
        "checksFactor": false})
}

/// What is done to users and roles.
fn users() -> Vec<Call> {
    use About::{Nothing, User};
    vec![
        verb("createUser", Nothing, "refusal", |company, person, _| {
            let login = format!("by-{}", person.name);
            json!({"login": login, "name": "n", "password": "short", "roles": [company.built_in("STAFF")]})
        }),
        verb("createServiceAccount", Nothing, "refusal", |company, person, _| {
            let login = format!("program-by-{}", person.name);
            json!({"login": login, "name": "n", "roles": [company.built_in("STAFF")]})
        }),
        verb(
            "createServiceToken",
            User,
            "refusal",
            |_, _, thing| json!({"account": thing, "name": "n", "scopes": ["READ"], "days": 1}),
        ),
        verb("revokeTokenOf", User, "id", |_, _, thing| json!({"user": thing, "token": "none"})),
        verb("setUserActive", User, "refusal", |_, _, thing| json!({"id": thing, "active": true})),
        verb(
            "setUserRoles",
            User,
            "refusal",
            |company, _, thing| json!({"id": thing, "roles": [company.built_in("STAFF")], "staff": company.staff_of(thing)}),
        ),
        on("resetSecondFactor", User, "refusal"),
        on("renewInvitation", User, "refusal"),
        verb(
            "setSignInPolicy",
            Nothing,
            "refusal",
            |_, _, _| json!({"secondFactor": "NOBODY", "idleMinutes": 1, "ageHours": 12, "passwordChars": 12}),
        ),
        of_type("SignOnDirectoryInput", verb("setSignOnDirectory", Nothing, "refusal", |_, _, _| directory())),
        of_type("SignOnProviderInput", verb("setSignOnProvider", Nothing, "refusal", |_, _, _| provider())),
        of_type("SignOnDirectoryInput!", verb("testSignOnDirectory", Nothing, "refusal", |_, _, _| directory())),
        of_type("SignOnProviderInput!", verb("testSignOnProvider", Nothing, "refusal", |_, _, _| provider())),
        verb(
            "copyRole",
            Nothing,
            "refusal",
            |company, person, _| json!({"from": company.built_in("STAFF"), "name": format!("of {}", person.name)}),
        ),
        verb(
            "updateRole",
            Nothing,
            "refusal",
            |company, _, _| json!({"id": company.role, "name": "a role of the company"}),
        ),
        verb("deleteRole", Nothing, "refusal", |company, _, _| json!({"id": company.built_in("STAFF")})),
    ]
}

/// What two people agree on. Nothing needs approval any more; what was asked for was taken back.
fn approvals() -> Vec<Call> {
    use About::Approval;
    let why: Variables = |_, _, thing| json!({"id": thing, "why": "no"});
    vec![
        verb("setApprovalPolicy", About::Nothing, "refusal", |_, _, _| json!({"kinds": [], "hours": 0})),
        verb(
            "askApproval",
            About::Nothing,
            "refusal",
            |_, _, _| json!({"operation": {"setSuccessorSeesHistory": {"sees": true}}, "reason": "none"}),
        ),
        verb("approveOperation", Approval, "refusal", why),
        verb("refuseOperation", Approval, "refusal", why),
        on("revokeApproval", Approval, "refusal"),
        on("carryOutApproval", Approval, "refusal"),
    ]
}

/// What is asked and done about leavers.
fn leavers() -> Vec<Call> {
    use About::{Form, Handover, Staff};
    let form = "query($id: ID!) { handoverForm(id: $id) { digest } }";
    vec![
        of("handover", Handover, "id"),
        about(
            "handovers",
            Staff,
            "query($id: ID) { handovers(staff: $id, first: 1) { totalCount } }",
            |_, _, thing| json!({"id": thing}),
        ),
        about("handoverForm", Form, form, |_, _, thing| json!({"id": thing})),
        ask("ownHandoverForms", "{ ownHandoverForms(first: 1) { totalCount } }"),
        verb(
            "beginHandover",
            Staff,
            "refusal",
            |_, _, thing| json!({"staff": thing, "reviewDays": 0, "suspend": false}),
        ),
        on("suspendLeaver", Handover, "refusal"),
        verb("planHandover", Handover, "refusal", |_, _, thing| json!({"id": thing, "rules": []})),
        verb("carryOutHandover", Handover, "refusal", |_, _, thing| json!({"id": thing, "digest": ""})),
        on("cancelHandover", Handover, "refusal"),
        verb(
            "fillInHandoverForm",
            Form,
            "refusal",
            |_, _, thing| json!({"id": thing, "company": "", "items": [], "remarks": ""}),
        ),
        verb("signHandoverForm", Form, "refusal", |_, _, thing| json!({"id": thing, "digest": ""})),
        verb("reopenHandoverForm", Form, "refusal", |_, _, thing| json!({"id": thing})),
    ]
}

/// What is done to departments, staff and customers.
fn people() -> Vec<Call> {
    use About::{Customer, Department, Message, Nothing, Staff};
    vec![
        verb("createDepartment", Nothing, "refusal", |_, person, _| json!({"name": format!("of {}", person.name)})),
        verb(
            "renameDepartment",
            Department,
            "refusal",
            |company, _, thing| json!({"id": thing, "name": company.department(thing).1}),
        ),
        verb(
            "moveDepartment",
            Department,
            "refusal",
            |company, _, thing| json!({"id": thing, "parent": company.department(thing).0}),
        ),
        on("deleteDepartment", Department, "refusal"),
        verb(
            "createStaff",
            Nothing,
            "refusal",
            |_, person, _| json!({"channelId": format!("by-{}", person.name), "name": "n"}),
        ),
        verb("putStaffTable", Nothing, "added", |_, _, _| json!({"rows": []})),
        verb("updateStaff", Staff, "refusal", |_, _, thing| json!({"id": thing, "state": "ACTIVE"})),
        verb(
            "changeCustomerOwner",
            Customer,
            "refusal",
            |company, _, thing| json!({"customer": thing, "owner": company.staff_of(thing)}),
        ),
        verb(
            "revealPersonal",
            Message,
            "__typename",
            |_, _, thing| json!({"message": thing, "index": 0, "reason": "to check an account"}),
        ),
        verb("setPagesAreMarked", Nothing, "__typename", |_, _, _| json!({"marked": true})),
        verb("setSuccessorSeesHistory", Nothing, "__typename", |_, _, _| json!({"sees": true})),
    ]
}

/// What is known of a case, without the name that it must have.
fn nameless_case() -> Value {
    json!({"name": "", "forum": {"kind": "COURT", "name": "", "abroad": false, "approvalNumber": ""}})
}

/// What is asked and done about cases.
fn cases() -> Vec<Call> {
    use About::{Case, Nothing};
    let mut add_file = act("addCaseFile", "refusal");
    // A file needs a link that is there.
    add_file.document =
        "mutation($file: Upload!, $id: ID!) { addCaseFile(input: {case: $id, link: 9, file: $file}) { refusal } }"
            .into();
    add_file.about = Case;
    add_file.variables = |_, _, thing| json!({"id": thing});
    vec![
        of("case", Case, "name"),
        ask("cases", "{ cases(first: 9) { totalCount } }"),
        ask("casePeople", "{ casePeople { name } }"),
        verb("openCase", Nothing, "refusal", |_, _, _| json!({"about": nameless_case()})),
        verb("changeCase", Case, "refusal", |_, _, thing| json!({"id": thing, "about": nameless_case()})),
        verb("setCaseState", Case, "refusal", |_, _, thing| json!({"id": thing, "state": "OPEN"})),
        verb(
            "collectIntoCase",
            Case,
            "refusal",
            |_, _, thing| json!({"case": thing, "selection": {"search": {"query": "("}}, "context": {"kind": "ALONE"}}),
        ),
        verb("takeOutOfCase", Case, "item", |_, _, thing| json!({"case": thing, "item": 9})),
        verb("linkCase", Case, "refusal", |_, _, thing| json!({"case": thing, "kind": "CONTRACT", "title": ""})),
        verb("unlinkCase", Case, "refusal", |_, _, thing| json!({"case": thing, "link": 9})),
        add_file,
        verb("removeCaseFile", Case, "refusal", |_, _, thing| json!({"case": thing, "file": 9})),
    ]
}

/// What is asked and done about packages: cancelled ones, until an officer has its own built again.
fn packages() -> Vec<Call> {
    use About::{Nothing, Package};
    vec![
        ask("packages", "{ packages(first: 1) { totalCount } }"),
        of("package", Package, "id"),
        verb("askPackage", Nothing, "refusal", |_, _, _| {
            let forum = json!({"kind": "INTERNAL", "name": "", "abroad": false, "approvalNumber": ""});
            json!({"selection": {"search": {"query": "x"}}, "reason": "", "forum": forum})
        }),
        of_type("PackageInput!", on("buildPackageAgain", Package, "refusal")),
        of_type("PackageInput!", on("cancelPackage", Package, "refusal")),
        of_type("PackageInput!", on("revokePackageLink", Package, "refusal")),
        of_type("PackageInput!", on("verifyPackage", Package, "ok")),
        verb(
            "makePackageLink",
            Package,
            "refusal",
            |_, _, thing| json!({"id": thing, "phrase": "correct horse", "hours": 1}),
        ),
    ]
}

/// What is done to the archive, and what is watched.
fn archive() -> Vec<Call> {
    let mut import = act("startImport", "__typename");
    import.document = "mutation($file: Upload!) { startImport(input: {file: $file}) { __typename } }".into();
    let mut progress = of("importProgress", About::Import, "id");
    progress.document = progress.document.replacen("query", "subscription", 1);
    let mut changes = ask("ledgerChanged", "subscription { ledgerChanged { size } }");
    (progress.kind, changes.kind) = ("subscription", "subscription");
    let mut verbs = vec![
        import,
        act("signCheckpoint", "__typename"),
        act("tryStamps", "__typename"),
        act("issueClause", "__typename"),
    ];
    verbs.extend(sealing());
    verbs.extend([progress, changes]);
    verbs
}

/// What seals packages and who stamps heads, with inputs that are refused in words.
fn sealing() -> Vec<Call> {
    vec![
        verb("importSealKey", About::Nothing, "refusal", |_, _, _| json!({"file": "AAAA"})),
        verb("makeSealKey", About::Nothing, "refusal", |_, _, _| json!({"organisation": ""})),
        verb("retireSealKey", About::Nothing, "refusal", |_, _, _| json!({"kind": "SM2"})),
        verb(
            "setStamps",
            About::Nothing,
            "refusal",
            |_, _, _| json!({"authorities": [], "proxy": "", "intervalMinutes": 1}),
        ),
    ]
}
