//! The guest protocol: what each frame means. The same wherever the child runs.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use types::{DangerousPatterns, Finding, LimitKind, Limits, MAX_FINDINGS};

use crate::frame::{self, Decoder, Error, Frame};

const READY: u8 = 1;
const OUTPUT: u8 = 2;
const DONE: u8 = 3;
const ADVICE: u8 = 4;
const REQUEST: u8 = 16;
const START: u8 = 128;
const REPLY: u8 = 129;

/// Caps on payloads, in bytes. A reply carries a tool's answer (64 MiB at most, escaped at worst
/// by JSON), a request its arguments, or what is written or sent with a header before it.
const READY_CAP: usize = 0;
const OUTPUT_CAP: usize = 64 * 1024;
const DONE_CAP: usize = 20 * 1024 * 1024;
const ADVICE_CAP: usize = 128 * 1024;
const REQUEST_CAP: usize = 16 * 1024 * 1024 + 64 * 1024;
const START_CAP: usize = 16 * 1024 * 1024 + 64 * 1024;
const REPLY_CAP: usize = 512 * 1024 * 1024;

/// What a program asks of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `{name, arguments}`: call a tool, get what a program sees.
    CallTool = 0,
    /// `{name, arguments}`: call a tool, get the whole MCP result.
    CallToolRaw = 1,
    /// `{query, limit?}`: find tools by intent.
    SearchTools = 2,
    /// `{search?, server?}`: list tools.
    DiscoverTools = 3,
    /// `{name}`: everything about one tool.
    GetToolSchema = 4,
    /// Parts, `{op, path, ...}` and content: something with a file in a granted directory.
    File = 5,
    /// Parts, `{url, method, headers, redirect}` and a body: a request to a granted host.
    Fetch = 6,
    /// `{id}`: an earlier request's answer is no longer wanted; it may come all the same.
    Cancel = 7,
    /// `{name, arguments}`: call a tool as a typed function does, get its structured value if it has
    /// one.
    CallToolTyped = 8,
    /// `{}`: the folders of the servers that can be imported.
    ListServers = 9,
    /// `{server, tool?}`: what the module of a server, or of one of its tools, holds.
    ServerModule = 10,
    /// `{server?}`: list the resources of one server, or of all.
    ListResources = 11,
    /// `{server, uri}`: read a resource.
    ReadResource = 12,
    /// `{server?}`: list the prompts of one server, or of all.
    ListPrompts = 13,
    /// `{server, name, arguments}`: get a prompt.
    GetPrompt = 14,
    /// `{path}`: what a registry of packages has there; answered by parts, `{status, contentType}` and
    /// the body. Of installations only.
    Registry = 15,
    /// Pieces of files, as [`crate::pieces`] has them: what was unpacked. Of installations only.
    Unpacked = 16,
}

impl Op {
    const ALL: [Self; 17] = [
        Self::CallTool,
        Self::CallToolRaw,
        Self::SearchTools,
        Self::DiscoverTools,
        Self::GetToolSchema,
        Self::File,
        Self::Fetch,
        Self::Cancel,
        Self::CallToolTyped,
        Self::ListServers,
        Self::ServerModule,
        Self::ListResources,
        Self::ReadResource,
        Self::ListPrompts,
        Self::GetPrompt,
        Self::Registry,
        Self::Unpacked,
    ];

    /// The operation with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|op| *op as u8 == number)
    }
}

/// What a child says.
#[derive(Debug)]
pub enum FromChild {
    /// Lockdown is complete; the child waits for the go-ahead. First, and once.
    Ready,
    /// Dangerous patterns in the program's text. Once, before anything of the program runs, so that
    /// they are known whatever becomes of it; left out when there are none.
    Advice(Vec<Finding>),
    /// Text the program printed.
    Output(String),
    /// The program asks for something; answered by a reply with the same id.
    Request {
        /// The child's number for it, rising by one from 1.
        id: u32,
        /// What it asks.
        op: Op,
        /// JSON of the arguments.
        payload: Vec<u8>,
    },
    /// The program ended. Last, and once for each program.
    Done(Box<Done>),
}

/// How a program ended, as the child tells it. A claim, not a fact.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Done {
    /// The error that ended it, `None` for success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<types::ProgramError>,
    /// JSON of the program's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Box<RawValue>>,
    /// Why the value was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_omitted: Option<String>,
    /// The limit that fired inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<LimitKind>,
    /// Whether output was dropped.
    #[serde(default)]
    pub truncated: bool,
    /// Peak of the engine's heap above its state before the program, in bytes.
    #[serde(default)]
    pub memory_bytes: u64,
}

