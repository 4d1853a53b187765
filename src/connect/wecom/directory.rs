//! The directory of a company as the WeCom API gives it: departments, staff and external contacts with those who follow them.
//!
//! One file holds the lists `department` (department/list), `userlist` (user/list) and `external_contact_list`, whose entries have
//! the shape of `externalcontact/get` (`follow_user`, tags by name) or of `externalcontact/batch/get_by_user` (`follow_info`, tags by
//! id). Everything else of those answers is passed over. An entry that cannot be read is reported and the others go in.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Read;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use xinju_model::channel::Channel;
use xinju_model::customer::{ContactIdentity, Customer, Follower, customer_id};
use xinju_model::facts::wecom_key;
use xinju_model::limits::{DIRECTORY_BYTES_MAX, DIRECTORY_PROBLEMS_MAX};
use xinju_model::staff::{Department, Staff, StaffState, staff_id};
use xinju_service::lines::{Directory, DirectoryProblem};

use super::lenient::{Part, object, text};
use crate::error::ConnectError;
use crate::unpack::Unpacked;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow, default)]
    department: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    userlist: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    external_contact_list: Option<Vec<&'a RawValue>>,
}

/// Reads a directory file, plain or compressed. Entries that name the same department, person or contact become one.
pub fn read(file: impl Read) -> Result<Directory, ConnectError> {
    let json = content(file)?;
    let file: File<'_> = serde_json::from_slice(json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&json))
        .map_err(|error| ConnectError::NotADirectory { line: error.line(), column: error.column() })?;
    if file.department.is_none() && file.userlist.is_none() && file.external_contact_list.is_none() {
        return Err(ConnectError::NotADirectory { line: 1, column: 1 });
    }
    let mut reading = Reading::default();
    reading.each("department", file.department, Reading::department);
    reading.each("userlist", file.userlist, Reading::staff);
    reading.each("external_contact_list", file.external_contact_list, Reading::customer);
    Ok(reading.directory)
}

fn content(file: impl Read) -> Result<Vec<u8>, ConnectError> {
    let mut json = Vec::new();
    Unpacked::new(file)?.take(DIRECTORY_BYTES_MAX as u64 + 1).read_to_end(&mut json)?;
    if json.len() > DIRECTORY_BYTES_MAX { Err(ConnectError::TooLarge(DIRECTORY_BYTES_MAX)) } else { Ok(json) }
}

/// What was read so far, and where in its list each noun stands.
#[derive(Default)]
struct Reading {
    directory: Directory,
    departments: HashMap<i64, usize>,
    staff: HashMap<xinju_model::id::StaffId, usize>,
    customers: HashMap<xinju_model::id::CustomerId, usize>,
}

