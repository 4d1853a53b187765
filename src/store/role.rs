//! The company's own roles. There are few; the built-in ones stand in the policy and have no row.

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

impl ReadTx {
    /// A role, built in or own.
    pub fn role(&self, id: RoleId) -> Result<Option<Role>, StoreError> {
        if let Some(built_in) = BuiltIn::of(id) {
            return Ok(Some(built_in.role()));
        }
        self.tx.open_table(ROLES)?.get(id.0)?.map(|row| row::decode_version(ROW_VERSION, row.value())).transpose()
    }

    /// All roles: the built-in ones, then the company's own by name.
    pub fn roles(&self) -> Result<Vec<Role>, StoreError> {
        let table = self.tx.open_table(ROLES)?;
        let read = table.iter()?.map(|row| row::decode_version(ROW_VERSION, row?.1.value()));
        let mut own = read.collect::<Result<Vec<Role>, StoreError>>()?;
        own.sort_by_cached_key(|role| (role.name.to_lowercase(), role.id));
        Ok(BuiltIn::ALL.iter().map(|built_in| built_in.role()).chain(own).collect())
    }
}

impl WriteTx<'_> {
    /// Puts one of the company's own roles.
    pub fn put_role(&mut self, role: &Role) -> Result<(), StoreError> {
        if role.built_in().is_some() {
            return Err(StoreError::Refused("built-in roles are not stored".to_owned()));
        }
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
        let role = Role { id: RoleId([9; 16]), name: "n".into(), actions, scope, masks };
        let golden = "\u{2}{\"id\":\"rCQkJCQkJCQkJCQkJCQkJCQ\",\"name\":\"n\",\"actions\":[\"read_content\",\"search\"],\"scope\":{\"named\":{\"staff\":[],\"departments\":[7],\"customers\":[]}},\"masks\":[\"phone\",\"bank_card\"]}";
        let row = row::encode_version(ROW_VERSION, &role).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode_version::<Role>(ROW_VERSION, &row).expect("reads"), role);
    }
}
