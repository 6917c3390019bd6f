//! One preparation: look whether everything is there, else have it installed.
//!
//! Whoever makes something holds its lock exclusively, in this process as in another, and everybody
//! who wants the same thing waits for that lock and then finds it made.

use std::{
    fs, io,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Ended, Error, Installer, Packages, Specifier, Work,
    door::Shared,
    files::{self, Files},
    mirror::{self, Mirror},
    registries::Registries,
};
use crate::{
    Progress,
    cache::{Content, FileLock, Found, Limits, Staging},
    digest::Digest,
    queue::{Full, Place},
};

/// Raised when what is installed changes its shape, so that older directories are not found.
const LAYOUT: &str = "layout 1";

/// How often it is looked whether somebody else is done: from, to.
const LOOK_AGAIN: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(200));

/// What Deno says, among other things, when its scratch is full.
const NO_SPACE: &str = "(os error 28)";

/// The longest account of Deno's that is repeated, in characters.
const MAX_REASON: usize = 600;

/// One request for packages.
pub(super) struct Preparation<'a> {
    shared: Arc<Shared>,
    specifiers: &'a [Specifier],
    /// Their names, for messages.
    wanted: &'a str,
    /// Deno's version.
    deno: &'a str,
    report: &'a (dyn Fn(Progress) + Send + Sync),
    began: Instant,
}

/// What is there already.
struct LookedUp {
    registries: Arc<Registries>,
    /// The resolution's name.
    resolution: String,
    packages: Option<Packages>,
}

/// What came of waiting for a lock.
enum Claimed {
    /// It is ours to make.
    Ours(FileLock),
    /// Somebody made it.
    Made(Packages),
}

/// What came out of an installation.
struct Installed {
    staging: Staging,
    packages: Vec<String>,
}

