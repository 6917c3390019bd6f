//! What the cases reach for: a secret in a folder, sockets of every kind that a host has, and a
//! variable in the server's environment. Whoever gets through is counted.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    net::TcpListener,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            fs::{MetadataExt, PermissionsExt},
            net::{SocketAddr, UnixDatagram, UnixListener},
        },
    },
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

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
        let abstract_name = format!("code-executor-{}", &token);
        fs::write(folder.path().join("secret.txt"), &token).expect("the secret");
        let contacts = Arc::new(AtomicU64::new(0));
        listen_on_paths(folder.path(), &token, &contacts);
        let address = SocketAddr::from_abstract_name(&abstract_name).expect("an abstract name");
        let listener = UnixListener::bind_addr(&address).expect("an abstract socket");
        greet(&token, &contacts, move || Ok(listener.accept()?.0));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        greet(&token, &contacts, move || Ok(listener.accept()?.0));
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
    pub fn aim(&self, code: &str, audit_path: &Path) -> String {
        code.replace("{{CANARY_DIR}}", &self.folder.path().to_string_lossy())
            .replace("{{TCP_PORT}}", &self.port.to_string())
            .replace("{{ABSTRACT_NAME}}", &self.abstract_name)
            .replace("{{AUDIT_PATH}}", &audit_path.to_string_lossy())
    }

    /// Panics when somebody got through, or when anything in the folder is not as it was.
    pub fn assert_untouched(&self) {
        assert_eq!(self.contacts.load(Ordering::SeqCst), 0, "a socket of the host was reached");
        assert_eq!(listing(self.folder.path()), self.before, "the canary's folder was changed");
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
    let names = fs::read_dir(folder).expect("the folder").flatten();
    let mut paths: Vec<_> = names.map(|entry| entry.path()).collect();
    paths.push(folder.to_owned());
    let about = |path: &Path| {
        let data = fs::symlink_metadata(path).expect("still there");
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
