//! Locks, trees and names on a real disk.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    time::Duration,
};

use super::{Cache, Content, FileLock, Found, Limits, tree};

const LIMITS: Limits = Limits { bytes: 1_000, files: 10 };

fn cache() -> (tempfile::TempDir, Cache) {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache::new(&folder.path().join("cache"), Content::SitePackages);
    cache.create().expect("created");
    (folder, cache)
}

#[test]
fn a_lock_is_shared_by_users_and_exclusive_to_makers() {
    let (_folder, cache) = cache();
    let claim = cache.try_claim("a").expect("no error").expect("free");
    assert!(cache.try_claim("a").expect("no error").is_none());
    let path = cache.lock("a");
    assert!(FileLock::try_shared(&path).expect("no error").is_none());
    drop(claim);
    assert!(!path.exists(), "what came to nothing leaves nothing");

    let first = FileLock::try_shared(&path).expect("no error").expect("free");
    let second = FileLock::try_shared(&path).expect("no error").expect("shared");
    assert!(cache.try_claim("a").expect("no error").is_none());
    drop((first, second));
    assert!(path.exists(), "when it was used last is kept");
    assert!(cache.try_claim("a").expect("no error").is_some());
}

#[test]
fn a_lock_on_a_removed_file_is_nobody_s() {
    let (_folder, cache) = cache();
    let path = cache.lock("a");
    let held = FileLock::try_shared(&path).expect("no error").expect("free");
    fs::remove_file(&path).expect("removed");
    let other = FileLock::try_exclusive(&path).expect("no error");
    assert!(other.is_some(), "the new file is another lock");
    drop(held);
}

#[test]
fn a_tree_is_sealed_and_can_be_removed_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("tree");
    fs::create_dir_all(root.join("a/b")).expect("made");
    fs::write(root.join("a/b/plain"), "12345").expect("written");
    fs::write(root.join("a/run"), "123").expect("written");
    fs::set_permissions(root.join("a/run"), fs::Permissions::from_mode(0o4755)).expect("set");
    assert_eq!(tree::seal(&root, LIMITS).expect("sealed"), 8);
    let mode =
        |path: &str| fs::metadata(root.join(path)).expect("there").permissions().mode() & 0o7777;
    assert_eq!(mode("a/b/plain"), 0o444);
    assert_eq!(mode("a/run"), 0o555, "no set-user-id is left");
    assert_eq!((mode("a"), mode("a/b")), (0o555, 0o555));
    tree::remove(&root).expect("removed");
    assert!(!root.exists());
    tree::remove(&root).expect("nothing to remove is no error");
}

#[test]
fn a_tree_with_links_or_too_much_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("tree");
    fs::create_dir(&root).expect("made");
    symlink("/etc/passwd", root.join("link")).expect("linked");
    let found = tree::seal(&root, LIMITS).expect_err("a link");
    assert!(matches!(&found, Found::Strange { path, .. } if path == Path::new("link")));
    fs::remove_file(root.join("link")).expect("removed");

    fs::write(root.join("big"), vec![0; 1_001]).expect("written");
    assert!(matches!(tree::seal(&root, LIMITS), Err(Found::TooManyBytes)));
    fs::remove_file(root.join("big")).expect("removed");
    for at in 0..11 {
        fs::write(root.join(at.to_string()), "").expect("written");
    }
    assert!(matches!(tree::seal(&root, LIMITS), Err(Found::TooManyFiles)));
}

#[test]
fn removing_a_tree_does_not_follow_links() {
    let folder = tempfile::tempdir().expect("a folder");
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).expect("made");
    fs::write(outside.join("precious"), "x").expect("written");
    let root = folder.path().join("tree");
    fs::create_dir(&root).expect("made");
    symlink(&outside, root.join("link")).expect("linked");
    tree::remove(&root).expect("removed");
    assert!(outside.join("precious").exists());
}

#[test]
fn a_broken_environment_is_as_good_as_none() {
    let (_folder, cache) = cache();
    let place = cache.environment("broken");
    fs::create_dir(&place).expect("made");
    assert!(cache.open("broken").expect("no error").is_none());
    fs::write(place.join("manifest.json"), "{").expect("written");
    assert!(cache.open("broken").expect("no error").is_none());

    let staging = cache.stage().expect("staged");
    let target = staging.path().join("environment/site-packages");
    fs::create_dir_all(&target).expect("made");
    fs::write(target.join("module.py"), "").expect("written");
    let claim = cache.try_claim("broken").expect("no error").expect("free");
    cache
        .install("broken", &claim, &staging, &["module==1".to_owned()], LIMITS)
        .expect("installed");
    drop((claim, staging));
    let environment = cache.open("broken").expect("no error").expect("whole");
    assert_eq!(environment.packages, ["module==1"]);
    assert!(environment.key.starts_with("broken-"));
}

#[test]
fn a_resolution_that_cannot_be_relied_on_is_none() {
    let (_folder, cache) = cache();
    let path = cache.root.join("resolutions/name.json");
    let day = Duration::from_secs(86_400);
    for text in ["", "{}", "{\"at\":99999999999,\"lock\":\"\"}", "{\"at\":1,\"lock\":\"\"}"] {
        fs::write(&path, text).expect("written");
        assert_eq!(cache.resolution("name", day), None, "{text}");
    }
    let (staging, claim) = (cache.stage().expect("staged"), cache.try_claim("name"));
    let claim = claim.expect("no error").expect("free");
    cache.keep_resolution("name", &claim, &staging, "lock").expect("kept");
    assert_eq!(cache.resolution("name", day).as_deref(), Some("lock"));
}
