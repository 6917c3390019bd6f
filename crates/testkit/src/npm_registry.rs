//! A private npm registry on loopback, which is a JSR as well: documents and archives over HTTP, behind a
//! token.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha512};

use crate::wheel::hex_hash;

/// What proves who asks.
const TOKEN: &str = "npm_s3cr3tT0ken";

/// How long a connection may say nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// A package to be put on a [`NpmRegistry`].
#[derive(Debug, Clone)]
pub struct NpmPackage {
    manifest: Map<String, Value>,
    files: Vec<(String, Vec<u8>)>,
    /// Whether the registry gives another content's hash for it.
    is_changed: bool,
}

impl NpmPackage {
    /// A package of ECMAScript modules, which begins with this one.
    pub fn new(name: &str, version: &str, source: &str) -> Self {
        let manifest = json!({
            "name": name, "version": version, "type": "module", "exports": "./index.js",
        });
        Self::made(manifest).with_file("index.js", source)
    }

    /// A package of CommonJS modules, which begins with this one.
    pub fn common(name: &str, version: &str, source: &str) -> Self {
        let manifest = json!({"name": name, "version": version, "main": "./index.js"});
        Self::made(manifest).with_file("index.js", source)
    }

    /// A package as it is installed in this directory.
    pub fn installed(directory: &Path) -> Self {
        let manifest = fs::read_to_string(directory.join("package.json"));
        let manifest = match manifest.map(|text| serde_json::from_str(&text)) {
            Ok(Ok(manifest)) => manifest,
            other => panic!("{} holds no package: {other:?}", directory.display()),
        };
        let mut package = Self::made(manifest);
        collect(directory, "", &mut package.files);
        package
    }

    fn made(manifest: Value) -> Self {
        let Value::Object(manifest) = manifest else { panic!("no manifest: {manifest}") };
        Self { manifest, files: Vec::new(), is_changed: false }
    }

    /// Adds to what its `package.json` says.
    pub fn with(mut self, key: &str, value: Value) -> Self {
        self.manifest.insert(key.to_owned(), value);
        self
    }

    /// Adds a file.
    pub fn with_file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((path.to_owned(), content.into()));
        self
    }

    /// Has the registry give the hash of another content for it.
    pub fn changed_since(mut self) -> Self {
        self.is_changed = true;
        self
    }

    fn text(&self, key: &str) -> &str {
        self.manifest.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// The archive, as `npm pack` makes it.
    fn build(&self) -> Vec<u8> {
        let manifest = Value::Object(self.manifest.clone()).to_string().into_bytes();
        let mut archive = Vec::new();
        add_file(&mut archive, "package/package.json", &manifest);
        for (path, content) in self.files.iter().filter(|(path, _)| path != "package.json") {
            add_file(&mut archive, &format!("package/{path}"), content);
        }
        archive.extend([0; 1024]);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        let written = packed.write_all(&archive).and_then(|()| packed.finish());
        written.unwrap_or_else(|error| panic!("an archive cannot be packed: {error}"))
    }
}

