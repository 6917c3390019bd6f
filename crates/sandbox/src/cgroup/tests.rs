//! Where a group is made on hosts of all kinds, told from what their kernels say.

use std::fs;
use std::path::{Path, PathBuf};

use super::hierarchy::{Parent, Version, find, own_group};
use super::{Cgroup, CgroupLimits};

const FIRST: &str = "\
31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";

#[test]
fn version_one_has_a_group_in_each_hierarchy() {
    let own = "8:pids:/\n4:memory:/some/where\n0::/\n";
    let parent = |controller, directory: &str, name: &str| Parent {
        version: Version::One,
        controller,
        directory: PathBuf::from(directory),
        name: name.to_owned(),
    };
    let expected = [
        parent("memory", "/sys/fs/cgroup/memory/some/where", "/some/where"),
        parent("pids", "/sys/fs/cgroup/pids", "/"),
    ];
    assert_eq!(find(FIRST, own).unwrap(), expected);
}

#[test]
fn a_container_sees_its_own_group_at_the_mount_point() {
    let mounts = FIRST.replace("0:32 / ", "0:32 /docker/a ").replace("0:36 / ", "0:36 /docker/a ");
    let parents = find(&mounts, "8:pids:/docker/a\n4:memory:/docker/a/b\n").unwrap();
    assert_eq!(parents[0].directory, Path::new("/sys/fs/cgroup/memory/b"));
    assert_eq!(parents[0].name, "/docker/a/b");
    assert_eq!(parents[1].directory, Path::new("/sys/fs/cgroup/pids"));
    let hidden = find(&mounts, "8:pids:/docker/a\n4:memory:/other\n").unwrap_err();
    assert_eq!(hidden, "our own group, /other, is not visible at /sys/fs/cgroup/memory");
    let climbing = find(FIRST, "8:pids:/../x\n4:memory:/../x\n").unwrap_err();
    assert!(climbing.contains("is not visible"), "{climbing}");
}

#[test]
fn without_a_hierarchy_it_is_said_what_is_missing() {
    let error = find("31 23 0:28 / / rw - ext4 /dev/x rw\n", "0::/\n").unwrap_err();
    assert!(error.contains("mount cgroup2"), "{error}");
    assert!(own_group("garbage", None).is_err());
}

/// A hierarchy of version two as files: groups by path, with the controllers their children have.
fn second(groups: &[(&str, &str)]) -> (tempfile::TempDir, String) {
    let top = tempfile::tempdir().unwrap();
    for (path, for_children) in groups {
        let group = top.path().join(path);
        fs::create_dir_all(&group).unwrap();
        fs::write(group.join("cgroup.controllers"), "cpu memory pids\n").unwrap();
        fs::write(group.join("cgroup.subtree_control"), for_children).unwrap();
        fs::write(group.join("cgroup.procs"), "").unwrap();
        fs::write(group.join("memory.max"), "max\n").unwrap();
    }
    let mounts = format!("41 31 0:38 / {} rw - cgroup2 cgroup2 rw\n", top.path().display());
    (top, mounts)
}

#[test]
fn version_two_takes_the_nearest_group_that_was_delegated() {
    let (top, mounts) = second(&[("", ""), ("app", "memory pids\n"), ("app/us", "memory pids\n")]);
    let found = |own: &str| find(&mounts, own).map(|parents| parents[0].clone());
    let here = found("0::/app/us\n").unwrap();
    assert_eq!((here.directory, here.name.as_str()), (top.path().join("app/us"), "/app/us"));
    // Not ours, as far as the controllers go: one up.
    fs::write(top.path().join("app/us/cgroup.controllers"), "cpu\n").unwrap();
    let above = found("0::/app/us\n").unwrap();
    assert_eq!((above.directory, above.name.as_str()), (top.path().join("app"), "/app"));
}

#[test]
fn a_limit_on_our_own_group_is_never_escaped() {
    let (top, mounts) = second(&[("", "memory pids\n"), ("us", "")]);
    fs::write(top.path().join("us/cgroup.controllers"), "cpu\n").unwrap();
    assert!(find(&mounts, "0::/us\n").is_ok());
    fs::write(top.path().join("us/memory.max"), "1000000\n").unwrap();
    let error = find(&mounts, "0::/us\n").unwrap_err();
    assert!(error.contains("us, whose memory.max is set"), "{error}");
}

#[test]
fn controllers_left_to_us_are_switched_on() {
    let (top, mounts) = second(&[("", "memory pids\n"), ("us", "")]);
    assert!(find(&mounts, "0::/us\n").is_ok());
    let control = fs::read_to_string(top.path().join("us/cgroup.subtree_control")).unwrap();
    assert_eq!(control, "+memory +pids");
}

#[test]
fn three_quarters_of_the_machine_are_the_most() {
    let machine = super::machine_memory().unwrap();
    let many = CgroupLimits::for_programs(u64::from(u32::MAX), 1 << 40);
    assert_eq!(many.memory_bytes, machine / 4 * 3);
    let one = CgroupLimits::for_programs(1, 0);
    assert!(one.memory_bytes <= 1 << 30 && one.tasks > 65);
}

/// The kernel's own groups, where this machine and user may make one; else the reason is a sentence.
#[tokio::test]
async fn a_group_is_made_joined_and_removed() {
    let limits = CgroupLimits { memory_bytes: 512 << 20, tasks: 100 };
    let cgroup = Cgroup::new(limits);
    let member = match cgroup.enter() {
        Ok(member) => member,
        Err(reason) => {
            assert!(!reason.is_empty());
            return eprintln!("no cgroups here: {reason}");
        }
    };
    let files = member.files();
    assert!(!files.is_empty());
    let mut child = std::process::Command::new("sleep").arg("100").spawn().unwrap();
    let outside = member.verify(child.id()).unwrap_err();
    assert!(outside.contains("the zygote is in"), "{outside}");
    for file in &files {
        fs::write(file, child.id().to_string()).unwrap();
    }
    assert_eq!(member.verify(child.id()), Ok(()));
    assert!(!member.take_death());
    // A host that is gone left this; the next one's start takes it away.
    let parent = Path::new(&files[0]).ancestors().nth(2).unwrap();
    let leftover = parent.join("code-executor.4194304.1");
    fs::create_dir(&leftover).unwrap();
    let _second = Cgroup::new(limits).enter().unwrap();
    assert!(!leftover.exists());
    child.kill().unwrap();
    child.wait().unwrap();
    drop(member);
    cgroup.remove(std::time::Duration::from_secs(1)).await;
    assert!(!Path::new(&files[0]).exists());
}
