//! The way of one admitted program: its turn, its process, its run, its outcome.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use audit::SessionCall;
use policy::Admitted;
use sandbox::{Child, Launched};
use tokio_util::sync::CancellationToken;
use types::{
    DangerousPatterns, ErrorCode, ExecutionId, ExecutionOutcome, ExecutionRequest, Grants,
    Isolation, Language, Principal, Refusal, SessionStanding,
};

use super::{Gateway, stopping};
use crate::admission::Place;
use crate::advice::{self, NotRun};
use crate::bridge::Bridge;
use crate::caller::{Caller, Over};
use crate::cpu::CpuClock;
use crate::dependencies::Prepared;
use crate::engine::Engine;
use crate::engines::Life;
use crate::history::Tracked;
use crate::limiting::OfCalls;
use crate::live::Live;
use crate::observe::{Observed, Phase};
use crate::progress::{Event, Progress};
use crate::reach::Given;
use crate::records::Records;
use crate::run::{Left, Ran, Run};
use crate::sessions::kept::Kept;
use crate::sessions::{Asked, Bounds, Fixed, Key, Seat, Used, Why, Wish, mismatch};
use crate::task::{self, Kind};

/// An execution that was admitted.
pub(super) struct Begun<'a> {
    pub(super) live: &'a Live,
    pub(super) engine: Engine,
    pub(super) admitted: Admitted,
    pub(super) observed: &'a Observed,
    pub(super) tracked: Tracked,
    pub(super) cancel: CancellationToken,
    pub(super) over: Option<Over>,
    pub(super) progress: Progress,
    /// Whether something was done that is paid for though the program never began.
    pub(super) worked: &'a AtomicBool,
}

/// An execution that has not begun.
#[derive(Clone, Copy)]
struct Coming<'a> {
    live: &'a Live,
    engine: Engine,
    caller: &'a Caller,
    principal: &'a Principal,
    observed: &'a Observed,
    progress: &'a Progress,
    worked: &'a AtomicBool,
}

/// A program whose turn has come, with what it runs in.
struct Ready {
    not_run: Option<NotRun>,
    place: Place,
    /// Its turn in a session, if it runs in one.
    seat: Option<Seat<Kept>>,
    process: Process,
}

/// What a program runs in.
enum Process {
    /// One of its own, or the first of a session.
    Fresh(Box<Kept>),
    /// The session's, with what it is given this time.
    OfSession(Given),
}

impl Ready {
    fn child(&self) -> Option<&Child> {
        match &self.process {
            Process::Fresh(kept) => Some(&kept.child),
            Process::OfSession(_) => self.seat.as_ref()?.body().map(|kept| &kept.child),
        }
    }

    fn given(&self) -> &Given {
        match &self.process {
            Process::Fresh(kept) => &kept.given,
            Process::OfSession(given) => given,
        }
    }

    /// What the program runs in, from the moment on at which it begins.
    fn begin(&mut self, over: Option<Over>) -> Option<Kept> {
        let of_session = self.seat.as_mut().and_then(|seat| seat.begin(over));
        let unused = Process::OfSession(Given::default());
        match (std::mem::replace(&mut self.process, unused), of_session) {
            (Process::Fresh(kept), _) => Some(*kept),
            (Process::OfSession(given), Some(mut kept)) => {
                kept.child.resume();
                Some(Kept { given, ..kept })
            }
            (Process::OfSession(_), None) => None,
        }
    }

    /// Nothing of the program was run: its own process is of no use, a session stays as it was.
    fn give_up(self) {
        if let Process::Fresh(kept) = self.process {
            kept.child.kill();
            keep_place_until_gone(self.place, kept.child);
        }
    }
}

