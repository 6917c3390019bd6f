//! The state of everything, from each room's own report. Asking starts nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use audit::Log;
use policy::roles::Authority;
use types::{
    ClientsHealth, ConfigurationHealth, HealthReport, UpstreamCircuit, UpstreamState,
    UpstreamStatus,
};

use crate::admission::Admission;
use crate::caller::View;
use crate::discovery::Discovery;
use crate::engines::Engines;
use crate::history::History;
use crate::live::Current;
use crate::sessions::Sessions;
use crate::sessions::kept::Kept;

/// Where reports come from.
pub struct Health {
    pub(crate) admission: Arc<Admission>,
    pub(crate) audit: Log,
    pub(crate) engines: Arc<Engines>,
    pub(crate) history: Arc<History>,
    pub(crate) current: Arc<Current>,
    pub(crate) sessions: Sessions<Kept>,
    pub(crate) configuration: Mutex<Option<ConfigurationHealth>>,
    pub(crate) roles: Option<Authority>,
    pub(crate) version: String,
    pub(crate) started: Instant,
}

impl Health {
    /// The report now.
    pub fn report(&self) -> HealthReport {
        let live = self.current.get();
        let Discovery { hub, memory, .. } = &live.discovery;
        let mut upstreams = hub.status();
        for status in &mut upstreams {
            // What a server did wrong may be told in its own words.
            status.error = status.error.take().map(|error| catalog::text::shown(&error));
            status.changed_tools =
                Some(memory.marked(&status.server)).filter(|changed| *changed > 0);
        }
        upstreams.extend(live.broken_servers.iter().map(|(server, error)| UpstreamStatus {
            server: server.clone(),
            state: UpstreamState::Failed,
            transport: None,
            circuit: UpstreamCircuit::Closed,
            retry_in_ms: None,
            tools: None,
            changed_tools: None,
            protocol_version: None,
            error: Some(error.clone()),
        }));
        let ready = |status: &&UpstreamStatus| status.state == UpstreamState::Ready;
        let audit_log = self.audit.health();
        let problem = self.problem(audit_log.error.as_deref());
        HealthReport {
            healthy: problem.is_none(),
            audit_log,
            mcp_clients: ClientsHealth {
                connected: upstreams.iter().filter(ready).count(),
                configured: upstreams.len(),
            },
            connection_pool: self.admission.health(),
            uptime: (self.started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
            timestamp: timestamp(),
            version: self.version.clone(),
            engines: self.engines.health(),
            isolation: self.engines.isolation(),
            configuration: self.configuration().clone(),
            roles: self.roles.as_ref().map(Authority::health),
            sessions: self.sessions.health(live.policy.config().max_sessions),
            state: self.history.health(),
            problem,
            upstreams,
        }
    }

    /// Whether executions can be taken now: what of the report can be asked for often.
    pub fn is_healthy(&self) -> bool {
        self.problem(self.audit.health().error.as_deref()).is_none()
    }

    /// The report as a caller may see it: without the servers that are none of its business.
    pub fn report_to(&self, view: &View) -> HealthReport {
        let mut report = self.report();
        report.state = self.history.health_in_short();
        if view.is_limited() {
            report.roles = None;
            report.upstreams.retain(|status| view.sees(&status.server));
            let ready = report.upstreams.iter().filter(|it| it.state == UpstreamState::Ready);
            let (connected, configured) = (ready.count(), report.upstreams.len());
            report.mcp_clients = ClientsHealth { connected, configured };
        }
        report
    }

    /// Notes whether the configuration on disk is the one in force.
    pub fn configuration_is(&self, current: bool) {
        let mut configuration = self.configuration();
        let before = configuration.take().and_then(|before| before.loaded_at);
        let loaded_at = if current { Some(timestamp()) } else { before };
        *configuration = Some(ConfigurationHealth { current, loaded_at });
    }

    fn configuration(&self) -> MutexGuard<'_, Option<ConfigurationHealth>> {
        self.configuration.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn problem(&self, audit: Option<&str>) -> Option<String> {
        if self.admission.is_closed() {
            return Some("the server is stopping".to_owned());
        }
        if let Some(problem) = self.engines.problem() {
            return Some(problem);
        }
        if let Err(refusal) = self.history.check() {
            return Some(refusal.message);
        }
        audit.map(|error| format!("the audit log cannot be written: {error}"))
    }
}

/// Now, RFC 3339 in UTC with milliseconds.
fn timestamp() -> String {
    let now = jiff::Timestamp::now();
    format!("{now:.3}")
}
