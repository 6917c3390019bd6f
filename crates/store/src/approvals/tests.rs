//! What is approved, when, and what is left of it in a bad place.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::{Approvals, Verdict, file_name};
use crate::testing::{listed, place, server, tool};
use crate::{Definition, Error};

#[test]
fn the_first_sight_approves_and_no_other_does() {
    let (_folder, path) = place();
    let approvals = Approvals::new(path.clone());
    assert!(approvals.read(server("a")).unwrap().is_none());
    assert_eq!(approvals.stamp(server("a")), None);
    let read = tool("read", json!({}));
    let changed = tool("read", json!({"more": {"type": "string"}}));
    let first = approvals.first_sight(server("a"), "a", &listed([read.clone()])).unwrap();
    assert_eq!(first.judge("read", read.digest()), Verdict::Approved);
    let second = approvals.first_sight(server("a"), "a", &listed([changed.clone()])).unwrap();
    let expected = Verdict::Changed(Some(Box::new(read.clone())));
    assert_eq!(second.judge("read", changed.digest()), expected);
    assert_eq!(second.judge("write", changed.digest()), Verdict::New);
    assert_eq!(second.stamp(), approvals.stamp(server("a")));
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.join(file_name(server("a")))), 0o600);
}

#[test]
fn what_is_approved_later_stands_beside_the_rest() {
    let (_folder, path) = place();
    let approvals = Approvals::new(path);
    let (read, write) = (tool("read", json!({})), tool("write", json!({})));
    let newer = Definition { description: "Another.".to_owned(), ..read.clone() };
    approvals.first_sight(server("a"), "a", &listed([read, write.clone()])).unwrap();
    let before = approvals.stamp(server("a"));
    approvals.approve(server("a"), "a", &[(&newer, newer.digest())]).unwrap();
    assert_ne!(approvals.stamp(server("a")), before);
    let record = approvals.read(server("a")).unwrap().unwrap();
    assert_eq!(record.judge("read", newer.digest()), Verdict::Approved);
    assert_eq!(record.judge("write", write.digest()), Verdict::Approved);
    let other = tool("write", json!({"x": {}})).digest();
    assert_eq!(record.judge("write", other), Verdict::Changed(Some(Box::new(write))));
}

#[test]
fn a_record_too_large_for_its_definitions_still_knows_their_hashes() {
    let (_folder, path) = place();
    let approvals = Approvals::bounded(path, 1000, 10);
    let large = tool("large", json!({"x": {"description": "y".repeat(2000)}}));
    approvals.first_sight(server("a"), "a", &listed([large.clone()])).unwrap();
    let record = approvals.read(server("a")).unwrap().unwrap();
    assert_eq!(record.judge("large", large.digest()), Verdict::Approved);
    assert_eq!(record.judge("large", tool("x", json!({})).digest()), Verdict::Changed(None));
}

#[test]
fn a_record_that_cannot_be_read_is_an_error_and_not_a_first_sight() {
    let (_folder, path) = place();
    let approvals = Approvals::new(path.clone());
    let read = tool("read", json!({}));
    approvals.first_sight(server("a"), "a", &listed([read.clone()])).unwrap();
    let file = path.join(file_name(server("a")));
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(approvals.read(server("a")), Err(Error::Damaged { .. })));
    let again = approvals.first_sight(server("a"), "a", &listed([read.clone()]));
    assert!(matches!(again, Err(Error::Damaged { .. })));
    // Its definitions turned, only what they would explain is lost.
    let text = String::from_utf8(whole).unwrap();
    fs::write(&file, text.replace("Does read", "Does dear")).unwrap();
    let record = approvals.read(server("a")).unwrap().unwrap();
    assert_eq!(record.judge("read", read.digest()), Verdict::Approved);
    assert_eq!(record.judge("read", server("x")), Verdict::Changed(None));
    // Whoever approves has looked.
    fs::write(&file, "damaged").unwrap();
    approvals.approve(server("a"), "a", &[(&read, read.digest())]).unwrap();
    assert!(approvals.read(server("a")).unwrap().is_some());
}

#[test]
fn there_are_only_so_many_records() {
    let (_folder, path) = place();
    let approvals = Approvals::bounded(path, 1 << 20, 2);
    for name in ["a", "b"] {
        approvals.first_sight(server(name), name, &[]).unwrap();
    }
    let error = approvals.first_sight(server("c"), "c", &[]).unwrap_err();
    assert!(matches!(error, Error::TooMany { limit: 2, .. }), "{error}");
    assert!(approvals.first_sight(server("a"), "a", &[]).is_ok());
}

#[test]
fn of_many_first_sights_at_once_one_counts() {
    let (_folder, path) = place();
    let approvals = Approvals::new(path);
    let verdicts: Vec<_> = std::thread::scope(|scope| {
        let seeing = |n: usize| {
            let approvals = &approvals;
            scope.spawn(move || {
                let mine = tool("t", json!({"n": {"const": n}}));
                let record = approvals.first_sight(server("a"), "a", &listed([mine.clone()]));
                record.unwrap().judge("t", mine.digest()) == Verdict::Approved
            })
        };
        let all: Vec<_> = (0..8).map(seeing).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(verdicts.iter().filter(|approved| **approved).count(), 1);
}
