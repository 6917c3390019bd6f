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
    assert_eq!(Spawn::decode(&Spawn { id: 3 }.encode()), Some(Spawn { id: 3 }));
}