/// What the host says.
#[derive(Debug)]
pub enum ToChild {
    /// The go-ahead, with the program.
    Start(Start),
    /// The answer to a request.
    Reply {
        /// The request's number.
        id: u32,
        /// The answer.
        reply: Reply,
    },
}

/// What a child is to do with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Task {
    /// Run it.
    Run,
    /// Look for dangerous patterns in it as Python, and run nothing. QuickJS children only.
    AnalysePython,
    /// Install the packages that it names, a specifier a line. Children of Deno that install only.
    InstallPackages,
}

/// What of the outside a program was granted, as it needs to know: to send what it does there the
/// right way, and to say in its own words what it has not. What it may do is decided by the host,
/// each time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grants {
    /// Directories that may be read, with every spelling the program used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<String>,
    /// Those of them that may be written to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub write: Vec<String>,
    /// Whether there is a host it may send requests to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub net: bool,
    /// The granted directory to which relative paths are relative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
}

impl Grants {
    /// Whether nothing was granted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The go-ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The limits of this execution.
    pub limits: Limits,
    /// What to do with the program.
    pub task: Task,
    /// What to do about dangerous patterns in it, for an engine that looks for them itself.
    pub patterns: DangerousPatterns,
    /// What of the outside the program was granted.
    pub grants: Grants,
    /// Whether another program may follow in the same child once this one has ended, and finds what
    /// it left behind.
    pub session: bool,
    /// The program.
    pub code: String,
}

/// The part of a start that stands before the code, as JSON.
#[derive(Serialize, Deserialize)]
struct StartHeader {
    limits: Limits,
    task: Task,
    patterns: DangerousPatterns,
    #[serde(default, skip_serializing_if = "Grants::is_empty")]
    grants: Grants,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    session: bool,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// JSON of a value.
    Json(Vec<u8>),
    /// A value that is plain text, sent without escaping.
    Text(String),
    /// JSON of `{code, message, ...}`: of a tool call with `server?, tool?, content?`, of a file with
    /// `syscall, path, dest?`.
    Error(Vec<u8>),
    /// JSON and bytes, as [`encode_parts`] puts them together.
    Parts(Vec<u8>),
}

/// A decoder for what a child sends.
pub fn from_child_decoder() -> Decoder {
    Decoder::new(|kind| match kind {
        READY => Some(READY_CAP),
        OUTPUT => Some(OUTPUT_CAP),
        DONE => Some(DONE_CAP),
        ADVICE => Some(ADVICE_CAP),
        REQUEST => Some(REQUEST_CAP + 1),
        _ => None,
    })
}

/// A decoder for what the host sends.
pub fn to_child_decoder() -> Decoder {
    Decoder::new(|kind| match kind {
        START => Some(START_CAP),
        REPLY => Some(REPLY_CAP + 1),
        _ => None,
    })
}

/// Interprets a frame from a child.
pub fn child_frame(frame: Frame) -> Result<FromChild, Error> {
    let malformed = |what| Error::Malformed { kind: frame.kind, what };
    match frame.kind {
        READY => Ok(FromChild::Ready),
        // Costs the child nothing and the host a turn: a worker of ours never sends one.
        OUTPUT if frame.payload.is_empty() => Err(malformed("no text")),
        OUTPUT => String::from_utf8(frame.payload)
            .map(FromChild::Output)
            .map_err(|_| Error::Malformed { kind: OUTPUT, what: "not UTF-8" }),
        ADVICE => match serde_json::from_slice::<Vec<Finding>>(&frame.payload) {
            Ok(findings) if (1..=MAX_FINDINGS).contains(&findings.len()) => {
                Ok(FromChild::Advice(findings))
            }
            Ok(_) => Err(malformed("no findings, or too many")),
            Err(_) => Err(malformed("not the JSON of findings")),
        },
        DONE => serde_json::from_slice(&frame.payload)
            .map(|done| FromChild::Done(Box::new(done)))
            .map_err(|_| malformed("not the JSON of an ending")),
        REQUEST => {
            let &number = frame.payload.first().ok_or_else(|| malformed("no operation"))?;
            let op = Op::from_number(number).ok_or_else(|| malformed("unknown operation"))?;
            let mut payload = frame.payload;
            payload.drain(..1);
            Ok(FromChild::Request { id: frame.id, op, payload })
        }
        kind => Err(Error::UnknownKind(kind)),
    }
}

