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
    [queries(), doors(), account(), users(), people(), archive()].into_iter().flatten().collect()
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

/// A verb whose input is the thing's id alone.
fn on(field: &'static str, about: About, selection: &str) -> Call {
    verb(field, about, selection, |_, _, thing| json!({"id": thing}))
}

fn queries() -> Vec<Call> {
    use About::{Conversation, Customer, Event, Import, Message, Staff, User};
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
        ask("consistencyProof", "{ consistencyProof(from: 1, to: 1) }"),
        ask("imports", "{ imports(first: 9) { totalCount } }"),
        of("import", Import, "id rejects(first: 1) { totalCount }"),
        ask("users", "{ users { login } }"),
        ask("signInPolicy", "{ signInPolicy { idleMinutes } }"),
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
            |_, _, _| json!({"token": "none", "login": "again", "name": "again", "password": PASSWORD}),
        ),
        verb(
            "signIn",
            Nothing,
            "refusal",
            |_, person, _| json!({"login": format!("not-{}", person.name), "password": "wrong"}),
        ),
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
        act("signOut", "__typename"),
    ]
}

/// What is done to users and roles.
fn users() -> Vec<Call> {
    use About::{Nothing, User};
    vec![
        verb("createUser", Nothing, "refusal", |company, person, _| {
            let login = format!("by-{}", person.name);
            json!({"login": login, "name": "n", "password": "short", "roles": [company.built_in("STAFF")]})
        }),
        verb("setUserActive", User, "refusal", |_, _, thing| json!({"id": thing, "active": true})),
        verb(
            "setUserRoles",
            User,
            "refusal",
            |company, _, thing| json!({"id": thing, "roles": [company.built_in("STAFF")], "staff": company.staff_of(thing)}),
        ),
        on("resetSecondFactor", User, "refusal"),
        verb(
            "setSignInPolicy",
            Nothing,
            "refusal",
            |_, _, _| json!({"secondFactor": "NOBODY", "idleMinutes": 1, "ageHours": 12, "passwordChars": 12}),
        ),
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

/// What is done to departments, staff and customers.
fn people() -> Vec<Call> {
    use About::{Customer, Department, Nothing, Staff};
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
        verb("updateStaff", Staff, "refusal", |_, _, thing| json!({"id": thing, "state": "ACTIVE"})),
        verb(
            "changeCustomerOwner",
            Customer,
            "refusal",
            |company, _, thing| json!({"customer": thing, "owner": company.staff_of(thing)}),
        ),
        verb("setPagesAreMarked", Nothing, "__typename", |_, _, _| json!({"marked": true})),
        verb("setSuccessorSeesHistory", Nothing, "__typename", |_, _, _| json!({"sees": true})),
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
    vec![import, act("signCheckpoint", "__typename"), progress, changes]
}
