//! Every metric by its name, and what it means. Recording one costs nothing until the binary installs
//! a recorder. A label's value is always one of a known few: never what a client or a program wrote.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// Programs that were run, by how they ended.
pub const EXECUTIONS: &str = "code_executor_executions_total";
/// Errors that ended programs.
pub const PROGRAM_ERRORS: &str = "code_executor_program_errors_total";
/// Requests that were refused before anything ran.
pub const REFUSALS: &str = "code_executor_refusals_total";
/// Limits that fired.
pub const LIMITS_FIRED: &str = "code_executor_limits_fired_total";
/// How long executions take.
pub const EXECUTION_SECONDS: &str = "code_executor_execution_seconds";
/// How long each part of one takes.
pub const PHASE_SECONDS: &str = "code_executor_phase_seconds";
/// What programs printed.
pub const OUTPUT_BYTES: &str = "code_executor_output_bytes_total";
/// Calls of tools.
pub const TOOL_CALLS: &str = "code_executor_tool_calls_total";
/// How long they take.
pub const TOOL_CALL_SECONDS: &str = "code_executor_tool_call_seconds";
/// Why they failed.
pub const TOOL_CALL_ERRORS: &str = "code_executor_tool_call_errors_total";
/// Executions now.
pub const EXECUTIONS_NOW: &str = "code_executor_executions";
/// The most at once.
pub const EXECUTIONS_MAX: &str = "code_executor_executions_max";
/// Sessions now.
pub const SESSIONS: &str = "code_executor_sessions";
/// Sessions that ended.
pub const SESSIONS_ENDED: &str = "code_executor_sessions_ended_total";
/// Zygotes now.
pub const ZYGOTES: &str = "code_executor_zygotes";
/// Children that are ready.
pub const SPARE_CHILDREN: &str = "code_executor_spare_children";
/// Upstream servers by state.
pub const UPSTREAMS: &str = "code_executor_upstreams";
/// Upstream servers that are left alone after failures.
pub const UPSTREAM_CIRCUITS_OPEN: &str = "code_executor_upstream_circuits_open";
/// Tools that are known.
pub const TOOLS: &str = "code_executor_tools";
/// Whether the audit log can be written.
pub const AUDIT_WRITABLE: &str = "code_executor_audit_writable";
/// Records that are not on the disk yet.
pub const AUDIT_LAG: &str = "code_executor_audit_lag_records";
/// Whether executions are taken.
pub const HEALTHY: &str = "code_executor_healthy";
/// The version.
pub const BUILD_INFO: &str = "code_executor_build_info";
/// Requests over HTTP.
pub const HTTP_REQUESTS: &str = "code_executor_http_requests_total";
/// How long they take.
pub const HTTP_REQUEST_SECONDS: &str = "code_executor_http_request_seconds";
/// Reloads of the configuration.
pub const CONFIG_RELOADS: &str = "code_executor_config_reloads_total";
/// When the configuration in force was loaded.
pub const CONFIG_LOADED: &str = "code_executor_config_loaded_timestamp_seconds";
/// Whether what is on disk is in force.
pub const CONFIG_CURRENT: &str = "code_executor_config_current";
/// Spans on their way to a collector.
pub const SPANS: &str = "code_executor_spans_total";
/// Memory of this process.
pub const RESIDENT: &str = "process_resident_memory_bytes";
/// Processor time of this process.
pub const CPU: &str = "process_cpu_seconds_total";
/// Its open descriptors.
pub const OPEN_FDS: &str = "process_open_fds";
/// The most descriptors it may open.
pub const MAX_FDS: &str = "process_max_fds";
/// When it started.
pub const START_TIME: &str = "process_start_time_seconds";

/// The bounds of the buckets of all histograms, in seconds.
pub const BUCKETS: [f64; 16] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
    300.0,
];

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It is what it is now.
    Gauge,
    /// It counts by how long something took, in the buckets of [`BUCKETS`].
    Histogram,
}

