//! What must hold for any bytes: driven by the fuzzer (`cargo xtask fuzz`) and by property tests,
//! and in no build that ships. A broken property is a panic.

#[cfg(test)]
mod tests;

use crate::control::{FromZygote, Spawn, ZygoteConfig};
use crate::frame::{Decoder, Frame, HEADER_BYTES};
use crate::{
    FromChild, Order, Reply, ToChild, advice_frame, child_frame, done_frame, from_child_decoder,
    host_frame, output_frame, reply_frame, request_frame, split_parts, start_frame,
    to_child_decoder,
};

/// What a child sends, as far as it can be decoded. The first byte says how the rest is cut, and
/// whether the child is of a session.
pub fn from_child(data: &[u8]) {
    let in_session = data.first().is_some_and(|first| first % 2 == 1);
    let frames = frames(from_child_decoder, data);
    let mut order = Order::default();
    let (mut spoken, mut last, mut ended) = (0, 0, false);
    for frame in frames {
        let Ok(message) = child_frame(frame.clone()) else { return };
        say_again(&frame, &message);
        if order.check(&message).is_err() {
            return;
        }
        // The same rules once more, in other words.
        assert!(!ended, "it spoke after its end");
        assert_eq!(spoken == 0, matches!(message, FromChild::Ready), "ready is first, and once");
        assert!(!matches!(message, FromChild::Advice(_)) || spoken == 1, "advice stands second");
        if let FromChild::Request { id, .. } = message {
            assert_eq!(id, last + 1, "requests count up from one");
            last = id;
        }
        ended = matches!(message, FromChild::Done(_));
        spoken += 1;
        assert!(ended || order.clone().again().is_err(), "one program at a time");
        if ended && in_session {
            order.again().expect("its last program has ended");
            (ended, spoken) = (false, 1);
        }
    }
}

/// What a host sends, as far as it can be decoded. The first byte says how the rest is cut.
pub fn to_child(data: &[u8]) {
    for frame in frames(to_child_decoder, data) {
        let bytes = match host_frame(frame.clone()) {
            Err(_) => return,
            Ok(ToChild::Start(start)) => {
                let again = only(to_child_decoder(), &start_frame(&start));
                match host_frame(again) {
                    Ok(ToChild::Start(again)) => assert_eq!(again, start),
                    other => panic!("a start became {other:?}"),
                }
                continue;
            }
            Ok(ToChild::Reply { id, reply }) => {
                if let Reply::Parts(parts) = &reply {
                    let (header, bytes) = split_parts(parts).expect("it was looked at");
                    assert_eq!(header.len() + bytes.len() + 4, parts.len());
                }
                reply_frame(id, &reply)
            }
        };
        assert_eq!(only(to_child_decoder(), &bytes), frame, "a reply changed on its way");
    }
}

/// A datagram between host and zygote, either way.
pub fn control(data: &[u8]) {
    if let Some(spawn) = Spawn::decode(data) {
        assert_eq!(spawn.encode(), data);
    }
    if let Some(said) = FromZygote::decode(data) {
        assert_eq!(FromZygote::decode(&said.encode()).as_ref(), Some(&said));
    }
    if let Ok(config) = serde_json::from_slice::<ZygoteConfig>(data) {
        let text = serde_json::to_vec(&config).expect("it came from JSON");
        assert_eq!(serde_json::from_slice::<ZygoteConfig>(&text).ok(), Some(config));
    }
}

/// The frames of a stream, which are the same however it is cut.
fn frames(decoder: fn() -> Decoder, data: &[u8]) -> Vec<Frame> {
    let Some((&cut, stream)) = data.split_first() else { return Vec::new() };
    let whole = decoded(decoder(), stream, stream.len().max(1));
    let pieces = decoded(decoder(), stream, usize::from(cut) + 1);
    assert_eq!(whole, pieces, "cutting a stream changed what it says");
    let length: usize = whole.iter().map(|frame| HEADER_BYTES + frame.payload.len()).sum();
    assert!(length <= stream.len(), "more came out than went in");
    whole
}

fn decoded(mut decoder: Decoder, stream: &[u8], cut: usize) -> Vec<Frame> {
    let mut frames = Vec::new();
    for piece in stream.chunks(cut) {
        decoder.push(piece);
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(_) => return frames,
            }
        }
    }
    frames
}

/// The one frame that the bytes are.
fn only(mut decoder: Decoder, bytes: &[u8]) -> Frame {
    decoder.push(bytes);
    decoder.next_frame().expect("ours are within the caps").expect("ours are whole")
}

/// A message that was understood and is said again means the same.
fn say_again(frame: &Frame, message: &FromChild) {
    let mut bytes = Vec::new();
    match message {
        FromChild::Ready => return,
        FromChild::Output(text) => output_frame(&mut bytes, text),
        FromChild::Request { id, op, payload } => {
            let fits = request_frame(&mut bytes, *id, *op, payload);
            assert!(fits.is_ok(), "a request that came in does not go out");
        }
        FromChild::Advice(findings) => {
            advice_frame(&mut bytes, findings);
            let again = child_frame(only(from_child_decoder(), &bytes));
            assert!(matches!(again, Ok(FromChild::Advice(again)) if again == *findings));
            return;
        }
        FromChild::Done(done) => {
            done_frame(&mut bytes, done);
            let again = child_frame(only(from_child_decoder(), &bytes)).expect("it was said");
            let FromChild::Done(again) = again else { panic!("an ending became {again:?}") };
            let text = |done| serde_json::to_string(done).expect("it is JSON");
            assert_eq!(text(&*again), text(done));
            return;
        }
    }
    let again = only(from_child_decoder(), &bytes);
    let ids = matches!(message, FromChild::Request { .. });
    assert_eq!((again.kind, &again.payload), (frame.kind, &frame.payload));
    assert!(!ids || again.id == frame.id);
}
