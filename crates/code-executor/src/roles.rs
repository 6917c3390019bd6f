//! The policy file with the roles: read at the start, and again whenever it changes. One that cannot be
//! used costs the start; later it leaves the one before in force, and is told in health and in the log.

use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use policy::roles::{Authority, MAX_FILE, Problem, Roles};

use crate::operating::fingerprint::Fingerprint;

/// How often the file is looked at. A change counts when it was left alone for that long: of a file that
/// is being written, what is there so far may well be a policy.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Why a policy file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Which.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy file {} cannot be used", self.path.display())?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Unusable {}

/// Reads a policy file.
pub fn read(path: &Path) -> Result<Roles, Unusable> {
    let unusable = |problems| Unusable { path: path.to_owned(), problems };
    let text = text_of(path).map_err(|what| unusable(vec![Problem { line: 0, what }]))?;
    let mut roles = Roles::parse(&text).map_err(unusable)?;
    roles.resolve(real);
    Ok(roles)
}

/// Where a directory really is: as far as it is there, and the rest of its name after that.
fn real(name: &str) -> Option<String> {
    let name = Some(Path::new(name)).filter(|name| name.is_absolute())?;
    let real = name.ancestors().find_map(|there| {
        let real = there.canonicalize().ok()?;
        let rest = name.strip_prefix(there).ok()?;
        Some(if rest.as_os_str().is_empty() { real } else { real.join(rest) })
    });
    real?.into_os_string().into_string().ok()
}

fn text_of(path: &Path) -> Result<String, String> {
    let unread = |error: std::io::Error| format!("it cannot be read: {error}");
    // Somebody may have put a pipe there, whose opening would wait for a writer.
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let opened = File::options().read(true).custom_flags(nonblocking).open(path);
    let file = opened.map_err(unread)?;
    let metadata = file.metadata().map_err(unread)?;
    if !metadata.is_file() {
        return Err("it is no plain file".to_owned());
    }
    if metadata.mode() & 0o002 != 0 {
        return Err(
            "everybody on this machine may write to it, and so give roles; run chmod o-w on it"
                .to_owned(),
        );
    }
    let mut text = String::new();
    // One byte more, by which a longer one is told.
    let most = MAX_FILE as u64 + 1;
    file.take(most).read_to_string(&mut text).map_err(unread)?;
    Ok(text)
}

/// Puts a file in force, or leaves the one before and tells of it. Whether it is in force.
pub async fn reload(path: &Path, authority: &Authority) -> bool {
    let wanted = path.to_owned();
    let read = tokio::task::spawn_blocking(move || read(&wanted)).await;
    match read {
        Ok(Ok(roles)) => {
            tracing::info!(
                rules = roles.rules().len(),
                "the policy file has changed and is in force"
            );
            authority.replace(roles);
            true
        }
        Ok(Err(unusable)) => {
            tracing::error!("{unusable}\nThe one before stays in force.");
            authority.keep(in_short(&unusable));
            false
        }
        Err(error) => {
            tracing::error!(%error, "reading the policy file ended in a defect");
            false
        }
    }
}

/// What health says: nothing of what the file holds.
fn in_short(unusable: &Unusable) -> String {
    let mut told = "the policy file has changed and cannot be used".to_owned();
    let lines: Vec<usize> = unusable.problems.iter().map(|problem| problem.line).collect();
    match lines.as_slice() {
        [] | [0] => {}
        [line] => {
            let _ = write!(told, " for line {line}");
        }
        [line, ..] => {
            let _ = write!(told, " for {} lines, line {line} first", lines.len());
        }
    }
    told.push_str("; the one before is in force; see `code-executor policy check`");
    told
}

/// How a policy file looks, to be taken before it is read: then no change is missed.
pub fn looks(path: Option<&Path>) -> Fingerprint {
    Fingerprint::of(path.map(Path::to_owned))
}

/// Reads the file again whenever it looks otherwise than when it was read, where there is one. Ends with
/// the runtime.
pub async fn follow(path: Option<PathBuf>, mut taken: Fingerprint, authority: Option<Authority>) {
    let Some((path, authority)) = path.zip(authority) else { return };
    let mut seen = taken.clone();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let file = path.clone();
        let now = tokio::task::spawn_blocking(move || looks(Some(&file))).await;
        let Ok(now) = now else { continue };
        if now == seen && now != taken {
            reload(&path, &authority).await;
            taken = now.clone();
        }
        seen = now;
    }
}

#[cfg(test)]
mod tests;
