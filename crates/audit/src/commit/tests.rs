//! Tickets, awaited and waited for.

use std::{
    fs::File,
    future::Future,
    pin::Pin,
    sync::{Arc, mpsc},
    task::{Context, Poll, Wake, Waker},
};

use super::{Committer, Ticket};
use crate::{Error, segment::Segment};

struct Notify(mpsc::Sender<()>);

impl Wake for Notify {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(());
    }
}

fn block_on(mut ticket: Ticket) -> Result<(), Error> {
    let (sender, woken) = mpsc::channel();
    let waker = Waker::from(Arc::new(Notify(sender)));
    loop {
        match Pin::new(&mut ticket).poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => return result,
            Poll::Pending => woken.recv().unwrap(),
        }
    }
}

fn segment(path: &std::path::Path) -> Arc<Segment> {
    let file = File::options().append(true).create(true).open(path).unwrap();
    Arc::new(Segment { file, path: path.to_owned() })
}

fn failure() -> Error {
    let source = Arc::new(std::io::Error::other("disk on fire"));
    Error::Sync { path: "x".into(), source }
}

#[test]
fn tickets_become_ready_in_either_way() {
    let root = tempfile::tempdir().unwrap();
    let segment = segment(&root.path().join("a"));
    let committer = Committer::start().unwrap();
    for sequence in 1..50 {
        let ticket = committer.ticket(segment.clone(), sequence);
        if sequence % 2 == 0 { ticket.wait().unwrap() } else { block_on(ticket).unwrap() }
    }
    assert_eq!(committer.problem(), None);
    assert!(Ticket::ready().wait().is_ok() && block_on(Ticket::ready()).is_ok());
}

#[test]
fn a_failed_sync_is_told_to_everyone_it_concerns() {
    // A socket cannot be synced.
    let (one, _other) = std::os::unix::net::UnixStream::pair().unwrap();
    let file = File::from(std::os::fd::OwnedFd::from(one));
    let broken = Arc::new(Segment { file, path: "broken".into() });
    let root = tempfile::tempdir().unwrap();
    let good = segment(&root.path().join("a"));
    let committer = Committer::start().unwrap();
    let tickets: Vec<Ticket> = (1..4).map(|n| committer.ticket(broken.clone(), n)).collect();
    for ticket in tickets {
        assert!(matches!(block_on(ticket), Err(Error::Sync { .. })));
    }
    assert!(committer.problem().is_some());
    committer.ticket(good, 4).wait().unwrap();
    assert_eq!(committer.problem(), None, "a later success recovers");
}

#[test]
fn a_sync_made_elsewhere_settles_those_before_it() {
    let root = tempfile::tempdir().unwrap();
    let segment = segment(&root.path().join("a"));
    let committer = Committer::start().unwrap();
    committer.settle(5, Err(failure()));
    assert!(committer.ticket(segment.clone(), 5).wait().is_err());
    committer.settle(7, Ok(()));
    assert!(committer.ticket(segment.clone(), 7).wait().is_ok());
    committer.settle(9, Err(failure()));
    assert!(committer.ticket(segment, 5).wait().is_err(), "an earlier failure is not forgotten");
}

#[test]
fn stopping_syncs_what_was_asked_for() {
    let root = tempfile::tempdir().unwrap();
    let segment = segment(&root.path().join("a"));
    let committer = Committer::start().unwrap();
    let ticket = committer.ticket(segment, 1);
    drop(committer);
    ticket.wait().unwrap();
}
