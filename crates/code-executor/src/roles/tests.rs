//! Which files are read, and what is said of those that are not.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use policy::roles::{Act, Authority, MAX_FILE, Roles};

use super::{Place, read, reload};

#[test]
fn only_a_plain_file_that_not_everybody_writes_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roles.csv");
    let what = || read(&path).unwrap_err().to_string();
    assert!(what().contains("cannot be read: No such file"), "{}", what());
    fs::write(&path, "p, *, *, call, *, allow\n").unwrap();
    assert_eq!(read(&path).unwrap().rules().len(), 1);
    fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
    assert!(what().contains("chmod o-w"), "{}", what());
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, vec![b'#'; MAX_FILE + 1]).unwrap();
    assert!(what().contains("at most 4194304"), "{}", what());
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(what().contains("UTF-8"), "{}", what());
    assert!(read(folder.path()).unwrap_err().to_string().contains("no plain file"));
    fs::remove_file(&path).unwrap();
    let mode = rustix::fs::Mode::RUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    assert!(what().contains("no plain file"), "and no pipe is waited for");
}

#[test]
fn a_link_that_is_denied_is_denied_where_it_leads() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::create_dir_all(root.join("real/in")).unwrap();
    std::os::unix::fs::symlink(root.join("real"), root.join("link")).unwrap();
    let path = root.join("roles.csv");
    let text = format!(
        "p, *, *, read, {0}, allow\np, *, *, read, {0}/link/in, deny\np, *, *, read, {0}/link/later, deny\n",
        root.display()
    );
    fs::write(&path, text).unwrap();
    let authority = Authority::new(read(&path).unwrap());
    let rights = authority.rights(&types::Principal::local());
    let may = |name: &str| rights.may(Act::Read, &root.join(name).to_string_lossy());
    assert!(may("real/other"));
    for denied in ["real", "real/in", "real/in/deep", "real/later", "link/in"] {
        assert!(!may(denied), "{denied}");
    }
}

#[tokio::test]
async fn a_broken_file_leaves_the_one_before_and_says_which_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roles.csv");
    let authority = Authority::new(Roles::default());
    let place = Place::File(path.clone());
    fs::write(&path, "p, *, *, call, *, allow\n").unwrap();
    assert!(reload(&place, &authority).await);
    assert_eq!(authority.health().rules, 1);
    fs::write(&path, "p, *, *, call, *, allow\nnonsense\np, ,\n").unwrap();
    assert!(!reload(&place, &authority).await);
    let health = authority.health();
    assert_eq!(health.rules, 1);
    let error = health.error.unwrap();
    assert!(error.contains("2 lines, line 2 first") && !error.contains("nonsense"), "{error}");
}
