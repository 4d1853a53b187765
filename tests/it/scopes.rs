//! Who may see whose words: what each of many people finds, lists and opens equals a plain filter over everything. `XINJU_PEOPLE=2000` makes
//! the company larger, and asks as fifty of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use md5::Digest;
use serde_json::{Value, json};

use crate::support::{Archive, Client, Dice, Server, times};

/// How large the company is; each number follows from the people that there are.
#[derive(Clone, Copy)]
struct Size {
    staff: u64,
    departments: u64,
    customers: u64,
    singles: u64,
    rooms: u64,
    colleagues: u64,
    transfers: u64,
    viewers: u64,
}

impl Size {
    /// A company of so many staff and customers together.
    fn of(people: u64) -> Self {
        let staff = people * 2 / 5;
        Self {
            staff,
            departments: (people / 10).clamp(1, 60),
            customers: people - staff,
            singles: people,
            rooms: people / 4,
            colleagues: people / 7,
            transfers: people / 7,
            viewers: (people / 15).min(50),
        }
    }
}

/// A password of users who live as long as the test.
const PASSWORD: &str = "correct horse battery";

/// The content of the file that every third message is.
fn file_of(text: &str) -> Option<String> {
    let number: u64 = text.strip_prefix('t')?.parse().ok()?;
    number.is_multiple_of(3).then(|| format!("a file of {text}"))
}

/// Who talks in a conversation.
struct Talk {
    /// Everybody of the staff who ever took part.
    staff: BTreeSet<u64>,
    /// The customer, where two talk and one of them is one.
    customer: Option<u64>,
    /// What was said: each text once in the archive.
    texts: Vec<String>,
}

/// A company as the test knows it.
struct Company {
    size: Size,
    /// Departments of each member of staff.
    works: Vec<BTreeSet<u64>>,
    /// The department above each; 0 above the first.
    above: BTreeMap<u64, u64>,
    /// All owners of each customer, oldest first.
    owners: Vec<Vec<u64>>,
    talks: Vec<Talk>,
    lines: Vec<String>,
    /// Contents of the files that messages name.
    files: Vec<String>,
    directory: Value,
}

fn account(staff: u64) -> String {
    format!("p{staff}")
}

fn external(customer: u64) -> String {
    format!("wmC{customer}")
}

