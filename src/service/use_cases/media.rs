//! Files of messages: shown to whoever may read the message, to nobody else, and never without an event.

use std::io::{Cursor, Read};

use xinju_model::access::Viewer;
use xinju_model::channel::Channel;
use xinju_model::id::EntryIndex;
use xinju_model::role::BuiltIn;
use xinju_model::staff::staff_id;

use crate::error::Code;
use crate::import::StartImport;
use crate::media::FileState;
use crate::world::{World, customer, import_permit, picture, staff, viewer, zip_of};

const CARD: &str = "6222021234567890128";

/// Ken has customer A, Lee has B. A sent a picture that arrived, one that never came, and one beside a number of a card; B sent one that arrived.
struct Studio {
    world: World,
    ken: Viewer,
    content: Vec<u8>,
    own: EntryIndex,
    awaited: EntryIndex,
    carded: EntryIndex,
    theirs: EntryIndex,
}

impl Studio {
    fn new() -> Self {
        let world = World::new();
        let put = |tx: &mut xinju_store::write::WriteTx<'_>| {
            ["ken", "lee"].iter().try_for_each(|account| tx.put_staff(&staff(account, account)))?;
            [("wmA", "ken"), ("wmB", "lee")].iter().try_for_each(|(external, owner)| {
                let mut customer = customer("", external);
                customer.followers.push(xinju_model::customer::Follower {
                    staff: staff_id(Channel::Wecom, owner),
                    remark: String::new(),
                    description: String::new(),
                    since: None,
                    tags: Vec::new(),
                });
                tx.put_customer(&customer)
            })
        };
        world.service.core.store.write(&import_permit(), put).expect("written");
        world.service.core.scopes.forget();
        world.service.core.parties.forget();
        let content = [&b"\xFF\xD8\xFF\xE0"[..], &vec![7; 150_000]].concat();
        let own = world.add(picture("1", "wmA", "ken", &content));
        let awaited = world.add(picture("2", "wmA", "ken", b"never comes"));
        let carded = String::from_utf8(picture("3", "wmA", "ken", &content)).expect("text");
        let carded =
            world.add(carded.replace("\"image\":{", &format!("\"image\":{{\"note\":\"{CARD}\",")).into_bytes());
        let theirs = world.add(picture("4", "wmB", "lee", &content));
        let start = StartImport {
            file_name: "files.zip".into(),
            file_bytes: None,
            file: Box::new(Cursor::new(zip_of(&[
                ("chat.ndjson", &picture("1", "wmA", "ken", &content)),
                ("a", &content),
            ]))),
            directory: None,
            account: None,
        };
        let owner = viewer(BuiltIn::Owner);
        let import = world.service.start_import(&owner, start).expect("answered").expect("begun");
        world.service.wait_import(&owner, import.id, &mut |_| {}).expect("waited");
        world.indexed();
        let ken = world.user_of("ken", &[BuiltIn::Staff.id()], Some(staff_id(Channel::Wecom, "ken"))).principal.viewer;
        Self { world, ken, content, own, awaited, carded, theirs }
    }

    /// The bytes of the first file of a message; none where there is none to see.
    fn take(&self, viewer: &Viewer, index: EntryIndex) -> Result<Option<Vec<u8>>, Code> {
        let taken = self.world.service.take_message_file(viewer, index, 0).map_err(|error| error.code())?;
        Ok(taken.map(|mut taken| {
            let mut bytes = Vec::new();
            taken.content.read_to_end(&mut bytes).expect("reads");
            assert_eq!(taken.bytes, bytes.len() as u64);
            bytes
        }))
    }

    fn states(&self, viewer: &Viewer, index: EntryIndex) -> Vec<FileState> {
        self.world.service.message(viewer, index).expect("answered").expect("there").files
    }
}

