//! Pieces there and back, and what is none.

use proptest::prelude::*;

use super::*;

#[test]
fn pieces_come_back_as_they_were() {
    let pieces = [
        Piece { path: "npm/a", continues: false, bytes: b"one" },
        Piece { path: "npm/a", continues: true, bytes: b"" },
        Piece { path: "", continues: false, bytes: b"\0\xff" },
    ];
    let mut payload = Vec::new();
    assert!(pieces.iter().all(|piece| piece.append(&mut payload)));
    assert_eq!(split(&payload).unwrap(), pieces);
    assert_eq!(split(&payload[..payload.len() - 1]), None);
    assert_eq!(split(b""), Some(Vec::new()));
    assert_eq!(split(b"\0"), None);
    let long = "a".repeat(70_000);
    assert!(!Piece { path: &long, continues: false, bytes: b"" }.append(&mut payload));
}

proptest! {
    #[test]
    fn no_payload_is_too_strange(payload in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = split(&payload);
    }
}
