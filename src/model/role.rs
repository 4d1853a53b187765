//! Roles: what their holders may do, and with whose records. The table of the built-in ones is in [`crate::access`].

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};

use crate::access::{Action, built_in_masks, built_in_may, built_in_scope};
use crate::id::{CustomerId, RoleId, StaffId};
use crate::limits::{ROLE_NETWORKS_MAX, SCOPE_NAMED_MAX};
use crate::personal::Masks;

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// What it is called; of a built-in role the stable name, which the console says in words.
    pub name: String,
    /// What its holders may do.
    pub actions: BTreeSet<Action>,
    /// With whose records.
    pub scope: DataScope,
    /// Kinds of personal data that its holders see masked, unless another of their roles shows them.
    pub masks: Masks,
    /// Whether its holders must have a second factor; who has none may only enrol one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_factor: bool,
    /// The networks from which its holders may use it; none means from anywhere. Sorted, each once, at most [`ROLE_NETWORKS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<IpNet>,
}

/// With whose records a role works.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataScope {
    /// The customers that the holder owns.
    OwnCustomers,
    /// Those that anybody of the holder's departments owns.
    Department,
    /// The same, with all departments below.
    DepartmentAndBelow,
    /// All.
    Everything,
    /// Those that are named, whoever holds the role. Nothing named is nothing seen.
    Named(Named),
}

/// What a role names: each list sorted, each element once.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Named {
    /// Staff whose customers are meant.
    pub staff: Vec<StaffId>,
    /// Departments whose staff, and that of all departments below, are meant.
    pub departments: Vec<i64>,
    /// Customers, whoever owns them.
    pub customers: Vec<CustomerId>,
}

/// A role names more than it may: at most [`SCOPE_NAMED_MAX`] of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role names at most {SCOPE_NAMED_MAX} of a kind")]
pub struct TooManyNamed;

impl DataScope {
    /// The scope of what is named, in its one form.
    pub fn named(staff: Vec<StaffId>, departments: Vec<i64>, customers: Vec<CustomerId>) -> Result<Self, TooManyNamed> {
        fn list<T: Ord>(mut all: Vec<T>) -> Result<Vec<T>, TooManyNamed> {
            all.sort_unstable();
            all.dedup();
            if all.len() > SCOPE_NAMED_MAX { Err(TooManyNamed) } else { Ok(all) }
        }
        Ok(Self::Named(Named { staff: list(staff)?, departments: list(departments)?, customers: list(customers)? }))
    }

    /// The scope that holds no record at all.
    pub fn nothing() -> Self {
        Self::Named(Named::default())
    }

    /// The stable name of its kind, as events have it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::OwnCustomers => "own_customers",
            Self::Department => "department",
            Self::DepartmentAndBelow => "department_and_below",
            Self::Everything => "everything",
            Self::Named(_) => "named",
        }
    }
}

/// The roles that every archive has. They can be neither changed nor deleted; own ones are made by copying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltIn {
    /// 负责人: everything, for a small company with one administrator.
    Owner,
    /// 系统管理员: the system, users and imports; no message.
    SystemAdministrator,
    /// 安全合规管理员: reads and searches everything, manages roles and people.
    SecurityAdministrator,
    /// 审计员: reads the audit trail and the ledger, changes nothing, reads no message.
    Auditor,
    /// 部门负责人: the customers of a department and those below it.
    DepartmentHead,
    /// 员工: the own customers.
    Staff,
    /// 证据专员: reads everything, imports, ledger and proofs.
    EvidenceOfficer,
    /// 只读集成: reads everything, for programs.
    Integration,
}

