//! A private package index on loopback: the simple API over HTTP, behind basic authentication.

use std::{
    collections::HashMap,
    io::{BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::wheel::{Wheel, hex_hash};

/// Who may read the index.
const USERNAME: &str = "ann";

/// With a sign that has to be encoded in an address.
const PASSWORD: &str = "s3cr3t/w0rd";

/// How long a connection may say nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// The index. Ends with its value.
#[derive(Debug)]
pub struct PackageIndex {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// File by file: its name, its content, the hash the index gives for it.
    files: Vec<(String, Vec<u8>, String)>,
    requests: Mutex<Vec<String>>,
    stopped: AtomicBool,
    /// Takes connections and never answers.
    silent: AtomicBool,
}

impl PackageIndex {
    /// Serves these wheels, and these other files by name.
    pub fn start(wheels: &[Wheel], others: &[(&str, &[u8])]) -> Self {
        let wheels = wheels.iter().map(|wheel| (wheel.file_name(), wheel.build()));
        let others = others.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec()));
        let files = wheels
            .chain(others)
            .map(|(name, content)| {
                let hash = hex_hash(&content);
                (name, content, hash)
            })
            .collect();
        Self::serve(files)
    }

    /// Serves a wheel under the hash of another content.
    pub fn with_wrong_hash(wheel: &Wheel) -> Self {
        Self::serve(vec![(wheel.file_name(), wheel.build(), hex_hash(b"another content"))])
    }

    fn serve(files: Vec<(String, Vec<u8>, String)>) -> Self {
        let listener = match TcpListener::bind("127.0.0.1:0") {
            Ok(listener) => listener,
            Err(error) => panic!("cannot listen on loopback: {error}"),
        };
        let address = match listener.local_addr() {
            Ok(address) => address,
            Err(error) => panic!("a listener has no address: {error}"),
        };
        let shared = Arc::new(Shared { files, ..Shared::default() });
        let serving = Arc::clone(&shared);
        let server = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if serving.stopped.load(Ordering::Acquire) {
                    break;
                }
                let shared = Arc::clone(&serving);
                thread::spawn(move || answer(&stream, &shared));
            }
        });
        Self { address, shared, server: Some(server) }
    }

    /// The address, with credentials.
    pub fn url(&self) -> String {
        let password = PASSWORD.replace('/', "%2F");
        format!("http://{USERNAME}:{password}@{}/simple", self.address)
    }

    /// The address without credentials.
    pub fn bare_url(&self) -> String {
        format!("http://{}/simple", self.address)
    }

    /// The address with a password that is wrong.
    pub fn url_with(&self, password: &str) -> String {
        format!("http://{USERNAME}:{password}@{}/simple", self.address)
    }

    /// Who may read.
    pub fn credentials(&self) -> (&'static str, &'static str) {
        (USERNAME, PASSWORD)
    }

    /// From now on takes connections and never answers.
    pub fn fall_silent(&self) {
        self.shared.silent.store(true, Ordering::Release);
    }

    /// The methods and paths of all requests so far, in order; those without the right credentials
    /// begin with `refused`.
    pub fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often a file was fetched whole.
    pub fn downloads(&self, file: &str) -> usize {
        self.requests().iter().filter(|path| **path == format!("GET /files/{file}")).count()
    }
}

impl Drop for PackageIndex {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        // Wakes the listener up.
        let _ = TcpStream::connect(self.address);
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

/// Answers requests until the other side closes.
fn answer(stream: &TcpStream, shared: &Shared) {
    let _ = stream.set_read_timeout(Some(SILENCE));
    let mut reader = BufReader::new(stream);
    while let Some((request, headers)) = read_request(&mut reader) {
        let record = |line: &str| {
            shared.requests.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
        };
        if shared.silent.load(Ordering::Acquire) {
            record(&request);
            // Until the client gives up.
            let _ = reader.read(&mut [0]);
            return;
        }
        let (status, kind, content) = respond(&request, &headers, shared);
        let is_refused = status.starts_with("401");
        record(&if is_refused { format!("refused {request}") } else { request.clone() });
        let challenge = "WWW-Authenticate: Basic realm=\"index\"\r\n";
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{}\r\n",
            content.len(),
            if is_refused { challenge } else { "" },
        );
        let mut stream = stream;
        let body = if request.starts_with("HEAD ") { &[][..] } else { &content };
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).is_err() {
            return;
        }
    }
}

/// The method and path of the next request, and its headers by lowercase name.
fn read_request(reader: &mut impl std::io::BufRead) -> Option<(String, HashMap<String, String>)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
    let mut words = line.split_whitespace();
    let request = format!("{} {}", words.next()?, words.next()?);
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Some((request, headers))
}

fn respond(
    request: &str,
    headers: &HashMap<String, String>,
    shared: &Shared,
) -> (&'static str, &'static str, Vec<u8>) {
    // `ann:s3cr3t/w0rd`, encoded.
    const AUTHORIZATION: &str = "Basic YW5uOnMzY3IzdC93MHJk";
    if headers.get("authorization").map(String::as_str) != Some(AUTHORIZATION) {
        return ("401 Unauthorized", "text/plain", Vec::new());
    }
    let missing = ("404 Not Found", "text/plain", Vec::new());
    let path = request.split_once(' ').map_or("", |(_, path)| path);
    if let Some(package) = path.strip_prefix("/simple/") {
        let package = package.trim_end_matches('/');
        let links: String = shared
            .files
            .iter()
            .filter(|(name, ..)| name.split('-').next() == Some(package))
            .map(|(name, _, hash)| format!("<a href=\"/files/{name}#sha256={hash}\">{name}</a>\n"))
            .collect();
        return if links.is_empty() {
            missing
        } else {
            ("200 OK", "text/html", links.into_bytes())
        };
    }
    let file = path.strip_prefix("/files/").unwrap_or_default();
    match shared.files.iter().find(|(name, ..)| name == file) {
        Some((_, content, _)) => ("200 OK", "application/octet-stream", content.clone()),
        None => missing,
    }
}
