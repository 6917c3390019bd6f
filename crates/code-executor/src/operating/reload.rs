//! A configuration that changes while we run: read anew on SIGHUP and when a file of it changes,
//! checked whole, and put in force as far as that can be done live. What cannot be read, or cannot be
//! put in force, changes nothing: the configuration before goes on.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use gateway::Gateway;
use gateway::metrics::{CONFIG_CURRENT, CONFIG_LOADED, CONFIG_RELOADS};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::compose;
use crate::config::reference::{SETTINGS, Setting};
use crate::config::{self, Inputs, Settings};
use crate::operating::fingerprint::Fingerprint;
use crate::operating::systemd;
use crate::roles;
use crate::telemetry::{self, Logs};

/// How often files are looked at. One that is being written is left alone until it looks the same
/// twice.
const LOOK: Duration = Duration::from_millis(1_000);

/// What a reload came to.
#[derive(Debug, PartialEq, Eq)]
enum Reloaded {
    /// Something is in force that was not.
    Applied,
    /// All is as it was.
    Unchanged,
}

/// Whoever reloads.
pub struct Reloader {
    inputs: Inputs,
    settings: Settings,
    gateway: Gateway,
    logs: Logs,
    policy: roles::Place,
}

impl Reloader {
    /// Watches from now on, until `shutdown`.
    pub fn start(
        inputs: Inputs,
        settings: Settings,
        gateway: Gateway,
        (logs, policy): (Logs, roles::Place),
        shutdown: CancellationToken,
    ) -> anyhow::Result<()> {
        let mut hangup = signal(SignalKind::hangup())?;
        let mut this = Self { inputs, settings, gateway, logs, policy };
        this.stands(true);
        let looks = this.settings.telemetry.watch_files;
        tokio::spawn(async move {
            let mut known = this.look().await;
            let mut changing = None;
            let mut turn = tokio::time::interval(LOOK);
            turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    _ = hangup.recv() => {
                        tracing::info!("SIGHUP: the configuration is read anew");
                        let before = this.look().await;
                        this.reload(true).await;
                        known = this.look().await.dated_as_in(&before);
                        changing = None;
                    }
                    _ = turn.tick(), if looks => {
                        let seen = this.look().await;
                        if seen == known {
                            changing = None;
                        } else if changing.as_ref() == Some(&seen) {
                            this.reload(false).await;
                            // What it names now may be more than before.
                            known = this.look().await.dated_as_in(&seen);
                            changing = None;
                        } else {
                            changing = Some(seen);
                        }
                    }
                }
            }
        });
        Ok(())
    }

    /// All of it, or all but the policy file, which is watched by itself as well: whoever sends a
    /// signal does not wait for that.
    async fn reload(&mut self, with_roles: bool) {
        systemd::reloading();
        let reloaded = self.try_reload().await;
        let (result, word) = match &reloaded {
            Ok(Reloaded::Applied) => ("the configuration is in force", "applied"),
            Ok(_) => ("the configuration is as it was", "unchanged"),
            Err(_) => {
                ("the configuration as it is now is refused; the one before goes on", "refused")
            }
        };
        metrics::counter!(CONFIG_RELOADS, "result" => word).increment(1);
        match &reloaded {
            Ok(Reloaded::Applied) => tracing::warn!(target: "notice", "{result}"),
            Ok(_) => tracing::info!("{result}"),
            Err(error) => tracing::error!("{result}: {error}"),
        }
        self.stands(reloaded.is_ok());
        let roles = !with_roles || self.reload_roles().await;
        match roles {
            true => systemd::reloaded(result),
            false => systemd::reloaded(&format!("{result}; the policy is refused")),
        }
    }

    /// Whether the policy, if there is one, is in force.
    async fn reload_roles(&self) -> bool {
        match self.gateway.authority() {
            Some(authority) => roles::reload(&self.policy, &authority).await,
            None => true,
        }
    }

    /// Either all of it is in force afterwards that can be, or nothing.
    async fn try_reload(&mut self) -> Result<Reloaded, String> {
        let inputs = self.inputs.clone();
        let loaded = tokio::task::spawn_blocking(move || config::load(&inputs)).await;
        let loaded = loaded.map_err(|_| "reading it ended in a defect of ours".to_owned())?;
        let settings = loaded.map_err(|error| error.to_string())?;
        let changed = changed(&self.settings, &settings);
        let (live, later): (Vec<&Setting>, Vec<&Setting>) =
            changed.into_iter().partition(|setting| setting.key.is_live());
        let servers = settings.upstream.servers != self.settings.upstream.servers
            || settings.broken_servers != self.settings.broken_servers;
        if !later.is_empty() {
            let names: Vec<_> = later.iter().map(|setting| setting.path).collect();
            tracing::warn!("what has changed in {} waits for the next start", names.join(", "));
        }
        if live.is_empty() && !servers {
            return Ok(Reloaded::Unchanged);
        }
        telemetry::announce(&settings.notices);
        // Bounds that cannot change live stay as they were, whatever stands beside them.
        let settings = with_what_stays(settings, &self.settings);
        // Directories are opened, and files looked for.
        let renewed = tokio::task::block_in_place(|| compose::renewed(&settings, &self.gateway));
        let renewed = renewed.map_err(|error| format!("{error:#}"))?;
        self.gateway.set_limits(settings.limits.rules.clone(), &settings.policy);
        self.gateway.renew(renewed);
        // The first search after this finds what is known of the servers, as after a start.
        self.gateway.recall().await;
        self.logs.set_level(settings.telemetry.log_level.as_deref());
        let names: Vec<_> = live.iter().map(|setting| setting.path).collect();
        tracing::info!(settings = names.join(", "), servers, "a new configuration is in force");
        self.settings = settings;
        Ok(Reloaded::Applied)
    }

    /// Tells health and metrics how the configuration stands.
    fn stands(&self, current: bool) {
        metrics::gauge!(CONFIG_CURRENT).set(f64::from(u8::from(current)));
        if current {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            metrics::gauge!(CONFIG_LOADED).set(now.unwrap_or_default().as_secs_f64());
        }
        self.gateway.configuration_is(current);
    }

    async fn look(&self) -> Fingerprint {
        let files = self.files();
        tokio::task::spawn_blocking(move || Fingerprint::of(files)).await.unwrap_or_default()
    }

    /// The files that decide what holds, those included that are not there yet.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = config::sources::candidates(&self.inputs);
        files.extend(self.settings.sources.iter().map(|source| source.path.clone()));
        files.extend(self.settings.env_files.iter().cloned());
        files.extend(self.settings.defined.iter().map(|defined| defined.place.file.to_path_buf()));
        files
    }
}