impl BuiltIn {
    /// All of them, in the order of lists.
    pub const ALL: &[Self] = &[
        Self::Owner,
        Self::SystemAdministrator,
        Self::SecurityAdministrator,
        Self::Auditor,
        Self::DepartmentHead,
        Self::Staff,
        Self::EvidenceOfficer,
        Self::Integration,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::SystemAdministrator => "system_administrator",
            Self::SecurityAdministrator => "security_administrator",
            Self::Auditor => "auditor",
            Self::DepartmentHead => "department_head",
            Self::Staff => "staff",
            Self::EvidenceOfficer => "evidence_officer",
            Self::Integration => "integration",
        }
    }

    /// The role of a stable name, or of a name that earlier versions had.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "administrator" => Some(Self::Owner),
            "compliance" => Some(Self::SecurityAdministrator),
            _ => Self::ALL.iter().copied().find(|role| role.name() == name),
        }
    }

    /// Its id, the same in every archive and for ever.
    pub const fn id(self) -> RoleId {
        let number = match self {
            Self::Owner => 1,
            Self::SystemAdministrator => 2,
            Self::SecurityAdministrator => 3,
            Self::Auditor => 4,
            Self::DepartmentHead => 5,
            Self::Staff => 6,
            Self::EvidenceOfficer => 7,
            Self::Integration => 8,
        };
        RoleId([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number])
    }

    /// The built-in role with this id.
    pub fn of(id: RoleId) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.id() == id)
    }

    /// The role with its actions and its scope.
    pub fn role(self) -> Role {
        let actions = Action::ALL.iter().copied().filter(|action| built_in_may(self, *action)).collect();
        let (scope, masks) = (built_in_scope(self), built_in_masks(self));
        Role {
            id: self.id(),
            name: self.name().to_owned(),
            actions,
            scope,
            masks,
            second_factor: false,
            networks: Vec::new(),
        }
    }
}

/// What a company keeps in different hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// Runs the system and lets people in.
    System,
    /// Says who sees what.
    Security,
    /// Watches the others.
    Audit,
}

impl Power {
    /// The power that an action belongs to.
    fn of(action: Action) -> Option<Self> {
        match action {
            Action::ManageUsers | Action::Operate => Some(Self::System),
            Action::ManageRoles | Action::ManagePeople => Some(Self::Security),
            Action::ReadAudit => Some(Self::Audit),
            _ => None,
        }
    }
}

impl Role {
    /// Which built-in role it is; none for the company's own.
    pub fn built_in(&self) -> Option<BuiltIn> {
        BuiltIn::of(self.id)
    }

    /// Whether it may be used from a place: see [`is_within`].
    pub fn is_open_from(&self, place: &str) -> bool {
        self.networks.is_empty() || is_within(&self.networks, place)
    }

    /// The powers that it gives.
    pub fn powers(&self) -> BTreeSet<Power> {
        self.actions.iter().filter_map(|action| Power::of(*action)).collect()
    }
}

/// Networks are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworksFault {
    /// A text is neither an address nor a range such as `10.0.0.0/8`.
    #[error("a network is an address or a range such as 10.0.0.0/8")]
    NotANetwork,
    /// There are too many.
    #[error("a role names at most {ROLE_NETWORKS_MAX} networks")]
    TooMany,
}