impl Gateway {
    pub(super) async fn execute_to_end(
        &self,
        principal: &Principal,
        mut request: ExecutionRequest,
        begun: Begun<'_>,
    ) -> Result<ExecutionOutcome, Refusal> {
        let Begun { live, engine, mut admitted, observed, mut tracked, cancel, .. } = begun;
        let Begun { over, progress, worked, .. } = begun;
        let caller = &self.caller(principal);
        let charged = caller.charged();
        let progress = &progress;
        let coming = Coming { live, engine, caller, principal, observed, progress, worked };
        let mut ready = tokio::select! {
            ready = self.before_it_begins(coming, &mut request, &mut admitted) => ready?,
            () = cancel.cancelled() => return Err(cancelled()),
            () = self.0.stop.cancelled() => return Err(stopping()),
        };
        // Roles may have changed while it waited.
        let (asked, timeout_ms) = (request.timeout_ms, &mut admitted.limits.timeout_ms);
        if let Err(refusal) = caller.view().admit(engine, asked, timeout_ms) {
            ready.give_up();
            return Err(refusal);
        }
        let (id, code) = (observed.id(), std::mem::take(&mut request.code));
        let isolation = Arc::clone(ready.child().ok_or_else(defect)?.isolation());
        let told = ready.given().told.clone();
        let session = ready.seat.as_ref().map(|seat| (seat.id().clone(), seat.call()));
        let session =
            session.as_ref().map(|(id, call)| SessionCall { id: id.as_str(), call: *call });
        let records = Records::new(&self.0.audit, id, principal, &request, &code, session);
        let start = records.start(isolation.level, told.as_ref());
        let recorded = observed.during(Phase::Record, start).await;
        recorded.inspect_err(|_| worked.store(false, Relaxed))?;
        tracked.started(records.code_hash(), isolation.level);
        progress.event(Event::Started(id));
        let (ran, session) = if let Some(why) = ready.not_run.take() {
            ready.give_up();
            (Ran::not_run(why), None)
        } else {
            let kept = ready.begin(over).ok_or_else(defect)?;
            let Ready { place, seat, .. } = ready;
            let bridge = Bridge::new(
                &live.discovery,
                &self.0.health,
                &admitted.allowlist,
                caller,
                OfCalls { limiting: &self.0.limiting, principal: &charged, place: &place },
                request.language,
                observed,
            );
            let Kept { child, given, packages } = kept;
            let run = Run {
                language: request.language,
                limits: admitted.limits,
                patterns: admitted.patterns,
                bridge,
                cpu: self.0.limiting.counts_cpu().then(|| clock(&child, session)),
                child,
                given: &given,
                records: &records,
                progress,
                stays: seat.is_some(),
                follows: session.is_some_and(|session| session.call > 1),
                over: seat.as_ref().map(Seat::over).unwrap_or_default(),
                cancel,
                stop: self.0.stop.clone(),
            };
            let (ran, left) = self.run(run, code, &admitted, observed).await;
            let session = settle(left, place, seat, (given, packages), ran.memory_usage);
            (ran, session)
        };
        let cpu = ran.cpu;
        let outcome = outcome(id.clone(), ran, told, session, &isolation);
        observed.during(Phase::Finish, records.end(&outcome)).await;
        tracked.ended(&outcome, &live.discovery.catalog);
        if let Some(cpu) = cpu {
            self.0.limiting.spend(&charged, cpu).await;
        }
        Ok(outcome)
    }

    /// Runs a program to its end, and reads it for advice beside that.
    async fn run(
        &self,
        run: Run<'_>,
        code: String,
        admitted: &Admitted,
        observed: &Observed,
    ) -> (Ran, Left) {
        let Admitted { patterns, limits, .. } = admitted;
        let reading = self.0.advisor.meanwhile(run.language, *patterns, &code, limits);
        let running = advice::beside(reading, run.into_end(code));
        let ((mut ran, left), read) = observed.during(Phase::Run, running).await;
        ran.findings.extend(read);
        (ran, left)
    }

    /// What a program waits for: its turn in a session, then all else, unless the session is ended by
    /// others meanwhile. Then nothing of it is waited for any more.
    async fn before_it_begins(
        &self,
        coming: Coming<'_>,
        request: &mut ExecutionRequest,
        admitted: &mut Admitted,
    ) -> Result<Ready, Refusal> {
        let Some(seat) = self.seat(coming, request, admitted).await? else {
            return self.with_its_turn(coming, request, admitted, None).await;
        };
        let ended = seat.ended();
        tokio::select! {
            ready = self.with_its_turn(coming, request, admitted, Some(seat)) => ready,
            refusal = ended => Err(refusal),
        }
    }

