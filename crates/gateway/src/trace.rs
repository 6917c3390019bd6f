//! The spans of one execution: its whole, its parts, its calls. Who keeps traces is behind [`Spans`];
//! without one, a client's own place in a trace is passed on to servers as it came.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use types::{ExecutionId, TraceContext, TraceParent};

/// Spans of one execution that are kept; of more only the number is told.
const MOST: usize = 2_000;

/// Where spans go. Called where things happen: it must not block.
pub trait Spans: Send + Sync {
    /// Whether a trace is kept.
    fn keeps(&self, trace: [u8; 16], parent: Option<&TraceParent>) -> bool;

    /// Takes the spans of one execution, the one of the whole last.
    fn take(&self, spans: Vec<Span>);
}

/// Something that took time.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The trace, and the span in it.
    pub context: TraceParent,
    /// What the vendors on the way to us had to say.
    pub state: Option<Arc<str>>,
    /// The span that it is part of.
    pub parent: Option<[u8; 8]>,
    /// What it is, such as `execute typescript`.
    pub name: String,
    /// Whose time it is.
    pub kind: SpanKind,
    /// Its begin.
    pub began: SystemTime,
    /// Its end.
    pub ended: SystemTime,
    /// What is known of it.
    pub attributes: Vec<(&'static str, Value)>,
    /// Why it failed, as a code or a class, when it did.
    pub error: Option<String>,
}

/// Whose time a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// Ours, for somebody who asked.
    Server,
    /// Ours.
    Internal,
    /// Of a server that we asked.
    Client,
}

/// What is known of a span, under one name.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Bool(bool),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// One execution's place in a trace.
pub(crate) struct Trace {
    /// Ours, or the client's own where nobody keeps traces.
    context: TraceContext,
    kept: Option<Kept>,
}

struct Kept {
    spans: Arc<dyn Spans>,
    above: Option<[u8; 8]>,
    began: (SystemTime, Instant),
    parts: Mutex<Parts>,
}

#[derive(Default)]
struct Parts {
    spans: Vec<Span>,
    left_out: usize,
}

impl Trace {
    /// A place below the client's, or at the top of a trace that has the execution's own id.
    pub(crate) fn begin(
        spans: Option<&Arc<dyn Spans>>,
        id: &ExecutionId,
        client: Option<TraceContext>,
    ) -> Option<Self> {
        let Some(spans) = spans else {
            return client.map(|context| Self { context, kept: None });
        };
        let above = client.as_ref().map(|client| client.parent);
        let trace = above.map_or_else(|| trace_of(id), |above| above.trace);
        let sampled = spans.keeps(trace, above.as_ref());
        let parent = TraceParent { trace, span: new_span(), sampled };
        let state = client.and_then(|client| client.state);
        let kept = sampled.then(|| Kept {
            spans: Arc::clone(spans),
            above: above.map(|above| above.span),
            began: (SystemTime::now(), Instant::now()),
            parts: Mutex::default(),
        });
        Some(Self { context: TraceContext { parent, state }, kept })
    }

    /// The trace's id in hexadecimal.
    pub(crate) fn id(&self) -> String {
        self.context.parent.trace_id()
    }

    /// What a server is told of a call: a span of its own where the trace is kept.
    pub(crate) fn below(&self) -> TraceContext {
        let mut context = self.context.clone();
        if self.kept.is_some() {
            context.parent.span = new_span();
        }
        context
    }

    /// Keeps a part that has ended now.
    pub(crate) fn part(&self, part: Part) {
        let Some(kept) = &self.kept else { return };
        let mut parts = kept.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if parts.spans.len() == MOST {
            parts.left_out += 1;
            return;
        }
        let span = self.span(kept, part, Some(self.context.parent.span));
        parts.spans.push(span);
    }

    /// Hands everything over, the whole last.
    pub(crate) fn end(&self, mut whole: Part) {
        let Some(kept) = &self.kept else { return };
        let parts = std::mem::take(&mut *kept.parts.lock().unwrap_or_else(PoisonError::into_inner));
        if parts.left_out > 0 {
            whole.attributes.push(("code_executor.spans_left_out", parts.left_out.into()));
        }
        whole.context = Some(self.context.clone());
        whole.began = kept.began.1;
        let whole = self.span(kept, whole, kept.above);
        let mut spans = parts.spans;
        spans.push(whole);
        kept.spans.take(spans);
    }

