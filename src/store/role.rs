//! Roles. There are few. What the built-in ones give stands in the policy: of their rows, if any, only the conditions for using them count.

use redb::ReadableTable;
use xinju_model::id::RoleId;
use xinju_model::role::{BuiltIn, Role};

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row;
use crate::tables::ROLES;
use crate::write::WriteTx;

/// Since format 4 roles say what they mask.
const ROW_VERSION: u8 = 2;
/// A role as it holds, of what its row says.
fn of_row(id: RoleId, row: Option<Role>) -> Option<Role> {
    let Some(built_in) = BuiltIn::of(id) else { return row };
    let role = built_in.role();
    Some(match row {
        Some(Role { second_factor, networks, .. }) => Role { second_factor, networks, ..role },
        None => role,
    })
}

impl ReadTx {
    /// A role, built in or own.
    pub fn role(&self, id: RoleId) -> Result<Option<Role>, StoreError> {
        let row = self.tx.open_table(ROLES)?.get(id.0)?;
        let row = row.map(|row| row::decode_version(ROW_VERSION, row.value())).transpose()?;
        Ok(of_row(id, row))
    }

    /// All roles: the built-in ones, then the company's own by name.
    pub fn roles(&self) -> Result<Vec<Role>, StoreError> {
        let table = self.tx.open_table(ROLES)?;
        let rows = table.iter()?.map(|row| row::decode_version(ROW_VERSION, row?.1.value()));
        let rows = rows.collect::<Result<Vec<Role>, StoreError>>()?;
        let (built_in, mut own): (Vec<Role>, Vec<Role>) = rows.into_iter().partition(|role| role.built_in().is_some());
        own.sort_by_cached_key(|role| (role.name.to_lowercase(), role.id));
        let row_of = |id| built_in.iter().find(|row| row.id == id).cloned();
        let built_in = BuiltIn::ALL.iter().filter_map(|role| of_row(role.id(), row_of(role.id())));
        Ok(built_in.chain(own).collect())
    }
}

impl WriteTx<'_> {
    /// Puts a role; of a built-in one only the conditions for using it count.
    pub fn put_role(&mut self, role: &Role) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(ROLES)?.insert(role.id.0, row::encode_version(ROW_VERSION, role)?.as_slice())?;
        Ok(())
    }

    /// Takes one of the company's own roles away; whoever asks has seen that nobody holds it.
    pub fn remove_role(&mut self, id: RoleId) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(ROLES)?.remove(id.0)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::access::Action;
    use xinju_model::personal::PersonalKind;
    use xinju_model::role::DataScope;

    use super::*;

    /// Rows are read by later versions: what is written must not change unnoticed.
    #[test]
    fn rows_keep_their_form() {
        let scope = DataScope::named(vec![], vec![7], vec![]).expect("few");
        let actions = [Action::Search, Action::ReadContent].into();
        let masks = [PersonalKind::BankCard, PersonalKind::Phone].into_iter().collect();
        let role = Role {
            id: RoleId([9; 16]),
            name: "n".into(),
            actions,
            scope,
            masks,
            second_factor: false,
            networks: Vec::new(),
        };
        let golden = "\u{2}{\"id\":\"rCQkJCQkJCQkJCQkJCQkJCQ\",\"name\":\"n\",\"actions\":[\"read_content\",\"search\"],\"scope\":{\"named\":{\"staff\":[],\"departments\":[7],\"customers\":[]}},\"masks\":[\"phone\",\"bank_card\"]}";
        let row = row::encode_version(ROW_VERSION, &role).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode_version::<Role>(ROW_VERSION, &row).expect("reads"), role);
        let networks = xinju_model::role::read_networks(["10.0.0.0/8"]).expect("read");
        let role = Role { second_factor: true, networks, ..role };
        let row = row::encode_version(ROW_VERSION, &role).expect("a row");
        let more =
            golden.replace("\"bank_card\"]}", "\"bank_card\"],\"second_factor\":true,\"networks\":[\"10.0.0.0/8\"]}");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), more);
        assert_eq!(row::decode_version::<Role>(ROW_VERSION, &row).expect("reads"), role);
    }

    #[test]
    fn rows_of_built_in_roles_change_their_conditions_only() {
        let auditor = BuiltIn::Auditor.role();
        let row = Role { name: "x".into(), actions: [Action::Operate].into(), second_factor: true, ..auditor.clone() };
        assert_eq!(of_row(auditor.id, Some(row)), Some(Role { second_factor: true, ..auditor.clone() }));
        assert_eq!(of_row(auditor.id, None), Some(auditor));
        assert_eq!(of_row(RoleId([9; 16]), None), None);
    }
}