/// One metric.
#[derive(Debug)]
pub struct Metric {
    /// Its name, as it is scraped.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it is counted in.
    pub unit: Unit,
    /// Its labels, and what they can be.
    pub labels: &'static [(&'static str, &'static str)],
    /// What it says, in a sentence.
    pub help: &'static str,
}

const LANGUAGE: (&str, &str) = ("language", "`typescript`, `python`");

/// Every metric there is. `docs/operating.md` lists them, and a test holds it against this.
pub const ALL: &[Metric] = &[
    counter(
        EXECUTIONS,
        Unit::Count,
        &[LANGUAGE, ("outcome", "`success`, `failed`")],
        "Programs that were run to their end, failed ones included.",
    ),
    counter(
        PROGRAM_ERRORS,
        Unit::Count,
        &[LANGUAGE, ("class", "our own error classes, such as `TimeoutError`; `other`")],
        "Errors that ended programs, by class.",
    ),
    counter(
        REFUSALS,
        Unit::Count,
        &[("code", "an error code, such as `busy`")],
        "Requests to run a program that were refused: nothing was run.",
    ),
    counter(
        LIMITS_FIRED,
        Unit::Count,
        &[("limit", "as `limit` in an outcome, such as `timeout`")],
        "Limits that ended a program or cut its output.",
    ),
    histogram(
        EXECUTION_SECONDS,
        &[LANGUAGE],
        "Time of an execution from its admission to its answer, waiting included.",
    ),
    histogram(
        PHASE_SECONDS,
        &[LANGUAGE, ("phase", "`check`, `prepare`, `queue`, `launch`, `record`, `run`, `finish`")],
        "Time of each part of an execution.",
    ),
    counter(
        OUTPUT_BYTES,
        Unit::Bytes,
        &[LANGUAGE],
        "What programs printed, as far as it was kept.",
    ),
    counter(
        TOOL_CALLS,
        Unit::Count,
        &[
            ("tool", "the tool; `(unknown)` for what is none, `(others)` beyond 1,000"),
            ("status", "`ok`, `error`, `refused`, `unfinished`"),
        ],
        "Calls of tools by programs.",
    ),
    histogram(
        TOOL_CALL_SECONDS,
        &[("server", "the server; `(none)` where no server has such a tool")],
        "Time of calls, a start of their server included.",
    ),
    counter(
        TOOL_CALL_ERRORS,
        Unit::Count,
        &[("code", "an error code, such as `upstream_timeout`")],
        "Calls that failed or were refused, by error.",
    ),
    gauge(EXECUTIONS_NOW, Unit::Count, &[("state", "`running`, `waiting`")], "Executions now."),
    gauge(EXECUTIONS_MAX, Unit::Count, &[], "The most executions that may run at once."),
    gauge(
        SESSIONS,
        Unit::Count,
        &[("state", "`running`, `stopped`")],
        "Sessions now, those between two programs stopped.",
    ),
    counter(
        SESSIONS_ENDED,
        Unit::Count,
        &[(
            "reason",
            "`idle`, `lifetime`, `rights`, `credential`, `unwanted`, `stopping`, `died`, `program`, \
             `defect`",
        )],
        "Sessions that ended.",
    ),
    gauge(ZYGOTES, Unit::Count, &[LANGUAGE], "Warm processes that programs are forked from."),
    gauge(SPARE_CHILDREN, Unit::Count, &[LANGUAGE], "Children kept ready ahead of demand."),
    gauge(
        UPSTREAMS,
        Unit::Count,
        &[("state", "`idle`, `connecting`, `ready`, `failed`, `stopped`")],
        "Upstream servers, by state.",
    ),
    gauge(
        UPSTREAM_CIRCUITS_OPEN,
        Unit::Count,
        &[],
        "Upstream servers that failed too often in a row and are left alone for a while.",
    ),
    gauge(TOOLS, Unit::Count, &[], "Tools that are known."),
    gauge(AUDIT_WRITABLE, Unit::Count, &[], "1 unless records of the audit log cannot be written."),
    gauge(AUDIT_LAG, Unit::Count, &[], "Records of the audit log that are not on the disk yet."),
    gauge(HEALTHY, Unit::Count, &[], "1 while executions are taken."),
    gauge(BUILD_INFO, Unit::Count, &[("version", "the version")], "Always 1."),
    counter(
        HTTP_REQUESTS,
        Unit::Count,
        &[
            ("route", "the route as documented, such as `/execute`; `(none)` where there is none"),
            ("method", "the method; `other`"),
            ("status", "the status"),
        ],
        "Answered requests over HTTP.",
    ),
    histogram(
        HTTP_REQUEST_SECONDS,
        &[("route", "as above")],
        "Time from the head of a request to the head of its answer.",
    ),
    counter(
        CONFIG_RELOADS,
        Unit::Count,
        &[("result", "`applied`, `unchanged`, `refused`")],
        "Reloads of the configuration while running.",
    ),
    gauge(CONFIG_LOADED, Unit::Seconds, &[], "When the configuration in force was loaded."),
    gauge(CONFIG_CURRENT, Unit::Count, &[], "0 while the last reload was refused."),
    counter(
        SPANS,
        Unit::Count,
        &[("result", "`exported`, `dropped`, `failed`")],
        "Spans of traces: taken by the collector, dropped for want of room, or not taken.",
    ),
    gauge(RESIDENT, Unit::Bytes, &[], "Resident memory of the host process."),
    counter(CPU, Unit::Seconds, &[], "Processor time of the host process."),
    gauge(OPEN_FDS, Unit::Count, &[], "Open descriptors of the host process."),
    gauge(MAX_FDS, Unit::Count, &[], "Descriptors the host process may open."),
    gauge(START_TIME, Unit::Seconds, &[], "When the host process started."),
];