#[test]
fn a_file_is_shown_with_an_event_that_its_mark_leads_to() {
    let studio = Studio::new();
    let service = &studio.world.service;
    assert_eq!(studio.take(&studio.ken, studio.own), Ok(Some(studio.content.clone())));
    let taken = service.take_message_file(&studio.ken, studio.own, 0).expect("answered").expect("there");
    assert_eq!((taken.ending.as_str(), taken.format.map(|format| format.content_type)), ("jpg", Some("image/jpeg")));
    let states = studio.states(&studio.ken, studio.own);
    let [FileState::Arrived(arrived)] = states.as_slice() else { panic!("{states:?}") };
    assert_eq!(service.file_format(&studio.ken, arrived).expect("answered"), taken.format);
    let event = studio.world.last_event("message.file").expect("an event");
    assert_eq!((event.object.as_str(), event.detail("item")), (studio.own.to_string().as_str(), "0"));
    assert_eq!(event.detail("sha256"), arrived.sha256());
    assert_eq!(event.detail("customers"), customer("", "wmA").id.to_string());
    assert!(!event.detail("conversations").is_empty());
    assert_eq!(studio.world.count_events("message.file"), 2);
    let code = taken.mark.code.to_string();
    let found = service.marked_event(&viewer(BuiltIn::Auditor), &code).expect("answered").expect("found");
    assert_eq!((found.event.action.as_str(), found.event.object.as_str()), ("message.file", event.object.as_str()));
}

#[test]
fn anothers_file_and_one_that_is_not_there_look_alike() {
    let studio = Studio::new();
    assert!(studio.take(&viewer(BuiltIn::Owner), studio.theirs).expect("answered").is_some());
    let before = studio.world.count_events("message.file");
    let nothing = EntryIndex(1 << 40);
    for index in [studio.theirs, studio.awaited, nothing, EntryIndex(0)] {
        assert_eq!(studio.take(&studio.ken, index), Ok(None), "{index}");
    }
    for place in [1, usize::MAX] {
        assert!(studio.world.service.take_message_file(&studio.ken, studio.own, place).expect("answered").is_none());
    }
    assert_eq!(studio.world.count_events("message.file"), before);
    assert_eq!(studio.states(&studio.ken, studio.awaited), [FileState::Awaited]);
}

#[test]
fn who_may_not_read_messages_gets_no_file() {
    let studio = Studio::new();
    let before = studio.world.count_events("access.deny");
    assert_eq!(studio.take(&viewer(BuiltIn::SystemAdministrator), studio.own), Err(Code::Forbidden));
    let token = xinju_model::access::Credential::Token(
        xinju_model::id::TokenId([2; 16]),
        vec![xinju_model::user::TokenScope::Import],
    );
    let program = Viewer { credential: token, ..viewer(BuiltIn::Owner) };
    assert_eq!(studio.take(&program, studio.own), Err(Code::Forbidden));
    assert_eq!(studio.world.count_events("access.deny"), before + 2);
    let FileState::Arrived(arrived) = studio.states(&studio.ken, studio.own).remove(0) else { panic!("there") };
    let refused = studio.world.service.file_format(&viewer(BuiltIn::SystemAdministrator), &arrived);
    assert_eq!(refused.map_err(|error| error.code()), Err(Code::Forbidden));
}

#[test]
fn where_the_original_is_withheld_so_are_its_files() {
    let studio = Studio::new();
    assert_eq!(studio.states(&studio.ken, studio.carded), [FileState::Withheld]);
    assert_eq!(studio.take(&studio.ken, studio.carded), Err(Code::Forbidden));
    assert_eq!(studio.world.count_events("message.file"), 0);
    assert_eq!(studio.take(&viewer(BuiltIn::Owner), studio.carded), Ok(Some(studio.content.clone())));
}

#[test]
fn without_its_event_no_byte_is_shown() {
    let studio = Studio::new();
    studio.world.disk.set();
    assert_eq!(studio.take(&studio.ken, studio.own), Err(Code::Internal));
}

#[test]
fn a_file_that_is_gone_leaves_its_message_readable() {
    let studio = Studio::new();
    std::fs::remove_dir_all(studio.world.folder.path().join("data/media")).expect("removed");
    let FileState::Arrived(arrived) = studio.states(&studio.ken, studio.own).remove(0) else { panic!("there") };
    assert_eq!(studio.world.service.file_format(&studio.ken, &arrived).expect("answered"), None);
    assert_eq!(studio.take(&studio.ken, studio.own), Err(Code::Internal));
    assert_eq!(studio.world.count_events("message.file"), 0);
}