/// Reads networks as people type them, into their one form: ranges without bits of hosts, IPv4 never inside IPv6, sorted, each once.
pub fn read_networks<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<IpNet>, NetworksFault> {
    let read = |text: &str| {
        let text = text.trim();
        let address = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse::<IpNet>().or_else(|_| address()).map(plain).map_err(|_| NetworksFault::NotANetwork)
    };
    let mut all = Vec::new();
    for text in texts {
        if all.len() >= ROLE_NETWORKS_MAX {
            return Err(NetworksFault::TooMany);
        }
        all.push(read(text)?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// A range of IPv4 addresses mapped into IPv6 as the range that it is.
fn plain(network: IpNet) -> IpNet {
    let mapped = match network {
        IpNet::V6(range) => range.addr().to_ipv4_mapped().zip(range.prefix_len().checked_sub(96)),
        IpNet::V4(_) => None,
    };
    let v4 = mapped.and_then(|(address, prefix)| Ipv4Net::new(address, prefix).ok());
    v4.map_or(network, IpNet::V4).trunc()
}

/// Whether a place is in one of some networks. What is no address is in none: who sits at the machine itself comes without a role's networks.
pub fn is_within(networks: &[IpNet], place: &str) -> bool {
    place.parse::<IpAddr>().is_ok_and(|address| {
        let address = address.to_canonical();
        networks.iter().any(|network| network.contains(&address))
    })
}

/// Whether one person may hold these roles together: one power at most, unless the person is an owner with no other powerful role.
pub fn may_be_held_together<'a>(roles: impl IntoIterator<Item = &'a Role>) -> bool {
    let (owners, others): (Vec<&Role>, Vec<&Role>) =
        roles.into_iter().partition(|role| role.built_in() == Some(BuiltIn::Owner));
    let powers: BTreeSet<Power> = others.iter().flat_map(|role| role.powers()).collect();
    if owners.is_empty() { powers.len() <= 1 } else { powers.is_empty() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_roles_are_told_apart_for_ever() {
        let ids: BTreeSet<RoleId> = BuiltIn::ALL.iter().map(|role| role.id()).collect();
        assert_eq!(ids.len(), BuiltIn::ALL.len());
        for role in BuiltIn::ALL {
            assert_eq!((BuiltIn::of(role.id()), BuiltIn::from_name(role.name())), (Some(*role), Some(*role)));
        }
        assert_eq!(BuiltIn::Owner.id().to_string(), "rAAAAAAAAAAAAAAAAAAAAAQ");
        assert_eq!(BuiltIn::from_name("administrator"), Some(BuiltIn::Owner));
        assert_eq!(BuiltIn::from_name("compliance"), Some(BuiltIn::SecurityAdministrator));
        assert_eq!(BuiltIn::of(RoleId([9; 16])), None);
    }

    fn together(roles: &[BuiltIn]) -> bool {
        let roles: Vec<Role> = roles.iter().map(|role| role.role()).collect();
        may_be_held_together(&roles)
    }

    #[test]
    fn powers_stay_in_different_hands() {
        use BuiltIn::{
            Auditor, DepartmentHead, EvidenceOfficer, Owner, SecurityAdministrator, Staff, SystemAdministrator,
        };
        let apart = [SystemAdministrator, SecurityAdministrator, Auditor];
        for one in apart {
            assert!(together(&[one]) && together(&[one, Staff]));
            assert!(!together(&[Owner, one]));
            for other in apart.into_iter().filter(|other| *other != one) {
                assert!(!together(&[one, other]), "{one:?} {other:?}");
            }
        }
        assert!(together(&[Owner]) && together(&[Owner, Staff]) && together(&[DepartmentHead, EvidenceOfficer]));
    }

    #[test]
    fn networks_have_one_form_and_hold_addresses_of_both_kinds() {
        let networks =
            read_networks(["10.1.2.3/8", " 2001:db8::/32", "192.0.2.7", "::ffff:10.0.0.0/104"]).expect("read");
        let texts: Vec<String> = networks.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]);
        for inside in ["10.255.0.1", "::ffff:10.255.0.1", "192.0.2.7", "2001:db8:1::5"] {
            assert!(is_within(&networks, inside), "{inside}");
        }
        for outside in ["11.0.0.1", "::ffff:11.0.0.1", "192.0.2.8", "2001:db9::1", "local", "", "10.0.0.1, 1.2.3.4"] {
            assert!(!is_within(&networks, outside), "{outside}");
        }
        assert!(is_within(&read_networks(["0.0.0.0/0"]).expect("read"), "203.0.113.9"));
        assert!(!is_within(&read_networks(["0.0.0.0/0"]).expect("read"), "2001:db8::1"));
        for wrong in ["10.0.0.0/33", "10.0.0", "", "example.com", "10.0.0.0/8/8", "fe80::1%eth0"] {
            assert_eq!(read_networks([wrong]), Err(NetworksFault::NotANetwork), "{wrong}");
        }
        let many = vec!["10.0.0.1"; ROLE_NETWORKS_MAX + 1];
        assert_eq!(read_networks(many), Err(NetworksFault::TooMany));
        let open = BuiltIn::Staff.role();
        assert!(open.is_open_from("local") && !Role { networks, ..open }.is_open_from("local"));
    }

    #[test]
    fn what_is_named_has_one_form_and_an_end() {
        let (a, b) = (StaffId([1; 16]), StaffId([2; 16]));
        let scope = DataScope::named(vec![b, a, b], vec![3, 3], vec![]).expect("few");
        assert_eq!(scope, DataScope::Named(Named { staff: vec![a, b], departments: vec![3], customers: vec![] }));
        let many = (0..=i64::try_from(SCOPE_NAMED_MAX).expect("small")).collect();
        assert_eq!(DataScope::named(vec![], many, vec![]), Err(TooManyNamed));
    }
}
