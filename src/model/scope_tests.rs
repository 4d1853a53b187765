//! The rule, against a plain filter over everything.

use proptest::prelude::*;

use super::*;
use crate::channel::Channel;
use crate::id::derived;
use crate::staff::staff_id;

fn person(number: u8, departments: &[i64], state: StaffState) -> Staff {
    let account = format!("p{number}");
    Staff {
        id: staff_id(Channel::Wecom, &account),
        name: String::new(),
        channel: Channel::Wecom,
        account,
        departments: departments.to_vec(),
        position: None,
        listed: true,
        state,
    }
}

fn department(id: i64, parent: i64) -> Department {
    Department { id, parent, name: String::new(), order: 0 }
}

fn id(number: u8) -> StaffId {
    person(number, &[], StaffState::Active).id
}

fn customer(number: u8) -> CustomerId {
    CustomerId(derived("test", &[&[number]]))
}

/// A company of four: 1 over 2 and 3, 4 beside them, and a circle.
fn company() -> People {
    let staff = [
        person(1, &[1], StaffState::Active),
        person(2, &[2], StaffState::Active),
        person(3, &[3, 9], StaffState::Left),
        person(4, &[4], StaffState::Suspended),
    ];
    People::new(
        &staff,
        &[department(1, 0), department(2, 1), department(3, 2), department(4, 0), department(5, 6), department(6, 5)],
    )
}

fn staff_of(scope: DataScope, own: Option<u8>) -> Vec<u8> {
    let sight = Sight::of(&[scope], own.map(id), &company());
    (1..=4).filter(|number| sight.staff().contains(&id(*number))).collect()
}

#[test]
fn scopes_hold_the_staff_that_they_say() {
    assert_eq!(staff_of(DataScope::OwnCustomers, Some(2)), [2]);
    assert_eq!(staff_of(DataScope::OwnCustomers, None), Vec::<u8>::new());
    assert_eq!(staff_of(DataScope::Department, Some(1)), [1]);
    assert_eq!(staff_of(DataScope::DepartmentAndBelow, Some(1)), [1, 2, 3]);
    assert_eq!(staff_of(DataScope::DepartmentAndBelow, Some(2)), [2, 3]);
    let named = |staff, departments| DataScope::named(staff, departments, vec![]).expect("few");
    assert_eq!(staff_of(named(vec![id(4)], vec![2]), None), [2, 3, 4]);
    assert_eq!(staff_of(named(vec![], vec![5]), None), Vec::<u8>::new());
    assert_eq!(staff_of(DataScope::nothing(), Some(1)), Vec::<u8>::new());
}

#[test]
fn whoever_does_not_work_here_sees_nothing_as_staff() {
    for scope in [DataScope::OwnCustomers, DataScope::Department, DataScope::DepartmentAndBelow] {
        assert_eq!(staff_of(scope.clone(), Some(3)), Vec::<u8>::new());
        assert_eq!(staff_of(scope.clone(), Some(4)), Vec::<u8>::new());
        assert_eq!(staff_of(scope, Some(200)), Vec::<u8>::new());
    }
}

#[test]
fn history_stays_with_the_customer() {
    let mut of = Ownership::first(id(1));
    of.give(Some(id(2)), Timestamp(50));
    let see = |number: u8, history| {
        let sight = Sight::of(&[DataScope::OwnCustomers], Some(id(number)), &company());
        let customers = [(customer(1), of.clone())];
        let parties = Parties { kind: ConversationKind::Single, customers: &customers, staff: &[id(1)] };
        sight.conversation(parties, history).map(|seen| seen.from)
    };
    assert_eq!((see(1, true), see(2, true), see(2, false)), (None, Some(WHOLE), Some(Timestamp(50))));
    let head = Sight::of(&[DataScope::DepartmentAndBelow], Some(id(1)), &company());
    assert_eq!(head.customer(customer(1), &of, false).map(|seen| seen.from), Some(WHOLE));
    let named = DataScope::named(vec![], vec![], vec![customer(1)]).expect("few");
    let named = Sight::of(&[named], None, &company());
    let seen = named.customer(customer(1), &of, false);
    assert_eq!(seen, Some(Seen { from: WHOLE, rule: Rule::NamedCustomer(customer(1)) }));
}

#[test]
fn groups_are_seen_by_those_who_take_part_and_not_by_owners() {
    let customers = [(customer(1), Ownership::first(id(1)))];
    let see = |number: u8, staff: &[StaffId]| {
        let sight = Sight::of(&[DataScope::OwnCustomers], Some(id(number)), &company());
        sight.conversation(Parties { kind: ConversationKind::Group, customers: &customers, staff }, true)
    };
    assert_eq!(see(1, &[id(2)]), None);
    assert_eq!(see(2, &[id(4), id(2)]).map(|seen| seen.rule), Some(Rule::TakesPart(id(2))));
    let colleagues = Parties { kind: ConversationKind::Single, customers: &[], staff: &[id(1), id(4)] };
    let own = Sight::of(&[DataScope::OwnCustomers], Some(id(1)), &company());
    assert!(own.conversation(colleagues, true).is_some());
}

