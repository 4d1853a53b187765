//! Forms of handovers. What stands on one is a row of its own: it may list twenty thousand customers.

use redb::ReadableTable;
use xinju_model::handover_form::{FormContent, HandoverForm};
use xinju_model::id::{HandoverFormId, HandoverId, StaffId};

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row::{self, id_of, joined};
use crate::tables::{FORM_CONTENTS, FORM_PLACES, FORMS};
use crate::write::WriteTx;

fn get(
    table: &impl ReadableTable<[u8; 16], &'static [u8]>,
    id: HandoverFormId,
) -> Result<Option<HandoverForm>, StoreError> {
    table.get(id.0)?.map(|row| row::decode(row.value())).transpose()
}

/// The forms under a handover or a person, newest first.
fn under(
    places: &impl ReadableTable<[u8; 32], ()>,
    forms: &impl ReadableTable<[u8; 16], &'static [u8]>,
    place: [u8; 16],
) -> Result<Vec<HandoverForm>, StoreError> {
    let mut found = Vec::new();
    for row in places.range(joined::<16, 16, 32>(&place, &[0; 16])..=joined(&place, &[u8::MAX; 16]))? {
        found.extend(get(forms, HandoverFormId(id_of(&row?.0.value())))?);
    }
    found.sort_by_key(|form: &HandoverForm| std::cmp::Reverse((form.made_at, form.id)));
    Ok(found)
}

impl ReadTx {
    /// A form without what stands on it.
    pub fn form(&self, id: HandoverFormId) -> Result<Option<HandoverForm>, StoreError> {
        get(&self.tx.open_table(FORMS)?, id)
    }

    /// What stands on a form.
    pub fn form_content(&self, id: HandoverFormId) -> Result<Option<FormContent>, StoreError> {
        self.tx.open_table(FORM_CONTENTS)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }

    /// The forms of a handover, newest first.
    pub fn forms(&self, handover: HandoverId) -> Result<Vec<HandoverForm>, StoreError> {
        under(&self.tx.open_table(FORM_PLACES)?, &self.tx.open_table(FORMS)?, handover.0)
    }

    /// The forms on which somebody gives or takes, newest first.
    pub fn forms_of(&self, staff: StaffId) -> Result<Vec<HandoverForm>, StoreError> {
        under(&self.tx.open_table(FORM_PLACES)?, &self.tx.open_table(FORMS)?, staff.0)
    }
}

impl WriteTx<'_> {
    /// A form, as this transaction sees it.
    pub fn form(&self, id: HandoverFormId) -> Result<Option<HandoverForm>, StoreError> {
        get(&self.tx.open_table(FORMS)?, id)
    }

    /// The forms of a handover, as this transaction sees them.
    pub fn forms(&self, handover: HandoverId) -> Result<Vec<HandoverForm>, StoreError> {
        under(&self.tx.open_table(FORM_PLACES)?, &self.tx.open_table(FORMS)?, handover.0)
    }

    /// Puts a form, and what stands on it where that is given. Refuses to touch one that both sides have signed.
    pub fn put_form(&mut self, form: &HandoverForm, content: Option<&FormContent>) -> Result<(), StoreError> {
        if self.form(form.id)?.is_some_and(|before| before.is_complete()) {
            return Err(StoreError::Refused("the form is signed by both sides".into()));
        }
        self.changed = true;
        self.tx.open_table(FORMS)?.insert(form.id.0, row::encode(form)?.as_slice())?;
        if let Some(content) = content {
            self.tx.open_table(FORM_CONTENTS)?.insert(form.id.0, row::encode(content)?.as_slice())?;
        }
        let mut places = self.tx.open_table(FORM_PLACES)?;
        for place in [form.handover.0, form.leaver.0, form.successor.0] {
            places.insert(joined::<16, 16, 32>(&place, &form.id.0), ())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::handover_form::{Signature, SignedAs};
    use xinju_model::id::UserId;
    use xinju_model::time::Timestamp;

    use super::*;

    /// Rows are read by later versions: what is written must not change unnoticed. The content's form is held by the model.
    #[test]
    fn rows_keep_their_form() {
        let signature = Signature {
            signed_as: SignedAs::Witness,
            user: UserId([5; 16]),
            name: "n".into(),
            at: Timestamp(8),
            reason: Some("r".into()),
        };
        let form = HandoverForm {
            id: HandoverFormId([1; 16]),
            handover: HandoverId([2; 16]),
            leaver: StaffId([3; 16]),
            successor: StaffId([4; 16]),
            made_at: Timestamp(7),
            customers: 1,
            digest: "d".into(),
            signatures: vec![signature],
        };
        let golden = "\u{1}{\"id\":\"qAQEBAQEBAQEBAQEBAQEBAQ\",\"handover\":\"oAgICAgICAgICAgICAgICAg\",\"leaver\":\"sAwMDAwMDAwMDAwMDAwMDAw\",\"successor\":\"sBAQEBAQEBAQEBAQEBAQEBA\",\"made_at\":7,\"customers\":1,\"digest\":\"d\",\"signatures\":[{\"as\":\"witness\",\"user\":\"uBQUFBQUFBQUFBQUFBQUFBQ\",\"name\":\"n\",\"at\":8,\"reason\":\"r\"}]}";
        let row = row::encode(&form).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode::<HandoverForm>(&row).expect("reads"), form);
    }
}
