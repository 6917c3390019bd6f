//! The decoder against whole, split, hostile and random streams.

use proptest::prelude::*;

use super::*;

fn caps(kind: u8) -> Option<usize> {
    (kind < 8).then_some(1000)
}

fn frames_of(bytes: &[u8], cut: usize) -> Result<Vec<Frame>, Error> {
    let mut decoder = Decoder::new(caps);
    let mut frames = Vec::new();
    for piece in bytes.chunks(cut.max(1)) {
        decoder.push(piece);
        while let Some(frame) = decoder.next_frame()? {
            frames.push(frame);
        }
    }
    Ok(frames)
}

#[test]
fn a_giant_length_is_refused_before_its_bytes_arrive() {
    let header = encode_header(1, 0, 4_000_000_000);
    assert_eq!(
        frames_of(&header, 9),
        Err(Error::TooLong { kind: 1, length: 4_000_000_000, cap: 1000 })
    );
}

#[test]
fn a_large_payload_leaves_the_decoder_empty_and_usable() {
    let large: Vec<u8> = (0..LARGE).map(|byte| byte as u8).collect();
    let mut bytes = Vec::new();
    for _ in 0..2 {
        encode(&mut bytes, 1, 7, &large);
        encode(&mut bytes, 2, 8, b"small");
    }
    let mut decoder = Decoder::new(|_| Some(LARGE));
    let mut lengths = Vec::new();
    // Cut so that each large frame is sometimes the last of what is there.
    for piece in bytes.chunks(HEADER_BYTES + LARGE) {
        decoder.push(piece);
        while let Some(frame) = decoder.next_frame().unwrap() {
            assert!(frame.kind == 2 || frame.payload == large);
            lengths.push(frame.payload.len());
        }
    }
    assert_eq!(lengths, [LARGE, 5, LARGE, 5]);
    assert!(decoder.buffer.capacity() <= LARGE, "{}", decoder.buffer.capacity());
}

#[test]
fn a_header_alone_buys_no_memory() {
    let mut decoder = Decoder::new(|_| Some(usize::MAX));
    decoder.push(&encode_header(1, 0, 1 << 30));
    assert_eq!(decoder.next_frame(), Ok(None));
    assert!(decoder.buffer.capacity() < 1024, "{}", decoder.buffer.capacity());
}

#[test]
fn an_unknown_kind_is_refused() {
    assert_eq!(frames_of(&encode_header(9, 0, 0), 9), Err(Error::UnknownKind(9)));
}

proptest! {
    #[test]
    fn what_was_encoded_comes_back_however_it_was_cut(
        wanted in prop::collection::vec((0u8..8, any::<u32>(), prop::collection::vec(any::<u8>(), 0..300)), 0..20),
        cut in 1usize..400,
    ) {
        let mut bytes = Vec::new();
        for (kind, id, payload) in &wanted {
            encode(&mut bytes, *kind, *id, payload);
        }
        let got = frames_of(&bytes, cut).unwrap();
        let got: Vec<_> = got.into_iter().map(|f| (f.kind, f.id, f.payload)).collect();
        prop_assert_eq!(got, wanted);
    }

    #[test]
    fn random_bytes_never_panic_and_never_give_an_oversized_frame(
        bytes in prop::collection::vec(any::<u8>(), 0..5000), cut in 1usize..100,
    ) {
        if let Ok(frames) = frames_of(&bytes, cut) {
            prop_assert!(frames.iter().all(|frame| frame.payload.len() <= 1000 && frame.kind < 8));
        }
    }
}