#[test]
fn what_comes_later_goes_before_the_base() {
    let (one, two) = (ConversationId([1; 16]), ConversationId([2; 16]));
    let kind = ConversationKind::Single;
    let base = [(one, Visible { from: Timestamp(9), kind })].into();
    let mut visible = VisibleConversations::new(1, base, [customer(1)].into());
    visible.add(one, Visible { from: Timestamp(10), kind });
    assert!(visible.later().is_empty());
    visible.add(one, Visible { from: Timestamp(5), kind });
    visible.add(two, Visible { from: WHOLE, kind });
    visible.add_customer(customer(1));
    visible.add_customer(customer(2));
    let mut all: Vec<_> = visible.conversations().map(|(id, visible)| (id, visible.from)).collect();
    all.sort_unstable();
    assert_eq!((all, visible.count_customers()), (vec![(one, Timestamp(5)), (two, WHOLE)], 2));
    let scope = Scope::Conversations(Arc::new(visible));
    assert!(scope.has_message(Some(one), Timestamp(5)) && !scope.has_message(Some(one), Timestamp(4)));
    assert!(!scope.has_message(None, Timestamp(5)) && Scope::Everything.has_message(None, Timestamp(5)));
    assert!(!Scope::Nothing.has_customer(customer(1)) && scope.has_customer(customer(2)));
}

/// Whether a person is inside a scope.
type Inside<'a> = Box<dyn Fn(u8) -> bool + 'a>;

/// A tree of ten departments, each below an earlier one or at the top.
fn trees() -> impl Strategy<Value = Vec<Department>> {
    proptest::collection::vec(0_i64..10, 10).prop_map(|parents| {
        let below = |(number, parent): (i64, i64)| department(number, if number > 1 { parent % number } else { 0 });
        (1..).zip(parents).map(below).collect()
    })
}

/// Whether `id` lies at or below `top`, by climbing.
fn lies_below(tree: &[Department], id: i64, top: i64) -> bool {
    let mut at = id;
    while at != 0 {
        if at == top {
            return true;
        }
        at = tree.iter().find(|department| department.id == at).map_or(0, |department| department.parent);
    }
    false
}

proptest! {
    #[test]
    fn the_rule_equals_a_plain_filter(
        tree in trees(),
        works in proptest::collection::vec(proptest::collection::vec(1_i64..=10, 0..3), 12),
        transfers in proptest::collection::vec((0_u8..20, proptest::option::of(0_u8..12)), 0..60),
        talks in proptest::collection::vec((any::<bool>(), 0_u8..20, 0_u8..12), 60),
        own in 0_u8..12,
        history in any::<bool>(),
    ) {
        let staff: Vec<Staff> =
            (0_u8..).zip(&works).map(|(number, of)| person(number, of, StaffState::Active)).collect();
        let people = People::new(&staff, &tree);
        let mut owners = vec![Ownership::default(); 20];
        for (at, (of, to)) in (0_i64..).zip(&transfers) {
            owners[usize::from(*of)].give(to.map(id), Timestamp(at));
        }
        let mine = &works[usize::from(own)];
        let same = |number: u8, below: bool| number == own || works[usize::from(number)].iter().any(|one| {
            mine.iter().any(|top| one == top || below && lies_below(&tree, *one, *top))
        });
        let scopes: [(DataScope, Inside<'_>); 3] = [
            (DataScope::OwnCustomers, Box::new(|number| number == own)),
            (DataScope::Department, Box::new(|number| same(number, false))),
            (DataScope::DepartmentAndBelow, Box::new(|number| same(number, true))),
        ];
        for (scope, inside) in &scopes {
            let sight = Sight::of(std::slice::from_ref(scope), Some(id(own)), &people);
            let is_one = |staff: StaffId| (0_u8..12).any(|number| id(number) == staff && inside(number));
            for (group, with, by) in &talks {
                let of = &owners[usize::from(*with)];
                let kind = if *group { ConversationKind::Group } else { ConversationKind::Single };
                let customers = [(customer(*with), of.clone())];
                let seen = sight.conversation(Parties { kind, customers: &customers, staff: &[id(*by)] }, history);
                let expected = if *group { inside(*by) } else { of.owner().is_some_and(is_one) };
                prop_assert_eq!(seen.is_some(), expected);
                if let Some(seen) = seen {
                    // From the moment on from which all owners are inside.
                    let first = of.tenures().iter().rposition(|tenure| !tenure.owner.is_some_and(is_one));
                    let since = of.tenures().get(first.map_or(0, |at| at + 1)).map_or(WHOLE, |tenure| tenure.since);
                    prop_assert_eq!(seen.from, if *group || history { WHOLE } else { since });
                }
            }
        }
    }
}
