//! Requests against real directories of an operator.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{Access, Denied, Granted, Operator, Reason, Request};

/// `allowed` may be read, `open` written, `outside` neither.
struct Fixture {
    _keep: TempDir,
    path: PathBuf,
    operator: Operator,
}

fn fixture() -> Fixture {
    let keep = tempfile::tempdir().expect("a directory");
    let path = keep.path().canonicalize().expect("it exists");
    for name in ["allowed/src", "open/out/.git/hooks", "outside/secret"] {
        fs::create_dir_all(path.join(name)).expect("made");
    }
    fs::write(path.join("allowed/file"), "").expect("written");
    let operator =
        Operator::open(&[path.join("allowed")], &[path.join("open")], &[]).expect("open");
    Fixture { _keep: keep, path, operator }
}

impl Fixture {
    fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn read(&self, path: &Path) -> Granted {
        let request = Request { read: vec![path.to_owned()], ..Request::default() };
        self.operator.grant(&request).expect("well-formed")
    }

    fn write(&self, path: &Path) -> Granted {
        let request = Request { write: vec![path.to_owned()], ..Request::default() };
        self.operator.grant(&request).expect("well-formed")
    }

    fn reason(&self, path: &Path) -> Reason {
        let granted = self.read(path);
        assert!(granted.roots.is_empty(), "{granted:?}");
        let [denied] = granted.denied.as_slice() else { panic!("{granted:?}") };
        assert_eq!((denied.path.as_path(), denied.access), (path, Access::Read));
        denied.reason
    }
}

#[test]
fn what_the_operator_allows_is_granted() {
    let fixture = fixture();
    for name in ["allowed", "allowed/src", "allowed/./src/", "open", "outside/../allowed/src"] {
        let granted = fixture.read(&fixture.at(name));
        let [root] = granted.roots.as_slice() else { panic!("{name}: {granted:?}") };
        assert_eq!(root.path, crate::lexical::normalise(&fixture.at(name)), "{name}");
        assert!(!root.write, "{name}");
        assert!(granted.denied.is_empty(), "{name}");
    }
    assert!(fixture.write(&fixture.at("open/out")).roots[0].write);
}

#[test]
fn outside_of_the_operators_directories_every_answer_is_the_same() {
    let fixture = fixture();
    fs::write(fixture.at("outside/file"), "").expect("written");
    for name in ["outside", "outside/secret", "outside/missing", "outside/file", "", "allowed2"] {
        assert_eq!(fixture.reason(&fixture.at(name)), Reason::NotAllowed, "{name}");
    }
    for path in ["/", "/proc", "/proc/self/cwd", "/proc/self/fd/0", "/dev", "/dev/null", "/sys"] {
        assert_eq!(fixture.reason(Path::new(path)), Reason::NotAllowed, "{path}");
    }
}

#[test]
fn inside_of_them_the_reason_is_told() {
    let fixture = fixture();
    assert_eq!(fixture.reason(&fixture.at("allowed/missing")), Reason::Missing);
    assert_eq!(fixture.reason(&fixture.at("allowed/file")), Reason::NotADirectory);
    assert_eq!(fixture.reason(&fixture.at("allowed/file/x")), Reason::NotADirectory);
}

#[test]
fn a_link_out_tells_nothing_of_where_it_leads() {
    let fixture = fixture();
    for (name, target) in [
        ("absolute", fixture.at("outside/secret")),
        ("relative", PathBuf::from("../outside/secret")),
        ("missing", fixture.at("outside/missing")),
        ("passwords", PathBuf::from("/etc/passwd")),
        ("proc", PathBuf::from("/proc/self/root")),
        ("chained", PathBuf::from("absolute")),
    ] {
        symlink(target, fixture.at("allowed").join(name)).expect("made");
        let path = fixture.at("allowed").join(name);
        assert_eq!(fixture.reason(&path), Reason::NotAllowed, "{name}");
        assert_eq!(fixture.reason(&path.join("deeper")), Reason::NotAllowed, "{name}");
    }
}

#[test]
fn a_link_that_ends_in_an_allowed_directory_is_good_under_both_names() {
    let fixture = fixture();
    symlink(fixture.at("allowed/src"), fixture.at("alias")).expect("made");
    fs::write(fixture.at("allowed/src/file"), "text").expect("written");
    let granted = fixture.read(&fixture.at("alias"));
    assert_eq!(granted.roots[0].path, fixture.at("allowed/src"));
    for name in ["alias/file", "allowed/src/file"] {
        assert_eq!(granted.read_file(&fixture.at(name)).expect("readable"), b"text", "{name}");
    }
}

