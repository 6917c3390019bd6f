//! The state of everything, from each room's own report. Asking starts nothing.

use std::sync::Arc;
use std::time::Instant;

use audit::Log;
use policy::roles::Authority;
use types::{ClientsHealth, HealthReport, UpstreamCircuit, UpstreamState, UpstreamStatus};
use upstream::Hub;

use crate::admission::Admission;
use crate::caller::View;
use crate::discovery::Memory;
use crate::engines::Engines;
use crate::history::History;

/// Where reports come from.
pub struct Health {
    pub(crate) admission: Arc<Admission>,
    pub(crate) audit: Log,
    pub(crate) engines: Arc<Engines>,
    pub(crate) history: Arc<History>,
    pub(crate) hub: Hub,
    pub(crate) memory: Arc<Memory>,
    pub(crate) broken_servers: Vec<(String, String)>,
    pub(crate) roles: Option<Authority>,
    pub(crate) version: String,
    pub(crate) started: Instant,
}

impl Health {
    /// The report now.
    pub fn report(&self) -> HealthReport {
        let mut upstreams = self.hub.status();
        for status in &mut upstreams {
            // What a server did wrong may be told in its own words.
            status.error = status.error.take().map(|error| catalog::text::shown(&error));
            status.changed_tools =
                Some(self.memory.marked(&status.server)).filter(|changed| *changed > 0);
        }
        upstreams.extend(self.broken_servers.iter().map(|(server, error)| UpstreamStatus {
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
            roles: self.roles.as_ref().map(Authority::health),
            state: self.history.health(),
            problem,
            upstreams,
        }
    }

    /// The report as a caller may see it: without the servers that are none of its business.
    pub fn report_to(&self, view: &View) -> HealthReport {
        let mut report = self.report();
        if view.is_limited() {
            report.roles = None;
            report.upstreams.retain(|status| view.sees(&status.server));
            let ready = report.upstreams.iter().filter(|it| it.state == UpstreamState::Ready);
            let (connected, configured) = (ready.count(), report.upstreams.len());
            report.mcp_clients = ClientsHealth { connected, configured };
        }
        report
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
