//! A small web server on loopback: says what it was asked, redirects, compresses, or never answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::json;

/// How long a connection may say nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// `hello, compressed world` by gzip.
const COMPRESSED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcbH\xcd\xc9\xc9\xd7QH\xce\xcf-(J-.NMQ(\xcf/\xcaI\x01\x00\x08\x9e45\x17\x00\x00\x00";

/// The server. Ends with its value.
pub struct WebServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stopped: AtomicBool,
    /// Requests to `/silent` whose client has gone.
    given_up: AtomicUsize,
}

impl WebServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        let listening = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if serving.stopped.load(Ordering::Acquire) {
                    return;
                }
                let shared = Arc::clone(&serving);
                thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { address, shared, listening: Some(listening) }
    }

    /// As a grant names it.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// Requests to `/silent` whose client has gone.
    pub fn given_up(&self) -> usize {
        self.shared.given_up.load(Ordering::Acquire)
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        drop(TcpStream::connect(self.address));
        if let Some(listening) = self.listening.take() {
            drop(listening.join());
        }
    }
}

/// Answers what comes over one connection. A connection that fails is over.
fn serve(stream: TcpStream, shared: &Shared) {
    drop(stream.set_read_timeout(Some(SILENCE)));
    let Ok(mut writing) = stream.try_clone() else { return };
    let mut reading = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reading) {
        if request.path == "/silent" {
            let mut nothing = [0];
            if matches!(reading.read(&mut nothing), Ok(0) | Err(_)) {
                shared.given_up.fetch_add(1, Ordering::AcqRel);
            }
            return;
        }
        if writing.write_all(&request.answer()).is_err() {
            return;
        }
    }
}

struct Request {
    method: String,
    path: String,
    headers: serde_json::Map<String, serde_json::Value>,
    body: Vec<u8>,
}

impl Request {
    fn read(reading: &mut impl BufRead) -> Option<Self> {
        let mut line = String::new();
        reading.read_line(&mut line).ok().filter(|length| *length > 0)?;
        let mut words = line.split(' ').map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let mut headers = serde_json::Map::new();
        loop {
            let mut line = String::new();
            reading.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), json!(value));
        }
        let length = headers.get("content-length").and_then(|length| length.as_str()?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reading.read_exact(&mut body).ok()?;
        Some(Self { method, path, headers, body })
    }

    fn answer(&self) -> Vec<u8> {
        let told = || {
            let body = String::from_utf8_lossy(&self.body);
            json!({ "method": self.method, "path": self.path, "headers": self.headers, "body": body })
                .to_string()
                .into_bytes()
        };
        let (head, body) = match self.path.as_str() {
            "/redirect" => ("302 Found\r\nLocation: /echo", Vec::new()),
            "/away" => ("302 Found\r\nLocation: http://elsewhere.example/", Vec::new()),
            "/gzip" => ("200 OK\r\nContent-Encoding: gzip", COMPRESSED.to_vec()),
            "/missing" => ("404 Not Found", b"nothing here".to_vec()),
            "/cookies" => ("200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2", Vec::new()),
            "/large" => ("200 OK", vec![b'x'; 3_000_000]),
            _ => ("200 OK\r\nContent-Type: application/json", told()),
        };
        let mut answer =
            format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
        if self.method != "HEAD" {
            answer.extend_from_slice(&body);
        }
        answer
    }
}
