//! Personal data over HTTP: whoever sees it masked finds not one whole number in any answer, whatever is asked for; and gets single ones for a reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::{Archive, Client, Server};

const ID: &str = "11010519491231002X";
const CARD: &str = "6222021234567890128";
const PASSWORD: &str = "correct horse battery";
/// Fields of fields that are asked for.
const DEPTH: usize = 5;

/// A message of each kind that holds words, with both numbers wherever words stand.
fn lines() -> String {
    let both = format!("证{ID}卡{CARD}");
    let quoted = |text: &str| json!({ "content": text }).to_string();
    let bodies = [
        ("text", json!({"content": both})),
        ("markdown", json!({"content": both})),
        (
            "link",
            json!({"title": both, "description": both, "link_url": format!("https://example.com/?card={CARD}"), "image_url": ""}),
        ),
        (
            "file",
            json!({"md5sum": "", "filename": format!("{CARD}.pdf"), "fileext": "pdf", "filesize": 1, "sdkfileid": ""}),
        ),
        ("location", json!({"longitude": 1.0, "latitude": 1.0, "address": both, "title": both, "zoom": 1})),
        (
            "chatrecord",
            json!({"title": both, "item": [{"type": "ChatRecordText", "msgtime": 1_603_875_610, "content": quoted(&both), "from_chatroom": false}]}),
        ),
        ("mixed", json!({"item": [{"type": "text", "content": quoted(&both)}]})),
        ("todo", json!({"title": both, "content": both})),
        ("vote", json!({"votetitle": both, "voteitem": [both, "b"], "votetype": 101, "voteid": "v"})),
        ("strange", json!({"words": both, "card": 6_222_021_234_567_890_128_u64})),
    ];
    let mut lines = String::new();
    for (number, (kind, body)) in bodies.into_iter().enumerate() {
        let at = 1_700_000_000_000_u64 + u64::try_from(number).expect("small") * 1_000;
        let mut message = json!({"msgid": format!("id{number}"), "action": "send", "from": "wm-a", "tolist": ["ken"], "roomid": "", "msgtime": at, "msgtype": kind});
        message[kind] = body;
        writeln!(lines, "{message}").expect("text");
    }
    lines
}

fn directory() -> Value {
    json!({
        "department": [{"id": 1, "parentid": 0, "name": "支行", "order": 1}],
        "userlist": [{"userid": "ken", "name": "ken", "department": [1]}],
        "external_contact_list": [{
            "external_contact": {"external_userid": "wm-a", "name": format!("王芳{ID}"), "position": CARD, "corp_name": CARD, "type": 1},
            "follow_user": [{"userid": "ken", "createtime": 1, "remark": CARD, "description": ID, "tags": [{"tag_name": CARD}]}],
        }],
    })
}

struct Bank {
    _archive: Archive,
    server: Server,
}

impl Bank {
    fn new() -> Self {
        let archive = Archive::new();
        let (messages, people) = (archive.beside("messages.ndjson"), archive.beside("directory.json"));
        std::fs::write(&messages, lines()).expect("written");
        std::fs::write(&people, directory().to_string()).expect("written");
        let path = |path: &std::path::Path| path.to_str().expect("a path of ours is UTF-8").to_owned();
        archive.run(&["import", "wecom", &path(&messages), "--directory", &path(&people), "--json"]).done();
        let server = archive.serve();
        Self { _archive: archive, server }
    }

    /// A user of a built-in role, signed in; linked to Ken.
    fn user(&mut self, login: &str, role: &str) -> Client {
        let all = self.server.admin.ask("{ roles { id builtIn } allStaff(first: 9) { nodes { id } } }", &json!({}));
        let roles = all["roles"].as_array().expect("roles");
        let role = &roles.iter().find(|one| one["builtIn"] == role).expect("a role")["id"];
        let staff = &all["allStaff"]["nodes"][0]["id"];
        let input = json!({"login": login, "name": login, "password": PASSWORD, "roles": [role], "staff": staff});
        let query = "mutation($input: CreateUserInput!) { createUser(input: $input) { refusal } }";
        self.server.admin.ask(query, &json!({ "input": input }));
        let mut client = self.server.stranger();
        client.sign_in(login, PASSWORD);
        client
    }
}

type Types = BTreeMap<String, Value>;

fn types(client: &mut Client) -> Types {
    let query = "{ __schema { types { kind name possibleTypes { name } fields { name type { ...t } args { name type { ...t } } } } } }
        fragment t on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let all = client.ask(query, &json!({}));
    let named = |one: &Value| (one["name"].as_str().expect("a name").to_owned(), one.clone());
    all["__schema"]["types"].as_array().expect("types").iter().map(named).collect()
}

fn inner(kind: &Value) -> &str {
    let mut kind = kind;
    while !kind["ofType"].is_null() {
        kind = &kind["ofType"];
    }
    kind["name"].as_str().expect("a name")
}

/// The arguments of a field; none where one is needed that is not known here. Pages are short, so that all of them can be asked for.
fn arguments(field: &Value, known: &[(&str, String)]) -> Option<String> {
    let mut given = Vec::new();
    for argument in field["args"].as_array().expect("arguments") {
        let name = argument["name"].as_str().expect("a name");
        match known.iter().find(|(one, _)| *one == name) {
            Some((_, value)) => given.push(format!("{name}: {value}")),
            None if name == "first" => given.push("first: 10".into()),
            None if argument["type"]["kind"] == "NON_NULL" => return None,
            None => {}
        }
    }
    Some(if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) })
}