impl Reading {
    fn each(
        &mut self,
        list: &'static str,
        entries: Option<Vec<&RawValue>>,
        read: fn(&mut Self, Part<'_>) -> Result<(), &'static str>,
    ) {
        for (place, entry) in entries.unwrap_or_default().into_iter().enumerate() {
            let done = match serde_json::from_str::<Map<String, Value>>(entry.get()) {
                Ok(map) => read(self, Part(&map)),
                Err(_) => Err("it is not a JSON object"),
            };
            if let Err(reason) = done
                && self.directory.problems.len() < DIRECTORY_PROBLEMS_MAX
            {
                self.directory.problems.push(DirectoryProblem { list, number: place + 1, reason });
            }
        }
    }

    fn department(&mut self, part: Part<'_>) -> Result<(), &'static str> {
        let id = part.number("id").ok_or("id is missing or not a number")?;
        let department = Department {
            id,
            parent: part.number("parentid").unwrap_or(0),
            name: part.words("name"),
            order: part.number("order").unwrap_or(0),
        };
        put(&mut self.directory.departments, self.departments.entry(id), department, |old, new| *old = new);
        Ok(())
    }

    fn staff(&mut self, part: Part<'_>) -> Result<(), &'static str> {
        let account = part.text("userid").ok_or("userid is missing")?;
        let id = staff_id(Channel::Wecom, &wecom_key(&account));
        let staff = Staff {
            id,
            name: part.words("name"),
            channel: Channel::Wecom,
            account,
            departments: part.list("department").iter().filter_map(number).collect(),
            position: part.text("position"),
            listed: true,
            state: StaffState::Active,
        };
        put(&mut self.directory.staff, self.staff.entry(id), staff, |old, new| *old = new);
        Ok(())
    }

    fn customer(&mut self, part: Part<'_>) -> Result<(), &'static str> {
        let contact = part.object("external_contact").ok_or("external_contact is missing")?;
        let contact = Part(&contact);
        let account = contact.text("external_userid").ok_or("external_contact.external_userid is missing")?;
        let id = customer_id(Channel::Wecom, &account);
        let follows = [part.list("follow_user"), part.list("follow_info")].concat();
        let noted = follows.iter().filter_map(object).find_map(|follow| Part(&follow).text("remark_corp_name"));
        let customer = Customer {
            id,
            name: contact.words("name"),
            // Contacts of WeChat have no firm of their own; staff may note one.
            company: contact.text("corp_full_name").or_else(|| contact.text("corp_name")).or(noted),
            position: contact.text("position"),
            identities: vec![ContactIdentity { channel: Channel::Wecom, id: account }],
            followers: follows.iter().filter_map(object).filter_map(|follow| follower(Part(&follow))).collect(),
            listed: true,
        };
        let whole = customer.followers.len() == follows.len();
        put(&mut self.directory.customers, self.customers.entry(id), customer, merge);
        if whole {
            Ok(())
        } else {
            Err("an entry of follow_user or follow_info has no userid; the contact itself is in")
        }
    }
}

/// Adds `noun` to `list`, or joins it with the one that stands there already.
fn put<K, T>(list: &mut Vec<T>, place: Entry<'_, K, usize>, noun: T, join: impl FnOnce(&mut T, T)) {
    match place {
        Entry::Occupied(place) => {
            if let Some(old) = list.get_mut(*place.get()) {
                join(old, noun);
            }
        }
        Entry::Vacant(place) => {
            place.insert(list.len());
            list.push(noun);
        }
    }
}

/// The batch answer names a contact once for each follower: followers add up, all else is the same in each.
fn merge(old: &mut Customer, new: Customer) {
    let mut followers = std::mem::take(&mut old.followers);
    for follower in new.followers {
        match followers.iter_mut().find(|known| known.staff == follower.staff) {
            Some(known) => *known = follower,
            None => followers.push(follower),
        }
    }
    let company = new.company.or(old.company.take());
    *old = Customer { followers, company, ..new };
}

fn follower(part: Part<'_>) -> Option<Follower> {
    let staff = staff_id(Channel::Wecom, &wecom_key(&part.text("userid")?));
    let tags = part.list("tags");
    let named = tags.iter().filter_map(|tag| Part(object(tag)?.as_ref()).text("tag_name"));
    let ids = part.list("tag_id");
    Some(Follower {
        staff,
        remark: part.words("remark"),
        description: part.words("description"),
        since: part.moment("createtime"),
        tags: named.chain(ids.iter().filter_map(text)).collect(),
    })
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use xinju_model::time::Timestamp;

    use super::*;

    fn made() -> Directory {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/wecom/directory.json");
        read(std::fs::File::open(path).unwrap()).unwrap()
    }

    fn staff(key: &str) -> xinju_model::id::StaffId {
        staff_id(Channel::Wecom, key)
    }

    #[test]
    fn departments_and_staff_are_read() {
        let directory = made();
        let shown: Vec<_> = directory.departments.iter().map(|d| (d.id, d.parent, d.name.as_str(), d.order)).collect();
        assert_eq!(shown, [(1, 0, "总公司", 100), (2, 1, "广州研发中心", 10), (3, 2, "邮箱产品部", 40)]);
        let shown: Vec<_> = directory.staff.iter().map(|s| (s.id, s.name.as_str(), s.account.as_str())).collect();
        assert_eq!(shown, [(staff("zhangsan"), "张三", "ZhangSan"), (staff("rocky"), "", "rocky")]);
        assert_eq!(directory.staff[0].departments, [2, 3]);
        assert_eq!(directory.staff[0].position.as_deref(), Some("后台工程师"));
        assert!(directory.staff.iter().all(|staff| staff.listed));
    }

    #[test]
    fn contacts_of_both_answers_become_one() {
        let directory = made();
        assert_eq!(directory.customers.len(), 2);
        let customer = &directory.customers[0];
        assert_eq!((customer.name.as_str(), customer.company.as_deref()), ("李四", Some("腾讯科技有限公司")));
        assert_eq!(customer.identities, [ContactIdentity { channel: Channel::Wecom, id: "woMade1".into() }]);
        assert_eq!(
            customer.followers,
            [
                Follower {
                    staff: staff("rocky"),
                    remark: "李总".into(),
                    description: String::new(),
                    since: Some(Timestamp(1_525_779_812_000)),
                    tags: vec!["etMade1".into()],
                },
                Follower {
                    staff: staff("zhangsan"),
                    remark: "李部长".into(),
                    description: "对接采购事务".into(),
                    since: Some(Timestamp(1_525_881_637_000)),
                    tags: vec!["重点".into(), "老客户".into()],
                },
            ]
        );
        let other = &directory.customers[1];
        assert_eq!((other.name.as_str(), other.company.as_deref()), ("王五", Some("某商行")));
    }

    #[test]
    fn entries_that_cannot_be_read_are_reported() {
        let problems: Vec<_> = made().problems.iter().map(|p| (p.list, p.number, p.reason)).collect();
        assert_eq!(
            problems,
            [
                ("department", 4, "id is missing or not a number"),
                ("userlist", 2, "userid is missing"),
                ("userlist", 3, "it is not a JSON object"),
                ("external_contact_list", 3, "external_contact is missing"),
                (
                    "external_contact_list",
                    4,
                    "an entry of follow_user or follow_info has no userid; the contact itself is in"
                ),
            ]
        );
    }

    #[test]
    fn problems_are_bounded() {
        let json = format!(r#"{{"userlist":[{}0]}}"#, "{},".repeat(DIRECTORY_PROBLEMS_MAX));
        assert_eq!(read(json.as_bytes()).unwrap().problems.len(), DIRECTORY_PROBLEMS_MAX);
    }

    #[test]
    fn files_that_are_no_directory_say_where() {
        for (json, at) in [("", (1, 0)), ("[]", (1, 1)), ("{}", (1, 1)), ("{\"department\":\n5}", (2, 1))] {
            match read(json.as_bytes()) {
                Err(ConnectError::NotADirectory { line, column }) => assert_eq!((line, column), at, "{json}"),
                other => panic!("{json}: {other:?}"),
            }
        }
        let packed = zstd::encode_all(&b"\xEF\xBB\xBF{\"department\":[{\"id\":\"7\"}]}"[..], 1).unwrap();
        assert_eq!(read(&*packed).unwrap().departments[0].id, 7);
        let large = std::io::repeat(b' ').take(DIRECTORY_BYTES_MAX as u64 + 1);
        assert!(matches!(read(large), Err(ConnectError::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn any_entry_is_read_without_panic(entry in "\\PC*", name in proptest::sample::select(&["department", "userlist", "external_contact_list"])) {
            let json = serde_json::json!({ name: [entry, { "external_contact": entry, "follow_user": entry, "userid": entry, "id": entry }] });
            let _ = read(json.to_string().as_bytes());
        }
    }
}
