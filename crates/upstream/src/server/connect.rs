//! The way to a connection: the one that stands, or the one start that everyone waits for, when the
//! circuit breaker lets it be tried.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use types::UpstreamCircuit;

use super::visit::{Probe, Visit};
use super::{Outcome, Phase, Server, State};
use crate::Error;
use crate::breaker::{Admission, Failure};
use crate::connection::{Connection, End};
use crate::handshake::Era;
use crate::open::{NotOpened, Opened, open};
use crate::patience::Patience;
use crate::task::{self, Kind};

/// How long a start may keep others from starting. Only the first seconds cost the machine
/// anything: a server that hangs must not hold up the rest until its deadline.
const COSTLY: Duration = Duration::from_secs(3);

/// What a look at the state shows.
enum Look {
    Ready(Visit),
    Ending(Arc<Connection>),
    /// Too soon after a failure; the error is for who cannot wait.
    Pause(Instant, Error),
    Wait(watch::Receiver<Option<Outcome>>, Option<Probe>),
    Fail(Error),
}

impl Server {
    /// A use of the server for a request about `about`. A short pause after a failure is waited
    /// out.
    pub(super) async fn visit(
        self: &Arc<Self>,
        about: &str,
        patience: &Patience,
    ) -> Result<Visit, Error> {
        let start = Instant::now();
        let connecting = self.connect(Some(patience.end()));
        let visit = timeout_at(patience.end(), connecting).await;
        visit.map_err(|_| patience.over(self.name(), about, start))?
    }

    /// The same for who does not wait for anything but a start.
    pub(super) async fn visit_now(self: &Arc<Self>) -> Result<Visit, Error> {
        self.connect(None).await
    }

    async fn connect(self: &Arc<Self>, pause_until: Option<Instant>) -> Result<Visit, Error> {
        loop {
            match self.look() {
                Look::Ready(visit) if visit.is_probe() && !visit.connection().answers().await => {
                    self.give_up(visit.connection());
                }
                Look::Ready(visit) => return Ok(visit),
                Look::Ending(connection) => drop(connection.ended().await),
                Look::Pause(until, error) => {
                    if pause_until.is_none_or(|most| most < until) {
                        return Err(error);
                    }
                    tokio::select! {
                        () = self.stopping.cancelled() => {}
                        () = sleep_until(until) => {}
                    }
                }
                Look::Wait(mut outcome, _probe) => {
                    match outcome.wait_for(Option::is_some).await.as_deref() {
                        Ok(Some(Ok(()))) => {}
                        Ok(Some(Err(error))) => return Err(error.clone()),
                        Ok(None) => return Err(self.stopped()),
                        // The start was lost, which only a defect of ours or the runtime's end
                        // can do.
                        Err(_) => {
                            let reason = "its start was interrupted".to_owned();
                            return Err(self.failed(reason, Era::Unknown, Failure::Gone));
                        }
                    }
                }
                Look::Fail(error) => return Err(error),
            }
        }
    }

    /// Looks at the state, and starts the server when that is what is needed.
    fn look(self: &Arc<Self>) -> Look {
        let mut state = self.lock();
        match &state.phase {
            Phase::Stopped => return Look::Fail(self.stopped()),
            Phase::Ready(connection) if connection.is_over() => {
                return Look::Ending(Arc::clone(connection));
            }
            Phase::Resting(connection) if !connection.has_ended() => {
                return Look::Ending(Arc::clone(connection));
            }
            _ => {}
        }
        let now = Instant::now();
        let probe = match state.breaker.admit(now) {
            Admission::Pass => None,
            Admission::Probe(number) => Some(number),
            Admission::Wait(until) => {
                return Look::Pause(until, state.breaker.refusal(self.name(), now));
            }
            Admission::Refuse => return Look::Fail(state.breaker.refusal(self.name(), now)),
        };
        let probe = probe.map(|number| Probe::new(self, number));
        match &state.phase {
            Phase::Ready(connection) => Look::Ready(Visit::new(self, connection, probe)),
            Phase::Connecting(outcome) => Look::Wait(outcome.clone(), probe),
            _ => Look::Wait(self.begin(&mut state), probe),
        }
    }

