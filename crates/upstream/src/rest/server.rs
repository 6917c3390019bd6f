//! The MCP server of an API, in this process: lines in, lines out, and a request to the API for each
//! call. It knows what every server has to know and no more; the hub on the other end does the rest.

use std::collections::HashMap;
use std::sync::Arc;

use egress::{Observer, Session};
use rmcp::model::ProtocolVersion;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, Id, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::rest::answer::{self, Answered};
use crate::rest::api::Api;
use crate::rest::refusal::words;
use crate::rest::request::{self, Always, Unfit};
use crate::trace;

/// The bytes of one page of the list of tools, more or less.
const PAGE: usize = 1024 * 1024;
/// A body longer than this is read in its turn, and arguments longer than this become a request on
/// a thread where that holds up nothing else.
const LARGE: usize = 64 * 1024;
/// Long bodies that are read at the same time.
const LARGE_AT_ONCE: usize = 4;

/// An API as a server.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) api: Api,
    pub(crate) always: Always,
    pub(crate) session: Session,
    /// The longest body of an answer, in bytes.
    pub(crate) limit: usize,
    pub(crate) large: Semaphore,
}

/// So many long bodies at once.
pub(crate) fn turns() -> Semaphore {
    Semaphore::new(LARGE_AT_ONCE)
}

