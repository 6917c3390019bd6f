//! Answers reach whoever reads their stream, once; streams are read again within bounds; and nothing
//! is kept that nobody can ask for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use rmcp::model::{
    ClientJsonRpcMessage, ClientNotification, JsonRpcMessage, NumberOrString, ProgressToken,
    RequestId,
};
use tokio::sync::mpsc;
use tokio::time::{Duration, timeout};

use super::{MAX_EVENTS, MAX_OVER, MAX_UNANSWERED, NotKept, Reader, Refused, STANDALONE, Streams};

struct Kept {
    streams: Arc<Streams>,
    bytes: Arc<AtomicUsize>,
    taken_back: mpsc::Receiver<ClientJsonRpcMessage>,
}

impl Kept {
    fn new() -> Self {
        let (incoming, taken_back) = mpsc::channel(8);
        let bytes = Arc::new(AtomicUsize::new(0));
        let streams = Arc::new(Streams::new(Arc::clone(&bytes), incoming));
        Self { streams, bytes, taken_back }
    }

    fn ask(&self, number: i64) -> Reader {
        self.streams.begin(vec![(id(number), Some(token(number)))]).unwrap()
    }

    /// The handler answers, which knows requests by numbers.
    fn answer(&self, asked: i64, text: &str) {
        let number = self.streams.number(&id(asked)).expect("an unanswered request");
        self.streams.answer(&number, json(text));
    }

    fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn taken_back(&mut self) -> Option<RequestId> {
        let JsonRpcMessage::Notification(message) = self.taken_back.try_recv().ok()? else {
            return None;
        };
        match message.notification {
            ClientNotification::CancelledNotification(it) => it.params.request_id,
            _ => None,
        }
    }
}

fn id(number: i64) -> RequestId {
    NumberOrString::Number(number)
}

fn token(number: i64) -> ProgressToken {
    ProgressToken(id(number))
}

fn json(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

async fn read(reader: &mut Reader) -> Option<String> {
    reader.next().await.map(|event| String::from_utf8_lossy(&event.json).into_owned())
}

#[tokio::test]
async fn what_belongs_to_a_request_comes_on_its_stream() {
    let kept = Kept::new();
    let (mut one, mut two) = (kept.ask(1), kept.ask(2));
    kept.streams.tell(Some(&token(2)), json("on its way"));
    kept.streams.tell(Some(&token(9)), json("of nobody"));
    kept.streams.tell(None, json("news"));
    kept.answer(2, "two");
    kept.answer(1, "one");
    assert_eq!(read(&mut one).await.as_deref(), Some("one"));
    assert_eq!(read(&mut one).await, None);
    assert_eq!(read(&mut two).await.as_deref(), Some("on its way"));
    assert_eq!(read(&mut two).await.as_deref(), Some("two"));
    assert_eq!(read(&mut two).await, None);
    let mut rest = kept.streams.resume(STANDALONE, None).unwrap();
    assert_eq!(read(&mut rest).await.as_deref(), Some("news"));
    let more = timeout(Duration::from_millis(20), read(&mut rest)).await;
    assert!(more.is_err(), "it goes on");
    kept.streams.quiet();
    assert_eq!(read(&mut rest).await, None);
}

#[tokio::test]
async fn a_stream_is_taken_up_where_it_was_left() {
    let mut kept = Kept::new();
    let reader = kept.ask(1);
    reader.prime();
    drop(reader);
    assert_eq!(kept.taken_back(), None, "its client can come back");
    kept.streams.tell(Some(&token(1)), json("first"));
    kept.answer(1, "second");
    let mut again = kept.streams.resume(1, Some(0)).unwrap();
    assert_eq!(read(&mut again).await.as_deref(), Some("first"));
    let mut later = kept.streams.resume(1, Some(1)).unwrap();
    assert_eq!(read(&mut again).await, None, "somebody else reads it");
    assert_eq!(read(&mut later).await.as_deref(), Some("second"));
    assert!(kept.streams.resume(1, Some(3)).is_err(), "an event that never was");
    assert!(kept.streams.resume(2, Some(0)).is_err(), "a stream that never was");
}

#[tokio::test]
async fn a_request_that_nobody_can_be_answered_is_taken_back() {
    let mut kept = Kept::new();
    let reader = kept.ask(1);
    let number = kept.streams.number(&id(1)).unwrap();
    drop(reader);
    assert_eq!(kept.taken_back(), Some(number.clone()));
    kept.streams.answer(&number, json("too late"));
    assert!(kept.streams.at_rest() && kept.bytes() == 0);
    let mut reader = kept.ask(1);
    kept.streams.withdraw(&id(1));
    assert_eq!(read(&mut reader).await, None, "its client has taken it back");
    drop(reader);
    assert_eq!(kept.taken_back(), None);
}

#[tokio::test]
async fn an_id_that_is_used_again_gets_the_new_answer() {
    let kept = Kept::new();
    let first = kept.ask(1);
    let number = kept.streams.number(&id(1)).unwrap();
    assert_eq!(kept.streams.withdraw(&id(1)), Some(number.clone()));
    let mut second = kept.ask(1);
    kept.streams.answer(&number, json("old"));
    kept.answer(1, "new");
    assert_eq!(read(&mut second).await.as_deref(), Some("new"));
    assert_eq!(kept.streams.withdraw(&id(1)), None, "it is answered");
    drop(first);
}

#[test]
fn requests_have_ids_of_their_own_and_are_finitely_many() {
    let kept = Kept::new();
    let first = kept.ask(1);
    let again = kept.streams.begin(vec![(id(1), None)]);
    assert_eq!(again.err(), Some(Refused::InUse(id(1))));
    let twice = kept.streams.begin(vec![(id(2), None), (id(2), None)]);
    assert_eq!(twice.err(), Some(Refused::InUse(id(2))));
    let rest: Vec<_> = (2..).map(|number| kept.ask(number)).take(MAX_UNANSWERED - 1).collect();
    let more = kept.streams.begin(vec![(id(1_000), None)]);
    assert_eq!(more.err(), Some(Refused::Full(MAX_UNANSWERED)));
    kept.answer(1, "one");
    assert!(kept.streams.begin(vec![(id(1), None)]).is_ok());
    drop((first, rest));
}

#[test]
fn what_is_kept_is_bounded_and_given_back() {
    let kept = Kept::new();
    let mut reader = kept.ask(1);
    reader.prime();
    for _ in 0..10 * MAX_EVENTS {
        kept.streams.tell(Some(&token(1)), json("news"));
    }
    assert_eq!(kept.bytes(), 4 * MAX_EVENTS);
    let gone = u64::try_from(9 * MAX_EVENTS).unwrap();
    let resumed = kept.streams.resume(1, Some(1)).err();
    assert_eq!(resumed, Some(NotKept::Since(gone)), "events would be left out");
    reader = kept.streams.resume(1, Some(gone)).unwrap();
    kept.answer(1, "last");
    reader.finish();
    assert_eq!(kept.bytes(), 0);
    for number in 2..100 {
        kept.ask(number).prime();
        kept.answer(number, "kept");
    }
    assert_eq!(kept.bytes(), 4 * MAX_OVER);
    let bytes = Arc::clone(&kept.bytes);
    drop(kept);
    assert_eq!(bytes.load(Ordering::Relaxed), 0);
}
