//! One program's turn in a session.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;
use types::{Grants, Refusal, SessionId, SessionStanding};

use crate::caller::Over;
use crate::sessions::table::{Phase, Session, bury};
use crate::sessions::{Body, Fixed, Sessions, Why};

/// What the programs of a session have used so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) cpu: Option<Duration>,
    pub(crate) memory: Option<u64>,
}

/// A turn in a session. Dropped before its program began, it leaves the session as it was; dropped
/// after that without a word of what came of it, the session is lost.
pub(crate) struct Seat<C: Body> {
    sessions: Sessions<C>,
    session: Arc<Session<C>>,
    body: Option<C>,
    began: bool,
    settled: bool,
    // Dropped last: the next one's turn comes when all is as it is to be.
    _permit: OwnedSemaphorePermit,
}

impl<C: Body> Seat<C> {
    pub(super) fn new(
        sessions: Sessions<C>,
        session: Arc<Session<C>>,
        permit: OwnedSemaphorePermit,
        body: Option<C>,
    ) -> Self {
        Self { sessions, session, body, began: false, settled: false, _permit: permit }
    }

    /// The session's name.
    pub(crate) fn id(&self) -> &SessionId {
        &self.session.key.id
    }

    /// What was fixed when it began.
    pub(crate) fn fixed(&self) -> &Fixed {
        &self.session.fixed
    }

    /// What the program before left; nothing when there was none.
    pub(crate) fn body(&self) -> Option<&C> {
        self.body.as_ref()
    }

    /// Which program of the session this is, counted from 1.
    pub(crate) fn call(&self) -> u64 {
        self.session.state().calls + u64::from(!self.began)
    }

    /// Cancelled when the session is ended by others.
    pub(crate) fn over(&self) -> CancellationToken {
        self.session.over.clone()
    }

    /// Refuses when the session was ended by others while this program waited, or its process is gone.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if self.body.as_ref().is_some_and(|body| !body.is_alive()) {
            self.sessions.end(&self.session, Why::Died);
        }
        match self.session.over.is_cancelled() {
            true => self.sessions.ended(&self.session),
            false => Ok(()),
        }
    }

    /// Waits until the session is ended by others, and says what its program is told then.
    pub(crate) fn ended(&self) -> impl Future<Output = Refusal> + Send + use<C> {
        let (sessions, session) = (self.sessions.clone(), Arc::clone(&self.session));
        async move {
            session.over.cancelled().await;
            let told = sessions.ended(&session).err();
            told.unwrap_or_else(|| Why::Defect.refusal(&session.key.id, 0))
        }
    }

    /// Ends the session before the program began: what it was begun with may no longer be had.
    pub(crate) fn refuse(self, why: Why) -> Refusal {
        self.sessions.end(&self.session, why);
        let told = self.sessions.ended(&self.session);
        told.err().unwrap_or_else(|| Why::Defect.refusal(self.id(), 0))
    }

    /// The program begins: from now on the session is lost unless it is kept.
    pub(crate) fn begin(&mut self, credential: Option<Over>) -> Option<C> {
        self.began = true;
        let mut state = self.session.state();
        state.calls += 1;
        state.credential = credential;
        drop(state);
        self.body.take()
    }

    /// The program has ended, and another may follow.
    pub(crate) fn keep(mut self, body: C, grants: Option<Grants>, used: Used) -> SessionStanding {
        self.settled = true;
        let now = Instant::now();
        let expired = self.session.expired(&self.session.state(), now);
        if let Some(why) = expired {
            self.sessions.end(&self.session, why);
        }
        if self.sessions.is_closed() {
            self.sessions.end(&self.session, Why::Stopping);
        }
        let mut state = self.session.state();
        state.last = now;
        state.used = used;
        state.grants = grants;
        if state.ended.is_some() {
            drop(state);
            self.lay_down(body, ());
            return self.standing(now);
        }
        state.phase = Phase::Stopped(body);
        drop(state);
        // One that was closed meanwhile did not see it.
        if self.sessions.is_closed() {
            self.sessions.end(&self.session, Why::Stopping);
        }
        self.standing(now)
    }

    /// The program has ended, and nothing can follow. What is held is so until the process is gone.
    pub(crate) fn lose(
        mut self,
        why: Why,
        body: Option<C>,
        held: impl Send + 'static,
    ) -> SessionStanding {
        self.settled = true;
        self.sessions.end(&self.session, why);
        match body {
            Some(body) => self.lay_down(body, held),
            None => self.vanish(),
        }
        self.standing(Instant::now())
    }

    fn standing(&self, now: Instant) -> SessionStanding {
        let state = self.session.state();
        let lost = state.ended.as_ref().map(Why::words);
        SessionStanding {
            id: self.session.key.id.clone(),
            call: state.calls,
            expires_at: lost.is_none().then(|| self.session.expires_at(&state, now)),
            lost,
        }
    }

    fn lay_down(&self, body: C, held: impl Send + 'static) {
        let room = self.session.state().room.take();
        bury(body, (room, held), self.session.gone.clone());
    }

    fn vanish(&self) {
        let room = self.session.state().room.take();
        drop(room);
        self.session.gone.cancel();
    }
}

impl<C: Body> Drop for Seat<C> {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        if self.began {
            self.sessions.end(&self.session, Why::Defect);
            return self.vanish();
        }
        let Some(body) = self.body.take() else {
            self.sessions.end(&self.session, Why::NeverBegan);
            return self.vanish();
        };
        let mut state = self.session.state();
        if state.ended.is_none() {
            state.phase = Phase::Stopped(body);
            drop(state);
            if self.sessions.is_closed() {
                self.sessions.end(&self.session, Why::Stopping);
            }
            return;
        }
        drop(state);
        self.lay_down(body, ());
    }
}
