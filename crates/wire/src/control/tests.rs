//! Control datagrams survive their encoding.

use super::*;

#[test]
fn every_datagram_survives() {
    let layers = vec![Layer::Seccomp, Layer::Landlock];
    let missing = vec![MissingLayer { layer: Layer::Cgroup, reason: "none here".to_owned() }];
    for message in [
        FromZygote::Hello { layers, missing },
        FromZygote::Unfit { reason: "no landlock".to_owned() },
        FromZygote::Spawned { id: 7 },
        FromZygote::SpawnFailed { id: 8, errno: 11 },
        FromZygote::Exited { id: 9, code: Some(70), signal: None },
        FromZygote::Exited { id: 10, code: None, signal: Some(9) },
    ] {
        assert_eq!(FromZygote::decode(&message.encode()), Some(message));
    }
    assert_eq!(FromZygote::decode(&[]), None);
    assert_eq!(FromZygote::decode(&[9, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    let spawn = Spawn { id: 3, directories: 64, cpu_seconds: u32::MAX };
    assert_eq!(Spawn::decode(&spawn.encode()), Some(spawn));
    assert_eq!(Spawn::decode(&[1, 0, 0, 0]), None);
    assert_eq!(Spawn::decode(&[0; 13]), None);
}

#[test]
fn an_order_for_a_mount_survives_with_any_path() {
    use std::os::unix::ffi::OsStrExt;
    let path = std::path::PathBuf::from(std::ffi::OsStr::from_bytes(b"/a/\xff b"));
    let order = MountOrder { device: 7, inode: u64::MAX, path };
    assert_eq!(MountOrder::decode(&order.encode()), Some(order));
    assert_eq!(MountOrder::decode(&[0; 16]), None, "no path");
    assert_eq!(MountOrder::decode(&[0; MountOrder::CAP + 1]), None, "too long");
    for answer in [
        MountAnswer::Mounted { as_owner: true },
        MountAnswer::Refused { reason: "gone".to_owned() },
    ] {
        assert_eq!(MountAnswer::decode(&answer.encode()), Some(answer));
    }
}

#[test]
fn a_sheet_and_its_answer_survive() {
    let path =
        GrantedPath { path: "/a".to_owned(), names: vec!["/b".to_owned()], device: 1, inode: 2 };
    let sheet = GrantSheet { directories: vec![path], cwd: Some("/a/c".to_owned()) };
    let text = serde_json::to_string(&sheet).unwrap();
    assert_eq!(serde_json::from_str::<GrantSheet>(&text).unwrap(), sheet);
    let answer: SheetAnswer =
        serde_json::from_str(r#"{"withheld":[{"index":null,"reason":"x"}]}"#).unwrap();
    assert_eq!(answer.withheld, [Withheld { index: None, reason: "x".to_owned() }]);
    assert_eq!(answer.failed, None);
}