/// Everything that can be selected of a type without arguments, so deep. Edges say what nodes say.
fn selection(types: &Types, name: &str, depth: usize) -> String {
    let Some(fields) = types[name]["fields"].as_array().filter(|_| types[name]["kind"] == "OBJECT") else {
        return String::new();
    };
    let mut selected = vec!["__typename".to_owned()];
    for field in fields {
        let (label, kind) = (field["name"].as_str().expect("a name"), inner(&field["type"]));
        let is_leaf = matches!(types[kind]["kind"].as_str(), Some("SCALAR" | "ENUM"));
        let Some(given) = arguments(field, &[]) else { continue };
        if is_leaf {
            selected.push(format!("{label}{given}"));
        } else if depth > 0 && !(label == "edges" && fields.iter().any(|other| other["name"] == "nodes")) {
            let given = given.replace("10", "2");
            let below = selection(types, kind, depth - 1);
            if !below.is_empty() {
                selected.push(format!("{label}{given} {below}"));
            }
        }
    }
    format!("{{ {} }}", selected.join(" "))
}

/// Every answer to every question that `client` can put, as text.
fn everything(client: &mut Client, types: &Types, ids: &[String]) -> String {
    let mut told = String::new();
    let roots = types["Query"]["fields"].as_array().expect("fields").clone();
    for root in roots {
        let name = root["name"].as_str().expect("a name");
        let needs = |wanted: &str| root["args"].as_array().expect("arguments").iter().any(|one| one["name"] == wanted);
        let values: Vec<(&str, String)> = match name {
            _ if needs("id") => ids.iter().map(|id| ("id", format!("\"{id}\""))).collect(),
            "search" => ["*", "证", "卡", "kind:link"].iter().map(|text| ("query", format!("\"{text}\""))).collect(),
            "accessLog" => ids.iter().map(|id| ("subject", format!("\"{id}\""))).collect(),
            _ => vec![("none", String::new())],
        };
        for value in values {
            let Some(given) = arguments(&root, &[value]) else { continue };
            // As deep as the server answers at all.
            for depth in (1..=DEPTH).rev() {
                let below = selection(types, inner(&root["type"]), depth);
                let below = if name == "node" {
                    format!(
                        "{{ ... on Message {} ... on Customer {} ... on Conversation {} }}",
                        selection(types, "Message", 2),
                        selection(types, "Customer", 2),
                        selection(types, "Conversation", 2)
                    )
                } else {
                    below
                };
                let (_, answer) = client.try_ask(&format!("{{ {name}{given} {below} }}"), &json!({}));
                let text = answer.to_string();
                let refused = answer["errors"][0]["message"].as_str().unwrap_or_default().to_lowercase();
                told += &text;
                told.push('\n');
                if !(refused.contains("complex") || refused.contains("deep") || refused.contains("large")) {
                    break;
                }
            }
        }
    }
    for id in ids {
        for what in ["original", "proof", "entry.json"] {
            told += &client.get(&format!("/api/messages/{id}/{what}")).1;
        }
    }
    told
}

#[test]
fn no_answer_holds_a_number_that_is_masked() {
    let mut bank = Bank::new();
    let mut staff = bank.user("ken", "STAFF");
    let mut officer = bank.user("officer", "EVIDENCE_OFFICER");
    let ask = "{ customers(first: 9) { nodes { id } } conversations(first: 9) { nodes { id messages(first: 20) { nodes { id } } } } }";
    let all = staff.ask(ask, &json!({}));
    let mut ids = vec![all["customers"]["nodes"][0]["id"].clone(), all["conversations"]["nodes"][0]["id"].clone()];
    ids.extend(
        all["conversations"]["nodes"][0]["messages"]["nodes"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|m| m["id"].clone()),
    );
    assert_eq!(ids.len(), 12, "{all}");
    let ids: Vec<String> = ids.iter().map(|id| id.as_str().expect("an id").to_owned()).collect();
    let types = types(&mut staff);
    let told = everything(&mut staff, &types, &ids);
    for raw in [ID, CARD] {
        let place = told.find(raw).map(|place| told.get(place.saturating_sub(600)..place + 40));
        assert!(place.is_none(), "{raw}: {place:?}");
    }
    assert!(told.contains("***************0128") && told.contains("110***********002X"));
    let whole = everything(&mut officer, &types, &ids);
    assert!(whole.matches(CARD).count() > 30 && whole.matches(ID).count() > 20, "the scan would see them");
}

#[test]
fn one_value_is_revealed_for_a_reason_and_the_trail_says_so() {
    let mut bank = Bank::new();
    let mut staff = bank.user("ken", "STAFF");
    let all = staff.ask(
        "{ search(query: \"kind:text\") { edges { node { id text body { masked { index kind part start end } } } } } }",
        &json!({}),
    );
    let node = &all["search"]["edges"][0]["node"];
    assert_eq!(node["text"], "证110***********002X卡***************0128");
    assert_eq!(
        node["body"]["masked"][1],
        json!({"index": 1, "kind": "BANK_CARD", "part": "TEXT", "start": 20, "end": 39})
    );
    let reveal = "mutation($input: RevealPersonalInput!) { revealPersonal(input: $input) { kind value } }";
    let input = json!({"input": {"message": node["id"], "index": 1, "reason": "核对账户"}});
    assert_eq!(staff.ask(reveal, &input)["revealPersonal"], json!({"kind": "BANK_CARD", "value": CARD}));
    let events = bank.server.admin.ask("{ auditEvents(first: 1, filter: {actions: [PERSONAL_REVEAL]}) { nodes { actionName details { name value } } } }", &json!({}));
    let event = events["auditEvents"]["nodes"][0].to_string();
    assert!(event.contains("核对账户") && event.contains("bank_card") && !event.contains(CARD), "{event}");
}