impl Company {
    fn new(dice: &mut Dice, size: Size) -> Self {
        let above: BTreeMap<u64, u64> =
            (1..=size.departments).map(|id| (id, if id == 1 { 0 } else { 1 + dice.below(id - 1) })).collect();
        let works: Vec<BTreeSet<u64>> =
            (0..size.staff).map(|_| (0..=dice.below(2)).map(|_| 1 + dice.below(size.departments)).collect()).collect();
        let follower: Vec<Option<u64>> =
            (0..size.customers).map(|_| (dice.below(2) == 0).then(|| dice.below(size.staff))).collect();
        let directory = json!({
            "department": above.iter().map(|(id, parent)| json!({"id": id, "parentid": parent, "name": format!("d{id}"), "order": 1})).collect::<Vec<_>>(),
            "userlist": (0..).zip(&works).map(|(id, of)| json!({"userid": account(id), "name": format!("员工{id}"), "department": of})).collect::<Vec<_>>(),
            "external_contact_list": (0..).zip(&follower).map(|(id, follower)| json!({
                "external_contact": {"external_userid": external(id), "name": format!("客户{id}"), "type": 1},
                "follow_user": follower.iter().map(|staff| json!({"userid": account(*staff), "createtime": 1})).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        });
        let owners = follower.into_iter().map(|follower| follower.into_iter().collect()).collect();
        let mut company =
            Self { size, works, above, owners, talks: Vec::new(), lines: Vec::new(), files: Vec::new(), directory };
        company.talk(dice);
        company
    }

    fn talk(&mut self, dice: &mut Dice) {
        let size = self.size;
        let mut pairs = BTreeSet::new();
        for _ in 0..size.singles {
            let (staff, customer) = (dice.below(size.staff), dice.below(size.customers));
            if !pairs.insert((staff, customer)) {
                continue;
            }
            let owners = &mut self.owners[usize::try_from(customer).expect("small")];
            if owners.is_empty() {
                owners.push(staff);
            }
            let people = [account(staff), external(customer)];
            self.say(dice, &people, "", [staff].into(), Some(customer));
        }
        for room in 0..size.rooms {
            let staff: BTreeSet<u64> = (0..=dice.below(3)).map(|_| dice.below(size.staff)).collect();
            let customers: BTreeSet<u64> = (0..dice.below(3)).map(|_| dice.below(size.customers)).collect();
            let people: Vec<String> =
                staff.iter().map(|id| account(*id)).chain(customers.iter().map(|id| external(*id))).collect();
            if people.len() > 1 {
                self.say(dice, &people, &format!("room{room}"), staff, None);
            }
        }
        let mut pairs = BTreeSet::new();
        for _ in 0..size.colleagues {
            let (a, b) = (dice.below(size.staff), dice.below(size.staff));
            if a != b && pairs.insert((a.min(b), a.max(b))) {
                self.say(dice, &[account(a), account(b)], "", [a, b].into(), None);
            }
        }
    }

    fn say(&mut self, dice: &mut Dice, people: &[String], room: &str, staff: BTreeSet<u64>, customer: Option<u64>) {
        let mut texts = Vec::new();
        for _ in 0..=dice.below(5) {
            let number = self.lines.len();
            let from = dice.place(people.len());
            let to: Vec<&String> = people.iter().enumerate().filter(|(at, _)| *at != from).map(|(_, to)| to).collect();
            let text = format!("t{number}");
            let mut line = json!({
                "msgid": format!("id{number}"), "action": "send", "from": people[from], "tolist": to, "roomid": room,
                "msgtime": 1_700_000_000_000_u64 + number as u64 * 1_000, "msgtype": "text", "text": {"content": text},
            });
            if let Some(content) = file_of(&text) {
                let md5 = data_encoding::HEXLOWER.encode(&md5::Md5::digest(&content));
                line["msgtype"] = "file".into();
                line["file"] = json!({"filename": text, "md5sum": md5, "filesize": content.len(), "sdkfileid": "x"});
                self.files.push(content);
            }
            self.lines.push(line.to_string());
            texts.push(text);
        }
        self.talks.push(Talk { staff, customer, texts });
    }

    /// All lines and files as one import.
    fn zip(&self) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let lines = [("messages.ndjson".to_owned(), self.lines.join("\n"))];
        let files = self.files.iter().enumerate().map(|(number, content)| (number.to_string(), content.clone()));
        for (name, content) in lines.into_iter().chain(files) {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
            zip.write_all(content.as_bytes()).expect("written");
        }
        zip.finish().expect("a zip").into_inner()
    }

    /// Whether a department is another, or below it.
    fn is_below(&self, department: u64, top: u64) -> bool {
        let mut at = department;
        while at != 0 && at != top {
            at = self.above[&at];
        }
        at == top
    }

    /// The staff of a head's departments and those below, or of one person alone.
    fn staff_of(&self, head: bool, own: u64) -> BTreeSet<u64> {
        let departments = |staff: u64| &self.works[usize::try_from(staff).expect("small")];
        let inside = |staff: &u64| {
            let below = |one: &u64| departments(own).iter().any(|top| self.is_below(*one, *top));
            *staff == own || head && departments(*staff).iter().any(below)
        };
        (0..self.size.staff).filter(inside).collect()
    }

    /// The plain filter: whether these staff see a customer's words from before every change of owner.
    fn holds(&self, staff: &BTreeSet<u64>, customer: u64, history: bool) -> bool {
        let owners = &self.owners[usize::try_from(customer).expect("small")];
        let is_one = |owner: &u64| staff.contains(owner);
        if history { owners.last().is_some_and(is_one) } else { !owners.is_empty() && owners.iter().all(is_one) }
    }

    fn sees<'a>(&'a self, staff: &BTreeSet<u64>, history: bool) -> Vec<&'a Talk> {
        let seen = |talk: &&Talk| match talk.customer {
            Some(customer) => self.holds(staff, customer, history),
            None => talk.staff.iter().any(|one| staff.contains(one)),
        };
        self.talks.iter().filter(seen).collect()
    }
}