/// Tells the recorder what each metric is.
pub fn describe() {
    for Metric { name, kind, unit, help, .. } in ALL {
        match kind {
            Kind::Counter => describe_counter!(*name, *unit, *help),
            Kind::Gauge => describe_gauge!(*name, *unit, *help),
            Kind::Histogram => describe_histogram!(*name, *unit, *help),
        }
    }
}

type Labels = &'static [(&'static str, &'static str)];

const fn counter(name: &'static str, unit: Unit, labels: Labels, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, unit, labels, help }
}

const fn gauge(name: &'static str, unit: Unit, labels: Labels, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, unit, labels, help }
}

const fn histogram(name: &'static str, labels: Labels, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram, unit: Unit::Seconds, labels, help }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Kind, Metric};

    #[test]
    fn every_metric_is_documented() {
        let documented = include_str!("../../../docs/operating.md");
        for Metric { name, kind, labels, help, .. } in ALL {
            let kind = format!("{kind:?}").to_lowercase();
            let begin = format!("| `{name}` | {kind}");
            let row = documented.lines().find(|line| line.starts_with(&begin));
            let row = row.unwrap_or_else(|| panic!("docs/operating.md: no row `{begin}`"));
            assert!(row.contains(help.trim_end_matches('.')), "{name}: {row}");
            for (label, values) in *labels {
                assert!(row.contains(&format!("`{label}`: {values}")), "{name}: {label}: {row}");
            }
        }
    }

    #[test]
    fn names_are_as_prometheus_wants_them() {
        for metric in ALL {
            let name = metric.name;
            let ours = name.starts_with("code_executor_") || name.starts_with("process_");
            assert!(ours && metric.help.ends_with('.'), "{name}");
            assert_eq!(metric.kind == Kind::Counter, name.ends_with("_total"), "{name}");
            let seconds = name.ends_with("_seconds");
            assert!(metric.kind != Kind::Histogram || seconds, "{name}");
        }
        let mut names: Vec<_> = ALL.iter().map(|metric| metric.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len(), "each once");
    }
}
