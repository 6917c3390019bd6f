//! The requests of one program under way: answered, refused, recorded, and cut short at its end.

use std::time::{Duration, Instant};

use futures_util::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;
use types::{CallStatus, ErrorCode, LimitKind};
use wire::{Op, Reply};

use crate::answer::CallError;
use crate::bridge::{Bridge, Called};
use crate::content::{self, Wish};
use crate::ending::Stop;
use crate::fetching::{self, Ended};
use crate::filing::{self, Filing};
use crate::ledger::{self, CallNumber, millis};
use crate::progress::{Event, Progress};
use crate::reach::Given;
use crate::records::Records;
use crate::requests::{Call, Meter, Question, Unreadable, Verdict, Weight};
use crate::run::Ran;

/// What stands for the name in a request that cannot be read.
const UNREADABLE: &str = "(unreadable)";

/// Requests to hosts that an outcome tells of, the last ones.
const REQUESTS: usize = 100;

/// Calls and questions as one kind of future, so that they share one set.
type Answering<'a> = std::pin::Pin<Box<dyn Future<Output = Answered> + Send + 'a>>;

/// What one program has asked, and what of it is being answered.
pub struct Asked<'a> {
    bridge: &'a Bridge<'a>,
    records: &'a Records<'a>,
    most_calls: u64,
    /// Whether it may ask for more.
    pub meter: Meter,
    /// What is being answered.
    pub answers: FuturesUnordered<Answering<'a>>,
    open: Vec<Noted>,
    given: &'a Given,
    progress: &'a Progress,
    ended: Ended,
    cancels: Vec<(u32, CancellationToken)>,
}

impl<'a> Asked<'a> {
    /// For a program that may make so many calls and was given this.
    pub fn new(
        bridge: &'a Bridge<'a>,
        records: &'a Records<'a>,
        given: &'a Given,
        progress: &'a Progress,
        most_calls: u64,
    ) -> Self {
        let (meter, answers) = (Meter::new(most_calls), FuturesUnordered::new());
        let (open, ended, cancels) = (Vec::new(), Ended::default(), Vec::new());
        Self { bridge, records, most_calls, meter, answers, open, given, progress, ended, cancels }
    }

    /// One more request: begins to answer it, or gives the frame that refuses it.
    pub fn request(
        &mut self,
        ran: &mut Ran,
        id: u32,
        op: Op,
        payload: Vec<u8>,
        left: Duration,
    ) -> Result<Option<Vec<u8>>, Stop> {
        let is_call = is_call(op);
        let verdict = match op {
            _ if is_call => self.meter.call(),
            Op::File => self.meter.filing(),
            Op::Fetch => self.meter.fetch(),
            _ => self.meter.question(),
        };
        if is_call && verdict != Verdict::Fine {
            ran.limit = Some(LimitKind::ToolCalls);
        }
        let reply = match (verdict, op) {
            (Verdict::Enough, _) => {
                ran.limit = Some(LimitKind::ToolCalls);
                return Err(Stop::TooManyRequests);
            }
            (Verdict::Refused, op) if is_call => Some(self.too_many(ran, op, &payload)),
            (Verdict::Refused, Op::File) => Some(filing::unreadable(
                "the program has asked too often for files; read and write more at once",
            )),
            (Verdict::Refused, Op::Fetch) => {
                Some(fetching::unreadable("the program has sent too many requests"))
            }
            (Verdict::Refused, _) => {
                let message = "the program has asked too often about tools; keep what it learns";
                Some(refusal(UNREADABLE, ErrorCode::TooManyCalls, message.to_owned()))
            }
            (Verdict::Fine, op) if content::is_wish(op) => {
                self.begin_wish(ran, id, op, &payload, left)
            }
            (Verdict::Fine, op) if is_call => self.begin_call(ran, id, op, &payload, left),
            (Verdict::Fine, Op::File) => self.begin_filing(id, payload),
            (Verdict::Fine, Op::Fetch) => {
                let refused = self.begin_fetch(id, &payload);
                self.take_note(ran);
                refused
            }
            (Verdict::Fine, Op::Cancel) => Some(self.cancel(&payload)),
            (Verdict::Fine, Op::Registry | Op::Unpacked) => {
                let message = "a program installs nothing; it imports packages".to_owned();
                Some(refusal(UNREADABLE, ErrorCode::InvalidRequest, message))
            }
            (Verdict::Fine, _) => self.begin_question(id, op, &payload),
        };
        Ok(reply.map(|reply| wire::reply_frame(id, &reply)))
    }

