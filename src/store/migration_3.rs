//! From format 2 to 3: users get roles instead of one role, staff a state, customers an owner. Frozen: rows are read as they were.

use redb::{ReadableTable, Table, WriteTransaction};
use serde_json::{Map, Value, json};

use crate::directory::{STAFF as STAFF_CODE, identity_key, party_key};
use crate::error::StoreError;
use crate::row::{id_of, joined};
use crate::tables::{
    CONVERSATION_PARTIES, CONVERSATIONS, CUSTOMERS, IDENTITIES, OWNED, OWNERSHIPS, PARTY_CONVERSATIONS, ROLES, STAFF,
    USERS,
};

/// The channel that format 2 knows.
const CHANNEL: xinju_model::channel::Channel = xinju_model::channel::Channel::Wecom;

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(ROLES)?;
    users(&mut tx.open_table(USERS)?)?;
    staff(&mut tx.open_table(STAFF)?)?;
    owners(tx)
}

fn damaged() -> StoreError {
    StoreError::damaged("a row of format 2 is not of its form")
}

fn read(row: &[u8]) -> Result<Map<String, Value>, StoreError> {
    let json = row.strip_prefix(&[1]).ok_or_else(damaged)?;
    serde_json::from_slice(json).map_err(|_| damaged())
}

fn write(version: u8, value: &Value) -> Vec<u8> {
    [&[version], value.to_string().as_bytes()].concat()
}

/// Changes every row of a table.
fn each(
    table: &mut Table<'_, [u8; 16], &'static [u8]>,
    change: impl Fn(Map<String, Value>) -> Result<Vec<u8>, StoreError>,
) -> Result<(), StoreError> {
    let mut changed = Vec::new();
    for row in table.iter()? {
        let (key, row) = row?;
        changed.push((key.value(), change(read(row.value())?)?));
    }
    for (key, row) in changed {
        table.insert(key, row.as_slice())?;
    }
    Ok(())
}

fn users(table: &mut Table<'_, [u8; 16], &'static [u8]>) -> Result<(), StoreError> {
    each(table, |mut row| {
        let user = row.get_mut("user").and_then(Value::as_object_mut).ok_or_else(damaged)?;
        let role = match user.remove("role").as_ref().and_then(Value::as_str) {
            Some("administrator") => "rAAAAAAAAAAAAAAAAAAAAAQ",
            Some("compliance") => "rAAAAAAAAAAAAAAAAAAAAAw",
            Some("staff") => "rAAAAAAAAAAAAAAAAAAAABg",
            _ => return Err(damaged()),
        };
        user.insert("roles".into(), json!([role]));
        user.insert("staff".into(), Value::Null);
        Ok(write(2, &Value::Object(row)))
    })
}

fn staff(table: &mut Table<'_, [u8; 16], &'static [u8]>) -> Result<(), StoreError> {
    each(table, |mut row| {
        row.insert("state".into(), json!("active"));
        Ok(write(2, &Value::Object(row)))
    })
}

/// Gives each customer to its earliest follower, else to whom its earliest conversation of two is with.
fn owners(tx: &WriteTransaction) -> Result<(), StoreError> {
    let (customers, mut ownerships, mut owned) =
        (tx.open_table(CUSTOMERS)?, tx.open_table(OWNERSHIPS)?, tx.open_table(OWNED)?);
    for row in customers.iter()? {
        let (id, row) = row?;
        let customer = read(row.value())?;
        let owner = match first_follower(&customer) {
            Some(owner) => Some(owner),
            None => first_talk(tx, &customer)?,
        };
        if let Some(owner) = owner {
            let name = xinju_model::id::StaffId(owner).to_string();
            let ownership = json!({"tenures": [{"owner": name, "since": i64::MIN}]});
            ownerships.insert(id.value(), write(1, &ownership).as_slice())?;
            owned.insert(joined::<16, 16, 32>(&owner, &id.value()), ())?;
        }
    }
    Ok(())
}

fn list<'a>(row: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    row.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn first_follower(customer: &Map<String, Value>) -> Option<[u8; 16]> {
    let since = |follower: &&Value| {
        let since = follower.get("since").and_then(Value::as_i64);
        (since.is_none(), since)
    };
    let first = list(customer, "followers").min_by_key(since)?;
    xinju_model::id::StaffId::parse(first.get("staff")?.as_str()?).ok().map(|id| id.0)
}

fn first_talk(tx: &WriteTransaction, customer: &Map<String, Value>) -> Result<Option<[u8; 16]>, StoreError> {
    let (by_party, conversations) = (tx.open_table(PARTY_CONVERSATIONS)?, tx.open_table(CONVERSATIONS)?);
    let mut first: Option<(i64, [u8; 16])> = None;
    for id in list(customer, "identities").filter_map(|identity| identity.get("id")?.as_str()) {
        let identity = identity_key(CHANNEL, &party_key(CHANNEL, id));
        let all = joined::<16, 16, 32>(&identity, &[0; 16])..=joined(&identity, &[u8::MAX; 16]);
        for row in by_party.range(all)? {
            let conversation = id_of(&row?.0.value());
            let Some(row) = conversations.get(conversation)? else { continue };
            let row = read(row.value())?;
            let at = row.get("first_at").and_then(Value::as_i64).unwrap_or(i64::MAX);
            let is_single = row.get("kind").and_then(Value::as_str) == Some("single");
            if is_single && first.is_none_or(|first| (at, conversation) < first) {
                first = Some((at, conversation));
            }
        }
    }
    let Some((_, conversation)) = first else { return Ok(None) };
    let (parties, identities) = (tx.open_table(CONVERSATION_PARTIES)?, tx.open_table(IDENTITIES)?);
    let Some(row) = parties.get(conversation)? else { return Ok(None) };
    let json = row.value().strip_prefix(&[1]).ok_or_else(damaged)?;
    let parties: Vec<Value> = serde_json::from_slice(json).map_err(|_| damaged())?;
    for id in parties.iter().filter_map(|party| party.get("id")?.as_str()) {
        let identity = identities.get(identity_key(CHANNEL, &party_key(CHANNEL, id)))?.map(|row| row.value());
        if let Some(row) = identity.filter(|row| row.first() == Some(&STAFF_CODE)) {
            return Ok(Some(id_of(&row)));
        }
    }
    Ok(None)
}
