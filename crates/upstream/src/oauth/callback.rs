//! Where the browser comes back to: a port of this machine, open for the time of one login.

use std::collections::HashMap;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::Url;

use crate::oauth::{Error, Secret};

/// The path the browser comes back to.
const PATH: &str = "/callback";
/// The largest head of a request, in bytes.
const MAX_HEAD_BYTES: usize = 32 * 1024;
/// How long a request may take to arrive, and an answer to leave.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most connections that are open at once; browsers open some that they never use.
const MAX_CONNECTIONS: usize = 16;

/// The open port.
#[derive(Debug)]
pub(crate) struct Callback {
    listener: TcpListener,
    port: u16,
}

/// A browser that came back, and waits for a page.
pub(crate) struct Return {
    stream: TcpStream,
    /// What it brought. None of it twice.
    parameters: HashMap<String, Secret>,
}

impl Callback {
    /// Opens `port`; any when it is 0.
    pub(crate) async fn open(port: u16) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::Port { port, reason: error.to_string() };
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Self { listener, port })
    }

    /// The URL that providers are told.
    pub(crate) fn redirect(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the browser that brings this state. Whoever comes without it is sent away: this port
    /// is open to every page in every browser of this machine.
    pub(crate) async fn wait(&self, state: &Secret) -> Return {
        // Reading a request ends with whoever waits here: the set aborts what it holds.
        let mut arriving = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if arriving.len() < MAX_CONNECTIONS => {
                    let Ok((stream, _)) = accepted else {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    };
                    arriving.spawn(timeout(PATIENCE, arrival(stream)));
                }
                Some(arrived) = arriving.join_next() => {
                    let Ok(Ok(Some(returned))) = arrived else { continue };
                    if returned.parameters.get("state") == Some(state) {
                        return returned;
                    }
                    let text = "This is not the login that code-executor waits for.";
                    returned.answer("Not this login", text).await;
                }
            }
        }
    }
}

impl Return {
    /// A parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Secret> {
        self.parameters.get(name)
    }

    /// Shows a page, and is done with the browser.
    pub(crate) async fn answer(self, title: &str, text: &str) {
        respond(self.stream, "200 OK", title, text).await;
    }
}

/// Reads one request; what is not the browser's return is answered here.
async fn arrival(mut stream: TcpStream) -> Option<Return> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        head.extend_from_slice(&piece[..read]);
        if head.len() > MAX_HEAD_BYTES {
            return None;
        }
    }
    let head = String::from_utf8_lossy(&head);
    let mut words = head.lines().next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let url = Url::parse("http://127.0.0.1/").ok()?.join(target).ok()?;
    if method != "GET" || url.path() != PATH {
        respond(stream, "404 Not Found", "Nothing here", "There is nothing here.").await;
        return None;
    }
    let mut parameters = HashMap::new();
    for (name, value) in url.query_pairs().take(32) {
        if parameters.insert(name.into_owned(), Secret::new(value)).is_some() {
            respond(stream, "400 Bad Request", "Not understood", "A parameter came twice.").await;
            return None;
        }
    }
    Some(Return { stream, parameters })
}

async fn respond(mut stream: TcpStream, status: &str, title: &str, text: &str) {
    let body = page(title, text);
    let length = body.len();
    let response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\
         Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; style-src \
         'unsafe-inline'; frame-ancestors 'none'\r\nReferrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{body}"
    );
    // Best effort: the login does not depend on what the browser shows.
    let _ = timeout(PATIENCE, async {
        stream.write_all(response.as_bytes()).await?;
        stream.shutdown().await
    })
    .await;
}

/// A page with nothing in it but two lines.
fn page(title: &str, text: &str) -> String {
    let (title, text) = (escaped(title), escaped(text));
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>code-executor: {title}</title>\
         <style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem}}\
         @media(prefers-color-scheme:dark){{body{{background:#111;color:#eee}}}}</style>\
         <h1>{title}</h1><p>{text}</p></html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
