//! One preparation: look whether everything is there, else resolve, else install.
//!
//! Whoever makes something holds its lock exclusively, in this process as in another, and everybody
//! who wants the same thing waits for that lock and then finds it made.

mod watch;

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    Declaration, Environment, Error, InterpreterInfo, Progress,
    cache::{FileLock, Found, Limits, Staging},
    digest::Digest,
    index::{self, Settings},
    packages::Shared,
    queue::{Full, Place},
    uv::{self, Compile, Ended, Line, Lock, Workshop},
};

/// Raised when what is installed changes its shape, so that older environments are not found.
const LAYOUT: &str = "layout 1";

/// How often it is looked whether somebody else is done: from, to.
const LOOK_AGAIN: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(200));

/// What `site-packages` lies in while it is made.
const TARGET: &str = "environment/site-packages";

/// One request for an environment.
pub(crate) struct Preparation<'a> {
    shared: Arc<Shared>,
    interpreter: &'a InterpreterInfo,
    /// The declared requirements, one a line.
    requirements: String,
    /// Their names, for messages.
    wanted: String,
    report: &'a (dyn Fn(Progress) + Send + Sync),
    began: Instant,
}

/// What is there already.
struct LookedUp {
    settings: Settings,
    /// The resolution's name.
    resolution: String,
    lock: Option<Lock>,
    environment: Option<Environment>,
}

/// What came of waiting for a lock.
enum Claimed<T> {
    /// It is ours to make.
    Ours(FileLock),
    /// Somebody made it.
    Made(T),
}