    /// Begins a start.
    fn begin(self: &Arc<Self>, state: &mut State) -> watch::Receiver<Option<Outcome>> {
        let (tell, outcome) = watch::channel(None);
        state.phase = Phase::Connecting(outcome.clone());
        let (server, era) = (Arc::clone(self), state.era);
        task::spawn(Kind::Start, &self.settings.name, async move {
            let result = server.start(era).await;
            let _ = tell.send(Some(result));
        });
        outcome
    }

    /// Starts the server, in its turn.
    async fn start(self: &Arc<Self>, era: Era) -> Outcome {
        let turn = tokio::select! {
            biased;
            () = self.stopping.cancelled() => return Err(self.stopped()),
            turn = self.shared.starts.acquire() => turn.map_err(|_| self.stopped())?,
        };
        let start = Instant::now();
        let (config, budget) = (&self.shared.config, &self.budget);
        let mut opening = Box::pin(open(&self.settings, config, budget, era, &self.stopping));
        let opened = match timeout(COSTLY, &mut opening).await {
            Ok(opened) => opened,
            Err(_) => {
                drop(turn);
                opening.await
            }
        };
        match opened {
            Ok(opened) => self.opened(opened, start).await,
            Err(NotOpened { reason, era, wants_login }) => {
                let failure = if wants_login { Failure::Locked } else { Failure::Gone };
                Err(self.failed(reason, era, failure))
            }
        }
    }

    async fn opened(self: &Arc<Self>, opened: Opened, start: Instant) -> Outcome {
        let Opened { connection, life, era } = opened;
        let connection = Arc::new(connection);
        let wanted = self.becomes_ready(&connection, era);
        // Only after the state knows the connection may its end be told to it.
        let (number, weak) = (connection.number(), Arc::downgrade(self));
        task::spawn(Kind::Supervise, &self.settings.name, async move {
            life.run(move |end| {
                if let Some(server) = weak.upgrade() {
                    server.ended(number, end);
                }
            })
            .await;
        });
        if !wanted {
            connection.ended().await;
            return Err(self.stopped());
        }
        self.watch_use(&connection);
        let (server, ms) = (self.name(), start.elapsed().as_millis());
        let version = connection.protocol_version();
        tracing::info!(server, version, ms, "upstream server is ready");
        Ok(())
    }

    /// Enters the connection into the state, unless we have been stopped in the meantime.
    fn becomes_ready(&self, connection: &Arc<Connection>, era: Era) -> bool {
        let mut state = self.lock();
        if matches!(state.phase, Phase::Stopped) {
            return false;
        }
        state.phase = Phase::Ready(Arc::clone(connection));
        state.era = era;
        state.list_error = None;
        state.breaker.started();
        true
    }

    /// Takes note of a start that failed.
    fn failed(&self, reason: String, era: Era, failure: Failure) -> Error {
        let error = Error::StartFailed { server: self.settings.name.clone(), reason };
        let mut state = self.lock();
        if matches!(state.phase, Phase::Stopped) {
            return self.stopped();
        }
        if matches!(state.phase, Phase::Connecting(_)) {
            state.era = era;
            tracing::warn!(server = self.name(), %error, "upstream server did not start");
            self.gone(&mut state, error.to_string(), failure);
        }
        error
    }

    /// Takes note of a connection's end.
    fn ended(&self, connection: u64, end: &End) {
        let mut state = self.lock();
        let Phase::Ready(ready) = &state.phase else { return };
        if ready.number() != connection || end.wanted {
            return;
        }
        let stood = ready.stood();
        state.breaker.stood(stood);
        let error = format!("server `{}` ended while it was connected: {}", self.name(), end.how);
        tracing::warn!(server = self.name(), how = &*end.how, "upstream server ended");
        self.gone(&mut state, error, Failure::Gone);
    }

    fn gone(&self, state: &mut State, error: String, failure: Failure) {
        state.phase = Phase::Failed;
        state.breaker.failed(failure, error, Instant::now());
        if state.breaker.circuit() == UpstreamCircuit::Open {
            tracing::warn!(server = self.name(), "upstream server failed too often in a row");
        }
    }

    /// Closes a connection whose server does not even answer a ping: the next look starts it anew.
    fn give_up(&self, connection: &Arc<Connection>) {
        let mut state = self.lock();
        if matches!(&state.phase, Phase::Ready(ready) if Arc::ptr_eq(ready, connection)) {
            tracing::warn!(server = self.name(), "upstream server answers nothing: restarted");
            state.phase = Phase::Resting(Arc::clone(connection));
            connection.close("it answered nothing any more, and was stopped");
        }
    }
}
