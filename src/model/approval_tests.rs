//! Who may decide, what follows upon what, and that an approval is of one operation and no other.

use super::*;

const ASKER: UserId = UserId([1; 16]);
const OTHER: UserId = UserId([2; 16]);

fn step(by: UserId, at: i64) -> Step {
    Step { by: Some(by), name: "n".into(), at: Timestamp(at), why: String::new() }
}

fn approval() -> Approval {
    let operation = SensitiveOperation::SetSuccessorSeesHistory { sees: true };
    let details = BTreeMap::from([("value_after".into(), "true".into())]);
    let preview = Preview { action: "setting.change".into(), object: "x".into(), details, names: BTreeMap::default() };
    Approval {
        id: ApprovalId([3; 16]),
        operation,
        preview,
        asked: step(ASKER, 10),
        expires_at: Timestamp(100),
        state: ApprovalState::Pending,
        decided: None,
        closed: None,
    }
}

#[test]
fn a_yes_is_good_once_and_in_time() {
    let mut one = approval();
    assert_eq!(one.use_up(step(ASKER, 20)), Err(WrongState(ApprovalState::Pending)));
    assert_eq!(one.decide(true, step(OTHER, 20)), Ok(()));
    assert_eq!(one.decide(false, step(OTHER, 21)), Err(WrongState(ApprovalState::Approved)));
    let mut late = one.clone();
    assert_eq!(late.use_up(step(ASKER, 100)), Err(WrongState(ApprovalState::Expired)));
    assert!(late.expire(Timestamp(100)) && !late.expire(Timestamp(101)));
    assert_eq!(one.use_up(step(ASKER, 99)), Ok(()));
    assert_eq!(one.use_up(step(ASKER, 99)), Err(WrongState(ApprovalState::Used)));
    assert_eq!((one.state_at(Timestamp(500)), one.expire(Timestamp(500))), (ApprovalState::Used, false));
}

#[test]
fn who_asked_and_who_said_yes_may_take_it_back() {
    let mut one = approval();
    let (now, third) = (Timestamp(20), UserId([9; 16]));
    assert!(one.may_revoke(ASKER, now) && !one.may_revoke(OTHER, now));
    one.decide(true, step(OTHER, 20)).expect("pending");
    assert!(one.may_revoke(OTHER, now) && !one.may_revoke(third, now) && !one.may_revoke(OTHER, Timestamp(100)));
    one.revoke(step(OTHER, 21)).expect("open");
    assert_eq!(one.use_up(step(ASKER, 22)), Err(WrongState(ApprovalState::Revoked)));
    assert_eq!(one.revoke(step(ASKER, 22)), Err(WrongState(ApprovalState::Revoked)));
}

fn user(id: UserId, staff: Option<u8>) -> User {
    User {
        id,
        login: "l".into(),
        name: "n".into(),
        kind: crate::user::UserKind::Person,
        roles: Vec::new(),
        staff: staff.map(|number| StaffId([number; 16])),
        active: true,
        created_at: Timestamp(0),
        signed_in_at: None,
    }
}

#[test]
fn two_accounts_of_one_hand_are_one_person() {
    let (a, b) = (user(ASKER, Some(1)), user(OTHER, Some(2)));
    let free = Setters::default();
    let check = |of_a: Option<Setters>, of_b: Option<Setters>| {
        obstacle(Account { user: &a, setters: of_a }, Account { user: &b, setters: of_b }, true)
    };
    assert_eq!(check(Some(free), Some(free)), None);
    let by = |credentials, roles| Some(Setters { credentials, roles });
    assert_eq!(check(Some(free), by(Some(ASKER), None)), Some(Obstacle::OneHand));
    assert_eq!(check(Some(free), by(None, Some(ASKER))), Some(Obstacle::OneHand));
    assert_eq!(check(by(Some(OTHER), None), Some(free)), Some(Obstacle::OneHand));
    assert_eq!(check(by(None, Some(OTHER)), by(Some(UserId([7; 16])), None)), None);
    assert_eq!(check(None, Some(free)), Some(Obstacle::OneHand));
    assert_eq!(check(Some(free), None), Some(Obstacle::OneHand));
}

#[test]
fn nobody_decides_for_themselves_or_without_leave() {
    let free = Some(Setters::default());
    let asker = user(ASKER, Some(1));
    let asker = Account { user: &asker, setters: free };
    let check = |other: &User, allowed| obstacle(asker, Account { user: other, setters: free }, allowed);
    assert_eq!(check(&user(ASKER, None), true), Some(Obstacle::Yourself));
    assert_eq!(check(&user(OTHER, Some(1)), true), Some(Obstacle::SamePerson));
    assert_eq!(check(&user(OTHER, None), false), Some(Obstacle::NotAllowed));
    assert_eq!(check(&User { active: false, ..user(OTHER, None) }, true), Some(Obstacle::Suspended));
    assert_eq!(check(&user(OTHER, None), true), None);
}

#[test]
fn the_policy_guards_itself_once_anything_needs_approval() {
    let mut policy = ApprovalPolicy::default();
    assert!(!SensitiveKind::ALL.iter().any(|kind| policy.demands(*kind)));
    policy.kinds.insert(SensitiveKind::OwnerChange);
    let demanded: Vec<_> = SensitiveKind::ALL.iter().filter(|kind| policy.demands(**kind)).collect();
    assert_eq!(demanded, [&SensitiveKind::OwnerChange, &SensitiveKind::ApprovalPolicy]);
    let fits = |hours| ApprovalPolicy { hours, ..ApprovalPolicy::default() }.fits();
    assert_eq!([0, 1, 168, 169].map(fits), [false, true, true, false]);
}

#[test]
fn the_digest_holds_the_operation_and_what_it_does_but_no_names() {
    let one = approval();
    let digest = one.preview.digest(&one.operation);
    let mut named = one.preview.clone();
    named.names.insert("x".into(), "王".into());
    assert!(named.does_as(&one.preview) && named.digest(&one.operation) == digest);
    let other = SensitiveOperation::SetSuccessorSeesHistory { sees: false };
    assert_ne!(one.preview.digest(&other), digest);
    named.details.insert("value_before".into(), "false".into());
    assert!(!named.does_as(&one.preview) && named.digest(&one.operation) != digest);
}
