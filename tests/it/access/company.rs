//! A small company: two colleagues in one department and somebody in another, each with a customer, a user, a session and a token; and a
//! user of every built-in role.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::calls::{About, Call};
use crate::support::{Archive, Client, Server};

/// Of users who live as long as the test.
pub(super) const PASSWORD: &str = "correct horse battery";

/// Of the same role as the server's first user.
const SECOND_OWNER: &str = "second_owner";

/// The staff: one's own, a colleague's, another department's.
const STAFF: [(&str, u64); 3] = [("own", 2), ("colleague", 2), ("other", 3)];

/// What the accounts of those begin with who have left: one of the department of each of [`STAFF`], with a customer.
const GONE: &str = "gone-";

/// Somebody who asks.
pub(super) struct Person {
    /// The column of the table.
    pub(super) name: &'static str,
    /// Signed in; of a stranger not.
    pub(super) client: Client,
}

impl Person {
    /// Waits until a package of this person's is built, so that what is asked of it next does not depend on the time it takes.
    pub(super) fn wait_for_package(&mut self, id: &Value) {
        let query = "query($id: ID!) { package(id: $id) { state } }";
        let deadline = Instant::now() + Duration::from_mins(1);
        while self.client.ask(query, &json!({"id": id}))["package"]["state"] != "READY" {
            assert!(Instant::now() < deadline, "a package is not built");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Signs in again, where a call may have ended the session that was.
    pub(super) fn return_after(&mut self, call: &Call) {
        if call.ends_session() && !matches!(self.name, "stranger" | "token") {
            self.client = self.client.fresh();
            self.client.sign_in(self.name, PASSWORD);
        }
    }
}

/// The company with the binary that serves it.
pub(super) struct Company {
    _archive: Archive,
    pub(super) server: Server,
    staff: Vec<Value>,
    /// Who leaves a customer to each of them.
    leavers: Vec<Value>,
    customers: Vec<Value>,
    conversations: Vec<Value>,
    messages: Vec<Value>,
    users: Vec<Value>,
    /// The company's own role, held by nobody.
    pub(super) role: Value,
    /// All roles by stable name.
    roles: Value,
    departments: Vec<Value>,
    import: Value,
    event: Value,
    /// Of the evidence officer of the table and of another: what nobody but its officer, and who says who sees what, may see.
    officers: Vec<Officer>,
    /// One of each member of staff.
    handovers: Vec<Value>,
    /// One to each member of staff.
    forms: Vec<Value>,
}

/// What an evidence officer has made.
struct Officer {
    case: Value,
    package: Value,
    approval: Value,
}

fn line(number: usize, from: &str, to: &str, text: &str) -> String {
    let at = 1_700_000_000_000_u64 + u64::try_from(number).expect("small") * 1_000;
    json!({"msgid": format!("id{number}"), "action": "send", "from": from, "tolist": [to], "roomid": "", "msgtime": at, "msgtype": "text", "text": {"content": text}}).to_string()
}

fn directory() -> Value {
    let all = STAFF
        .iter()
        .flat_map(|(name, department)| [((*name).to_owned(), department), (format!("{GONE}{name}"), department)]);
    let all: Vec<_> = all.collect();
    json!({
        "department": [
            {"id": 1, "parentid": 0, "name": "医院", "order": 1}, {"id": 2, "parentid": 1, "name": "内科", "order": 1},
            {"id": 3, "parentid": 1, "name": "外科", "order": 2},
        ],
        "userlist": all.iter().map(|(name, department)| json!({"userid": name, "name": name, "department": [department]})).collect::<Vec<_>>(),
        "external_contact_list": all.iter().map(|(name, _)| json!({
            "external_contact": {"external_userid": format!("wm-{name}"), "name": format!("wm-{name}"), "type": 1},
            "follow_user": [{"userid": name, "createtime": 1}],
        })).collect::<Vec<_>>(),
    })
}

/// Every node of a list that has one page, by a key, in the order of the staff.
fn in_order(nodes: &Value, key: impl Fn(&Value) -> &Value, prefix: &str) -> Vec<Value> {
    let all = nodes["nodes"].as_array().expect("a list");
    let of = |name: &str| {
        all.iter().find(|node| key(node) == &json!(format!("{prefix}{name}"))).expect("listed")["id"].clone()
    };
    STAFF.iter().map(|(name, _)| of(name)).collect()
}

/// What came of a verb that is not refused.
fn made(client: &mut Client, field: &str, selection: &str, input: &Value) -> Value {
    let (first, rest) = field.split_at(1);
    let name = first.to_uppercase() + rest;
    let query = format!("mutation($input: {name}Input!) {{ {field}(input: $input) {{ refusal {selection} }} }}");
    let made = client.ask(&query, &json!({ "input": input }))[field].clone();
    assert_eq!(made["refusal"], Value::Null, "{field}: {made}");
    made
}

/// Asks for an approval; its id.
fn ask_approval(client: &mut Client, operation: &Value) -> Value {
    let wanted = json!({"operation": operation, "reason": "a dispute"});
    made(client, "askApproval", "approval { id }", &wanted)["approval"]["id"].clone()
}

impl Company {
    pub(super) fn new() -> Self {
        let archive = Archive::new();
        let (messages, people) = (archive.beside("messages.ndjson"), archive.beside("directory.json"));
        let lines = STAFF.iter().enumerate().map(|(number, (name, _))| line(number, name, &format!("wm-{name}"), name));
        std::fs::write(&messages, lines.collect::<Vec<_>>().join("\n") + "\n").expect("written");
        std::fs::write(&people, directory().to_string()).expect("written");
        let path = |path: &std::path::Path| path.to_str().expect("a path of ours is UTF-8").to_owned();
        archive.run(&["import", "wecom", &path(&messages), "--directory", &path(&people), "--json"]).done();
        let mut server = archive.serve();
        // Somebody has to be there whom nobody else of the company let in: who sets accounts up does not decide with them.
        let add =
            archive.command(&["user", "add", SECOND_OWNER, "--role", "owner"]).env("XINJU_PASSWORD", PASSWORD).output();
        assert!(add.expect("the binary runs").status.success());
        let admin = &mut server.admin;
        let ask = "{ allStaff(first: 9) { nodes { id channelId } } customers(first: 9) { nodes { id name } } conversations(first: 9) { nodes { id messages(first: 1) { nodes { id text } } } }
            departments { id name } imports(first: 1) { nodes { id } } roles { id builtIn } auditEvents(first: 1) { nodes { id } } }";
        let all = admin.ask(ask, &json!({}));
        let text = |node: &Value| node["messages"]["nodes"][0]["text"].clone();
        let talks = all["conversations"]["nodes"].as_array().expect("a list");
        let talk = |name: &str| talks.iter().find(|node| text(node) == name).expect("a conversation");
        let mut company = Self {
            staff: in_order(&all["allStaff"], |node| &node["channelId"], ""),
            leavers: in_order(&all["allStaff"], |node| &node["channelId"], GONE),
            customers: in_order(&all["customers"], |node| &node["name"], "wm-"),
            conversations: STAFF.iter().map(|(name, _)| talk(name)["id"].clone()).collect(),
            messages: STAFF.iter().map(|(name, _)| talk(name)["messages"]["nodes"][0]["id"].clone()).collect(),
            users: Vec::new(),
            role: Value::Null,
            departments: all["departments"].as_array().expect("a list").iter().map(|one| one["id"].clone()).collect(),
            import: all["imports"]["nodes"][0]["id"].clone(),
            event: all["auditEvents"]["nodes"][0]["id"].clone(),
            roles: all["roles"].clone(),
            officers: Vec::new(),
            handovers: Vec::new(),
            forms: Vec::new(),
            _archive: archive,
            server,
        };
        company.role = company.copy_role();
        company.users = ["staff", "colleague", "other"]
            .iter()
            .zip(0..)
            .map(|(login, at)| company.user(login, "STAFF", Some(at)))
            .collect();
        company
    }

    fn copy_role(&mut self) -> Value {
        let input = json!({"from": self.built_in("STAFF"), "name": "a role of the company"});
        let made = self.server.admin.ask(
            "mutation($input: CopyRoleInput!) { copyRole(input: $input) { role { id } } }",
            &json!({"input": input}),
        );
        made["copyRole"]["role"]["id"].clone()
    }

    /// The id of a built-in role.
    pub(super) fn built_in(&self, name: &str) -> Value {
        let all = self.roles.as_array().expect("roles");
        all.iter().find(|role| role["builtIn"] == name).expect("a built-in role")["id"].clone()
    }

    fn user(&mut self, login: &str, role: &str, staff: Option<usize>) -> Value {
        let input = json!({"login": login, "name": login, "password": PASSWORD, "roles": [self.built_in(role)], "staff": staff.map(|at| &self.staff[at])});
        let query = "mutation($input: CreateUserInput!) { createUser(input: $input) { refusal user { id } } }";
        let made = self.server.admin.ask(query, &json!({"input": input}));
        assert_eq!(made["createUser"]["refusal"], Value::Null, "{made}");
        made["createUser"]["user"]["id"].clone()
    }

    fn signed_in(&self, name: &'static str) -> Person {
        let mut client = self.server.stranger();
        client.sign_in(name, PASSWORD);
        Person { name, client }
    }

    /// One of every built-in role, a program with a token of all scopes, and a stranger.
    pub(super) fn people(&mut self) -> Vec<Person> {
        let roles = [
            ("owner", "OWNER"),
            ("system_administrator", "SYSTEM_ADMINISTRATOR"),
            ("security_administrator", "SECURITY_ADMINISTRATOR"),
            ("auditor", "AUDITOR"),
            ("evidence_officer", "EVIDENCE_OFFICER"),
            ("integration", "INTEGRATION"),
        ];
        let mut people: Vec<Person> = Vec::new();
        for (name, role) in roles {
            self.user(name, role, None);
            people.push(self.signed_in(name));
        }
        self.user("department_head", "DEPARTMENT_HEAD", Some(0));
        people.insert(4, self.signed_in("department_head"));
        people.insert(5, self.signed_in("staff"));
        let input = json!({"name": "program", "scopes": ["READ", "IMPORT", "LEDGER"], "days": 1});
        let query = "mutation($input: CreateTokenInput!) { createToken(input: $input) { secret } }";
        let made = people[0].client.ask(query, &json!({"input": input}));
        let client = self.server.stranger().with_token(made["createToken"]["secret"].as_str().expect("a secret"));
        people.push(Person { name: "token", client });
        people.push(Person { name: "stranger", client: self.server.stranger() });
        self.user("other_officer", "EVIDENCE_OFFICER", None);
        self.officers = self.officers_things();
        self.forms = (0..STAFF.len()).map(|at| self.form_to(at)).collect();
        self.handovers = self.staff.clone().iter().map(|staff| self.handover_of(staff)).collect();
        people
    }

    /// What two evidence officers have made: each is in charge of a case, has cancelled a package, and has taken back what an approval was asked for.
    fn officers_things(&mut self) -> Vec<Officer> {
        let forum = json!({"kind": "COURT", "name": "", "abroad": false, "approvalNumber": ""});
        let wanted = json!({"selection": {"search": {"query": "own"}}, "reason": "a dispute", "forum": forum});
        let mut officers = Vec::new();
        let mut clients = ["evidence_officer", "other_officer"].map(|login| self.signed_in(login).client);
        for client in &mut clients {
            let opened =
                made(client, "openCase", "case { id }", &json!({"about": {"name": "a dispute", "forum": forum}}));
            let package = made(client, "askPackage", "package { id }", &wanted)["package"]["id"].clone();
            let cancel = "mutation($input: PackageInput!) { cancelPackage(input: $input) { refusal } }";
            client.ask(cancel, &json!({"input": {"id": package}}));
            officers.push(Officer { case: opened["case"]["id"].clone(), package, approval: Value::Null });
        }
        let policy = |kinds: &[&str]| json!({"kinds": kinds, "hours": 24});
        let exports = policy(&["EVIDENCE_EXPORT"]);
        let [mut asker, mut decider] =
            ["security_administrator", SECOND_OWNER].map(|login| self.signed_in(login).client);
        made(&mut asker, "setApprovalPolicy", "__typename", &exports);
        for (client, officer) in clients.iter_mut().zip(&mut officers) {
            officer.approval = ask_approval(client, &json!({"askPackage": wanted}));
            made(client, "revokeApproval", "__typename", &json!({"id": officer.approval}));
        }
        let id = json!({"id": ask_approval(&mut asker, &json!({"setApprovalPolicy": policy(&[])}))});
        made(&mut decider, "approveOperation", "__typename", &id);
        made(&mut asker, "carryOutApproval", "__typename", &id);
        officers
    }

    /// A handover that was begun and called off.
    fn handover_of(&mut self, staff: &Value) -> Value {
        let admin = &mut self.server.admin;
        let begun = json!({"staff": staff, "reviewDays": 30, "suspend": false});
        let id = made(admin, "beginHandover", "handover { id }", &begun)["handover"]["id"].clone();
        made(admin, "cancelHandover", "__typename", &json!({"id": id}));
        id
    }

    /// The form of a handover that was carried out, from somebody who left to the member of staff at this place.
    fn form_to(&mut self, at: usize) -> Value {
        let admin = &mut self.server.admin;
        let begun = json!({"staff": self.leavers[at], "reviewDays": 1, "suspend": true});
        let id = made(admin, "beginHandover", "handover { id }", &begun)["handover"]["id"].clone();
        let rules = json!({"id": id, "rules": [{"successors": [self.staff[at]]}]});
        let planned = made(admin, "planHandover", "handover { plan { digest } }", &rules);
        let digest = &planned["handover"]["plan"]["digest"];
        let done = made(admin, "carryOutHandover", "handover { forms { id } }", &json!({"id": id, "digest": digest}));
        done["handover"]["forms"][0]["id"].clone()
    }

    /// What a call is asked about: one's own, a colleague's, another department's; one thing where there are no three.
    pub(super) fn things(&mut self, about: About, person: &mut Person) -> Vec<Value> {
        match about {
            About::Nothing => vec![Value::Null],
            About::Customer => self.customers.clone(),
            About::Conversation => self.conversations.clone(),
            About::Message => self.messages.clone(),
            About::Staff => self.staff.clone(),
            About::User => self.users.clone(),
            About::Department => self.departments.clone(),
            About::Import => vec![self.import.clone()],
            About::Event => vec![self.event.clone()],
            About::Case => self.officers.iter().map(|officer| officer.case.clone()).collect(),
            About::Package => self.officers.iter().map(|officer| officer.package.clone()).collect(),
            About::Approval => self.officers.iter().map(|officer| officer.approval.clone()).collect(),
            About::Handover => self.handovers.clone(),
            About::Form => self.forms.clone(),
            About::Session => self.of_each(person, |client, _| {
                client.ask("{ viewer { sessionId } }", &json!({}))["viewer"]["sessionId"].clone()
            }),
            About::Token => self.of_each(person, |client, name| {
                let input = json!({"name": format!("of {name}"), "scopes": ["READ"], "days": 1});
                let query = "mutation($input: CreateTokenInput!) { createToken(input: $input) { token { id } } }";
                client.ask(query, &json!({"input": input}))["createToken"]["token"]["id"].clone()
            }),
        }
    }

    /// One's own thing, and one of the two other members of staff: of a new session each, so that nobody loses what is in use.
    fn of_each(&self, person: &Person, thing: impl Fn(&mut Client, &str) -> Value) -> Vec<Value> {
        let own = if matches!(person.name, "stranger" | "token") { "owner" } else { person.name };
        let of = |login: &str| {
            let mut client = self.server.stranger();
            client.sign_in(login, PASSWORD);
            thing(&mut client, login)
        };
        [own, "colleague", "other"].iter().map(|login| of(login)).collect()
    }

    /// The department that somebody works in, its parent and its name.
    pub(super) fn department(&self, id: &Value) -> (Value, &'static str) {
        let at = self.departments.iter().position(|one| one == id).expect("a department");
        (if at == 0 { Value::Null } else { self.departments[0].clone() }, ["医院", "内科", "外科"][at])
    }

    /// The user of a customer's owner.
    pub(super) fn user_of(&self, customer: &Value) -> Value {
        let at = self.customers.iter().position(|one| one == customer).expect("a customer");
        self.users[at].clone()
    }

    /// The member of staff of a thing: of a customer its owner, of a user who it is.
    pub(super) fn staff_of(&self, thing: &Value) -> Value {
        let at = self.customers.iter().chain(&self.users).position(|one| one == thing).expect("a thing");
        self.staff[at % STAFF.len()].clone()
    }
}
