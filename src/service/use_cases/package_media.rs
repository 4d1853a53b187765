//! Files of messages in packages: which are there, and that building again finds the same.

use std::io::Cursor;

use xinju_evidence::verify::verify;
use xinju_model::access::Viewer;
use xinju_model::id::EntryIndex;
use xinju_model::package::{PackageState, Withhold, WithholdCode, WithholdTarget};
use xinju_model::role::BuiltIn;

use super::packages::{Office, built, bytes, office, wanted};
use crate::import::StartImport;
use crate::world::{World, picture, zip_of};

/// Bytes that look like a picture and repeat nowhere.
fn content(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    });
    [0xFF, 0xD8, 0xFF, 0xE0].into_iter().chain(noise.take(90_000)).collect()
}

fn import(world: &World, files: &[(&str, &[u8])]) {
    let start = StartImport {
        file_name: "chat.zip".into(),
        file_bytes: None,
        file: Box::new(Cursor::new(zip_of(files))),
        directory: None,
        account: None,
    };
    let owner = crate::world::viewer(BuiltIn::Owner);
    let import = world.service.start_import(&owner, start).expect("answered").expect("begun");
    world.service.wait_import(&owner, import.id, &mut |_| {}).expect("waited");
    world.indexed();
}

/// Beside the office's messages: pictures to A, of which one comes later than its message, and one to B.
fn pictures() -> (Office, [Vec<u8>; 3]) {
    let office = office();
    let contents = [content(1), content(2), content(3)];
    let [one, late, other] = &contents;
    let lines = [picture("4", "ken", "wmA", one), picture("5", "ken", "wmA", late), picture("6", "ken", "wmB", other)];
    import(&office.world, &[("chat.ndjson", &lines.join(&b'\n')), ("a", one), ("b", other)]);
    (office, contents)
}

fn names(bytes: &[u8]) -> Vec<String> {
    let zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let names = zip.file_names().flatten().filter(|name| name.contains("/data/media/"));
    names.map(|name| name.rsplit('/').next().expect("a name").to_owned()).collect()
}

fn holds(bytes: &[u8], content: &[u8]) -> bool {
    let part = &content[40_000..40_032];
    bytes.windows(part.len()).any(|window| window == part)
}

fn again(world: &World, officer: &Viewer, package: xinju_model::id::PackageId) -> xinju_model::package::Package {
    world.confirm(officer);
    world.service.build_package_again(officer, package).expect("asked");
    let view = world.service.wait_package(officer, package, &mut |_| true).expect("answered");
    assert_eq!(view.package.state, PackageState::Ready, "{:?}", view.package.failure);
    view.package
}

#[test]
fn files_of_messages_go_into_a_package_and_building_again_finds_no_later_ones() {
    let (Office { world, officer, .. }, [one, late, other]) = pictures();
    let wanted = wanted("kind:image to:wmA");
    let package = built(&world, &officer, wanted.clone());
    let whole = bytes(&world, &officer, package.id);
    let verdict = verify(Cursor::new(&whole), &[], &mut |_, _| {});
    assert!(verdict.is_ok(), "{verdict:#?}");
    assert_eq!((package.records, names(&whole)), (2, vec!["000001-1.jpg".to_owned()]));
    assert!(holds(&whole, &one) && !holds(&whole, &other), "nothing of another conversation's");
    import(&world, &[("late", &late)]);
    let rebuilt = again(&world, &officer, package.id);
    let manifest = |package: &xinju_model::package::Package| package.file.clone().expect("a file").manifest;
    assert_eq!(manifest(&rebuilt), manifest(&package), "the same but for its seal");
    assert_eq!(names(&bytes(&world, &officer, package.id)), ["000001-1.jpg"]);
    let next = built(&world, &officer, wanted);
    assert_eq!(names(&bytes(&world, &officer, next.id)), ["000001-1.jpg", "000002-1.jpg"]);
}

#[test]
fn files_of_withheld_messages_stay_out() {
    let (Office { world, officer, .. }, [one, ..]) = pictures();
    let tx = world.service.core.store.read().expect("reads");
    let is_record = |index: &EntryIndex| tx.entry(*index).expect("reads").is_some_and(|entry| entry.origin.is_some());
    let fourth = (0..tx.size()).map(EntryIndex).filter(is_record).nth(3).expect("four");
    let mut wishes = wanted("kind:image to:wmA");
    let target = WithholdTarget::Message { message: fourth };
    wishes.withhold = vec![Withhold { target, code: WithholdCode::Privacy, note: "n".into() }];
    let package = built(&world, &officer, wishes);
    let without = bytes(&world, &officer, package.id);
    assert_eq!(names(&without), Vec::<String>::new());
    assert!(!holds(&without, &one));
}