    fn begin_filing(&mut self, id: u32, payload: Vec<u8>) -> Option<Reply> {
        let (filing, content) = match Filing::parse(&payload) {
            Ok(parsed) => parsed,
            Err(why) => return Some(filing::unreadable(why)),
        };
        let answer = filing.answer_bytes(&files::Limits::default());
        let weight = Weight::of_bytes(payload.len() + usize::try_from(answer).unwrap_or(0));
        let given = self.given;
        self.meter.begin(weight);
        self.answers.push(Box::pin(async move {
            let reply = given.file(filing, payload, content).await;
            Answered { id, reply, weight, call: None }
        }));
        None
    }

    fn begin_fetch(&mut self, id: u32, payload: &[u8]) -> Option<Reply> {
        let request = match fetching::parse(payload) {
            Ok(request) => request,
            Err(why) => return Some(fetching::unreadable(why)),
        };
        let Some(session) = &self.given.net else {
            return Some(fetching::not_granted(&request, &self.ended.observer()));
        };
        let weight = Weight::of_bytes(payload.len() + fetching::WEIGHT);
        let (observer, cancel) = (self.ended.observer(), CancellationToken::new());
        self.cancels.push((id, cancel.clone()));
        self.meter.begin(weight);
        self.answers.push(Box::pin(async move {
            let reply = fetching::fetch(session, request, &observer, cancel).await;
            Answered { id, reply, weight, call: None }
        }));
        None
    }

    /// The program no longer wants an answer. What it may still get is an answer all the same.
    fn cancel(&mut self, payload: &[u8]) -> Reply {
        #[derive(serde::Deserialize)]
        struct Payload {
            id: u32,
        }
        if let Ok(Payload { id }) = serde_json::from_slice(payload) {
            for (_, cancel) in self.cancels.extract_if(.., |(known, _)| *known == id) {
                cancel.cancel();
            }
        }
        Reply::Json(b"null".to_vec())
    }

    /// Puts requests to hosts that have ended on record.
    fn take_note(&self, ran: &mut Ran) {
        while let Some(record) = self.ended.take() {
            if ran.requests.len() == REQUESTS {
                ran.requests.pop_front();
            }
            ran.requests.push_back(fetching::told(&record));
            self.records.request(&record);
        }
    }

    fn begin_call(
        &mut self,
        ran: &mut Ran,
        id: u32,
        op: Op,
        payload: &[u8],
        left: Duration,
    ) -> Option<Reply> {
        let call = match Call::parse(payload) {
            Ok(call) => call,
            Err(unreadable) => return Some(self.unreadable(ran, &unreadable)),
        };
        let (bridge, weight) = (self.bridge, call.weight);
        let noted = self.note(ran, &call.label, &call.arguments_hash);
        self.begin(id, noted, weight, async move { bridge.call(call, op, left).await });
        None
    }

    fn begin_wish(
        &mut self,
        ran: &mut Ran,
        id: u32,
        op: Op,
        payload: &[u8],
        left: Duration,
    ) -> Option<Reply> {
        let wish = match Wish::parse(op, payload) {
            Ok(wish) => wish,
            Err(unreadable) => return Some(self.unreadable(ran, &unreadable)),
        };
        let (bridge, weight) = (self.bridge, wish.weight);
        let label = bridge.label_of(&wish);
        let noted = self.note(ran, &label, &wish.hash);
        self.begin(id, noted, weight, async move { bridge.read(wish, &label, left).await });
        None
    }

    /// Begins to answer a call that is noted.
    fn begin(
        &mut self,
        id: u32,
        noted: Noted,
        weight: Weight,
        answering: impl Future<Output = Called> + Send + 'a,
    ) {
        self.meter.begin(weight);
        self.answers.push(Box::pin(async move {
            let Called { reply, status, error_code, duration_ms } = answering.await;
            let meta = CalledMeta { status, error_code, duration_ms };
            Answered { id, reply, weight, call: Some((noted, meta)) }
        }));
    }

    fn note(&mut self, ran: &mut Ran, label: &str, hash: &str) -> Noted {
        let noted = note(ran, label, hash, self.progress);
        self.open.push(noted.clone());
        noted
    }

    fn unreadable(&self, ran: &mut Ran, why: &Unreadable) -> Reply {
        self.refuse(ran, UNREADABLE, "", ErrorCode::InvalidArguments, why.0.to_owned())
    }