/// Serves until the other end closes. Dropped, it ends all calls.
pub(crate) async fn serve(
    server: Arc<Server>,
    input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
) {
    let mut input = BufReader::new(input);
    let mut calls = Calls::default();
    let mut line = Vec::new();
    loop {
        let said = tokio::select! {
            read = input.read_until(b'\n', &mut line) => match read {
                Ok(0) | Err(_) => return,
                Ok(_) => {
                    let said = server.take(&line, &mut calls);
                    line.clear();
                    said
                }
            },
            answered = calls.next() => Some(answered),
        };
        let Some(mut said) = said else { continue };
        said.push('\n');
        if output.write_all(said.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// A message, with what may be of any depth left unread: what cannot be read is answered, too.
#[derive(Deserialize)]
struct Envelope<'a> {
    method: String,
    id: Option<Value>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

/// The params of a call.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Params {
    name: String,
    arguments: Value,
    #[serde(rename = "_meta")]
    meta: Value,
}

/// A call whose params were read: its request, or why there is none.
struct Called {
    tool: String,
    request: Result<egress::Request, String>,
}

/// Why params cannot be read, for whoever wrote them.
struct Unreadable(&'static str);

/// Reads params; there may be none.
fn read<T: Default + for<'a> Deserialize<'a>>(params: Option<&str>) -> Result<T, Unreadable> {
    let Some(params) = params else { return Ok(T::default()) };
    serde_json::from_str(params).map_err(|error| {
        let said = error.to_string();
        Unreadable(match said.starts_with("recursion limit") {
            true => "the arguments are nested too deep: params of up to 127 levels are read",
            false => "the arguments cannot be read",
        })
    })
}

/// Calls under way, each with the id of its request.
#[derive(Default)]
struct Calls {
    running: JoinSet<Result<String, Unreadable>>,
    ids: HashMap<Id, Value>,
    handles: HashMap<String, AbortHandle>,
}

impl Calls {
    fn start(
        &mut self,
        id: Value,
        call: impl Future<Output = Result<String, Unreadable>> + Send + 'static,
    ) {
        let handle = self.running.spawn(call);
        self.handles.insert(id.to_string(), handle.clone());
        self.ids.insert(handle.id(), id);
    }

    fn cancel(&mut self, id: &Value) {
        if let Some(handle) = self.handles.get(&id.to_string()) {
            handle.abort();
        }
    }

    /// The next response; for ever none while nothing runs.
    async fn next(&mut self) -> String {
        loop {
            let Some(ended) = self.running.join_next_with_id().await else {
                return std::future::pending().await;
            };
            let task = match &ended {
                Ok((task, _)) => *task,
                Err(error) => error.id(),
            };
            let Some(id) = self.ids.remove(&task) else { continue };
            self.handles.remove(&id.to_string());
            match ended {
                Ok((_, Ok(result))) => return response(&id, &result),
                Ok((_, Err(Unreadable(why)))) => return error_response(&id, -32602, why),
                Err(error) if error.is_cancelled() => {}
                Err(_) => return error_response(&id, -32603, "the call failed inside"),
            }
        }
    }
}

impl Server {
    /// Takes a message; gives the response that is known at once.
    fn take(self: &Arc<Self>, line: &[u8], calls: &mut Calls) -> Option<String> {
        let Envelope { method, id, params } = serde_json::from_slice(line).ok()?;
        let params = params.map(RawValue::get);
        let Some(id) = id else {
            if method == "notifications/cancelled" {
                calls.cancel(read::<Value>(params).ok()?.get("requestId")?);
            }
            return None;
        };
        let result = match &*method {
            "server/discover" => self.discovery("supportedVersions", json!([LATEST])),
            "initialize" => self.discovery("protocolVersion", json!(INITIALIZED)),
            "ping" => "{}".to_owned(),
            "tools/list" => match self.list(params) {
                Ok(page) => page,
                Err(Unreadable(why)) => return Some(error_response(&id, -32602, why)),
            },
            "tools/call" => {
                let (server, params) = (Arc::clone(self), params.unwrap_or_default().to_owned());
                calls.start(id, async move { server.call(params).await });
                return None;
            }
            _ => return Some(error_response(&id, -32601, "no such method")),
        };
        Some(response(&id, &result))
    }

    fn discovery(&self, key: &str, version: Value) -> String {
        let server = json!({"name": self.name, "version": env!("CARGO_PKG_VERSION")});
        json!({key: version, "capabilities": {"tools": {}}, "serverInfo": server}).to_string()
    }

    fn list(&self, params: Option<&str>) -> Result<String, Unreadable> {
        let params: Value = read(params)?;
        let page = self.page(params.get("cursor").and_then(Value::as_str));
        page.ok_or(Unreadable("no such cursor"))
    }

    /// A page of the list, from the tool whose number is the cursor.
    fn page(&self, cursor: Option<&str>) -> Option<String> {
        let start: usize = cursor.map_or(Some(0), |cursor| cursor.parse().ok())?;
        let mut page = String::from("{\"tools\":[");
        let mut next = start;
        for tool in self.api.tools.get(start..)? {
            if next > start {
                if page.len() + tool.len() > PAGE {
                    break;
                }
                page.push(',');
            }
            page.push_str(tool);
            next += 1;
        }
        page.push(']');
        if next < self.api.tools.len() {
            page.push_str(&format!(",\"nextCursor\":\"{next}\""));
        }
        page.push('}');
        Some(page)
    }

    /// Calls the API; whatever becomes of it is a result, if only its params can be read.
    async fn call(self: Arc<Self>, params: String) -> Result<String, Unreadable> {
        let called = match params.len() > LARGE {
            true => {
                let server = Arc::clone(&self);
                let built = tokio::task::spawn_blocking(move || server.request(&params)).await;
                built.unwrap_or(Err(Unreadable("the request cannot be made: that failed inside")))
            }
            false => self.request(&params),
        };
        let called = called?;
        Ok(match called.request {
            Ok(request) => {
                self.send(&called.tool, request).await.unwrap_or_else(|why| answer::failure(&why))
            }
            Err(why) => answer::failure(&why),
        })
    }

    /// The request of a call.
    fn request(&self, params: &str) -> Result<Called, Unreadable> {
        let Params { name: tool, arguments, meta } = read(Some(params))?;
        let arguments = match arguments {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        };
        let request = match self.api.call(&tool) {
            Some(call) => request::build(call, arguments, &self.always)
                .map(|request| traced(request, &meta))
                .map_err(|unfit: Unfit| unfit.to_string()),
            None => Err("there is no tool of that name".to_owned()),
        };
        Ok(Called { tool, request })
    }

    async fn send(&self, tool: &str, request: egress::Request) -> Result<String, String> {
        let server = self.name.clone();
        let observer: Observer = Arc::new(move |record: egress::Record| {
            let (status, error) = (record.status, record.error);
            tracing::debug!(server, status, error, "a request to an API ended");
        });
        let fetched = self.session.fetch(request, &observer, CancellationToken::new()).await;
        let mut response = fetched.map_err(|error| words(&error))?;
        let worth = answer::worth(response.status, self.limit);
        let (mut body, mut turn, mut cut_off) = (Vec::new(), None, false);
        while let Some(piece) = response.body.chunk().await.map_err(|error| words(&error))? {
            body.extend_from_slice(&piece);
            if body.len() > worth {
                cut_off = true;
                break;
            }
            if body.len() > LARGE && turn.is_none() {
                turn = self.large.acquire().await.ok();
            }
        }
        let is_success = (200..300).contains(&response.status);
        if cut_off && is_success {
            let limit = self.limit;
            return Err(format!("the API's answer is larger than {limit} bytes, the limit"));
        }
        let media = response.headers.iter().find(|(name, _)| name == "content-type");
        let media = media.map_or("", |(_, value)| value.as_str());
        Ok(answer::result(&Answered {
            tool,
            status: response.status,
            phrase: &response.status_text,
            media,
            body: &body,
            cut_off,
        }))
    }
}

/// The same with where it belongs in a trace, unless the operator or an argument says that already.
fn traced(mut request: egress::Request, meta: &Value) -> egress::Request {
    for (name, value) in trace::fields(meta) {
        if !request.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            request.headers.push((name.to_owned(), value));
        }
    }
    request
}

/// The revision without a handshake, and the last one with it.
const LATEST: ProtocolVersion = ProtocolVersion::LATEST;
const INITIALIZED: ProtocolVersion = ProtocolVersion::LATEST_WITH_INITIALIZE;

fn response(id: &Value, result: &str) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}")
}

fn error_response(id: &Value, code: i64, message: &str) -> String {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}).to_string()
}