impl<'a> Preparation<'a> {
    pub(super) fn new(
        shared: Arc<Shared>,
        specifiers: &'a [Specifier],
        wanted: &'a str,
        deno: &'a str,
        report: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> Self {
        Self { shared, specifiers, wanted, deno, report, began: Instant::now() }
    }

    /// Finds the packages or has them installed.
    pub(super) async fn run(&self, installer: &impl Installer) -> Result<Packages, Error> {
        let mut found = self.look_up().await?;
        if let Some(packages) = found.packages.take() {
            return Ok(self.ready(packages));
        }
        let place = self.shared.queue.join().map_err(|Full(waiting)| Error::Busy { waiting })?;
        let cache = self.shared.cache.clone();
        self.blocking(move || {
            cache.create()?;
            Ok(cache.clean_staging()?)
        })
        .await?;
        let resolution = &found.resolution;
        let claim = match self.claim(resolution, || self.made(resolution)).await? {
            Claimed::Made(packages) => return Ok(self.ready(packages)),
            Claimed::Ours(claim) => claim,
        };
        let result = self.install(&place, &found, &claim, installer).await;
        if let Err(error) = &result {
            self.shared.queue.failed(resolution, error);
        }
        let packages = result?;
        drop((claim, place));
        self.make_room().await;
        Ok(self.ready(packages))
    }

    fn ready(&self, packages: Packages) -> Packages {
        (self.report)(Progress::Ready { packages: packages.packages.len() });
        packages
    }

    /// Looks what is there, touching nothing but files.
    async fn look_up(&self) -> Result<LookedUp, Error> {
        let shared = Arc::clone(&self.shared);
        let specifiers = self.specifiers.to_vec();
        let deno = self.deno.to_owned();
        self.blocking(move || {
            let registries = Arc::new(Registries::read(&shared.config.environment)?);
            let mut digest = Digest::new("npm resolution");
            add(&mut digest, &specifiers, &registries, &deno);
            let resolution = digest.finish();
            let packages = made(&shared, &resolution)?;
            Ok(LookedUp { registries, resolution, packages })
        })
        .await
    }

    fn made(&self, resolution: &str) -> Result<Option<Packages>, Error> {
        made(&self.shared, resolution)
    }

    async fn install(
        &self,
        place: &Place<'_>,
        found: &LookedUp,
        claim: &FileLock,
        installer: &impl Installer,
    ) -> Result<Packages, Error> {
        let _turn = place.turn().await;
        let installed = Arc::new(self.install_now(found, installer).await?);
        let mut digest = Digest::new("npm environment");
        add(&mut digest, self.specifiers, &found.registries, self.deno);
        for package in &installed.packages {
            digest.add(package);
        }
        let name = digest.finish();
        let packages = loop {
            let open = || Ok(self.shared.cache.open(&name)?.map(Packages::from));
            match self.claim(&name, open).await? {
                // The registry has nothing newer.
                Claimed::Made(packages) => break packages,
                Claimed::Ours(claim) => self.put(&name, claim, &installed).await?,
            }
        };
        let cache = &self.shared.cache;
        cache.keep_resolution(&found.resolution, claim, &installed.staging, &name)?;
        Ok(packages)
    }

    /// Has it done in a sandbox; what comes out is staged.
    async fn install_now(
        &self,
        found: &LookedUp,
        installer: &impl Installer,
    ) -> Result<Installed, Error> {
        (self.report)(Progress::Resolving);
        let config = &self.shared.config;
        let (shared, network) = (Arc::clone(&self.shared), found.registries.network.clone());
        let (staging, target, client) = self
            .blocking(move || {
                let staging = shared.cache.stage()?;
                let target = staging.path().join("environment").join(Content::DenoDir.folder());
                let made = fs::create_dir_all(&target);
                made.map_err(|error| Error::cache("create", &target, error))?;
                Ok((staging, target, shared.client(&network)?))
            })
            .await?;
        let wanted = || self.wanted.to_owned();
        let bounds = mirror::Bounds {
            wanted: wanted(),
            packages: config.max_packages,
            bytes: config.max_bytes,
        };
        let registries = Arc::clone(&found.registries);
        let mirror = Mirror::new(registries, client, &self.shared.base, bounds);
        let bounds =
            files::Bounds { wanted: wanted(), bytes: config.max_bytes, files: config.max_files };
        let order: Vec<String> = self.specifiers.iter().map(ToString::to_string).collect();
        let work = Work::new(order.join("\n"), mirror, Files::new(target, bounds));
        let ended = installer.install(work.clone()).await;
        work.finish();
        if let Some(error) = work.failure() {
            return Err(error);
        }
        let reason = match ended {
            Ended::Done => {
                let packages = work.packages();
                return Ok(Installed { staging, packages });
            }
            Ended::Refused(words) => words,
            Ended::GivenUp => "it was given up".to_owned(),
            Ended::Lost(reason) => return Err(Error::Sandbox { wanted: wanted(), reason }),
        };
        if reason.contains(NO_SPACE) {
            let (limit, unit, setting) = (config.max_bytes, "bytes", "maxBytes");
            return Err(Error::TooLarge { wanted: wanted(), limit, unit, setting });
        }
        Err(work.missing().unwrap_or_else(|| Error::Install {
            wanted: wanted(),
            registries: found.registries.shown(self.specifiers),
            reason: reduce(&reason),
        }))
    }

    /// Puts what was staged into its place.
    async fn put(
        &self,
        name: &str,
        claim: FileLock,
        installed: &Arc<Installed>,
    ) -> Result<(), Error> {
        let config = &self.shared.config;
        let limits = Limits { bytes: config.max_bytes, files: config.max_files };
        let (cache, name) = (self.shared.cache.clone(), name.to_owned());
        let installed = Arc::clone(installed);
        let put = move || {
            let Installed { staging, packages } = &*installed;
            Ok(cache.install(&name, &claim, staging, packages, limits))
        };
        self.blocking(put).await?.map_err(|found| match found {
            Found::Failed { path, error } => Error::cache("use", &path, error),
            // Each file was counted as it came.
            found => Error::cache("use", &config.cache, io::Error::other(format!("{found:?}"))),
        })
    }

    /// Waits until something is ours to make or somebody else has made it.
    async fn claim(
        &self,
        name: &str,
        made: impl Fn() -> Result<Option<Packages>, Error>,
    ) -> Result<Claimed, Error> {
        let mut pause = LOOK_AGAIN.0;
        loop {
            if let Some(made) = made()? {
                return Ok(Claimed::Made(made));
            }
            if let Some(error) = self.shared.queue.failure_since(name, self.began) {
                return Err(error);
            }
            if let Some(claim) = self.shared.cache.try_claim(name)? {
                // It may have been made between the two looks.
                return Ok(match made()? {
                    Some(made) => Claimed::Made(made),
                    None => Claimed::Ours(claim),
                });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LOOK_AGAIN.1);
        }
    }

    /// Keeps the cache within its limits. What cannot be removed now is tried again next time.
    async fn make_room(&self) {
        let shared = Arc::clone(&self.shared);
        let result = self
            .blocking(move || {
                let config = &shared.config;
                Ok(shared.cache.evict(config.max_cached_environments, config.max_cache_bytes)?)
            })
            .await;
        if let Err(error) = result {
            tracing::warn!(%error, "the cache of packages cannot be kept within its limits");
        }
    }

    /// Runs what waits for the disk where waiting is allowed.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let lost =
            |error| Error::cache("work in", &self.shared.config.cache, io::Error::other(error));
        tokio::task::spawn_blocking(work).await.map_err(lost)?
    }
}

/// The packages that a resolution young enough names, if they are there.
fn made(shared: &Shared, resolution: &str) -> Result<Option<Packages>, Error> {
    let name = shared.cache.resolution(resolution, shared.config.resolution_age);
    let is_name = |name: &String| name.len() == 32 && name.bytes().all(|it| it.is_ascii_hexdigit());
    let Some(name) = name.filter(is_name) else { return Ok(None) };
    Ok(shared.cache.open(&name)?.map(Packages::from))
}

/// What both a resolution and its packages depend on.
fn add(digest: &mut Digest, specifiers: &[Specifier], registries: &Registries, deno: &str) {
    digest.add(LAYOUT).add(deno);
    registries.add_to(digest);
    for specifier in specifiers {
        digest.add(&specifier.to_string());
    }
}

/// What Deno says, on one line and without what it says to whoever calls it by hand.
fn reduce(words: &str) -> String {
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.filter(|line| !line.starts_with("at ") && !line.starts_with("Download "));
    let lines = lines.map(|line| line.strip_prefix("error: ").unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join("; ");
    let mut reason: String = text.chars().take(MAX_REASON).filter(|it| !it.is_control()).collect();
    if text.chars().nth(MAX_REASON).is_some() {
        reason.push_str("...");
    }
    if reason.is_empty() { "Deno gives no reason".to_owned() } else { reason }
}