impl<'a> Preparation<'a> {
    pub(crate) fn new(
        shared: Arc<Shared>,
        declaration: &Declaration,
        interpreter: &'a InterpreterInfo,
        report: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> Self {
        let lines = declaration.dependencies().iter().map(|each| format!("{each}\n"));
        Self {
            shared,
            interpreter,
            requirements: lines.collect(),
            wanted: declaration.names().join(", "),
            report,
            began: Instant::now(),
        }
    }

    /// Finds the environment or makes it.
    pub(crate) async fn run(&self) -> Result<Environment, Error> {
        let mut found = self.look_up().await?;
        if let Some(environment) = found.environment.take() {
            return Ok(self.ready(environment));
        }
        let place = self.shared.queue.join().map_err(|Full(waiting)| Error::Busy { waiting })?;
        let cache = self.shared.cache.clone();
        self.blocking(move || {
            cache.create()?;
            cache.clean_staging()
        })
        .await?;
        let lock = match found.lock.take() {
            Some(lock) => lock,
            None => self.resolve(&place, &found).await?,
        };
        self.check_count(&lock)?;
        let environment = self.install(&place, &found.settings, &lock).await?;
        drop(place);
        self.make_room().await;
        Ok(self.ready(environment))
    }

    fn ready(&self, environment: Environment) -> Environment {
        (self.report)(Progress::Ready { packages: environment.packages.len() });
        environment
    }

    /// Looks what is there, touching nothing but files.
    async fn look_up(&self) -> Result<LookedUp, Error> {
        let shared = Arc::clone(&self.shared);
        let interpreter = self.interpreter.clone();
        let requirements = self.requirements.clone();
        self.blocking(move || {
            let config = &shared.config;
            let settings = index::read(&config.environment, &interpreter.prefix)?;
            let resolution = resolution_name(&requirements, &interpreter, &settings);
            let lock = shared
                .cache
                .resolution(&resolution, config.resolution_age)
                .and_then(|text| Lock::parse(&text).ok());
            let environment = match &lock {
                Some(lock) if lock.packages().len() <= config.max_packages => {
                    let compile = Compile::of(config);
                    shared
                        .cache
                        .open(&environment_name(lock, &interpreter, &settings, compile))?
                        .map(Environment::from)
                }
                _ => None,
            };
            Ok(LookedUp { settings, resolution, lock, environment })
        })
        .await
    }

    async fn resolve(&self, place: &Place<'_>, found: &LookedUp) -> Result<Lock, Error> {
        (self.report)(Progress::Resolving);
        let max_age = self.shared.config.resolution_age;
        let name = &found.resolution;
        let made = || {
            let text = self.shared.cache.resolution(name, max_age);
            Ok(text.and_then(|text| Lock::parse(&text).ok()))
        };
        let claim = match self.claim(name, made).await? {
            Claimed::Made(lock) => return Ok(lock),
            Claimed::Ours(claim) => claim,
        };
        let result = self.resolve_now(place, found, &claim).await;
        if let Err(error) = &result {
            self.shared.queue.failed(name, error);
        }
        result
    }

    async fn resolve_now(
        &self,
        place: &Place<'_>,
        found: &LookedUp,
        claim: &FileLock,
    ) -> Result<Lock, Error> {
        let settings = &found.settings;
        let failed = |reason| Error::Resolve {
            wanted: self.wanted.clone(),
            indexes: settings.shown.clone(),
            reason,
        };
        let uv = uv::find(&self.shared.config)?;
        let _turn = place.turn().await;
        let _use = self.use_uv().await?;
        let staging = self.shared.cache.stage()?;
        let cache = self.shared.cache.uv();
        let workshop = self.workshop(&uv, &staging, &cache, settings);
        workshop.furnish()?;
        let ended = workshop.resolve(&self.requirements).await?;
        if !ended.success {
            return Err(failed(self.reason(&ended, settings, &staging)));
        }
        let lock = Lock::parse(&ended.stdout)
            .map_err(|reason| failed(format!("{reason}; ask who runs the index")))?;
        let cache = &self.shared.cache;
        cache.keep_resolution(&found.resolution, claim, &staging, lock.text())?;
        Ok(lock)
    }

    fn check_count(&self, lock: &Lock) -> Result<(), Error> {
        let (packages, limit) = (lock.packages().len(), self.shared.config.max_packages);
        if packages <= limit {
            return Ok(());
        }
        Err(Error::TooManyPackages { wanted: self.wanted.clone(), packages, limit })
    }

    async fn install(
        &self,
        place: &Place<'_>,
        settings: &Settings,
        lock: &Lock,
    ) -> Result<Environment, Error> {
        let compile = Compile::of(&self.shared.config);
        let name = environment_name(lock, self.interpreter, settings, compile);
        // Once more when it was evicted as soon as it was there, by a process with a smaller limit.
        loop {
            let opened = || Ok(self.shared.cache.open(&name)?.map(Environment::from));
            let claimed = self.claim(&name, opened).await?;
            let claim = match claimed {
                Claimed::Made(environment) => return Ok(environment),
                Claimed::Ours(claim) => Arc::new(claim),
            };
            let result = self.install_now(place, settings, lock, &name, &claim).await;
            if let Err(error) = result {
                self.shared.queue.failed(&name, &error);
                return Err(error);
            }
        }
    }

    async fn install_now(
        &self,
        place: &Place<'_>,
        settings: &Settings,
        lock: &Lock,
        name: &str,
        claim: &Arc<FileLock>,
    ) -> Result<(), Error> {
        let config = &self.shared.config;
        let packages = lock.packages().len();
        (self.report)(Progress::Downloading { packages });
        let uv = uv::find(config)?;
        let _turn = place.turn().await;
        let _use = self.use_uv().await?;
        let staging = self.shared.cache.stage()?;
        let cache = self.shared.cache.uv();
        let workshop = self.workshop(&uv, &staging, &cache, settings);
        workshop.furnish()?;
        let target = staging.path().join(TARGET);
        std::fs::create_dir_all(&target).map_err(|error| Error::cache("create", &target, error))?;
        let on_line = |line| match line {
            Line::Prepared => (self.report)(Progress::Installing { packages }),
        };
        let running = workshop.install(lock.text(), &target, Compile::of(config), on_line);
        let ended = tokio::select! {
            ended = running => ended?,
            () = watch::outgrown(&cache, &target, config.max_bytes) => return Err(self.too_large()),
        };
        if ended.outgrown {
            return Err(self.too_large());
        }
        if !ended.success {
            return Err(Error::Install {
                wanted: self.wanted.clone(),
                indexes: settings.shown.clone(),
                reason: self.reason(&ended, settings, &staging),
            });
        }
        let limits = Limits { bytes: config.max_bytes, files: config.max_files };
        let (cache, name, claim) = (self.shared.cache.clone(), name.to_owned(), Arc::clone(claim));
        let packages = lock.packages().to_vec();
        let installed = move || Ok(cache.install(&name, &claim, &staging, &packages, limits));
        self.blocking(installed).await?.map_err(|found| self.strange(found))
    }

    fn workshop<'b>(
        &'b self,
        uv: &'b std::path::Path,
        staging: &'b Staging,
        cache: &'b std::path::Path,
        settings: &'b Settings,
    ) -> Workshop<'b> {
        Workshop {
            uv,
            folder: staging.path(),
            cache,
            settings,
            interpreter: self.interpreter,
            max_file_bytes: self.shared.config.max_bytes,
        }
    }

    fn reason(&self, ended: &Ended, settings: &Settings, staging: &Staging) -> String {
        uv::reduce(&ended.stderr, &settings.mask, staging.path())
    }

    fn too_large(&self) -> Error {
        Error::TooLarge {
            wanted: self.wanted.clone(),
            limit: self.shared.config.max_bytes,
            unit: "bytes",
            setting: "maxBytes",
        }
    }

    fn strange(&self, found: Found) -> Error {
        match found {
            Found::TooManyBytes => self.too_large(),
            Found::TooManyFiles => Error::TooLarge {
                wanted: self.wanted.clone(),
                limit: self.shared.config.max_files,
                unit: "files",
                setting: "maxFiles",
            },
            Found::Strange { path, what } => Error::Unsafe {
                wanted: self.wanted.clone(),
                path: path.display().to_string().escape_debug().to_string(),
                what,
            },
            Found::Failed { path, error } => Error::cache("use", &path, error),
        }
    }

    /// Waits until something is ours to make or somebody else has made it.
    async fn claim<T>(
        &self,
        name: &str,
        made: impl Fn() -> Result<Option<T>, Error>,
    ) -> Result<Claimed<T>, Error> {
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

    /// Waits until nobody empties `uv`'s cache.
    async fn use_uv(&self) -> Result<FileLock, Error> {
        loop {
            if let Some(lock) = self.shared.cache.try_use_uv()? {
                return Ok(lock);
            }
            tokio::time::sleep(LOOK_AGAIN.0).await;
        }
    }

    /// Keeps the cache within its limits. What cannot be removed now is tried again next time.
    async fn make_room(&self) {
        let shared = Arc::clone(&self.shared);
        let result = self
            .blocking(move || {
                let config = &shared.config;
                shared.cache.evict(config.max_cached_environments, config.max_cache_bytes)?;
                shared.cache.trim_downloads(config.max_cache_bytes)
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

/// What a resolution depends on.
fn resolution_name(
    requirements: &str,
    interpreter: &InterpreterInfo,
    settings: &Settings,
) -> String {
    let mut digest = Digest::new("resolution");
    digest.add(LAYOUT).add(requirements).add(&settings.fingerprint);
    add_interpreter(&mut digest, interpreter);
    digest.finish()
}

/// What an environment depends on.
fn environment_name(
    lock: &Lock,
    interpreter: &InterpreterInfo,
    settings: &Settings,
    compile: Compile,
) -> String {
    let mut digest = Digest::new("environment");
    digest.add(LAYOUT).add(lock.text()).add(&settings.fingerprint);
    digest.add(if compile == Compile::Yes { "compiled" } else { "as it is" });
    add_interpreter(&mut digest, interpreter);
    digest.finish()
}

fn add_interpreter(digest: &mut Digest, interpreter: &InterpreterInfo) {
    let (major, minor, micro) = interpreter.version;
    digest
        .add(&format!("{major}.{minor}.{micro}"))
        .add(&interpreter.abi_tag)
        .add(&interpreter.platform_tag);
}
