//! Two of the staff, their head, and a customer who goes from one to the other: what each sees through the API.

use poem::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use xinju_model::role::BuiltIn;

use super::site::{Site, browser};

/// Messages of two who work in different departments with a customer each, and a room of one of them.
fn lines() -> String {
    let line = |(number, (from, to, room, text)): (usize, &(&str, &str, &str, &str))| {
        json!({
            "msgid": format!("s{number}"), "action": "send", "from": from, "tolist": [to], "roomid": room,
            "msgtime": 1_769_760_000_000_u64 + number as u64 * 60_000, "msgtype": "text", "text": {"content": text},
        })
        .to_string()
            + "\n"
    };
    let all = [
        ("ken", "wmA", "", "kens offer"),
        ("wmA", "ken", "", "kens answer"),
        ("lee", "wmB", "", "lees offer"),
        ("lee", "wmA", "room", "lees room"),
    ];
    all.iter().enumerate().map(line).collect()
}

/// The site, the owner's cookie, Ken's, Lee's and their head's.
async fn office() -> (Site, String, [String; 3]) {
    let site = Site::new();
    let owner = site.administrator().await;
    site.import(&owner, &lines()).await;
    let top = department(&site, &owner, "总部", None).await;
    let (east, west) =
        (department(&site, &owner, "东", Some(&top)).await, department(&site, &owner, "西", Some(&top)).await);
    for (account, department) in [("boss", &top), ("ken", &east), ("lee", &west)] {
        let query = "mutation($input: CreateStaffInput!) { createStaff(input: $input) { staff { state } refusal } }";
        let input = json!({"channelId": account, "name": account, "departments": [department]});
        let put = site.ask(Some(&owner), query, json!({"input": input})).await;
        assert_eq!(put["data"]["createStaff"], json!({"staff": {"state": "ACTIVE"}, "refusal": null}), "{put}");
    }
    let ken = site.user_of(&owner, "ken", BuiltIn::Staff, Some("ken")).await;
    let lee = site.user_of(&owner, "lee", BuiltIn::Staff, Some("lee")).await;
    let boss = site.user_of(&owner, "boss", BuiltIn::DepartmentHead, Some("boss")).await;
    (site, owner, [ken, lee, boss])
}

async fn department(site: &Site, owner: &str, name: &str, parent: Option<&Value>) -> Value {
    let query =
        "mutation($input: CreateDepartmentInput!) { createDepartment(input: $input) { department { id } refusal } }";
    let made = site.ask(Some(owner), query, json!({"input": {"name": name, "parent": parent}})).await;
    assert_eq!(made["data"]["createDepartment"]["refusal"], Value::Null, "{made}");
    made["data"]["createDepartment"]["department"]["id"].clone()
}

/// The texts that somebody finds.
async fn finds(site: &Site, cookie: &str) -> Vec<String> {
    let query = "{ search(query: \"*\", first: 50) { totalCount edges { node { text } } }
        conversations { nodes { messageCount } } overview { records } }";
    let answer = site.ask(Some(cookie), query, Value::Null).await;
    let hits = answer["data"]["search"]["edges"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let mut texts: Vec<String> =
        hits.iter().map(|hit| hit["node"]["text"].as_str().expect("a text").to_owned()).collect();
    assert_eq!(answer["data"]["search"]["totalCount"], texts.len());
    assert_eq!(answer["data"]["overview"]["records"], texts.len());
    let conversations = answer["data"]["conversations"]["nodes"].as_array().expect("conversations");
    let counted: i64 = conversations.iter().filter_map(|one| one["messageCount"].as_i64()).sum();
    assert_eq!(counted, i64::try_from(texts.len()).expect("small"));
    texts.sort();
    texts
}