    /// What a program waits for when its turn in a session has come: its packages, a place, a process.
    async fn with_its_turn(
        &self,
        coming: Coming<'_>,
        request: &ExecutionRequest,
        admitted: &Admitted,
        seat: Option<Seat<Kept>>,
    ) -> Result<Ready, Refusal> {
        let Coming { live, engine, caller, principal, observed, progress, worked } = coming;
        let (language, code) = (request.language, &request.code);
        let patterns = admitted.patterns;
        // To be read for patterns, and to have packages installed, costs what a program may.
        let is_read = language == Language::Python && patterns == DangerousPatterns::Block;
        worked.store(is_read, Relaxed);
        let before = self.0.advisor.before(language, patterns, code, &admitted.limits);
        let not_run = observed.during(Phase::Check, before).await?;
        // Packages may take minutes to come: nobody's place is held meanwhile.
        let packages = match &not_run {
            None => {
                worked.store(true, Relaxed);
                let prepared = self.0.dependencies.prepare(engine, code, progress);
                let prepared = observed.during(Phase::Prepare, prepared).await?;
                worked.store(is_read || prepared.is_some(), Relaxed);
                prepared
            }
            Some(_) => None,
        };
        let entering = self.0.admission.enter(principal, request.turn);
        let place = observed.during(Phase::Queue, entering).await?;
        // Whoever leaves now has used one, and is not the reason where there is none.
        worked.store(true, Relaxed);
        let (seat, process) = match seat {
            Some(seat) if seat.body().is_some() => {
                let (seat, given) = renewed(seat, live, caller, packages.as_ref()).await?;
                (Some(seat), Process::OfSession(given))
            }
            seat => {
                // Its directories are opened when its turn has come.
                let life = if seat.is_some() { Life::Session } else { Life::Program };
                let launch = self.launch(engine, live, caller, (admitted, packages), life);
                let launched = observed.during(Phase::Launch, launch).await;
                let kept = launched.inspect_err(|_| worked.store(false, Relaxed))?;
                (seat, Process::Fresh(Box::new(kept)))
            }
        };
        if let Some(seat) = &seat {
            seat.check()?;
        }
        Ok(Ready { not_run, place, seat, process })
    }

    /// A process for the program, with what it is given.
    async fn launch(
        &self,
        engine: Engine,
        live: &Live,
        caller: &Caller,
        (admitted, packages): (&Admitted, Option<Prepared>),
        life: Life,
    ) -> Result<Kept, Refusal> {
        let mut given = live.reach.grant(&admitted.permissions, &caller.view()).await?;
        let environment = packages.as_ref().map(Prepared::environment);
        let launched = self.0.engines.launch(engine, environment, &given, life).await?;
        let Launched { child, withheld } = launched;
        given.withhold(withheld);
        Ok(Kept { child, given, packages })
    }

    /// A turn in the session that is asked for, if one is. What the request leaves open is as it was when
    /// the session began.
    async fn seat(
        &self,
        coming: Coming<'_>,
        request: &mut ExecutionRequest,
        admitted: &mut Admitted,
    ) -> Result<Option<Seat<Kept>>, Refusal> {
        let Some(used) = &request.session else { return Ok(None) };
        let Coming { live, caller, principal, .. } = coming;
        let config = live.policy.config();
        let wait = request.turn.max_wait_ms.unwrap_or(u64::MAX).min(config.wait_timeout_ms);
        let says_what = request.permissions.as_ref().is_some_and(|asked| !asked.is_null());
        let asked = Asked {
            key: Key::of(principal, request.language, &used.id),
            wish: Wish {
                principal,
                allowlist: used.names_tools.then_some(&admitted.allowlist),
                permissions: says_what.then_some(&admitted.permissions),
            },
            fixed: Fixed {
                principal: principal.clone(),
                roles: caller.roles(),
                allowlist: admitted.allowlist.clone(),
                permissions: admitted.permissions.clone(),
            },
            reset: used.reset,
            bounds: Bounds::of(config),
            wait: Duration::from_millis(wait),
        };
        let seat = self.0.sessions.enter(asked).await?;
        self.0.watch.start(&self.0.sessions);
        let Fixed { allowlist, permissions, .. } = seat.fixed();
        request.allowed_tools = allowlist.patterns().to_vec();
        admitted.allowlist = allowlist.clone();
        admitted.permissions = permissions.clone();
        Ok(Some(seat))
    }
}

