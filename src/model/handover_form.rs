//! The form of a handover (客户信息交接表): which customers go from a leaver to one successor, what is still open with them, and who signed it.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{CustomerId, HandoverFormId, HandoverId, StaffId, UserId};
use crate::limits::{FORM_ITEMS_MAX, FORM_TEXT_CHARS_MAX, NAME_CHARS_MAX};
use crate::time::Timestamp;

/// What a line of a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormItemKind {
    /// Something that was promised to a customer.
    Promise,
    /// Something that remains to be done.
    Task,
}

/// A promise or task. Members stand in the order of their names, as canonical JSON has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormItem {
    /// The customer, one of the form's; none where it is about none of them.
    pub customer: Option<CustomerId>,
    /// Whether it is done.
    pub done: bool,
    /// The day by which, as `2026-12-31`; none where there is none.
    pub due: Option<String>,
    /// What it is.
    pub kind: FormItemKind,
    /// In words.
    pub text: String,
}

/// A person on a form, as the directory had it when the form was made. Members in order of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormPerson {
    /// The channel's id.
    pub account: String,
    /// Departments by name.
    pub departments: Vec<String>,
    /// Who.
    pub id: StaffId,
    /// The name; the channel's id where the directory knows none.
    pub name: String,
}

/// A customer on a form, as it was when the form was made. Members in order of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormCustomer {
    /// The channel's ids.
    pub channel_ids: Vec<String>,
    /// The firm, where known.
    pub company: Option<String>,
    /// Conversations of two with this customer.
    pub conversations: u64,
    /// Who.
    pub id: CustomerId,
    /// The newest message in them; none where there is none.
    pub last_contact: Option<Timestamp>,
    /// Messages in them.
    pub messages: u64,
    /// The name; the channel's id where the directory knows none.
    pub name: String,
}

/// What is signed. Members in order of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormContent {
    /// The company's name.
    pub company: String,
    /// The customers that go over.
    pub customers: Vec<FormCustomer>,
    /// Promises and tasks.
    pub items: Vec<FormItem>,
    /// Who gives.
    pub leaver: FormPerson,
    /// When the customers went over.
    pub made_at: Timestamp,
    /// Anything else.
    pub remarks: String,
    /// Who takes.
    pub successor: FormPerson,
    /// The version of this form of words: 1.
    pub version: u32,
}

/// As whom somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedAs {
    /// The leaver.
    Leaver,
    /// Somebody who manages people, in place of a leaver who cannot sign any more.
    Witness,
    /// The successor.
    Successor,
}

/// A signature: a confirmed identity under a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// As whom.
    #[serde(rename = "as")]
    pub signed_as: SignedAs,
    /// Which user.
    pub user: UserId,
    /// The user's name at that moment.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// Why a witness signs; none for others.
    pub reason: Option<String>,
}

/// A form without what stands on it: who gives, who takes, and who signed which content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverForm {
    /// Its id.
    pub id: HandoverFormId,
    /// The handover that it belongs to.
    pub handover: HandoverId,
    /// Who gives.
    pub leaver: StaffId,
    /// Who takes.
    pub successor: StaffId,
    /// When it was made.
    pub made_at: Timestamp,
    /// Customers on it.
    pub customers: u64,
    /// SHA-256 of its content, in lower-case hexadecimal.
    pub digest: String,
    /// Who signed it, at most one for each side. Both signed the digest above.
    pub signatures: Vec<Signature>,
}

/// Why a form was not filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFault {
    /// More lines than a form has.
    TooManyItems,
    /// A text is empty where there must be one, or too long.
    TextInvalid,
    /// A day is none.
    DayInvalid,
    /// A line is about a customer who is not on the form.
    CustomerUnknown,
}

impl SignedAs {
    /// The stable name, as events have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leaver => "leaver",
            Self::Witness => "witness",
            Self::Successor => "successor",
        }
    }

    fn gives(self) -> bool {
        self != Self::Successor
    }
}

impl HandoverForm {
    /// Whether the side of `signed_as` has signed; leaver and witness are one side.
    pub fn is_signed(&self, signed_as: SignedAs) -> bool {
        self.signatures.iter().any(|signature| signature.signed_as.gives() == signed_as.gives())
    }

    /// Whether both sides have signed: from then on nothing changes.
    pub fn is_complete(&self) -> bool {
        self.is_signed(SignedAs::Leaver) && self.is_signed(SignedAs::Successor)
    }
}