/// A package of JSR: its name, its version, and its modules by their paths, the first of them being what is
/// imported.
pub type JsrPackage<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// The registry. Ends with its value.
#[derive(Debug)]
pub struct NpmRegistry {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Kind and content by path.
    files: HashMap<String, (&'static str, Vec<u8>)>,
    requests: Mutex<Vec<String>>,
    stopped: AtomicBool,
    /// Takes connections and never answers.
    silent: AtomicBool,
    /// What is answered whatever is asked; 0 for what is right.
    status: AtomicU16,
}

impl NpmRegistry {
    /// Serves these packages of npm, and these of JSR.
    #[track_caller]
    pub fn start(packages: &[NpmPackage], jsr: &[JsrPackage<'_>]) -> Self {
        let listener = match TcpListener::bind("127.0.0.1:0") {
            Ok(listener) => listener,
            Err(error) => panic!("cannot listen on loopback: {error}"),
        };
        let address = match listener.local_addr() {
            Ok(address) => address,
            Err(error) => panic!("a listener has no address: {error}"),
        };
        let mut files = HashMap::new();
        for package in packages {
            publish(&mut files, package, address);
        }
        for (name, version, modules) in jsr {
            publish_module(&mut files, name, version, modules);
        }
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

    /// Where npm's packages are.
    pub fn npm(&self) -> String {
        format!("http://{}/npm/", self.address)
    }

    /// Where JSR's are.
    pub fn jsr(&self) -> String {
        format!("http://{}/jsr/", self.address)
    }

    /// What `.npmrc` says of it: where it is, and its token.
    pub fn npmrc(&self) -> String {
        self.npmrc_with(TOKEN)
    }

    /// The same with another token.
    pub fn npmrc_with(&self, token: &str) -> String {
        format!("registry={}\n//{}/:_authToken={token}\n", self.npm(), self.address)
    }

    /// What nobody but it and the host may see.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// From now on takes connections and never answers.
    pub fn fall_silent(&self) {
        self.shared.silent.store(true, Ordering::Release);
    }

    /// From now on answers everything with this status.
    pub fn answer_with(&self, status: u16) {
        self.shared.status.store(status, Ordering::Release);
    }

    /// The paths of all requests so far, in order; those without the right token begin with `refused`.
    pub fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for NpmRegistry {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        // Wakes the listener up.
        let _ = TcpStream::connect(self.address);
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

type Files = HashMap<String, (&'static str, Vec<u8>)>;

fn publish(files: &mut Files, package: &NpmPackage, address: SocketAddr) {
    let (name, version) = (package.text("name"), package.text("version"));
    let archive = package.build();
    let path = format!("/files/{name}-{version}.tgz");
    let hashed: &[u8] = if package.is_changed { b"another content" } else { &archive };
    let mut entry = package.manifest.clone();
    entry.insert(
        "dist".to_owned(),
        json!({
            "tarball": format!("http://{address}{path}"),
            "integrity": format!("sha512-{}", STANDARD.encode(Sha512::digest(hashed))),
        }),
    );
    files.insert(path, ("application/octet-stream", archive));
    let place = format!("/npm/{}", name.replace('/', "%2f"));
    let known = files.get(&place).and_then(|(_, text)| serde_json::from_slice(text).ok());
    let empty = json!({"name": name, "readme": "words", "dist-tags": {}, "versions": {}});
    let mut document: Value = known.unwrap_or(empty);
    document["dist-tags"]["latest"] = json!(version);
    document["versions"][version] = Value::Object(entry);
    files.insert(place, ("application/json", document.to_string().into_bytes()));
}

fn publish_module(files: &mut Files, name: &str, version: &str, modules: &[(&str, &str)]) {
    let known = files.get(&format!("/jsr/{name}/meta.json"));
    let known = known.and_then(|(_, text)| serde_json::from_slice(text).ok());
    let mut meta: Value = known.unwrap_or(json!({"name": name, "versions": {}}));
    meta["latest"] = json!(version);
    meta["versions"][version] = json!({});
    let mut put = |path: String, kind, text: String| {
        files.insert(format!("/jsr/{name}/{path}"), (kind, text.into_bytes()));
    };
    put("meta.json".to_owned(), "application/json", meta.to_string());
    let mut manifest = Map::new();
    for (path, source) in modules {
        let checksum = format!("sha256-{}", hex_hash(source.as_bytes()));
        manifest.insert(format!("/{path}"), json!({"size": source.len(), "checksum": checksum}));
        put(format!("{version}/{path}"), "application/typescript", (*source).to_owned());
    }
    let first = modules.first().map_or("mod.ts", |(path, _)| path);
    let exports = json!({".": format!("./{first}")});
    let meta = json!({"manifest": manifest, "exports": exports, "moduleGraph2": {}});
    put(format!("{version}_meta.json"), "application/json", meta.to_string());
}

/// Answers requests until the other side closes.
fn answer(stream: &TcpStream, shared: &Shared) {
    let _ = stream.set_read_timeout(Some(SILENCE));
    let mut reader = BufReader::new(stream);
    while let Some((path, authorization)) = read_request(&mut reader) {
        if shared.stopped.load(Ordering::Acquire) {
            return;
        }
        let is_known = authorization == format!("Bearer {TOKEN}");
        let line = if is_known { path.clone() } else { format!("refused {path}") };
        shared.requests.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        if shared.silent.load(Ordering::Acquire) {
            // Until the client gives up.
            let _ = reader.read(&mut [0]);
            return;
        }
        let forced = shared.status.load(Ordering::Acquire);
        let (status, kind, content) = match shared.files.get(&path) {
            _ if forced != 0 => (forced, "text/plain", &b"s3cret words"[..]),
            _ if !is_known => (401, "text/plain", &b"s3cret words"[..]),
            Some((kind, content)) => (200, *kind, content.as_slice()),
            None => (404, "application/json", &b"{}"[..]),
        };
        let length = content.len();
        let head = format!(
            "HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut stream = stream;
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(content)).is_err() {
            return;
        }
    }
}

/// The path of the next request, and its `Authorization`.
fn read_request(reader: &mut BufReader<&TcpStream>) -> Option<(String, String)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
    let path = line.split_whitespace().nth(1)?.replace("%2F", "%2f");
    let mut authorization = String::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        if name.eq_ignore_ascii_case("authorization") {
            value.trim().clone_into(&mut authorization);
        }
    }
    Some((path, authorization))
}

/// All files below a directory, but those of packages within.
fn collect(directory: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if name != "node_modules" {
                collect(&entry.path(), &format!("{path}/"), files);
            }
        } else if let Ok(content) = fs::read(entry.path()) {
            files.push((path, content));
        }
    }
}

/// Appends a file to an archive in the format of `tar`.
fn add_file(archive: &mut Vec<u8>, path: &str, content: &[u8]) {
    let mut header = [0_u8; 512];
    let mut put = |at: usize, text: &str| {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    };
    // A long path is parted at a slash.
    let cut = if path.len() > 100 { path[..path.len().min(155)].rfind('/') } else { None };
    match cut {
        Some(cut) => {
            put(345, &path[..cut]);
            put(0, &path[cut + 1..]);
        }
        None => put(0, path),
    }
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{:011o}\0", content.len()));
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    archive.extend_from_slice(&header);
    archive.extend_from_slice(content);
    archive.extend(std::iter::repeat_n(0, content.len().next_multiple_of(512) - content.len()));
}