/// Interprets a frame from the host.
pub fn host_frame(frame: Frame) -> Result<ToChild, Error> {
    let malformed = |what| Error::Malformed { kind: frame.kind, what };
    match frame.kind {
        START => {
            let (length, rest) =
                frame.payload.split_first_chunk::<4>().ok_or_else(|| malformed("no header"))?;
            let length = u32::from_le_bytes(*length) as usize;
            let (header, code) =
                rest.split_at_checked(length).ok_or_else(|| malformed("short header"))?;
            let StartHeader { limits, task, patterns, grants, session } =
                serde_json::from_slice(header).map_err(|_| malformed("header is not a start's"))?;
            let code =
                String::from_utf8(code.to_vec()).map_err(|_| malformed("code is not UTF-8"))?;
            Ok(ToChild::Start(Start { limits, task, patterns, grants, session, code }))
        }
        REPLY => {
            let mut payload = frame.payload;
            let tag = payload.pop().ok_or(Error::Malformed { kind: REPLY, what: "no tag" })?;
            let reply = match tag {
                0 => Reply::Json(payload),
                1 => Reply::Text(
                    String::from_utf8(payload)
                        .map_err(|_| Error::Malformed { kind: REPLY, what: "not UTF-8" })?,
                ),
                2 => Reply::Error(payload),
                3 if split_parts(&payload).is_some() => Reply::Parts(payload),
                3 => return Err(Error::Malformed { kind: REPLY, what: "no parts" }),
                _ => return Err(Error::Malformed { kind: REPLY, what: "unknown tag" }),
            };
            Ok(ToChild::Reply { id: frame.id, reply })
        }
        kind => Err(Error::UnknownKind(kind)),
    }
}

/// The frame by which a child says that its lockdown is complete.
pub fn ready_frame() -> Vec<u8> {
    frame::encode_header(READY, 0, 0).to_vec()
}

/// Appends text the program printed, cut into frames.
pub fn output_frame(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, tail) = rest.split_at(rest.floor_char_boundary(OUTPUT_CAP));
        frame::encode(out, OUTPUT, 0, piece.as_bytes());
        rest = tail;
    }
}

/// Appends the dangerous patterns in the program's text: the first of them, and not when there are
/// none.
pub fn advice_frame(out: &mut Vec<u8>, findings: &[Finding]) {
    let told = &findings[..findings.len().min(MAX_FINDINGS)];
    if told.is_empty() {
        return;
    }
    let payload = serde_json::to_vec(told).unwrap_or_default();
    frame::encode(out, ADVICE, 0, &payload);
}

/// Appends a request; `Err` when its arguments are larger than a request may be.
pub fn request_frame(out: &mut Vec<u8>, id: u32, op: Op, payload: &[u8]) -> Result<(), Error> {
    if payload.len() > REQUEST_CAP {
        return Err(Error::TooLong { kind: REQUEST, length: payload.len(), cap: REQUEST_CAP });
    }
    out.extend_from_slice(&frame::encode_header(REQUEST, id, payload.len() + 1));
    out.push(op as u8);
    out.extend_from_slice(payload);
    Ok(())
}

/// Appends the program's ending.
pub fn done_frame(out: &mut Vec<u8>, done: &Done) {
    let payload = serde_json::to_vec(done).unwrap_or_else(|_| b"{}".to_vec());
    frame::encode(out, DONE, 0, &payload);
}

/// The go-ahead as bytes.
pub fn start_frame(start: &Start) -> Vec<u8> {
    let Start { limits, task, patterns, session, .. } = *start;
    let grants = start.grants.clone();
    let header = StartHeader { limits, task, patterns, grants, session };
    let header = serde_json::to_vec(&header).unwrap_or_default();
    let length = 4 + header.len() + start.code.len();
    let mut out = Vec::with_capacity(frame::HEADER_BYTES + length);
    out.extend_from_slice(&frame::encode_header(START, 0, length));
    out.extend_from_slice(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&header);
    out.extend_from_slice(start.code.as_bytes());
    out
}

/// An answer as bytes. The tag stands last, so that the worker takes the payload without a copy.
pub fn reply_frame(id: u32, reply: &Reply) -> Vec<u8> {
    let (tag, payload) = match reply {
        Reply::Json(json) => (0, json.as_slice()),
        Reply::Text(text) => (1, text.as_bytes()),
        Reply::Error(json) => (2, json.as_slice()),
        Reply::Parts(parts) => (3, parts.as_slice()),
    };
    let mut out = Vec::with_capacity(frame::HEADER_BYTES + payload.len() + 1);
    out.extend_from_slice(&frame::encode_header(REPLY, id, payload.len() + 1));
    out.extend_from_slice(payload);
    out.push(tag);
    out
}

/// A JSON header and bytes as one payload: the header's length as a little-endian `u32`, the header,
/// the bytes.
pub fn encode_parts(header: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut parts = Vec::with_capacity(4 + header.len() + bytes.len());
    parts.extend_from_slice(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes());
    parts.extend_from_slice(header);
    parts.extend_from_slice(bytes);
    parts
}

/// A payload as its JSON header and its bytes; `None` when it is neither.
pub fn split_parts(payload: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = payload.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

#[cfg(test)]
mod tests;