impl FormContent {
    /// The canonical JSON (RFC 8785) that is signed.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// SHA-256 of [`FormContent::to_json`], in lower-case hexadecimal.
    pub fn digest(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(self.to_json()))
    }

    /// Puts what people write on a form.
    pub fn fill_in(&mut self, company: String, items: Vec<FormItem>, remarks: String) -> Result<(), FormFault> {
        if items.len() > FORM_ITEMS_MAX {
            return Err(FormFault::TooManyItems);
        }
        let long = |text: &str, most: usize| text.chars().nth(most).is_some();
        if long(&company, NAME_CHARS_MAX) || long(&remarks, FORM_TEXT_CHARS_MAX) {
            return Err(FormFault::TextInvalid);
        }
        for item in &items {
            if item.text.trim().is_empty() || long(&item.text, FORM_TEXT_CHARS_MAX) {
                return Err(FormFault::TextInvalid);
            }
            if item.due.as_ref().is_some_and(|day| day.parse::<jiff::civil::Date>().is_err() || day.len() != 10) {
                return Err(FormFault::DayInvalid);
            }
            if item.customer.is_some_and(|id| self.customers.iter().all(|customer| customer.id != id)) {
                return Err(FormFault::CustomerUnknown);
            }
        }
        (self.company, self.items, self.remarks) = (company, items, remarks);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: CustomerId = CustomerId([3; 16]);

    fn person(number: u8, name: &str) -> FormPerson {
        let (account, departments) = (name.to_lowercase(), vec!["内科".into()]);
        FormPerson { account, departments, id: StaffId([number; 16]), name: name.into() }
    }

    fn content() -> FormContent {
        let customer = FormCustomer {
            channel_ids: vec!["wmA".into()],
            company: None,
            conversations: 1,
            id: CLIENT,
            last_contact: Some(Timestamp(5)),
            messages: 2,
            name: "王芳".into(),
        };
        FormContent {
            company: "医院".into(),
            customers: vec![customer],
            items: Vec::new(),
            leaver: person(1, "Ken"),
            made_at: Timestamp(7),
            remarks: String::new(),
            successor: person(2, "Lee"),
            version: 1,
        }
    }

    fn item(text: &str, due: Option<&str>, customer: Option<CustomerId>) -> FormItem {
        FormItem { customer, done: false, due: due.map(Into::into), kind: FormItemKind::Promise, text: text.into() }
    }

    #[test]
    fn what_is_signed_is_canonical_json() {
        let mut form = content();
        form.fill_in("医院".into(), vec![item("报价", Some("2026-12-01"), Some(CLIENT))], String::new()).expect("fits");
        let golden = r#"{"company":"医院","customers":[{"channel_ids":["wmA"],"company":null,"conversations":1,"id":"kAwMDAwMDAwMDAwMDAwMDAw","last_contact":5,"messages":2,"name":"王芳"}],"items":[{"customer":"kAwMDAwMDAwMDAwMDAwMDAw","done":false,"due":"2026-12-01","kind":"promise","text":"报价"}],"leaver":{"account":"ken","departments":["内科"],"id":"sAQEBAQEBAQEBAQEBAQEBAQ","name":"Ken"},"made_at":7,"remarks":"","successor":{"account":"lee","departments":["内科"],"id":"sAgICAgICAgICAgICAgICAg","name":"Lee"},"version":1}"#;
        assert_eq!(form.to_json(), golden);
        assert_eq!(form.digest(), HEXLOWER.encode(&Sha256::digest(golden)));
    }

    #[test]
    fn a_form_takes_no_nonsense() {
        let mut form = content();
        let mut fill = |items: Vec<FormItem>| form.fill_in("c".into(), items, "r".into());
        assert_eq!(fill(vec![item(" ", None, None)]), Err(FormFault::TextInvalid));
        assert_eq!(fill(vec![item(&"x".repeat(FORM_TEXT_CHARS_MAX + 1), None, None)]), Err(FormFault::TextInvalid));
        for day in ["2026-02-30", "tomorrow", "2026-12-01T00:00", ""] {
            assert_eq!(fill(vec![item("x", Some(day), None)]), Err(FormFault::DayInvalid), "{day}");
        }
        assert_eq!(fill(vec![item("x", None, Some(CustomerId([9; 16])))]), Err(FormFault::CustomerUnknown));
        assert_eq!(fill(vec![item("x", None, None); FORM_ITEMS_MAX + 1]), Err(FormFault::TooManyItems));
        let long = content().fill_in("c".repeat(NAME_CHARS_MAX + 1), Vec::new(), String::new());
        assert_eq!((long, form == content()), (Err(FormFault::TextInvalid), true));
    }

    #[test]
    fn a_witness_signs_for_the_leaver_and_both_sides_make_it_complete() {
        let sign = |signed_as| Signature {
            signed_as,
            user: UserId([1; 16]),
            name: "n".into(),
            at: Timestamp(1),
            reason: None,
        };
        let mut form = HandoverForm {
            id: HandoverFormId([1; 16]),
            handover: HandoverId([2; 16]),
            leaver: StaffId([1; 16]),
            successor: StaffId([2; 16]),
            made_at: Timestamp(7),
            customers: 1,
            digest: content().digest(),
            signatures: vec![sign(SignedAs::Witness)],
        };
        assert!(form.is_signed(SignedAs::Leaver) && !form.is_signed(SignedAs::Successor) && !form.is_complete());
        form.signatures.push(sign(SignedAs::Successor));
        assert!(form.is_complete());
    }
}