/// All nodes of a connection, page by page, with its total.
fn all(client: &mut Client, field: &str, arguments: &str, selection: &str) -> (Vec<Value>, u64) {
    let (mut nodes, mut after) = (Vec::new(), Value::Null);
    loop {
        let query = format!(
            "query($after: String) {{ {field}({arguments} first: 97, after: $after) {{ totalCount edges {{ node {{ {selection} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let mut data = client.ask(&query, &json!({"after": after}));
        let mut page = data[field].take();
        let edges = page["edges"].as_array_mut().expect("edges");
        nodes.extend(edges.iter_mut().map(|edge| edge["node"].take()));
        after = page["pageInfo"]["endCursor"].take();
        if page["pageInfo"]["hasNextPage"] == false {
            return (nodes, page["totalCount"].as_u64().expect("a total"));
        }
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Every message that can be found, by text with its id.
fn found(client: &mut Client) -> (BTreeMap<String, String>, u64) {
    let (hits, total) = all(client, "search", "query: \"*\",", "id text");
    let pair = |hit: &Value| (text_of(&hit["text"]), text_of(&hit["id"]));
    (hits.iter().map(pair).collect(), total)
}

/// The ids of staff or customers by what they are on the channel.
fn ids(client: &mut Client, field: &str, selection: &str, key: impl Fn(&Value) -> String) -> BTreeMap<String, String> {
    let (nodes, _) = all(client, field, "", selection);
    nodes.iter().map(|node| (key(node), text_of(&node["id"]))).collect()
}

struct Viewer {
    client: Client,
    head: bool,
    staff: u64,
}

/// Who looks: every second is a head of department, all are different members of staff.
fn viewers(size: Size, server: &mut Server, staff_ids: &BTreeMap<String, String>) -> Vec<Viewer> {
    let roles = server.admin.ask("{ roles { id builtIn } }", &json!({}));
    let role = |name: &str| {
        let all = roles["roles"].as_array().expect("roles");
        all.iter().find(|role| role["builtIn"] == name).expect("a built-in role")["id"].clone()
    };
    let (head, own) = (role("DEPARTMENT_HEAD"), role("STAFF"));
    (0..size.viewers)
        .map(|number| {
            let (is_head, staff, login) =
                (number % 2 == 0, number * (size.staff / size.viewers), format!("viewer{number}"));
            let input = json!({
                "login": login, "name": login, "password": PASSWORD, "staff": staff_ids[&account(staff)],
                "roles": [if is_head { &head } else { &own }],
            });
            let query = "mutation($input: CreateUserInput!) { createUser(input: $input) { refusal } }";
            let made = server.admin.ask(query, &json!({"input": input}));
            assert_eq!(made["createUser"]["refusal"], Value::Null, "{made}");
            let mut client = server.stranger();
            client.sign_in(&login, PASSWORD);
            Viewer { client, head: is_head, staff }
        })
        .collect()
}

/// What one person sees by every road, against the plain filter; the differences.
fn compare(
    company: &Company,
    viewer: &mut Viewer,
    everything: &BTreeMap<String, String>,
    history: bool,
) -> Vec<String> {
    let staff = company.staff_of(viewer.head, viewer.staff);
    let seen = company.sees(&staff, history);
    let expected: BTreeSet<&String> = seen.iter().flat_map(|talk| &talk.texts).collect();
    let client = &mut viewer.client;
    let mut differences = Vec::new();
    let mut check = |what: &str, found: u64, expected: usize| {
        if found != expected as u64 {
            differences.push(format!("p{} {what}: {found}, expected {expected}", viewer.staff));
        }
    };
    let (messages, total) = found(client);
    check("texts found", messages.keys().filter(|text| expected.contains(text)).count() as u64, expected.len());
    check("search total", total, expected.len());
    check("hits", messages.len() as u64, expected.len());
    let (listed, total) = all(client, "conversations", "", "id messageCount messages(first: 1) { totalCount }");
    check("conversations", listed.len() as u64, seen.len());
    check("conversations total", total, seen.len());
    let counted = |key: &dyn Fn(&Value) -> u64| listed.iter().map(key).sum::<u64>();
    check("message counts", counted(&|one| one["messageCount"].as_u64().expect("a count")), expected.len());
    check("timelines", counted(&|one| one["messages"]["totalCount"].as_u64().expect("a total")), expected.len());
    let owned = (0..company.size.customers).filter(|customer| company.holds(&staff, *customer, true)).count();
    let (customers, total) = all(client, "customers", "", "id");
    check("customers", customers.len() as u64, owned);
    check("customers total", total, owned);
    let overview = client.ask("{ overview { records conversations customers } }", &json!({}));
    check("overview records", overview["overview"]["records"].as_u64().expect("a number"), expected.len());
    for (text, id) in everything.iter().step_by(17) {
        let answer =
            client.ask("query($id: ID!) { message(id: $id) { text } node(id: $id) { id } }", &json!({"id": id}));
        let inside = expected.contains(text);
        check(text, u64::from(answer["message"]["text"] == **text), usize::from(inside));
        check(id, u64::from(answer["node"]["id"] == **id), usize::from(inside));
        let (status, _) = client.get(&format!("/api/messages/{id}/original"));
        check("original", u64::from(status == 200), usize::from(inside));
        if let Some(content) = file_of(text) {
            let answer = client.get(&format!("/api/messages/{id}/files/0"));
            check("file", u64::from(answer == (200, content)), usize::from(inside));
            check("no file", u64::from(answer.0 == 404), usize::from(!inside));
        }
    }
    differences
}

#[test]
fn what_people_see_equals_a_plain_filter() {
    let mut dice = Dice::new(20_261_126);
    let mut company = Company::new(&mut dice, Size::of(times("XINJU_PEOPLE", 300)));
    let archive = Archive::new();
    let (messages, directory) = (archive.beside("messages.zip"), archive.beside("directory.json"));
    std::fs::write(&messages, company.zip()).expect("written");
    std::fs::write(&directory, company.directory.to_string()).expect("written");
    let path = |path: &std::path::Path| path.to_str().expect("a path of ours is UTF-8").to_owned();
    archive.run(&["import", "wecom", &path(&messages), "--directory", &path(&directory), "--json"]).done();
    let mut server = archive.serve();
    let staff_ids = ids(&mut server.admin, "allStaff", "id channelId", |node| text_of(&node["channelId"]));
    let customer_ids = ids(&mut server.admin, "customers", "id identities { channelId }", |node| {
        text_of(&node["identities"][0]["channelId"])
    });
    let (everything, total) = found(&mut server.admin);
    assert_eq!((everything.len(), total), (company.lines.len(), company.lines.len() as u64));
    let mut viewers = viewers(company.size, &mut server, &staff_ids);
    let mut differences = Vec::new();
    let mut look = |company: &Company, history| {
        for viewer in &mut viewers {
            differences.extend(compare(company, viewer, &everything, history));
        }
    };
    look(&company, true);
    server.admin_again();
    for _ in 0..company.size.transfers {
        let (customer, to) = (dice.below(company.size.customers), dice.below(company.size.staff));
        let query = "mutation($input: ChangeCustomerOwnerInput!) { changeCustomerOwner(input: $input) { refusal } }";
        let input = json!({"customer": customer_ids[&external(customer)], "owner": staff_ids[&account(to)]});
        server.admin.ask(query, &json!({"input": input}));
        let owners = &mut company.owners[usize::try_from(customer).expect("small")];
        if owners.last() != Some(&to) {
            owners.push(to);
        }
    }
    look(&company, true);
    server.admin_again();
    let query = "mutation { setSuccessorSeesHistory(input: {sees: false}) { sees } }";
    server.admin.ask(query, &json!({}));
    look(&company, false);
    assert!(differences.is_empty(), "{} differences: {differences:#?}", differences.len());
}
