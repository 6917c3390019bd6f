//! News of a request, as it happens: what it waits for, that its program has begun, what that prints
//! and calls. How it ended is the answer itself.

use std::sync::Arc;

use types::{CallStatus, ExecutionId};

/// One piece of news. What a program prints is for its caller alone; nothing else here holds code,
/// arguments or secrets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event<'a> {
    /// The program has not begun; this is waited for, in a few words.
    Waiting(&'a str),
    /// The program begins, under this id.
    Started(&'a ExecutionId),
    /// It printed, within its limit.
    Output(&'a str),
    /// A call of a tool, or the reading of a resource or prompt, is under way.
    CallStarted {
        /// Which call it is, counted from 1.
        call: u64,
        /// The tool's full name as the program gave it, at most 128 bytes.
        tool: &'a str,
    },
    /// The call has ended; each that started does.
    CallEnded {
        /// Which call it was.
        call: u64,
        /// The tool's name again.
        tool: &'a str,
        /// How it ended.
        status: CallStatus,
        /// Milliseconds it took.
        duration_ms: f64,
    },
}

/// Whoever reads the news.
type Reader = Arc<dyn Fn(Event<'_>) + Send + Sync>;

/// Where news goes.
#[derive(Clone, Default)]
pub struct Progress(Option<Reader>);

impl Progress {
    /// News that nobody reads.
    pub fn unread() -> Self {
        Self::default()
    }

    /// All news for a reader, who is called where it happens and must not block.
    pub fn events(reader: impl Fn(Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(reader)))
    }

    /// What is waited for alone, for a reader who is called where it happens and must not block.
    pub fn new(reader: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self::events(move |event| {
            if let Event::Waiting(what) = event {
                reader(what);
            }
        })
    }

    /// Tells what is being done, in a few words.
    pub fn tell(&self, what: &str) {
        self.event(Event::Waiting(what));
    }

    /// Tells what happened.
    pub fn event(&self, event: Event<'_>) {
        if let Some(reader) = &self.0 {
            reader(event);
        }
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Progress").field(&self.0.is_some()).finish()
    }
}
