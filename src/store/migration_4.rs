//! From format 3 to 4: new tables, for approvals, who set an account up, handovers, passkeys and people of identity providers; roles say what they mask, and names of customers stand in their list as
//! those see them who see least. Frozen: rows are read as they were.

use redb::{ReadableTable, WriteTransaction};
use serde_json::{Map, Value, json};
use xinju_model::personal::Masks;

use crate::customer::name_key;
use crate::error::StoreError;
use crate::tables::{
    APPROVAL_ORDER, APPROVALS, CUSTOMER_NAMES, CUSTOMERS, FORM_CONTENTS, FORM_PLACES, FORMS, HANDOVER_REVIEWS,
    HANDOVERS, LINKS, OPEN_APPROVALS, PASSKEYS, ROLES, USER_SETTERS,
};

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(USER_SETTERS)?;
    tx.open_table(APPROVALS)?;
    tx.open_table(APPROVAL_ORDER)?;
    tx.open_table(OPEN_APPROVALS)?;
    tx.open_table(HANDOVERS)?;
    tx.open_table(HANDOVER_REVIEWS)?;
    tx.open_table(FORMS)?;
    tx.open_table(FORM_CONTENTS)?;
    tx.open_table(FORM_PLACES)?;
    tx.open_table(PASSKEYS)?;
    tx.open_table(LINKS)?;
    roles(tx)?;
    names(tx)
}

fn damaged() -> StoreError {
    StoreError::damaged("a row of format 3 is not of its form")
}

fn read(row: &[u8]) -> Result<Map<String, Value>, StoreError> {
    let json = row.strip_prefix(&[1]).ok_or_else(damaged)?;
    serde_json::from_slice(json).map_err(|_| damaged())
}

/// The company's own roles mask what most built-in ones do, until somebody says otherwise: what was shown before is not shown by default.
fn roles(tx: &WriteTransaction) -> Result<(), StoreError> {
    let mut table = tx.open_table(ROLES)?;
    let mut changed = Vec::new();
    for row in table.iter()? {
        let (id, row) = row?;
        let mut role = read(row.value())?;
        role.insert("masks".into(), json!(["id_number", "bank_card"]));
        changed.push((id.value(), [&[2], Value::Object(role).to_string().as_bytes()].concat()));
    }
    for (id, row) in changed {
        table.insert(id, row.as_slice())?;
    }
    Ok(())
}

/// A list that is sorted by masked digits would tell what they are.
fn names(tx: &WriteTransaction) -> Result<(), StoreError> {
    let (customers, mut names) = (tx.open_table(CUSTOMERS)?, tx.open_table(CUSTOMER_NAMES)?);
    for row in customers.iter()? {
        let (id, row) = row?;
        let customer = read(row.value())?;
        let name = customer.get("name").and_then(Value::as_str).ok_or_else(damaged)?;
        let masked = Masks::all().mask(name);
        if masked.spans.is_empty() {
            continue;
        }
        let id = xinju_model::id::CustomerId(id.value());
        let words = names.remove(name_key(name, id).as_slice())?.map(|words| words.value().to_owned());
        let words = words.ok_or_else(damaged)?;
        names.insert(name_key(&masked.text, id).as_slice(), words.as_str())?;
    }
    Ok(())
}
