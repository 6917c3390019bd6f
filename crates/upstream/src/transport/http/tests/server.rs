//! A small HTTP server whose every answer a test decides.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::{Config, Error, Http, HttpStyle, Hub, Reached, ServerConfig};

/// Longer than anything takes on a busy machine.
pub(super) const AMPLE: Duration = Duration::from_secs(60);

/// One request as it came.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Value,
}

/// What is answered.
pub(super) enum Reply {
    /// A status, headers and a body.
    Full(u16, Vec<(&'static str, String)>, String),
    /// A stream of events that ends.
    Events(String),
    /// A stream of events that stays open after these.
    Open(String),
    /// These bytes, whatever they are, and the end.
    Bytes(Vec<u8>),
    /// Such bytes again and again.
    Endless(String, Vec<u8>),
    /// Nothing, ever.
    Silence,
}

type Decide = dyn Fn(&Asked) -> Reply + Send + Sync;

/// The server. It ends with this.
pub(super) struct Server {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn rpc(&self) -> &str {
        self.body["method"].as_str().unwrap_or_default()
    }

    /// The answer to this request.
    pub(super) fn result(&self, result: Value) -> Value {
        json!({"jsonrpc": "2.0", "id": self.body["id"], "result": result})
    }
}

impl Reply {
    pub(super) fn json(value: &Value) -> Self {
        Self::status(200, "application/json", &value.to_string())
    }

    pub(super) fn status(status: u16, kind: &str, body: &str) -> Self {
        Self::Full(status, vec![("content-type", kind.to_owned())], body.to_owned())
    }

    pub(super) fn accepted() -> Self {
        Self::Full(202, Vec::new(), String::new())
    }
}

/// A message as an event.
pub(super) fn event(message: &Value) -> String {
    format!("event: message\ndata: {message}\n\n")
}

impl Server {
    pub(super) async fn start(decide: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, decide): (_, Arc<Decide>) = (Arc::clone(&asked), Arc::new(decide));
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (log, decide) = (Arc::clone(&log), Arc::clone(&decide));
                connections.spawn(async move {
                    let _ = serve(stream, &log, &*decide).await;
                });
            }
        });
        Self { url, asked, task }
    }

    /// The same, looked for in another place.
    pub(super) fn at(mut self, url: &str) -> Self {
        self.url = url.to_owned();
        self
    }

    /// What was asked so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often a request with such a method of HTTP or JSON-RPC came.
    pub(super) fn count(&self, what: &str) -> usize {
        self.asked().iter().filter(|asked| asked.method == what || asked.rpc() == what).count()
    }

    /// A hub over this server, by the name of `fake`.
    pub(super) fn hub(&self, style: HttpStyle, config: Config) -> Hub {
        self.hub_with(&[], style, config)
    }

    pub(super) fn hub_with(
        &self,
        headers: &[(&str, &str)],
        style: HttpStyle,
        config: Config,
    ) -> Hub {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let http =
            Http { url: self.url.clone(), headers: headers.collect(), style, ..Http::default() };
        let servers = vec![ServerConfig::new("fake", Reached::Http(http))];
        Hub::new(Config { servers, ..config })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Short deadlines.
pub(super) fn config() -> Config {
    Config { start_timeout: Duration::from_secs(20), ..Config::default() }
}

/// The text of a call's answer, or its error's.
pub(super) async fn call(hub: &Hub, tool: &str) -> Result<String, Error> {
    call_with(hub, tool, json!({})).await
}

pub(super) async fn call_with(hub: &Hub, tool: &str, arguments: Value) -> Result<String, Error> {
    let arguments = serde_json::from_value(arguments).unwrap();
    let answer = hub.call("fake", tool, arguments, AMPLE).await?;
    Ok(answer.content[0]["text"].as_str().unwrap().to_owned())
}

/// A text as the result of a call.
pub(super) fn says(text: &str) -> Value {
    json!({"content": [{"type": "text", "text": text}]})
}

async fn serve(mut stream: TcpStream, log: &Mutex<Vec<Asked>>, decide: &Decide) -> Option<()> {
    let asked = read(&mut stream).await?;
    log.lock().unwrap().push(asked.clone());
    match decide(&asked) {
        Reply::Full(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} Status\r\nConnection: close\r\n");
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.ok()?;
        }
        Reply::Events(events) => {
            stream
                .write_all(format!("{}{events}", head("text/event-stream")).as_bytes())
                .await
                .ok()?;
        }
        Reply::Open(events) => {
            stream
                .write_all(format!("{}{events}", head("text/event-stream")).as_bytes())
                .await
                .ok()?;
            wait_for_end(&mut stream).await;
            log.lock().unwrap().push(Asked { method: "CLOSED".to_owned(), ..asked });
        }
        Reply::Bytes(bytes) => stream.write_all(&bytes).await.ok()?,
        Reply::Endless(kind, bytes) => {
            stream.write_all(head(&kind).as_bytes()).await.ok()?;
            while stream.write_all(&bytes).await.is_ok() {}
        }
        Reply::Silence => wait_for_end(&mut stream).await,
    }
    Some(())
}

fn head(kind: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {kind}\r\n\r\n")
}

async fn wait_for_end(stream: &mut TcpStream) {
    let mut rest = [0; 64];
    while matches!(stream.read(&mut rest).await, Ok(1..)) {}
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0);
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = serde_json::from_slice(&bytes[end..end + length]).unwrap_or_default();
    Some(Asked { method, path, headers, body })
}
