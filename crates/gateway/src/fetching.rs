//! A program's requests to hosts: read, sent under its grant, answered, and noted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use egress::{Cause, Error, Observer, Record, Redirect, Request, Response, Session};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use types::RequestRecord;
use wire::Reply;

use crate::answer::json;

/// The longest header, in bytes: a URL and the request's own headers, escaped at worst.
const HEADER: usize = 256 * 1024;

/// The longest method that is put on record of a request that goes nowhere.
const METHOD: usize = 32;

/// Bytes that a request under way is counted as: a usual answer, not the largest.
pub const WEIGHT: usize = 8 << 20;

/// Records of ended requests that wait to be taken: more than can be under way.
const WAITING: usize = 4_096;

/// What a program wants sent, but for the body.
#[derive(Debug, Deserialize)]
struct Head {
    url: String,
    #[serde(default = "get")]
    method: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    redirect: Following,
}

fn get() -> String {
    "GET".to_owned()
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Following {
    #[default]
    Follow,
    Manual,
    Error,
}

/// Reads a request; `Err` says what is wrong with it.
pub fn parse(payload: &[u8]) -> Result<Request, &'static str> {
    let (header, body) =
        wire::split_parts(payload).ok_or("the request is not a header and a body")?;
    if header.len() > HEADER {
        return Err("the request's URL and headers are longer than 256 KiB");
    }
    let head: Head = serde_json::from_slice(header)
        .map_err(|_| "the request's URL, method, headers or redirect are of the wrong kind")?;
    Ok(Request {
        method: head.method,
        url: head.url,
        headers: head.headers,
        body: body.to_vec().into(),
        redirect: match head.redirect {
            Following::Follow => Redirect::Follow,
            Following::Manual => Redirect::Manual,
            Following::Error => Redirect::Error,
        },
    })
}

/// Sends a request and waits for the whole answer.
pub async fn fetch(
    session: &Session,
    request: Request,
    observer: &Observer,
    cancel: CancellationToken,
) -> Reply {
    let answered = async {
        let response = session.fetch(request, observer, cancel).await?;
        let Response { status, status_text, url, redirected, headers, body } = response;
        let bytes = body.bytes().await?;
        let head = json(&Answer { status, status_text, url, redirected, headers });
        Ok(Reply::Parts(wire::encode_parts(&head, &bytes)))
    };
    answered.await.unwrap_or_else(|error: Error| failed(error.code(), error.to_string()))
}

/// The answer to a program that was granted no host; `observer` hears of it as of any request.
pub fn not_granted(request: &Request, observer: &Observer) -> Reply {
    let (host, code, message) = match egress::Grant::default().check(&request.url) {
        Ok(()) => (None, "EgressDenied", "no host is granted".to_owned()),
        Err(error) => {
            let host = match &error {
                Error::Denied { host, port } => Some(format!("{host}:{port}")),
                _ => None,
            };
            (host, error.code(), error.to_string())
        }
    };
    let is_method = request.method.len() <= METHOD
        && request.method.bytes().all(|byte| byte.is_ascii_uppercase());
    observer(Record {
        host,
        method: if is_method { request.method.clone() } else { String::new() },
        status: None,
        bytes_sent: 0,
        bytes_received: 0,
        duration: Duration::ZERO,
        error: Some(code),
        cause: None,
    });
    failed(code, message)
}

/// The answer to a request that cannot be read.
pub fn unreadable(why: &str) -> Reply {
    failed("EgressBadRequest", why.to_owned())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status: u16,
    status_text: String,
    url: String,
    redirected: bool,
    headers: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Failed<'a> {
    code: &'a str,
    message: String,
}

fn failed(code: &str, message: String) -> Reply {
    Reply::Error(json(&Failed { code, message }))
}

/// Requests that have ended and were not taken note of yet.
#[derive(Clone, Default)]
pub struct Ended(Arc<Mutex<VecDeque<Record>>>);

impl Ended {
    /// Hears of each request.
    pub fn observer(&self) -> Observer {
        let ended = self.clone();
        Arc::new(move |record| {
            let mut records = ended.0.lock().unwrap_or_else(PoisonError::into_inner);
            if records.len() < WAITING {
                records.push_back(record);
            }
        })
    }

    /// The next of them.
    pub fn take(&self) -> Option<Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// What the outcome tells of a request: nothing of what lay behind a failure.
pub fn told(record: &Record) -> RequestRecord {
    RequestRecord {
        host: record.host.clone(),
        method: record.method.clone(),
        status: record.status,
        bytes_sent: record.bytes_sent,
        bytes_received: record.bytes_received,
        duration_ms: (record.duration.as_secs_f64() * 1_000_000.0).round() / 1_000.0,
        error: record.error.map(str::to_owned),
    }
}

/// What lay behind a failure, for the operator.
pub fn cause(record: &Record) -> Option<&'static str> {
    record.cause.map(|cause| match cause {
        Cause::Resolve => "resolve",
        Cause::AddressNotGlobal => "address_not_global",
        Cause::AddressMetadata => "address_metadata",
        Cause::AddressOwn => "address_own",
        Cause::Connect => "connect",
    })
}
