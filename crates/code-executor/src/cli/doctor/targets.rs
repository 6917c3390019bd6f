//! What probes reach for: a file, a directory, two listeners. All of it is ours, and goes with us.

use std::fs::{self, Permissions};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};

use wire::control::ProbeTargets;

/// The targets, removed when this is dropped.
pub struct Targets {
    folder: PathBuf,
    tcp: TcpListener,
    local: UnixListener,
    /// Where they are.
    pub places: ProbeTargets,
}

impl Targets {
    /// Puts everything where anybody may reach it.
    pub fn new() -> io::Result<Self> {
        let process = std::process::id();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.unwrap_or_default().as_nanos();
        let name = format!("code-executor-doctor.{process}.{now}");
        let shared = Path::new("/tmp");
        let above = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let folder = above.join(&name);
        fs::create_dir(&folder)?;
        let (file, open) = (folder.join("canary"), folder.join("open"));
        fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
        fs::create_dir(&open)?;
        fs::set_permissions(&open, Permissions::from_mode(0o777))?;
        fs::write(&file, "canary")?;
        fs::set_permissions(&file, Permissions::from_mode(0o644))?;
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        tcp.set_nonblocking(true)?;
        let local = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        local.set_nonblocking(true)?;
        let shown = |path: &Path| path.display().to_string();
        let port = tcp.local_addr()?.port();
        let (file, directory) = (shown(&file), shown(&open));
        let places = ProbeTargets { file, directory, port, socket: name, process };
        Ok(Self { folder, tcp, local, places })
    }

    /// Forgets who reached them so far.
    pub fn clear(&self) {
        let _ = self.reached();
        let _ = fs::remove_file(self.made());
    }

    /// The probes that, seen from here, reached their target since.
    pub fn reached(&self) -> Vec<&'static str> {
        let mut reached = Vec::new();
        let mut note = |came: bool, name| {
            if came {
                reached.push(name);
            }
        };
        note(std::iter::from_fn(|| self.tcp.accept().ok()).count() > 0, "connect-tcp");
        note(std::iter::from_fn(|| self.local.accept().ok()).count() > 0, "abstract-socket");
        note(self.made().exists(), "write-file");
        reached
    }

    fn made(&self) -> PathBuf {
        Path::new(&self.places.directory).join("made")
    }
}

impl Drop for Targets {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
