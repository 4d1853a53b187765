//! Departments and staff that are put by hand.

use xinju_model::access::Viewer;
use xinju_model::role::BuiltIn;
use xinju_model::staff::StaffState;

use crate::department::DepartmentRefusal;
use crate::error::Code;
use crate::staff::{NewStaff, StaffChange, StaffFilter, StaffRefusal};
use crate::staff_table::StaffRow;
use crate::world::{World, message, viewer};

fn new(account: &str, name: &str, departments: &[i64]) -> NewStaff {
    NewStaff { account: account.into(), name: name.into(), position: String::new(), departments: departments.to_vec() }
}

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
    service.create_staff(&security, &new("ken", "Ken", &[below.id])).expect("answered").expect("put");
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
        service.create_staff(&security, &new(account, name, departments)).expect("answered")
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
        service
            .update_staff(&security, ken.id, StaffChange { state, departments, ..StaffChange::default() })
            .expect("answered")
    };
    let changed = change(Some(StaffState::Left), Some(vec![department.id, department.id])).expect("changed");
    assert_eq!((changed.state, changed.departments), (StaffState::Left, vec![department.id]));
    assert_eq!(change(None, Some(vec![99])).err(), Some(StaffRefusal::DepartmentUnknown));
    let nobody = service.update_staff(&security, xinju_model::id::StaffId([0; 16]), StaffChange::default());
    assert_eq!(nobody.expect_err("none").code(), Code::NotFound);
    let given = service.change_customer_owner(&security, crate::world::customer("", "wmA").id, Some(ken.id));
    assert_eq!(given.expect("answered").err(), Some(crate::ownership::OwnerRefusal::StaffNotActive));
    let event = world.last_event("staff.change").expect("an event");
    assert_eq!((event.details["state_before"].as_str(), event.details["state_after"].as_str()), ("active", "left"));
}

#[test]
fn a_table_puts_what_is_right_and_tells_what_is_not() {
    let world = World::new();
    let (service, security) = (&world.service, viewer(BuiltIn::SecurityAdministrator));
    let make =
        |name: &str, parent| service.create_department(&security, name, parent).expect("answered").expect("made");
    let (ward, clinic) = (make("住院部", None), make("门诊部", None));
    let (medicine, _) = (make("内科", Some(clinic.id)), make("内科", Some(ward.id)));
    let surgery = make("外科", Some(clinic.id));
    let row = |account: &str, name: &str, department: &str| StaffRow {
        account: account.into(),
        name: name.into(),
        position: Some("医生".into()),
        departments: Some(vec![department.into()]),
        state: None,
    };
    let rows = vec![
        row("an", "安医生", "门诊部/内科"),
        row("bo", "薄医生", "内科"),
        row("a b", "空格", "外科"),
        row("chi", "迟医生", "外科"),
        row("AN", "安主任", "外科"),
        row("dong", " ", "外科"),
    ];
    let table = service.put_staff_table(&security, rows.clone()).expect("put");
    assert_eq!((table.added, table.changed, table.known), (2, 1, 0));
    let refused =
        [(1, StaffRefusal::DepartmentUnknown), (2, StaffRefusal::AccountInvalid), (5, StaffRefusal::NameInvalid)];
    assert_eq!(table.refused, refused);
    assert_eq!((world.count_events("staff.create"), world.count_events("staff.change")), (2, 1));
    let page = crate::page::PageRequest::default();
    let of = |filter: &StaffFilter| -> Vec<String> {
        let found = service.all_staff(&security, filter, &page).expect("staff");
        found.edges.into_iter().map(|edge| edge.node.name).collect()
    };
    let of_department = |id| of(&StaffFilter { department: Some(id), ..StaffFilter::default() });
    assert_eq!(of_department(surgery.id), ["安主任", "迟医生"]);
    assert_eq!(of_department(medicine.id), Vec::<String>::new());
    let counts = service.counted_departments(&security).expect("departments");
    assert_eq!(counts.iter().find(|(one, _)| one.id == surgery.id).map(|(_, count)| *count), Some(2));
    let again = service.put_staff_table(&security, vec![rows[3].clone()]).expect("put");
    assert_eq!((again.added, again.changed, again.known), (0, 0, 1));
    let left = StaffRow { state: Some(StaffState::Left), ..rows[3].clone() };
    assert_eq!(service.put_staff_table(&security, vec![left]).expect("put").changed, 1);
    assert_eq!(of(&StaffFilter { state: Some(StaffState::Left), ..StaffFilter::default() }), ["迟医生"]);
    let many = vec![StaffRow::default(); xinju_model::limits::STAFF_ROWS_MAX + 1];
    assert_eq!(service.put_staff_table(&security, many).expect_err("too many").code(), Code::Limit);
    let error = service.put_staff_table(&viewer(BuiltIn::DepartmentHead), rows).expect_err("denied");
    assert_eq!(error.code(), Code::Forbidden);
}

#[test]
fn name_and_position_can_be_put_right() {
    let world = World::new();
    let (service, security) = (&world.service, viewer(BuiltIn::SecurityAdministrator));
    let ken = service.create_staff(&security, &new("ken", "Ken", &[])).expect("answered").expect("put");
    let change = |name: &str, position: &str| {
        let change = StaffChange { name: Some(name.into()), position: Some(position.into()), ..StaffChange::default() };
        service.update_staff(&security, ken.id, change).expect("answered")
    };
    let changed = change(" 李雷 ", "经理").expect("changed");
    assert_eq!((changed.name.as_str(), changed.position.as_deref()), ("李雷", Some("经理")));
    assert_eq!(change("李雷", "").expect("changed").position, None);
    assert_eq!(change("", "经理").err(), Some(StaffRefusal::NameInvalid));
    assert_eq!(change("李雷", &"长".repeat(101)).err(), Some(StaffRefusal::PositionInvalid));
    let event = world.last_event("staff.change").expect("an event");
    assert_eq!((event.detail("position_before"), event.detail("position_after")), ("经理", ""));
}
