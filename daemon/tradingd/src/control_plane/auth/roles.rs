//! Roles, the permissions of methods, and what a role includes.
//!
//! The permissions themselves stand in the protocol; see `tradingd_proto::METHODS`.

use tradingd_proto::v1::{Permission, Role};

/// The role's name in the store and in tokens.
#[must_use]
pub const fn name(role: Role) -> &'static str {
    match role {
        Role::Unspecified => "none",
        Role::Viewer => "viewer",
        Role::Operator => "operator",
        Role::Admin => "admin",
    }
}

/// The role of that name; anything unknown may do nothing.
#[must_use]
pub fn parse(name: &str) -> Role {
    [Role::Viewer, Role::Operator, Role::Admin]
        .into_iter()
        .find(|role| self::name(*role) == name)
        .unwrap_or(Role::Unspecified)
}

/// The one of both that may do less.
#[must_use]
pub const fn lower(a: Role, b: Role) -> Role {
    if rank(a) <= rank(b) { a } else { b }
}

const fn rank(role: Role) -> u8 {
    match role {
        Role::Unspecified => 0,
        Role::Viewer => 1,
        Role::Operator => 2,
        Role::Admin => 3,
    }
}

/// True when a user with `role` may call a method with `permission`.
#[must_use]
pub const fn allows(role: Role, permission: Permission) -> bool {
    let rank = rank(role);
    match permission {
        Permission::Unspecified => false,
        Permission::Public | Permission::Viewer => rank >= 1,
        Permission::Operator => rank >= 2,
        Permission::Admin => rank >= 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_include_the_lower_ones_and_nothing_unknown() {
        let needs = [Permission::Viewer, Permission::Operator, Permission::Admin];
        for (role, wanted) in [
            ("viewer", [true, false, false]),
            ("operator", [true, true, false]),
            ("admin", [true, true, true]),
            ("none", [false; 3]),
            ("root", [false; 3]),
            ("", [false; 3]),
        ] {
            assert_eq!(needs.map(|p| allows(parse(role), p)), wanted, "{role}");
            assert!(!allows(parse(role), Permission::Unspecified), "{role}");
        }
    }
}