/// What a program of a session is given, unless some of it may no longer be had: then the session ends.
async fn renewed(
    seat: Seat<Kept>,
    live: &Live,
    caller: &Caller,
    packages: Option<&Prepared>,
) -> Result<(Seat<Kept>, Given), Refusal> {
    let Some(kept) = seat.body() else { return Err(defect()) };
    let declared = packages.map(|packages| packages.environment().key.as_str());
    if declared.is_some() && declared != kept.environment() {
        return Err(mismatch(seat.id(), "its packages"));
    }
    match live.reach.renew(&kept.given, &seat.fixed().permissions, &caller.view()).await {
        Some(given) => Ok((seat, given)),
        None => Err(seat.refuse(Why::Rights("the directories or hosts it was granted"))),
    }
}

/// What becomes of the process, and of the session it is of.
fn settle(
    left: Left,
    place: Place,
    seat: Option<Seat<Kept>>,
    (given, packages): (Given, Option<Prepared>),
    memory: Option<u64>,
) -> Option<SessionStanding> {
    match (left, seat) {
        (Left::Stopped(child), Some(seat)) => {
            let used = Used { cpu: child.cpu_time(), memory };
            let told = given.told.clone();
            Some(seat.keep(Kept { child, given, packages }, told, used))
        }
        (Left::Ended { child, why }, Some(seat)) => {
            let body = child.map(|child| Kept { child, given, packages });
            Some(seat.lose(Why::Program(why), body, place))
        }
        (Left::Stopped(child) | Left::Ended { child: Some(child), .. }, None) => {
            child.kill();
            keep_place_until_gone(place, child);
            None
        }
        (Left::Ended { child: None, .. }, None) => None,
    }
}

/// Counts the CPU time of a program, and not that of those before it in its session.
fn clock(child: &Child, session: Option<SessionCall<'_>>) -> CpuClock {
    let before = session.filter(|session| session.call > 1).and_then(|_| child.cpu_time());
    CpuClock::start(before.unwrap_or_default())
}

fn cancelled() -> Refusal {
    Refusal::new(ErrorCode::Cancelled, "the execution was cancelled before it began")
}

fn defect() -> Refusal {
    Refusal::new(ErrorCode::Internal, "the program has no process; this is a defect of ours")
}

/// The bound on children counts processes, so the place is kept until the process is reaped.
fn keep_place_until_gone(place: Place, child: Child) {
    task::spawn(Kind::Reap, async move {
        child.exit().await;
        drop(place);
    });
}

fn outcome(
    id: ExecutionId,
    ran: Ran,
    grants: Option<Grants>,
    session: Option<SessionStanding>,
    isolation: &Isolation,
) -> ExecutionOutcome {
    let success = ran.error.is_none();
    ExecutionOutcome {
        execution_id: id,
        success,
        output: ran.output,
        result: ran.result,
        result_omitted: ran.result_omitted,
        error: ran.error,
        execution_time_ms: ran.execution_time_ms,
        truncated: ran.truncated,
        limit: ran.limit,
        tool_calls_made: ran.ledger.tools(),
        tool_call_summary: ran.ledger.summary(),
        calls: if success { Vec::new() } else { ran.ledger.records() },
        grants,
        requests: ran.requests.into(),
        findings: ran.findings,
        memory_usage: ran.memory_usage,
        session,
        isolation: isolation.clone(),
    }
}