    fn span(&self, kept: &Kept, part: Part, parent: Option<[u8; 8]>) -> Span {
        let Part { context, name, kind, began, attributes, error } = part;
        // By one clock, so that parts lie within the whole.
        let at = |instant: Instant| kept.began.0 + instant.saturating_duration_since(kept.began.1);
        let context = context.map_or_else(
            || TraceParent { span: new_span(), ..self.context.parent },
            |context| context.parent,
        );
        let state = self.context.state.clone();
        let (began, ended) = (at(began), at(Instant::now()));
        Span { context, state, parent, name, kind, began, ended, attributes, error }
    }
}

/// A part of an execution that has ended.
pub(crate) struct Part {
    /// Where it was given one already.
    pub(crate) context: Option<TraceContext>,
    pub(crate) name: String,
    pub(crate) kind: SpanKind,
    pub(crate) began: Instant,
    pub(crate) attributes: Vec<(&'static str, Value)>,
    pub(crate) error: Option<String>,
}

/// An execution's id has as many digits as a trace's.
fn trace_of(id: &ExecutionId) -> [u8; 16] {
    let digits = format!("00-{}-0000000000000001-00", id.as_str());
    TraceParent::parse(&digits).map_or_else(random, |parent| parent.trace)
}

fn new_span() -> [u8; 8] {
    random()
}

/// Never all zeros.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() || bytes == [0; N] {
        bytes[N - 1] = 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Instant;

    use types::{ExecutionId, TraceContext, TraceParent};

    use super::{MOST, Part, Span, SpanKind, Spans, Trace};

    #[derive(Default)]
    struct Taken(Mutex<Vec<Span>>);

    impl Spans for Taken {
        fn keeps(&self, _: [u8; 16], parent: Option<&TraceParent>) -> bool {
            parent.is_none_or(|parent| parent.sampled)
        }

        fn take(&self, spans: Vec<Span>) {
            self.0.lock().unwrap().extend(spans);
        }
    }

    fn part(name: &str) -> Part {
        let (name, began) = (name.to_owned(), Instant::now());
        let (context, kind) = (None, SpanKind::Internal);
        Part { context, name, kind, began, attributes: Vec::new(), error: None }
    }

    fn client(sampled: bool) -> TraceContext {
        let parent = TraceParent { trace: [7; 16], span: [9; 8], sampled };
        TraceContext { parent, state: Some("vendor=1".into()) }
    }

    #[test]
    fn parts_lie_in_a_whole_below_the_clients_span() {
        let taken = Arc::new(Taken::default());
        let spans: Arc<dyn Spans> = taken.clone();
        let id = ExecutionId::from_parts(1, [3; 10]);
        let trace = Trace::begin(Some(&spans), &id, Some(client(true))).unwrap();
        trace.part(part("queue"));
        trace.end(part("execute"));
        let spans = taken.0.lock().unwrap();
        let [queue, whole] = spans.as_slice() else { panic!("{spans:?}") };
        assert_eq!((queue.parent, whole.parent), (Some(whole.context.span), Some([9; 8])));
        assert!(spans.iter().all(|span| span.context.trace == [7; 16]));
        assert!(whole.began <= queue.began && queue.ended <= whole.ended);
    }

    #[test]
    fn without_a_client_a_trace_has_the_executions_id() {
        let spans: Arc<dyn Spans> = Arc::new(Taken::default());
        let id = ExecutionId::from_parts(77, [3; 10]);
        assert_eq!(Trace::begin(Some(&spans), &id, None).unwrap().id(), id.as_str());
        assert!(Trace::begin(None, &id, None).is_none());
    }

    #[test]
    fn where_nobody_keeps_traces_the_clients_goes_on_as_it_came() {
        let id = ExecutionId::from_parts(1, [3; 10]);
        let trace = Trace::begin(None, &id, Some(client(true))).unwrap();
        assert_eq!(trace.below(), client(true));
        let taken = Arc::new(Taken::default());
        let spans: Arc<dyn Spans> = taken.clone();
        let unsampled = Trace::begin(Some(&spans), &id, Some(client(false))).unwrap();
        unsampled.end(part("execute"));
        assert!(taken.0.lock().unwrap().is_empty());
        assert!(!unsampled.below().parent.sampled);
    }

    #[test]
    fn a_flood_of_calls_is_counted_and_not_kept() {
        let taken = Arc::new(Taken::default());
        let spans: Arc<dyn Spans> = taken.clone();
        let trace = Trace::begin(Some(&spans), &ExecutionId::from_parts(1, [3; 10]), None).unwrap();
        (0..MOST + 5).for_each(|_| trace.part(part("call")));
        trace.end(part("execute"));
        let spans = taken.0.lock().unwrap();
        assert_eq!(spans.len(), MOST + 1);
        let said = spans.last().unwrap().attributes.clone();
        assert_eq!(said, [("code_executor.spans_left_out", 5usize.into())]);
    }
}
