//! What must hold for any path that a program writes, before a file system is asked: driven by the
//! fuzzer (`cargo xtask fuzz`) and by property tests, and in no build that ships. A broken property
//! is a panic.

#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use crate::never_written::{self, is_never_written};
use crate::{NEVER_WRITTEN, Request, lexical};

/// Two paths, one a line, and a number before them: how deep the second, as a link's target, stands.
pub fn paths(data: &[u8]) {
    let Some((&depth, text)) = data.split_first() else { return };
    let mut lines =
        text.split(|&byte| byte == b'\n').map(|line| Path::new(OsStr::from_bytes(line)));
    let one = lines.next().unwrap_or(Path::new(""));
    let other = lines.next().unwrap_or(Path::new(""));
    normal(one);
    normal(other);
    within(&lexical::normalise(one), &lexical::normalise(other));
    link(other, usize::from(depth % 8));
    request(one, other);
    spellings(one, depth);
}

fn normal(path: &Path) {
    let normal = lexical::normalise(path);
    assert_eq!(lexical::normalise(&normal), normal, "{path:?}");
    let mut components = normal.components();
    assert_eq!(components.next(), Some(Component::RootDir), "{path:?}");
    assert!(components.all(|it| matches!(it, Component::Normal(_))), "{path:?} is {normal:?}");
    let spelt = lexical::is_system(&normal);
    assert_eq!(lexical::is_system(&lexical::normalise(&normal.join("x/.."))), spelt, "{path:?}");
    // The same way again, name by name, as the kernel goes it where there are no links.
    let mut walked: Vec<&[u8]> = Vec::new();
    for name in path.as_os_str().as_bytes().split(|&byte| byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." => drop(walked.pop()),
            name => walked.push(name),
        }
    }
    assert_eq!(normal.as_os_str().as_bytes(), [b"/", walked.join(&b'/').as_slice()].concat());
}

/// What is left of a path below another is that path again.
fn within(path: &Path, base: &Path) {
    match lexical::below(path, base) {
        Some(rest) => {
            assert!(rest.is_relative() && !rest.starts_with(".."), "{rest:?}");
            assert_eq!(lexical::normalise(&base.join(rest)), path);
            assert!(lexical::overlap(path, base) && lexical::overlap(base, path));
        }
        None => assert!(!path.starts_with(base)),
    }
}

/// A link that is said to stay inside never goes above its root on the way.
fn link(target: &Path, depth: usize) {
    if !lexical::link_stays_inside(target, depth) {
        return;
    }
    let mut at = depth;
    for name in target.as_os_str().as_bytes().split(|&byte| byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." => at = at.checked_sub(1).unwrap_or_else(|| panic!("{target:?} leaves")),
            _ => at += 1,
        }
    }
    assert!(!target.is_absolute(), "{target:?}");
}

/// What is let through is an absolute path that the kernel would read as it stands.
fn request(one: &Path, other: &Path) {
    let request = Request {
        read: vec![one.to_owned()],
        write: vec![other.to_owned()],
        cwd: Some(one.to_owned()),
    };
    match request.check() {
        Ok(()) => {
            for path in [one, other] {
                assert!(path.is_absolute(), "{path:?}");
                assert!(!path.as_os_str().as_bytes().contains(&0), "{path:?}");
            }
        }
        Err(error) => assert!(error.to_string().len() < 1_024, "{error}"),
    }
}

/// A name that is never written is not written in another spelling either, nor what is below it.
fn spellings(path: &Path, pick: u8) {
    let name = NEVER_WRITTEN[usize::from(pick) % NEVER_WRITTEN.len()];
    let odd = path.to_string_lossy();
    let odd = odd.split(['/', '\0']).next().unwrap_or_default();
    let spelt = [
        name.to_uppercase(),
        format!("{name}. ."),
        format!("{name}:{odd}"),
        format!("{name}::$INDEX_ALLOCATION"),
        name.replace('g', "\u{200c}G"),
        name.replace('s', "\u{17f}"),
    ];
    for spelling in spelt {
        assert!(is_never_written(OsStr::new(&spelling)), "{spelling:?} could be written");
        let below: PathBuf = Path::new("/granted").join(&spelling).join("hooks");
        assert!(never_written::is_below(&below), "{below:?} could be written");
    }
}