/// The new settings as far as a running server takes them over, and the old ones for the rest.
fn with_what_stays(new: Settings, old: &Settings) -> Settings {
    let mut values = old.values.clone();
    values.take_live(&new.values);
    let policy = policy::Config {
        dangerous_patterns: new.policy.dangerous_patterns,
        max_code_bytes: new.policy.max_code_bytes,
        output_bytes: new.policy.output_bytes,
        result_bytes: new.policy.result_bytes,
        max_tool_calls: new.policy.max_tool_calls,
        max_concurrent: new.policy.max_concurrent,
        max_waiting: new.policy.max_waiting,
        wait_timeout_ms: new.policy.wait_timeout_ms,
        max_concurrent_per_client: new.policy.max_concurrent_per_client,
        max_starting: new.policy.max_starting,
        slow_after_ms: new.policy.slow_after_ms,
        max_allowed_tools: new.policy.max_allowed_tools,
        max_sessions: new.policy.max_sessions,
        max_sessions_per_principal: new.policy.max_sessions_per_principal,
        session_idle_ms: new.policy.session_idle_ms,
        session_lifetime_ms: new.policy.session_lifetime_ms,
        ..old.policy.clone()
    };
    let upstream = upstream::Config { servers: new.upstream.servers, ..old.upstream.clone() };
    let limits = config::LimitSettings { rules: new.limits.rules, ..old.limits.clone() };
    let kept = config::KeptSettings { pin_tools: new.kept.pin_tools, ..old.kept.clone() };
    let telemetry =
        config::TelemetrySettings { log_level: new.telemetry.log_level, ..old.telemetry.clone() };
    Settings {
        policy,
        upstream,
        kept,
        limits,
        telemetry,
        values,
        reach: new.reach,
        broken_servers: new.broken_servers,
        env_files: new.env_files,
        defined: new.defined,
        notices: new.notices,
        sources: new.sources,
        ..old.clone()
    }
}

/// The settings that differ, in the order of the reference.
fn changed(old: &Settings, new: &Settings) -> Vec<&'static Setting> {
    let differs = |setting: &&Setting| old.values.value(setting) != new.values.value(setting);
    SETTINGS.iter().filter(differs).collect()
}
