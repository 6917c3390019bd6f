//! Policy files, what callers may by them, and that casbin itself says the same of the whole file.

mod deciding;
mod reading;
mod whole_file;

use types::Principal;

use super::Roles;

/// A file with the usual: a hierarchy, two tenants, something denied.
pub(super) const USUAL: &str = "\
# who, tenant, what
p, role:reader, *, call, mcp__github__*, allow
p, role:reader, *, run, typescript, allow

p, role:analyst, *, run, python, allow
p, role:analyst, *, call, mcp__db__query, allow
p, role:analyst, *, call, mcp__github__delete_*, deny
p, role:analyst, *, read, /data, allow
p, role:analyst, *, read, /data/secret, deny
p, role:analyst, *, net, *.example.com, allow
p, role:analyst, *, time, 60s, allow

p, user:bob, *, call, mcp__db__*, allow
p, *, acme, call, mcp__clock__now, allow

g, role:analyst, role:reader, *
g, user:alice, role:analyst, acme
g, user:alice, role:reader, globex
";

pub(super) fn usual() -> Roles {
    Roles::parse(USUAL).unwrap()
}

pub(super) fn who(subject: &str, tenant: &str, roles: &[&str]) -> Principal {
    Principal {
        tenant: tenant.to_owned(),
        subject: subject.to_owned(),
        scopes: Vec::new(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}
