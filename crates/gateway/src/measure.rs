//! The metrics of what is now, set when somebody is about to read them.

use ::metrics::gauge;
use types::{UpstreamCircuit, UpstreamState};

use crate::health::Health;
use crate::metrics;

/// Every state, so that one without servers reads zero.
const STATES: [(UpstreamState, &str); 5] = [
    (UpstreamState::Idle, "idle"),
    (UpstreamState::Connecting, "connecting"),
    (UpstreamState::Ready, "ready"),
    (UpstreamState::Failed, "failed"),
    (UpstreamState::Stopped, "stopped"),
];

impl Health {
    /// Sets them. Starts nothing and asks nobody.
    pub(crate) fn measure(&self) {
        let report = self.report();
        let pool = report.connection_pool;
        gauge!(metrics::HEALTHY).set(yes(report.healthy));
        gauge!(metrics::EXECUTIONS_NOW, "state" => "running").set(count(pool.active));
        gauge!(metrics::EXECUTIONS_NOW, "state" => "waiting").set(count(pool.waiting));
        gauge!(metrics::EXECUTIONS_MAX).set(count(pool.max));
        gauge!(metrics::TOOLS).set(count(self.current.get().discovery.catalog.len()));
        gauge!(metrics::AUDIT_WRITABLE).set(yes(report.audit_log.error.is_none()));
        gauge!(metrics::AUDIT_LAG).set(count(self.audit.lag()));
        let sessions = report.sessions;
        let stopped = sessions.open.saturating_sub(sessions.running);
        gauge!(metrics::SESSIONS, "state" => "running").set(count(sessions.running));
        gauge!(metrics::SESSIONS, "state" => "stopped").set(count(stopped));
        for (language, warmth) in self.engines.warmth() {
            let language = language.as_str();
            gauge!(metrics::ZYGOTES, "language" => language).set(count(warmth.zygotes));
            gauge!(metrics::SPARE_CHILDREN, "language" => language).set(count(warmth.spares));
        }
        for (state, word) in STATES {
            let those = report.upstreams.iter().filter(|upstream| upstream.state == state);
            gauge!(metrics::UPSTREAMS, "state" => word).set(count(those.count()));
        }
        let open = |circuit| circuit != UpstreamCircuit::Closed;
        let open = report.upstreams.iter().filter(|upstream| open(upstream.circuit)).count();
        gauge!(metrics::UPSTREAM_CIRCUITS_OPEN).set(count(open));
    }
}

fn yes(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

fn count(number: usize) -> f64 {
    number as f64
}
