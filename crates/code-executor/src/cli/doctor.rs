//! `code-executor doctor`: what holds programs here, tried from inside; what is missing, why, and the
//! line that would change it; and whether everything else that was asked for is reachable.

mod advice;
mod engines;
mod host;
mod interpreters;
mod report;
mod shown;
mod targets;
mod upstreams;

use types::IsolationLevel;

use crate::cli::render::{Rendered, Style};
use crate::cli::{DoctorArguments, Exit};
use crate::compose;
use crate::config::reference::SETTINGS;
use crate::config::sources::Standing;
use crate::config::{Inputs, Settings};

use report::{Configuration, ConfigurationFile, Report};

/// Looks at everything, starts what there is to start, and shows it. Nothing runs afterwards.
pub async fn run(
    arguments: DoctorArguments,
    settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let report = examine(arguments, &settings, inputs).await?;
    let shown = match arguments.json {
        true => Rendered::out(serde_json::to_string_pretty(&report)? + "\n"),
        false => shown::text(&report, Style::of_this_process(&inputs.environment)),
    };
    shown.write()?;
    Ok(if report.ok { Exit::Success } else { Exit::Unavailable })
}

async fn examine(
    arguments: DoctorArguments,
    settings: &Settings,
    inputs: &Inputs,
) -> anyhow::Result<Report> {
    let targets = targets::Targets::new()?;
    let engines = engines::all(settings, &targets).await?;
    drop(targets);
    let host = host::host(inputs);
    let executable = compose::executable()?.display().to_string();
    let switches = advice::Switches::of_this_machine();
    let mut report = Report {
        version: compose::VERSION,
        ok: false,
        min_isolation: settings.min_isolation,
        advice: advice::for_missing(&engines, &host, &switches, &executable),
        interpreters: interpreters::all(settings, inputs, &engines).await,
        uv: interpreters::uv(settings, inputs),
        engines,
        configuration: configuration(settings, inputs),
        upstreams: match arguments.skip_upstreams {
            true => Vec::new(),
            false => upstreams::all(settings).await?,
        },
        audit_log: host::audit_log(settings),
        clock: host::clock(),
        limits: host::limits(settings),
        host,
        problems: Vec::new(),
    };
    report.problems = problems(&report);
    report.ok = report.problems.is_empty();
    Ok(report)
}

/// What was asked for and is not reachable.
fn problems(report: &Report) -> Vec<String> {
    let mut problems = Vec::new();
    for engine in &report.engines {
        let language = engine.shown();
        if let (true, Some(reason)) = (engine.asked_for, &engine.reason) {
            problems.push(format!("{language} cannot be run: {reason}"));
        }
        let least = report.min_isolation;
        if let Some(level) = engine.level.filter(|level| *level < least) {
            let (least, level) = (least.as_str(), level.as_str());
            let what =
                format!("{language} reaches {level}, and `security.minIsolation` is {least}");
            problems.push(what);
        }
        if engine.available && engine.probes.is_empty() {
            problems.push(format!("the walls around {language} could not be tried"));
        }
        // At L0 nothing is promised.
        let promised = engine.level.is_some_and(|level| level > IsolationLevel::L0);
        for probe in engine.probes.iter().filter(|probe| promised && probe.held == Some(false)) {
            problems.push(format!("a {language} program can {}", probe.what));
        }
    }
    if !report.engines.iter().any(|engine| engine.available) {
        problems.push("no language can be run".to_owned());
    }
    if let Some(error) = report.uv.as_ref().and_then(|uv| uv.error.as_ref()) {
        problems.push(format!("packages cannot be installed: {error}"));
    }
    for upstream in report.upstreams.iter().filter(|upstream| !upstream.reachable) {
        let why = upstream.error.as_deref().unwrap_or("it does not answer");
        problems.push(format!("the server {} is not reachable: {why}", upstream.server));
    }
    let audit = &report.audit_log;
    if audit.enabled && !audit.writable {
        let why = audit.error.as_deref().unwrap_or("it cannot be written");
        problems.push(format!("the audit log cannot be written: {why}"));
    }
    if let Some(reason) = &report.clock.reason {
        problems.push(format!("the clock is wrong: {reason}"));
    }
    problems
}

fn configuration(settings: &Settings, inputs: &Inputs) -> Configuration {
    let files = settings.sources.iter().map(|source| ConfigurationFile {
        path: source.path.display().to_string(),
        standing: match source.standing {
            Standing::Operator => "operator",
            Standing::Trusted => "trusted",
            Standing::Untrusted => "untrusted",
        },
    });
    let set = |setting| inputs.environment.of_setting(setting).map(|(name, _)| name);
    Configuration {
        files: files.collect(),
        variables: SETTINGS.iter().filter_map(set).collect(),
        notices: settings.notices.iter().map(|notice| notice.message.clone()).collect(),
    }
}

#[cfg(test)]
mod tests;
