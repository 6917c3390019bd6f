//! The door: what a program imports in, a directory of packages out.

#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Config, Error, Imports, Installer, Specifier,
    client::{Client, MakeTls},
    preparation::Preparation,
    registries::Network,
};
use crate::{
    Mode, Progress,
    cache::{Cache, Content, FileLock, Kept},
    queue::Queue,
};

/// How many names a message repeats.
const FEW: usize = 8;

/// Bytes and files that Deno makes beside packages.
const ROOM: (u64, u64) = (64 << 20, 1000);

/// Installs packages for Deno. Cheap to clone; clones share everything.
#[derive(Debug, Clone)]
pub struct Npm {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) cache: Cache,
    pub(super) queue: Queue<Error>,
    /// Where a sandbox asks for packages.
    pub(super) base: String,
    tls: MakeTls,
    /// The last client, and what it was made for.
    client: Mutex<Option<(Network, Client)>>,
}

/// Installed packages, kept from being evicted for as long as a clone of this lives.
#[derive(Debug, Clone)]
pub struct Packages {
    /// Names what is installed: the same key is the same files at the same place.
    pub key: String,
    /// A `DENO_DIR`: read-only, absolute.
    pub directory: PathBuf,
    /// Every package as `name@version`, sorted.
    pub packages: Vec<String>,
    _in_use: Arc<FileLock>,
}

impl From<Kept> for Packages {
    fn from(kept: Kept) -> Self {
        let Kept { key, path, packages, lock } = kept;
        Self { key, directory: path, packages, _in_use: Arc::new(lock) }
    }
}

impl Npm {
    /// Takes the settings. Starts nothing and touches no file. A sandbox asks at `base`, which is the
    /// same for all: what is installed holds it.
    pub fn new(config: Config, base: &str, tls: MakeTls) -> Self {
        let cache = Cache::new(&config.cache, Content::DenoDir);
        let queue = Queue::new(config.max_parallel_installs, config.max_waiting);
        let (base, client) = (base.to_owned(), Mutex::default());
        Self { shared: Arc::new(Shared { config, cache, queue, base, tls, client }) }
    }

    /// Whether programs may import anything at all.
    pub fn is_on(&self) -> bool {
        self.shared.config.mode != Mode::Off
    }

    /// How much room an installation needs, in bytes and files: what is kept in the end, and some more
    /// for what Deno makes beside it.
    pub fn room(&self) -> (u64, u64) {
        let config = &self.shared.config;
        (config.max_bytes.saturating_add(ROOM.0), config.max_files.saturating_add(ROOM.1))
    }

    /// What of these imports is to be installed. What is imported must be allowed; what is only
    /// mentioned is installed where it is.
    pub fn check(&self, imports: &Imports) -> Result<Vec<Specifier>, Error> {
        let config = &self.shared.config;
        let refused = imports.imported.iter().filter(|each| !config.allows(each));
        let mut packages: Vec<String> = refused.map(Specifier::package).collect();
        packages.dedup();
        if packages.len() > FEW {
            let more = format!("{} more", packages.len() - FEW);
            packages.truncate(FEW);
            packages.push(more);
        }
        match (packages.is_empty(), &config.mode) {
            (true, _) => {}
            (false, Mode::Off) => return Err(Error::Off { packages }),
            (false, _) => return Err(Error::NotAllowed { packages }),
        }
        let mentioned = imports.mentioned.iter().filter(|each| config.allows(each));
        let all = imports.imported.iter().chain(mentioned);
        let mut specifiers: Vec<Specifier> = all.map(Specifier::to_install).collect();
        specifiers.sort();
        specifiers.dedup();
        Ok(specifiers)
    }

    /// Installs what is imported, or finds it installed. None when there is nothing to install.
    ///
    /// Needs a tokio runtime with time and I/O. Dropping the future ends the installation. Progress is
    /// told from within the future, so the callback must not block.
    pub async fn prepare(
        &self,
        imports: &Imports,
        deno: &str,
        installer: &impl Installer,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Option<Packages>, Error> {
        let specifiers = self.check(imports)?;
        if specifiers.is_empty() {
            return Ok(None);
        }
        let limit = self.shared.config.install_timeout;
        let wanted = names(&specifiers);
        let shared = Arc::clone(&self.shared);
        let preparation = Preparation::new(shared, &specifiers, &wanted, deno, &progress);
        match tokio::time::timeout(limit, preparation.run(installer)).await {
            Ok(result) => result.map(Some),
            Err(_) => Err(Error::Timeout { wanted, limit }),
        }
    }
}

impl Shared {
    /// A client that reaches the registries in this way. Reads files, the first time.
    pub(super) fn client(&self, network: &Network) -> Result<Client, Error> {
        let mut known = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, client)) = &*known
            && of == network
        {
            return Ok(client.clone());
        }
        let client = Client::new(network, self.tls).map_err(|reason| Error::Registries {
            origin: "npm's proxies and certificates".to_owned(),
            reason,
        })?;
        *known = Some((network.clone(), client.clone()));
        Ok(client)
    }
}

/// The first few, for a message.
fn names(specifiers: &[Specifier]) -> String {
    let mut names: Vec<String> = specifiers.iter().take(FEW).map(ToString::to_string).collect();
    if specifiers.len() > FEW {
        names.push(format!("{} more", specifiers.len() - FEW));
    }
    names.join(", ")
}
