//! What the requests of one program may cost the host: how many there are, what each may hold, and
//! what those that are being answered hold together.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use types::Detail;

use crate::records::arguments_hash;

/// Bytes that the requests under way may hold together. Beyond it the child is not read, so it
/// waits; nothing is refused.
const HELD: usize = 64 << 20;

/// Requests that are answered at the same time. Beyond it the child is not read either.
const IN_FLIGHT: usize = 256;

/// What one parsed JSON value is counted as, in bytes: a small object is some 300, a number 32.
const VALUE: usize = 128;

/// Values that the arguments of one call may hold.
pub const MOST_VALUES: usize = 500_000;

/// The longest question about tools, in bytes.
const QUESTION: usize = 64 * 1024;

/// Questions about tools that one program may ask. Each may search every tool there is.
const QUESTIONS: u64 = 10_000;

/// Operations on files that one program may ask for. Each costs the host some system calls.
const FILINGS: u64 = 1_000_000;

/// Requests to hosts that one program may ask for, refused ones included; egress allows fewer. Each is
/// a line of the audit log.
const FETCHES: u64 = 2_000;

/// Requests beyond a limit that are refused one by one, for the program to catch. After them the
/// program is stopped: it no longer minds.
const PATIENCE: u64 = 100;

/// The longest tool name that is looked at. Full names have at most 64 characters.
const NAME: usize = 128;

/// The most of a name that is no tool's that is kept and told, in characters.
const LABEL: usize = 64;

/// What a request that is being answered holds, in the unit of `HELD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight(usize);

impl Weight {
    /// Of a request that holds so many bytes.
    pub fn of_bytes(bytes: usize) -> Self {
        Self(bytes)
    }

    /// Of a request that holds so many bytes and so many parsed values.
    pub fn of(bytes: usize, values: usize) -> Self {
        Self(bytes + values * VALUE)
    }
}

/// What the requests of one program have come to so far.
#[derive(Debug)]
pub struct Meter {
    most_calls: u64,
    calls: u64,
    questions: u64,
    filings: u64,
    fetches: u64,
    refused: u64,
    in_flight: usize,
    held: usize,
}

/// What becomes of one more request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is answered.
    Fine,
    /// It is refused; the program may go on.
    Refused,
    /// The program is stopped.
    Enough,
}

impl Meter {
    /// For a program that may make so many calls.
    pub fn new(most_calls: u64) -> Self {
        Self {
            most_calls,
            calls: 0,
            questions: 0,
            filings: 0,
            fetches: 0,
            refused: 0,
            in_flight: 0,
            held: 0,
        }
    }

    /// Whether there is room for another request.
    pub fn has_room(&self) -> bool {
        self.in_flight < IN_FLIGHT && self.held < HELD
    }

    /// One more call.
    pub fn call(&mut self) -> Verdict {
        self.calls += 1;
        self.verdict(self.calls > self.most_calls)
    }

    /// One more question about tools.
    pub fn question(&mut self) -> Verdict {
        self.questions += 1;
        self.verdict(self.questions > QUESTIONS)
    }

    /// One more operation on a file.
    pub fn filing(&mut self) -> Verdict {
        self.filings += 1;
        self.verdict(self.filings > FILINGS)
    }

    /// One more request to a host.
    pub fn fetch(&mut self) -> Verdict {
        self.fetches += 1;
        self.verdict(self.fetches > FETCHES)
    }

    /// A request begins to be answered.
    pub fn begin(&mut self, weight: Weight) {
        self.in_flight += 1;
        self.held += weight.0;
    }

    /// A request has been answered.
    pub fn end(&mut self, weight: Weight) {
        self.in_flight -= 1;
        self.held -= weight.0;
    }

    fn verdict(&mut self, over: bool) -> Verdict {
        self.refused += u64::from(over);
        match over {
            false => Verdict::Fine,
            true if self.refused <= PATIENCE => Verdict::Refused,
            true => Verdict::Enough,
        }
    }
}

/// A program's request for a tool call, parsed.
#[derive(Debug)]
pub struct Call {
    /// The name the program gave, when it can be a tool's.
    pub name: Option<String>,
    /// The name as it is told and recorded: short, and without anything a terminal obeys.
    pub label: String,
    /// The hash of the arguments.
    pub arguments_hash: String,
    /// The arguments.
    pub arguments: Value,
    /// What it holds while it is answered.
    pub weight: Weight,
}

/// Why a request cannot be read: in words for the program's author.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

impl Call {
    /// From the payload of a request.
    pub fn parse(payload: &[u8]) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Payload<'a> {
            name: String,
            #[serde(borrow)]
            arguments: &'a RawValue,
        }
        let values = most_values(payload);
        if values > MOST_VALUES {
            return Err(Unreadable("the arguments hold more than 500000 values; send less"));
        }
        let Ok(Payload { name, arguments: raw }) = serde_json::from_slice(payload) else {
            return Err(Unreadable("the call is not the JSON of a name and arguments"));
        };
        let Ok(arguments) = serde_json::from_str(raw.get()) else {
            return Err(Unreadable(
                "the arguments hold a lone surrogate or a number out of range, or are nested \
                 deeper than 128 levels",
            ));
        };
        Ok(Self {
            label: label(&name),
            name: is_nameable(&name).then_some(name),
            arguments_hash: arguments_hash(raw.get()),
            arguments,
            weight: Weight::of(payload.len(), values),
        })
    }
}

/// What a program asks about tools.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    /// What to search for.
    pub query: Option<String>,
    /// The same, as `discoverMCPTools` names it.
    pub search: Option<String>,
    /// The server to look at.
    pub server: Option<String>,
    /// The tool to describe.
    pub name: Option<String>,
    /// How many hits at most.
    pub limit: Option<f64>,
    /// The tool whose module is imported.
    pub tool: Option<String>,
    /// Whether hits are to say how they are imported.
    pub importable: bool,
    /// How much such hits tell.
    pub detail: Detail,
}

impl Question {
    /// From the payload of a request, with what it holds while it is answered.
    pub fn parse(payload: &[u8]) -> Result<(Self, Weight), Unreadable> {
        if payload.len() > QUESTION {
            return Err(Unreadable("the question is longer than 64 KiB; ask a shorter one"));
        }
        let question = serde_json::from_slice(payload).map_err(|_| {
            Unreadable("the query, the names, the limit or the detail are of the wrong kind")
        })?;
        Ok((question, Weight(payload.len())))
    }
}

/// A name as it is told and recorded.
pub fn label(name: &str) -> String {
    if is_nameable(name) {
        return name.to_owned();
    }
    if name.is_empty() {
        return "(empty)".to_owned();
    }
    let mut label: String = name.chars().take(LABEL).flat_map(char::escape_default).collect();
    if name.chars().nth(LABEL).is_some() {
        label.push_str("...");
    }
    label
}

/// Whether a tool may have this name.
fn is_nameable(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=NAME).contains(&name.len()) && name.bytes().all(fits)
}

/// How many values a JSON text holds at most, without building one: what separates or opens them,
/// outside strings.
pub fn most_values(json: &[u8]) -> usize {
    let (mut count, mut in_string, mut escaped) = (1, false, false);
    for &byte in json {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
        } else {
            in_string = byte == b'"';
            count += usize::from(matches!(byte, b',' | b'[' | b'{'));
        }
    }
    count
}

#[cfg(test)]
mod tests;
