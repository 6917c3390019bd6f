//! The properties over random conversations; the fuzzer goes further.

use proptest::prelude::*;

use super::{control, from_child, to_child};
use crate::frame;

/// Streams of frames that are nearly right.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop::sample::select(vec![1_u8, 2, 3, 4, 16, 16, 128, 129, 9]);
    let payload = prop_oneof![
        Just(Vec::new()),
        prop::collection::vec(any::<u8>(), 0..40),
        (0_u8..8, "[{}\\[\\]\":a-z0-9,]{0,12}").prop_map(|(op, text)| {
            let mut payload = vec![op];
            payload.extend_from_slice(text.as_bytes());
            payload
        }),
        Just(br#"{"error":null,"result":[1,"a"],"truncated":true,"memoryBytes":7}"#.to_vec()),
        Just(br#"[{"rule":"r","line":1,"column":2,"message":"m"}]"#.to_vec()),
        Just(b"\x02\0\0\0{}bytes\x03".to_vec()),
    ];
    let frames = prop::collection::vec((kind, 0_u32..4, payload), 0..12);
    (any::<u8>(), any::<bool>(), frames).prop_map(|(cut, ready, frames)| {
        let mut stream = vec![cut];
        if ready {
            frame::encode(&mut stream, 1, 0, b"");
        }
        for (kind, id, payload) in frames {
            frame::encode(&mut stream, kind, id, &payload);
        }
        stream
    })
}

proptest! {
    #[test]
    fn conversations_keep_to_their_rules(stream in stream()) {
        from_child(&stream);
        to_child(&stream);
    }

    #[test]
    fn random_bytes_are_decoded_alike_however_they_are_cut(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        from_child(&bytes);
        to_child(&bytes);
        control(&bytes);
    }

    #[test]
    fn datagrams_come_back(tag in 0_u8..6, id in any::<u32>(), value in any::<i32>()) {
        let mut bytes = vec![tag];
        bytes.extend_from_slice(&id.to_le_bytes());
        bytes.extend_from_slice(&value.to_le_bytes());
        control(&bytes);
        control(&bytes[1..5]);
    }
}
