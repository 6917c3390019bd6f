//! How long an answer is waited for, and by whose will.

use std::time::Duration;

use tokio::time::Instant;

use crate::Error;

/// Whose limit a wait for an answer came up against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// How long a server may say nothing about a call.
    Silence,
    /// How long a call may take in all, however much progress is reported.
    Longest,
    /// The time that whoever called had left.
    Caller,
    /// How long a list of tools may take.
    Listing,
}

impl Limit {
    /// What can be done about it.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Silence => {
                "it reported no progress meanwhile; ask for less, or raise \
                 `upstreams.callTimeoutMs` or the server's own timeout"
            }
            Self::Longest => {
                "the longest a call may take even with progress; ask for less, or raise \
                 `upstreams.maxCallTimeoutMs`"
            }
            Self::Caller => "all the time its caller had; ask for less, or raise that timeout",
            Self::Listing => "raise `upstreams.startTimeoutMs` or the server's own",
        }
    }
}

/// How long an answer is waited for. Progress stretches the wait, up to an end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    since: Instant,
    silence: Duration,
    end: Instant,
    /// Whose the end is.
    whose: Limit,
}

impl Patience {
    /// For a call whose caller has `caller` left, to a server that may be silent for `silence` and
    /// take `longest` in all.
    pub(crate) fn call(caller: Duration, silence: Duration, longest: Duration) -> Self {
        let since = Instant::now();
        let (whole, whose) =
            if caller <= longest { (caller, Limit::Caller) } else { (longest, Limit::Longest) };
        Self { since, silence: silence.min(longest), end: since + whole, whose }
    }

    /// For a list of tools.
    pub(crate) fn listing(limit: Duration) -> Self {
        let since = Instant::now();
        Self { since, silence: limit, end: since + limit, whose: Limit::Listing }
    }

    /// When there is an end to all waiting.
    pub(crate) fn end(&self) -> Instant {
        self.end
    }

    /// When a wait for a place, which began at `from`, has been long enough.
    pub(crate) fn place(&self, from: Instant) -> Instant {
        self.end.min(from + self.silence)
    }

    /// When an answer to a request that was last heard of at `last` is given up.
    pub(crate) fn until(&self, last: Instant) -> Instant {
        self.end.min(last + self.silence)
    }

    /// The error for a request about `tool` that was given up, last heard of at `last`.
    pub(crate) fn over(&self, server: &str, tool: &str, last: Instant) -> Error {
        let silent = last + self.silence <= self.end && self.whose != Limit::Listing;
        Error::Timeout {
            server: server.to_owned(),
            tool: tool.to_owned(),
            after: self.since.elapsed(),
            silent: last.elapsed(),
            limit: if silent { Limit::Silence } else { self.whose },
        }
    }
}