    fn too_many(&self, ran: &mut Ran, op: Op, payload: &[u8]) -> Reply {
        let message = format!(
            "the program has made its {} tool calls; ask for more at once in each, or ask the \
             operator for a higher limits.maxToolCalls",
            self.most_calls
        );
        let known = match content::is_wish(op) {
            true => {
                let wish = Wish::parse(op, payload).ok();
                wish.map(|wish| (self.bridge.label_of(&wish), wish.hash))
            }
            false => Call::parse(payload).ok().map(|call| (call.label, call.arguments_hash)),
        };
        let (label, hash) = known.unwrap_or_else(|| (UNREADABLE.to_owned(), String::new()));
        self.refuse(ran, &label, &hash, ErrorCode::TooManyCalls, message)
    }

    fn begin_question(&mut self, id: u32, op: Op, payload: &[u8]) -> Option<Reply> {
        let (question, weight) = match Question::parse(payload) {
            Ok(parsed) => parsed,
            Err(Unreadable(why)) => {
                return Some(refusal(UNREADABLE, ErrorCode::InvalidArguments, why.to_owned()));
            }
        };
        let bridge = self.bridge;
        self.meter.begin(weight);
        self.answers.push(Box::pin(async move {
            // A search is work: other executions get their turn between two of them.
            tokio::task::yield_now().await;
            let reply = bridge.ask(op, question).await;
            Answered { id, reply, weight, call: None }
        }));
        None
    }

    /// Notes a call that goes no further.
    fn refuse(
        &self,
        ran: &mut Ran,
        label: &str,
        hash: &str,
        code: ErrorCode,
        message: String,
    ) -> Reply {
        let noted = note(ran, label, hash, self.progress);
        let meta =
            CalledMeta { status: CallStatus::Refused, error_code: Some(code), duration_ms: 0.0 };
        self.settle(ran, &noted, &meta);
        refusal(&noted.label, code, message)
    }

    /// Takes note of an answer that has been sent.
    pub fn answered(&mut self, ran: &mut Ran, answered: &Answered) {
        self.meter.end(answered.weight);
        self.cancels.retain(|(id, _)| *id != answered.id);
        self.take_note(ran);
        if let Some((noted, meta)) = &answered.call {
            self.open.retain(|open| open.number != noted.number);
            self.settle(ran, noted, meta);
        }
    }

    fn settle(&self, ran: &mut Ran, noted: &Noted, meta: &CalledMeta) {
        ran.ledger.end(noted.number, meta.status, meta.duration_ms);
        self.tell_end(noted, meta.status, meta.duration_ms);
        let (hash, duration) = (&noted.arguments_hash, meta.duration_ms);
        self.records.call(&noted.label, hash, duration, meta.status, meta.error_code);
    }

    fn tell_end(&self, noted: &Noted, status: CallStatus, duration_ms: f64) {
        let (call, tool) = (noted.number.number(), ledger::name(&noted.label));
        self.progress.event(Event::CallEnded { call, tool, status, duration_ms });
    }

    /// Cancels the calls under way; whether they took effect is unknown.
    pub fn abandon(mut self, ran: &mut Ran, began: Instant) {
        // What a request to a host was doing is on record once it is dropped.
        drop(std::mem::take(&mut self.answers));
        self.take_note(ran);
        for noted in &self.open {
            let duration_ms = millis(began);
            ran.ledger.abandon(noted.number, duration_ms);
            let status = CallStatus::Unfinished;
            self.tell_end(noted, status, duration_ms);
            self.records.call(&noted.label, &noted.arguments_hash, duration_ms, status, None);
        }
    }
}

fn note(ran: &mut Ran, label: &str, hash: &str, progress: &Progress) -> Noted {
    let number = ran.ledger.begin(label, hash);
    progress.event(Event::CallStarted { call: number.number(), tool: ledger::name(label) });
    Noted { number, label: label.to_owned(), arguments_hash: hash.to_owned() }
}

/// Whether a request counts as a call and is put on record.
fn is_call(op: Op) -> bool {
    matches!(op, Op::CallTool | Op::CallToolRaw | Op::CallToolTyped) || content::is_wish(op)
}

fn refusal(tool: &str, code: ErrorCode, message: String) -> Reply {
    CallError { code, server: None, tool, message, content: &[] }.reply()
}

/// A call that is noted in the ledger.
#[derive(Debug, Clone)]
struct Noted {
    number: CallNumber,
    label: String,
    arguments_hash: String,
}

/// What comes back from an answered request.
pub struct Answered {
    id: u32,
    reply: Reply,
    weight: Weight,
    call: Option<(Noted, CalledMeta)>,
}

impl Answered {
    /// The frame that tells it.
    pub fn frame(&self) -> Vec<u8> {
        wire::reply_frame(self.id, &self.reply)
    }
}

struct CalledMeta {
    status: CallStatus,
    error_code: Option<ErrorCode>,
    duration_ms: f64,
}
