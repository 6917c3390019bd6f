//! What was asked for is cut down to what the operator allows, and the outcome says what was not.

use std::{fs, slice};

use egress::{Config, Egress, Grant};
use files::Operator;
use types::{Asked, ErrorCode, Grants, Permissions};

use super::Reach;

fn entries(entries: &[&str]) -> Asked {
    Asked::Entries(entries.iter().map(|&entry| entry.to_owned()).collect())
}

fn hosts(allow: &[&str]) -> Egress {
    let allow = Grant::parse(allow).unwrap();
    Egress::new(Config { allow, ..Config::default() }).unwrap()
}

#[tokio::test]
async fn asking_for_nothing_gives_nothing_and_says_nothing() {
    let reach = Reach::new(Operator::default(), hosts(&[]));
    let given = reach.grant(&Permissions::default()).await.unwrap();
    assert_eq!(given.told, None);
    assert!(given.net.is_none() && given.for_the_guest().is_empty());
}

#[tokio::test]
async fn a_request_is_narrowed_and_what_is_denied_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let (open, closed) = (root.join("open"), root.join("closed"));
    fs::create_dir(&open).unwrap();
    fs::create_dir(&closed).unwrap();
    let operator = Operator::open(slice::from_ref(&open), &[], &[]).unwrap();
    let reach = Reach::new(operator, hosts(&["example.com", "localhost:3000"]));
    let open = open.to_str().unwrap();
    let asked = Permissions {
        read: entries(&[open, closed.to_str().unwrap()]),
        write: entries(&[open]),
        net: entries(&["example.com:443", "example.org", "localhost"]),
        cwd: Some(open.to_owned()),
    };
    let given = reach.grant(&asked).await.unwrap();
    let Grants { read, write, net, cwd, denied } = given.told.clone().unwrap();
    assert_eq!(
        (read, write, net),
        (vec![open.to_owned()], vec![], vec!["example.com:443".to_owned()])
    );
    assert_eq!(cwd.as_deref(), Some(open));
    let denied: Vec<_> =
        denied.iter().map(|it| (it.permission.as_str(), it.entry.as_str())).collect();
    let closed = closed.to_str().unwrap();
    let expected =
        [("read", closed), ("write", open), ("net", "localhost"), ("net", "example.org")];
    assert_eq!(denied, expected);
    let guest = given.for_the_guest();
    assert_eq!((guest.read, guest.write, guest.net), (vec![open.to_owned()], vec![], true));
}

#[tokio::test]
async fn everything_means_what_the_operator_allows() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let operator = Operator::open(&[], slice::from_ref(&root), &[]).unwrap();
    let reach = Reach::new(operator, hosts(&["*.example.com"]));
    let asked = Permissions { read: Asked::All, write: Asked::All, net: Asked::All, cwd: None };
    let told = reach.grant(&asked).await.unwrap().told.unwrap();
    let root = root.to_str().unwrap().to_owned();
    assert_eq!(told.read, slice::from_ref(&root));
    assert_eq!(told.write, slice::from_ref(&root));
    assert_eq!(told.net, ["*.example.com"]);
    assert_eq!(told.denied, []);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let reach = Reach::new(Operator::default(), hosts(&[]));
    for asked in [
        Permissions { read: entries(&["relative"]), ..Permissions::default() },
        Permissions { write: entries(&["/srv/\0"]), ..Permissions::default() },
        Permissions { net: entries(&["http://example.com/"]), ..Permissions::default() },
        Permissions { net: entries(&["*"]), ..Permissions::default() },
    ] {
        let Err(refusal) = reach.grant(&asked).await else { panic!("{asked:?}") };
        assert_eq!(refusal.code, ErrorCode::InvalidRequest);
        assert!(refusal.message.starts_with("permissions."), "{refusal}");
    }
}
