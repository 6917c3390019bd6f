//! The fields of a line: split, and each of them checked.

use std::net::Ipv6Addr;

use crate::roles::file::shown;
use crate::roles::rule::{Act, milliseconds};

/// The longest field, in bytes.
const MAX_FIELD: usize = 512;

/// What runs programs, as rules name it.
pub const RUNTIMES: [&str; 5] =
    ["typescript", "typescript/quickjs", "typescript/deno", "python", "python/cpython"];

/// Whether a line says nothing: it is empty or a comment.
pub(super) fn is_silent(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Splits a line at its commas. A field in quotes may hold commas, and quotes written twice.
pub(super) fn split(line: &str) -> Result<Vec<String>, String> {
    let (mut fields, mut rest) = (Vec::new(), line.trim());
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => in_quotes(quoted)?,
            None => match rest.split_once(',') {
                Some((field, after)) => (field.trim().to_owned(), Some(after)),
                None => (rest.trim().to_owned(), None),
            },
        };
        if field.len() > MAX_FIELD {
            let length = field.len();
            return Err(format!("a field has {length} bytes; at most {MAX_FIELD} are read"));
        }
        if field.chars().any(char::is_control) {
            return Err(format!("the field \"{}\" has a control character", shown(&field)));
        }
        fields.push(field);
        match after {
            // One more than any line has: the count is told, and no more is read.
            Some(after) if fields.len() <= 7 => rest = after.trim_start(),
            _ => return Ok(fields),
        }
    }
}

fn in_quotes(text: &str) -> Result<(String, Option<&str>), String> {
    let (mut field, mut rest) = (String::new(), text);
    loop {
        let (part, after) = rest.split_once('"').ok_or("a quote is not closed")?;
        field.push_str(part);
        if let Some(more) = after.strip_prefix('"') {
            field.push('"');
            rest = more;
            continue;
        }
        let after = after.trim_start();
        return match after.strip_prefix(',') {
            Some(more) => Ok((field, Some(more))),
            None if after.is_empty() => Ok((field, None)),
            None => Err(format!("a comma is missing before \"{}\"", shown(after))),
        };
    }
}

/// Whom a rule speaks of.
pub(super) fn check_who(who: &str) -> Result<(), String> {
    if who == "*" || is_named(who, "role:") || is_named(who, "user:") {
        return Ok(());
    }
    Err(format!(
        "\"{}\" is nobody; write role:NAME, user:NAME, or * for everybody who is known",
        shown(who)
    ))
}

/// Who is in what.
pub(super) fn check_member(who: &str, role: &str) -> Result<(), String> {
    if !is_named(role, "role:") {
        return Err(format!("\"{}\" is no role; write role:NAME", shown(role)));
    }
    if !is_named(who, "role:") && !is_named(who, "user:") {
        let what = "cannot be in a role; write user:NAME or role:NAME";
        return Err(format!("\"{}\" {what}", shown(who)));
    }
    if who == role {
        return Err(format!("\"{}\" is in itself", shown(who)));
    }
    Ok(())
}

fn is_named(who: &str, kind: &str) -> bool {
    who.strip_prefix(kind).is_some_and(|name| !name.is_empty() && !name.contains('*'))
}

/// A tenant, or all.
pub(super) fn check_tenant(tenant: &str) -> Result<(), String> {
    if tenant == "*" || !tenant.is_empty() && !tenant.contains('*') {
        return Ok(());
    }
    Err(format!("\"{}\" is no tenant; write its name, or * for all", shown(tenant)))
}

/// What a rule speaks of, as it is kept.
pub(super) fn check_what(act: Act, what: &str) -> Result<String, String> {
    if what == "*" {
        return Ok(what.to_owned());
    }
    let is_fine = match act {
        Act::Call => is_pattern(what),
        Act::Run => RUNTIMES.contains(&what),
        Act::Read | Act::Write => is_directory(what),
        Act::Net => is_host(what),
        Act::Time => milliseconds(what).is_some(),
    };
    if !is_fine {
        return Err(format!("\"{}\" is no {}", shown(what), wanted(act)));
    }
    Ok(match act {
        Act::Read | Act::Write => tidied(what),
        Act::Net => spelt_as_usual(what),
        _ => what.to_owned(),
    })
}

/// An address of IPv6 as requests have it; it can be written in many ways.
fn spelt_as_usual(host: &str) -> String {
    let (name, port) = match host.rsplit_once("]:") {
        Some((name, port)) => (name, Some(port)),
        None => (host.trim_end_matches(']'), None),
    };
    let Ok(address) = name.trim_start_matches('[').parse::<Ipv6Addr>() else {
        return host.to_owned();
    };
    port.map_or(format!("[{address}]"), |port| format!("[{address}]:{port}"))
}

/// A directory without the slash at its end.
fn tidied(path: &str) -> String {
    match path.trim_end_matches('/') {
        "" => "/".to_owned(),
        path => path.to_owned(),
    }
}

fn is_pattern(what: &str) -> bool {
    let star = what.find('*').is_none_or(|star| star + 1 == what.len());
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*' | '/');
    star && what.starts_with("mcp__") && what.chars().all(known)
}

fn is_directory(what: &str) -> bool {
    let parts = || what.split('/');
    what.starts_with('/') && !what.contains('*') && parts().all(|part| part != "." && part != "..")
}

fn is_host(what: &str) -> bool {
    let name = what.strip_prefix("*.").unwrap_or(what);
    let (host, port) = match name.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (name, None),
    };
    let known =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    // Another spelling of a name would get around a rule that denies it.
    !host.is_empty()
        && !host.ends_with('.')
        && host.chars().all(known)
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn wanted(act: Act) -> &'static str {
    match act {
        Act::Call => {
            "tool; write a full name such as mcp__github__create_issue, a beginning of names with a \
             final * such as mcp__github__*, or * for all"
        }
        Act::Run => {
            "language or runtime; there are typescript, typescript/quickjs, typescript/deno, python, \
             python/cpython and * for all"
        }
        Act::Read | Act::Write => {
            "directory; write an absolute path without . and .., or * for all; everything below it \
             is meant as well"
        }
        Act::Net => {
            "host; write example.com, example.com:8443, *.example.com (others than ASCII as xn--...), or * for \
             all"
        }
        Act::Time => "time; write 500ms, 30s, 5m or 1h, or * for any",
    }
}
