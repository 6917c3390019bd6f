//! What was asked for is cut down to what the operator allows, and the outcome says what was not.

use std::{fs, slice};

use egress::{Config, Egress, Grant};
use files::Operator;
use types::{Asked, ErrorCode, Grants, Permissions};

use super::{AT_ONCE, Reach};
use crate::caller::View;
use crate::filing::Filing;

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
    let given = reach.grant(&Permissions::default(), &View::everything()).await.unwrap();
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
    let given = reach.grant(&asked, &View::everything()).await.unwrap();
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
    let summary = super::denied_summary(given.told.as_ref()).unwrap();
    assert!(
        summary.starts_with(&format!("read {closed:?} is not in a directory that")),
        "{summary}"
    );
    assert!(summary.ends_with("; and 1 more"), "{summary}");
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
    let told = reach.grant(&asked, &View::everything()).await.unwrap().told.unwrap();
    let root = root.to_str().unwrap().to_owned();
    assert_eq!(told.read, slice::from_ref(&root));
    assert_eq!(told.write, slice::from_ref(&root));
    assert_eq!(told.net, ["*.example.com"]);
    assert_eq!(told.denied, []);
}

#[tokio::test]
async fn everything_is_as_much_as_one_request_may_name() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let directories: Vec<_> = (0..40).map(|each| root.join(each.to_string())).collect();
    directories.iter().for_each(|each| fs::create_dir(each).unwrap());
    let operator = Operator::open(&directories, &[], &[]).unwrap();
    let reach = Reach::new(operator, hosts(&[]));
    let asked = Permissions { read: Asked::All, ..Permissions::default() };
    let told = reach.grant(&asked, &View::everything()).await.unwrap().told.unwrap();
    assert_eq!((told.read.len(), told.denied.len()), (files::MAX_ENTRIES, 8));
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
        let Err(refusal) = reach.grant(&asked, &View::everything()).await else {
            panic!("{asked:?}")
        };
        assert_eq!(refusal.code, ErrorCode::InvalidRequest);
        assert!(refusal.message.starts_with("permissions."), "{refusal}");
    }
}

#[test]
fn an_operation_that_nobody_waits_for_keeps_its_place() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let operator = Operator::open(&[], slice::from_ref(&root), &[]).unwrap();
        let reach = Reach::new(operator, hosts(&[]));
        let asked = Permissions { write: Asked::All, ..Permissions::default() };
        let given = reach.grant(&asked, &View::everything()).await.unwrap();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let taken = tokio::task::spawn_blocking(move || released.recv());
        let filing = Filing::ReadDir { path: root };
        let mut answer = Box::pin(given.file(filing, Vec::new(), 0));
        assert!(futures_util::poll!(&mut answer).is_pending());
        drop(answer);
        assert_eq!(reach.places.available_permits(), AT_ONCE - 1);
        release.send(()).unwrap();
        taken.await.unwrap().unwrap();
        let all = reach.places.acquire_many(AT_ONCE as u32);
        let waited = tokio::time::timeout(std::time::Duration::from_secs(30), all).await;
        assert!(waited.is_ok(), "the place came back");
    });
}
