//! What the cases reach for: a secret in a folder, sockets of every kind that a host has, and a
//! variable in the server's environment. Whoever gets through is counted.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::TcpListener,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            fs::{MetadataExt, PermissionsExt, symlink},
            net::{SocketAddr, UnixDatagram, UnixListener},
        },
    },
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use rustix::fs::{CWD, FileType, Mode};
use tempfile::TempDir;

/// The range. Its listeners live as long as the test's process.
pub struct Range {
    folder: TempDir,
    token: String,
    port: u16,
    abstract_name: String,
    contacts: Arc<AtomicU64>,
    before: BTreeMap<String, String>,
}

impl Range {
    pub fn new() -> Self {
        // Not in /tmp, where programs have scratch of their own.
        let place = ["/var/tmp", "/tmp"].map(Path::new).into_iter().find(|place| place.is_dir());
        let folder = tempfile::Builder::new()
            .prefix("code-executor-canary-")
            .tempdir_in(place.expect("a place for temporary files"))
            .expect("a temporary folder");
        let token = format!(
            "CANARY-{:016x}",
            std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), folder.path(),)
        );
        // What a program is told must not be what it must not find.
        let abstract_name = folder.path().display().to_string().replace('/', "-");
        fs::write(folder.path().join("secret.txt"), &token).expect("the secret");
        let contacts = Arc::new(AtomicU64::new(0));
        listen_on_paths(folder.path(), &token, &contacts);
        let address = SocketAddr::from_abstract_name(&abstract_name).expect("an abstract name");
        let listener = UnixListener::bind_addr(&address).expect("an abstract socket");
        greet(&token, &contacts, move || Ok(listener.accept()?.0));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let head =
            format!("HTTP/1.1 200 OK\r\nConnection: close\r\nX-Token: {token}\r\n\r\n{token}");
        greet(&head, &contacts, move || {
            let (mut stream, _) = listener.accept()?;
            // What is not read would take the answer along when the connection is closed.
            stream.set_read_timeout(Some(Duration::from_millis(200)))?;
            let _ = stream.read(&mut [0; 1024]);
            Ok(stream)
        });
        // Nobody's rights stop anybody here: only the sandbox does.
        for (path, mode) in
            [("", 0o777), ("secret.txt", 0o666), ("host.sock", 0o777), ("host.dgram", 0o777)]
        {
            fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(mode))
                .expect("rights for all");
        }
        let before = listing(folder.path());
        Self { folder, token, port, abstract_name, contacts, before }
    }

    /// The secret, which nothing may carry out. The environment holds it, too.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The code of a case, with everything it may want to know.
    pub fn aim(&self, code: &str, audit_path: &Path, granted: &Path) -> String {
        code.replace("{{CANARY_DIR}}", &self.folder.path().to_string_lossy())
            .replace("{{TCP_PORT}}", &self.port.to_string())
            .replace("{{ABSTRACT_NAME}}", &self.abstract_name)
            .replace("{{GRANT_DIR}}", &granted.to_string_lossy())
            .replace("{{AUDIT_PATH}}", &audit_path.to_string_lossy())
    }

    /// Panics when somebody got through, or when anything in the folder is not as it was.
    pub fn assert_untouched(&self) {
        assert_eq!(self.contacts.load(Ordering::SeqCst), 0, "a socket of the host was reached");
        assert_eq!(self.what_changed(), None, "the canary's folder was changed");
    }

    /// The folder, and the port of the TCP listener.
    pub fn folder_and_port(&self) -> (&Path, u16) {
        (self.folder.path(), self.port)
    }

    /// Puts what leads out of it into a directory that programs will be granted: links to the
    /// canary and upwards, a pipe, and a second name of a file elsewhere.
    pub fn lead_out_of(&self, granted: &Path, beside: &Path) {
        symlink(self.folder.path(), granted.join("out")).expect("a link");
        symlink(self.folder.path().join("secret.txt"), granted.join("secret")).expect("a link");
        symlink("..", granted.join("up")).expect("a link");
        fs::hard_link(beside.join("file.txt"), granted.join("twin")).expect("a second name");
        rustix::fs::mknodat(CWD, granted.join("fifo"), FileType::Fifo, Mode::from(0o666), 0)
            .expect("a pipe");
    }

    /// What is not as it was in the folder.
    pub fn what_changed(&self) -> Option<String> {
        let now = listing(self.folder.path());
        let differs = |(path, about): &(&String, &String)| self.before.get(*path) != Some(about);
        let changed: Vec<_> = now.iter().filter(differs).collect();
        let gone: Vec<_> = self.before.keys().filter(|path| !now.contains_key(*path)).collect();
        (!changed.is_empty() || !gone.is_empty()).then(|| format!("{changed:?}, gone {gone:?}"))
    }

    /// How many have got through.
    pub fn contacts(&self) -> u64 {
        self.contacts.load(Ordering::SeqCst)
    }
}

fn listen_on_paths(folder: &Path, token: &str, contacts: &Arc<AtomicU64>) {
    let listener = UnixListener::bind(folder.join("host.sock")).expect("a socket");
    greet(token, contacts, move || Ok(listener.accept()?.0));
    let datagrams = UnixDatagram::bind(folder.join("host.dgram")).expect("a socket");
    let contacts = Arc::clone(contacts);
    thread::spawn(move || {
        while datagrams.recv(&mut [0; 16]).is_ok() {
            contacts.fetch_add(1, Ordering::SeqCst);
        }
    });
}

/// Says the secret to whoever connects.
fn greet<S: Write>(
    token: &str,
    contacts: &Arc<AtomicU64>,
    accept: impl Fn() -> std::io::Result<S> + Send + 'static,
) {
    let (token, contacts) = (token.to_owned(), Arc::clone(contacts));
    thread::spawn(move || {
        while let Ok(mut stream) = accept() {
            contacts.fetch_add(1, Ordering::SeqCst);
            drop(stream.write_all(token.as_bytes()));
        }
    });
}

/// Everything in a folder and about it that a program could change.
fn listing(folder: &Path) -> BTreeMap<String, String> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = names.map(|entry| entry.path()).collect();
    paths.push(folder.to_owned());
    let about = |path: &Path| {
        let Ok(data) = fs::symlink_metadata(path) else { return "gone".to_owned() };
        let content = if data.is_file() { fs::read(path).unwrap_or_default() } else { Vec::new() };
        format!(
            "mode {:o}, owner {}:{}, {} links, modified {}.{}, {} bytes",
            data.mode(),
            data.uid(),
            data.gid(),
            data.nlink(),
            data.mtime(),
            data.mtime_nsec(),
            content.len()
        )
    };
    paths.iter().map(|path| (path.display().to_string(), about(path))).collect()
}