#[test]
fn writing_beyond_what_is_allowed_leaves_reading() {
    let fixture = fixture();
    for (name, reason) in
        [("allowed/src", Reason::ReadOnly), ("open/out/.git/hooks", Reason::NeverWritten)]
    {
        let granted = fixture.write(&fixture.at(name));
        assert!(!granted.roots[0].write, "{name}");
        let path = fixture.at(name);
        assert_eq!(granted.denied, [Denied { path, access: Access::Write, reason }]);
    }
}

#[test]
fn one_directory_is_one_root_however_often_it_is_asked_for() {
    let fixture = fixture();
    let request = Request {
        read: vec![fixture.at("open/out"), fixture.at("open/out/"), fixture.at("open/out/.git")],
        write: vec![fixture.at("open")],
        cwd: None,
    };
    let granted = fixture.operator.grant(&request).expect("well-formed");
    let roots: Vec<_> = granted.roots.iter().map(|root| (&root.path, root.write)).collect();
    assert_eq!(
        roots,
        [
            (&fixture.at("open/out"), true),
            (&fixture.at("open/out/.git"), false),
            (&fixture.at("open"), true)
        ]
    );
}

#[test]
fn the_working_directory_lies_in_a_root() {
    let fixture = fixture();
    let grant = |cwd: PathBuf| {
        let request =
            Request { read: vec![fixture.at("allowed")], cwd: Some(cwd), ..Request::default() };
        fixture.operator.grant(&request).expect("well-formed")
    };
    assert_eq!(grant(fixture.at("allowed/src")).cwd, Some(fixture.at("allowed/src")));
    symlink("../outside", fixture.at("allowed/out")).expect("made");
    for (name, reason) in [
        ("open", Reason::NotAllowed),
        ("outside", Reason::NotAllowed),
        ("allowed/out", Reason::NotAllowed),
        ("allowed/missing", Reason::Missing),
        ("allowed/file", Reason::NotADirectory),
    ] {
        let granted = grant(fixture.at(name));
        assert_eq!(granted.cwd, None, "{name}");
        assert_eq!(granted.denied[0].reason, reason, "{name}");
        assert_eq!(granted.denied[0].access, Access::WorkingDirectory, "{name}");
    }
}

#[test]
fn a_directory_made_anew_is_found_again() {
    let fixture = fixture();
    fs::rename(fixture.at("allowed"), fixture.at("old")).expect("moved");
    assert_eq!(fixture.reason(&fixture.at("allowed/src")), Reason::NotAllowed);
    fs::create_dir_all(fixture.at("allowed/src")).expect("made");
    assert_eq!(fixture.read(&fixture.at("allowed/src")).roots.len(), 1);
    fs::remove_dir_all(fixture.at("allowed")).expect("removed");
    symlink("outside", fixture.at("allowed")).expect("made");
    assert!(fixture.read(&fixture.at("allowed/secret")).roots.is_empty());
}

#[test]
fn a_directory_closed_to_the_host_is_denied() {
    if rustix::process::geteuid().is_root() {
        eprintln!("skipped: to root no directory is closed");
        return;
    }
    let fixture = fixture();
    let closed = fixture.at("allowed/src");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).expect("set");
    assert_eq!(fixture.reason(&closed), Reason::Unreadable);
    assert_eq!(fixture.reason(&closed.join("deeper")), Reason::Unreadable);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("set");
}

#[test]
fn a_denial_says_what_to_do() {
    let said = |access, reason| Denied { path: "/x\n".into(), access, reason }.to_string();
    assert_eq!(
        said(Access::Read, Reason::NotAllowed),
        r#"read: "/x\n" is not in a directory that the operator allows (security.allowRead, security.allowWrite)"#
    );
    assert_eq!(
        said(Access::Write, Reason::ReadOnly),
        r#"write: "/x\n" may be read, not written: the operator does not allow it in security.allowWrite"#
    );
    assert_eq!(
        said(Access::WorkingDirectory, Reason::NotAllowed),
        r#"cwd: "/x\n" is not in a directory that was granted to this program"#
    );
    assert_eq!(said(Access::Read, Reason::Missing), r#"read: "/x\n" does not exist"#);
}
