//! Departments and staff that are put by hand.

use xinju_model::access::Viewer;
use xinju_model::role::BuiltIn;
use xinju_model::staff::StaffState;

use crate::department::DepartmentRefusal;
use crate::error::Code;
use crate::staff::StaffRefusal;
use crate::world::{World, message, viewer};

#[test]
fn departments_are_a_tree() {
    let world = World::new();
    let (service, security) = (&world.service, viewer(BuiltIn::SecurityAdministrator));
    let make = |name: &str, parent| service.create_department(&security, name, parent).expect("answered");
    let top = make(" 总部 ", None).expect("made");
    let below = make("分行", Some(top.id)).expect("made");
    assert_eq!((top.id, top.name.as_str(), top.parent, below.id, below.parent), (-1, "总部", 0, -2, -1));
    assert_eq!(make("x", Some(77)).err(), Some(DepartmentRefusal::ParentUnknown));
    assert_eq!(make(" ", None).err(), Some(DepartmentRefusal::NameInvalid));
    let shift = |id, parent| service.move_department(&security, id, parent).expect("answered");
    assert_eq!(shift(top.id, Some(below.id)).err(), Some(DepartmentRefusal::Circle));
    assert_eq!(shift(top.id, Some(top.id)).err(), Some(DepartmentRefusal::Circle));
    let named = service.rename_department(&security, below.id, "支行").expect("answered").expect("renamed");
    assert_eq!(named.name, "支行");
    let delete = |id| service.delete_department(&security, id).expect("answered");
    assert_eq!(delete(top.id), Err(DepartmentRefusal::NotEmpty));
    shift(below.id, None).expect("moved");
    service.create_staff(&security, "ken", "Ken", &[below.id]).expect("answered").expect("put");
    assert_eq!((delete(top.id), delete(below.id)), (Ok(()), Err(DepartmentRefusal::NotEmpty)));
    assert_eq!(service.delete_department(&security, 77).expect_err("none").code(), Code::NotFound);
    assert_eq!(service.move_department(&security, 77, None).expect_err("none").code(), Code::NotFound);
    assert_eq!(world.count_events("department.create"), 2);
}

#[test]
fn staff_are_put_by_hand_and_known_again_in_messages() {
    let world = World::new();
    let (service, security) = (&world.service, viewer(BuiltIn::SecurityAdministrator));
    let put = |account: &str, name: &str, departments: &[i64]| {
        service.create_staff(&security, account, name, departments).expect("answered")
    };
    let ken = put("Ken", "李雷", &[]).expect("put");
    assert_eq!((ken.state, ken.listed, ken.account.as_str()), (StaffState::Active, true, "Ken"));
    assert_eq!(put("KEN", "other", &[]).err(), Some(StaffRefusal::AccountTaken));
    assert_eq!(put("wmX", "a customer", &[]).err(), Some(StaffRefusal::AccountInvalid));
    assert_eq!(put("a b", "x", &[]).err(), Some(StaffRefusal::AccountInvalid));
    assert_eq!(put("lee", " ", &[]).err(), Some(StaffRefusal::NameInvalid));
    assert_eq!(put("lee", "x", &[5]).err(), Some(StaffRefusal::DepartmentUnknown));
    // Somebody known from messages alone gets a name.
    let index = world.add(message("1", "lee", "wmA", 1, "x"));
    let lee = put("lee", "韩梅梅", &[]).expect("put");
    let view = service.message(&Viewer::operator(), index).expect("answered").expect("there");
    assert_eq!(view.from.map(|party| (party.staff, party.name)), Some((Some(lee.id), "韩梅梅".to_owned())));
    let department = service.create_department(&security, "d", None).expect("answered").expect("made");
    let change = |state, departments: Option<Vec<i64>>| {
        service.update_staff(&security, ken.id, state, departments.as_deref()).expect("answered")
    };
    let changed = change(Some(StaffState::Left), Some(vec![department.id, department.id])).expect("changed");
    assert_eq!((changed.state, changed.departments), (StaffState::Left, vec![department.id]));
    assert_eq!(change(None, Some(vec![99])).err(), Some(StaffRefusal::DepartmentUnknown));
    let nobody = service.update_staff(&security, xinju_model::id::StaffId([0; 16]), None, None);
    assert_eq!(nobody.expect_err("none").code(), Code::NotFound);
    let given = service.change_customer_owner(&security, crate::world::customer("", "wmA").id, Some(ken.id));
    assert_eq!(given.expect("answered").err(), Some(crate::ownership::OwnerRefusal::StaffNotActive));
    let event = world.last_event("staff.change").expect("an event");
    assert_eq!((event.details["state_before"].as_str(), event.details["state_after"].as_str()), ("active", "left"));
}