#[tokio::test]
async fn each_finds_the_own_and_the_head_finds_all() {
    let (site, owner, [ken, lee, boss]) = office().await;
    assert_eq!(finds(&site, &ken).await, ["kens answer", "kens offer"]);
    assert_eq!(finds(&site, &lee).await, ["lees offer", "lees room"]);
    assert_eq!(finds(&site, &boss).await.len(), 4);
    assert_eq!(finds(&site, &owner).await.len(), 4);
    let token = site.token(&ken, &["READ"]).await;
    let query = json!({"query": "{ search(query: \"*\") { totalCount } }"}).to_string();
    let request = browser(Method::POST, "/graphql").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = site.send(request.header(header::CONTENT_TYPE, "application/json").body(query)).await.json();
    assert_eq!(answer["data"]["search"]["totalCount"], 2, "{answer}");
}

#[tokio::test]
async fn what_is_anothers_looks_as_if_it_were_not_there() {
    let (site, owner, [ken, ..]) = office().await;
    let query = "{ search(query: \"lees\") { edges { node { id conversation { id } } } }
        customers(search: \"wmB\") { nodes { id } } }";
    let all = site.ask(Some(&owner), query, Value::Null).await["data"].clone();
    let message = all["search"]["edges"][0]["node"].clone();
    let customer = all["customers"]["nodes"][0]["id"].clone();
    for id in [&message["id"], &message["conversation"]["id"], &customer] {
        let node = site.ask(Some(&ken), "query($id: ID!) { node(id: $id) { id } }", json!({"id": id})).await;
        assert_eq!(node, json!({"data": {"node": null}}));
    }
    let one = "query($m: ID!, $c: ID!, $k: ID!) { message(id: $m) { id } conversation(id: $c) { id } customer(id: $k) { id }
        conversations(filter: {customer: $k}) { totalCount } customers { totalCount nodes { owner { channelId } owners { since owner { name } } } } }";
    let variables = json!({"m": message["id"], "c": message["conversation"]["id"], "k": customer});
    let answer = site.ask(Some(&ken), one, variables).await;
    let own = json!([{"owner": {"channelId": "ken"}, "owners": [{"since": null, "owner": {"name": "ken"}}]}]);
    let expected = json!({"message": null, "conversation": null, "customer": null,
        "conversations": {"totalCount": 0}, "customers": {"totalCount": 1, "nodes": own}});
    assert_eq!(answer["data"], expected, "{answer}");
    let id = message["id"].as_str().expect("an id");
    for path in ["original", "proof", "entry.json"] {
        let path = format!("/api/messages/{id}/{path}");
        let request = |cookie: &str| browser(Method::GET, &path).header(header::COOKIE, cookie).finish();
        assert_eq!(site.send(request(&ken)).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(site.send(request(&owner)).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_customer_goes_over_and_the_reasons_are_told() {
    let (site, owner, [ken, lee, _]) = office().await;
    let ids = "{ customers(search: \"wmA\") { nodes { id } } allStaff { nodes { id channelId } } users { id login } }";
    let ids = site.ask(Some(&owner), ids, Value::Null).await["data"].clone();
    let named = |list: &Value, key: &str, name: &str| {
        let all = list.as_array().expect("a list").clone();
        all.into_iter().find(|one| one[key] == name).expect("there")["id"].clone()
    };
    let customer = ids["customers"]["nodes"][0]["id"].clone();
    let (staff, user) = (named(&ids["allStaff"]["nodes"], "channelId", "lee"), named(&ids["users"], "login", "ken"));
    let why = "query($user: ID!, $customer: ID!) { access(user: $user, customer: $customer) { allowed active roles { reason role { builtIn } customer { name } staff { channelId } from } } }";
    let ask_why = json!({"user": user, "customer": customer});
    let told = site.ask(Some(&owner), why, ask_why.clone()).await;
    let owns = json!([{"reason": "OWNER", "role": {"builtIn": "STAFF"}, "customer": {"name": "wmA"}, "staff": {"channelId": "ken"}, "from": null}]);
    assert_eq!(told["data"]["access"], json!({"allowed": true, "active": true, "roles": owns}), "{told}");
    let give = "mutation($input: ChangeCustomerOwnerInput!) { changeCustomerOwner(input: $input) { customer { owner { channelId } } refusal } }";
    let input = json!({"input": {"customer": customer, "owner": staff}});
    let given = site.ask(Some(&owner), give, input.clone()).await;
    let lees = json!({"customer": {"owner": {"channelId": "lee"}}, "refusal": null});
    assert_eq!(given["data"]["changeCustomerOwner"], lees, "{given}");
    let again = site.ask(Some(&owner), give, input).await;
    assert_eq!(again["data"]["changeCustomerOwner"]["refusal"], "ALREADY_THEIRS");
    assert_eq!(finds(&site, &ken).await, [""; 0]);
    assert_eq!(finds(&site, &lee).await, ["kens answer", "kens offer", "lees offer", "lees room"]);
    let told = site.ask(Some(&owner), why, ask_why).await;
    assert_eq!(told["data"]["access"]["roles"][0]["reason"], "OUTSIDE", "{told}");
}

#[tokio::test]
async fn own_roles_come_from_copies() {
    let (site, owner, _) = office().await;
    let ask = async |query: &str, input: Value| site.ask(Some(&owner), query, json!({"input": input})).await;
    let copy = "mutation($input: CopyRoleInput!) { copyRole(input: $input) { role { id name builtIn scope { kind } } refusal } }";
    let made = ask(copy, json!({"from": BuiltIn::Staff.id().to_string(), "name": "分行"})).await;
    let role = made["data"]["copyRole"]["role"].clone();
    assert_eq!((&role["builtIn"], &role["scope"]["kind"]), (&Value::Null, &json!("OWN_CUSTOMERS")), "{made}");
    let update = "mutation($input: UpdateRoleInput!) { updateRole(input: $input) { role { actions scope { kind departments } } refusal } }";
    let input = json!({"id": role["id"], "actions": ["SEARCH"], "scope": {"kind": "NAMED", "departments": ["-2"]}});
    let changed = ask(update, input).await;
    let expected =
        json!({"actions": ["SEARCH", "MANAGE_OWN_ACCOUNT"], "scope": {"kind": "NAMED", "departments": ["-2"]}});
    assert_eq!(changed["data"]["updateRole"], json!({"role": expected, "refusal": null}), "{changed}");
    let wrong = ask(update, json!({"id": role["id"], "scope": {"kind": "EVERYTHING", "departments": ["1"]}})).await;
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "BAD_INPUT");
    let built_in = ask(update, json!({"id": BuiltIn::Owner.id().to_string(), "name": "n"})).await;
    assert_eq!(built_in["data"]["updateRole"]["refusal"], "BUILT_IN");
    let delete = "mutation($input: DeleteRoleInput!) { deleteRole(input: $input) { id refusal } }";
    let gone = ask(delete, json!({"id": role["id"]})).await;
    assert_eq!(gone["data"]["deleteRole"], json!({"id": role["id"], "refusal": null}));
    assert_eq!(ask(delete, json!({"id": role["id"]})).await["errors"][0]["extensions"]["code"], "NOT_FOUND");
    let rename =
        "mutation($input: RenameDepartmentInput!) { renameDepartment(input: $input) { department { name } refusal } }";
    let named = ask(rename, json!({"id": "-2", "name": "东区"})).await;
    assert_eq!(named["data"]["renameDepartment"]["department"]["name"], "东区");
    let shift = "mutation($input: MoveDepartmentInput!) { moveDepartment(input: $input) { refusal } }";
    assert_eq!(ask(shift, json!({"id": "-1", "parent": "-2"})).await["data"]["moveDepartment"]["refusal"], "CIRCLE");
    let away = "mutation($input: DeleteDepartmentInput!) { deleteDepartment(input: $input) { id refusal } }";
    assert_eq!(ask(away, json!({"id": "-2"})).await["data"]["deleteDepartment"]["refusal"], "NOT_EMPTY");
}
