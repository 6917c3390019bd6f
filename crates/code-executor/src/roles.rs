//! The policy with the roles, in a file or in the database: read at the start, and again whenever it
//! changes. One that cannot be used costs the start; later it leaves the one before in force, and is told
//! in health and in the log.

mod following;
mod kept;

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use policy::roles::{MAX_FILE, Problem, Roles};

pub use following::{Place, follow, reload, start};
pub use kept::{Unread, read_kept};

/// Why a policy cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Which: a file by its path, or a version.
    pub name: String,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be used", self.name)?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Unusable {}

/// Reads a policy file.
pub fn read(path: &Path) -> Result<Roles, Unusable> {
    let name = named(path);
    let text = text_of(path).map_err(|what| Unusable {
        name: name.clone(),
        problems: vec![Problem { line: 0, what }],
    })?;
    parse(&text, name)
}

/// How a file is called.
pub fn named(path: &Path) -> String {
    format!("the policy file {}", path.display())
}

/// Reads the text of a policy. Names of directories are followed to where they lead on this machine.
pub fn parse(text: &str, name: String) -> Result<Roles, Unusable> {
    let mut roles = Roles::parse(text).map_err(|problems| Unusable { name, problems })?;
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

/// The text of a policy file that not everybody may write to.
pub fn text_of(path: &Path) -> Result<String, String> {
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

#[cfg(test)]
mod tests;
