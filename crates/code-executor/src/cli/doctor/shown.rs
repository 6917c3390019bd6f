//! The report as text: for each language its level, its layers and what was tried; then the rest.

use std::fmt::Write as _;

use types::Layer;
use wire::control::Wall;

use crate::cli::doctor::report::{Engine, Probe, Report, Uv};
use crate::cli::render::{Rendered, Style, Surface, visible};

/// The width of what was tried.
const WHAT: usize = 43;

/// All of it. What matters most comes last, where a terminal shows it.
pub fn text(report: &Report, style: Style) -> Rendered {
    let surface = style.out;
    let mut page = Page { out: String::new(), surface };
    for one in &report.engines {
        engine(&mut page, one);
    }
    interpreters(&mut page, report);
    configuration(&mut page, report);
    upstreams(&mut page, report);
    machine(&mut page, report);
    advice(&mut page, report);
    problems(&mut page, report);
    Rendered::out(page.out)
}

struct Page {
    out: String,
    surface: Surface,
}

impl Page {
    fn title(&mut self, title: &str) {
        let title = self.surface.bold(title);
        let _ = writeln!(self.out, "\n{title}");
    }

    fn line(&mut self, sign: &str, text: &str) {
        let _ = writeln!(self.out, "  {sign:<5}{}", visible(text));
    }

    /// What is not as it should be.
    fn bad(&mut self, sign: &str, text: &str) {
        let line = self.surface.red(&format!("{sign:<5}{}", visible(text)));
        let _ = writeln!(self.out, "  {line}");
    }
}

fn engine(page: &mut Page, engine: &Engine) {
    if !page.out.is_empty() {
        page.out.push('\n');
    }
    let language = engine.shown();
    let Some(isolation) = &engine.isolation else {
        let sign = page.surface.bold("--");
        let reason = engine.reason.as_deref().unwrap_or("it did not start");
        let reason = format!("{language} is not available here: {reason}");
        let _ = writeln!(page.out, "{sign} {}", visible(&reason));
        return;
    };
    let level = page.surface.bold(isolation.level.as_str());
    let _ = write!(page.out, "{level} {}", engine.engine);
    for part in [&engine.version, &engine.executable].into_iter().flatten() {
        let _ = write!(page.out, " {}", visible(part));
    }
    page.out.push('\n');
    for layer in &isolation.layers {
        page.line("on", &layer_name(*layer));
    }
    for missing in &isolation.missing {
        page.line("off", &format!("{}: {}", layer_name(missing.layer), missing.reason));
    }
    if !engine.probes.is_empty() {
        let heading = format!("  {:<WHAT$}{:<11}stopped by each alone", "a program tried to", "");
        let _ = writeln!(page.out, "{}", page.surface.dim(&heading));
    }
    for one in &engine.probes {
        probe(page, one);
    }
}

fn probe(page: &mut Page, probe: &Probe) {
    let verdict = match probe.held {
        Some(true) => "held",
        Some(false) => "NOT HELD",
        None => "not tried",
    };
    let walls: Vec<&str> = probe.held_by.iter().copied().map(wall_name).collect();
    let mut why = walls.join(", ");
    if !probe.possible {
        // Nobody of this user could, wall or no wall.
        why = "not possible here without us either".to_owned();
    }
    if let Some(met) = &probe.met
        && probe.held.is_none()
    {
        why = if why.is_empty() { met.clone() } else { format!("{met}; {why}") };
        why = visible(&why).into_owned();
    }
    let line = format!("{:<WHAT$}{verdict:<11}{why}", probe.what);
    // What no program can try is stopped by walls all the same.
    let is_held = probe.held.unwrap_or(probe.met.is_some() && !probe.held_by.is_empty());
    let line = if is_held { line } else { page.surface.red(&line) };
    let _ = writeln!(page.out, "  {}", line.trim_end());
}

fn interpreters(page: &mut Page, report: &Report) {
    if report.interpreters.is_empty() {
        return;
    }
    page.title("interpreters");
    for one in &report.interpreters {
        let version = one.version.as_deref().unwrap_or_default();
        match &one.reason {
            Some(reason) if reason.contains(&one.path) => page.line("no", reason),
            Some(reason) => page.line("no", &format!("{}: {reason}", one.path)),
            None if one.used => page.line("used", &format!("{version:<8} {}", one.path)),
            None => page.line("", &format!("{version:<8} {}", one.path)),
        }
    }
    match &report.uv {
        Some(Uv { error: Some(error), .. }) => page.bad("FAIL", error),
        Some(Uv { path: Some(path), .. }) => page.line("uv", path),
        _ => {}
    }
}

fn configuration(page: &mut Page, report: &Report) {
    let found = &report.configuration;
    page.title("configuration");
    if found.files.is_empty() && found.variables.is_empty() {
        page.line("", "none: every setting has its default");
    }
    for file in &found.files {
        page.line("file", &format!("{} ({})", file.path, file.standing));
    }
    for variable in &found.variables {
        page.line("env", variable);
    }
    for notice in &found.notices {
        page.line("!", notice);
    }
}

fn upstreams(page: &mut Page, report: &Report) {
    if report.upstreams.is_empty() {
        return;
    }
    page.title("MCP servers");
    for one in &report.upstreams {
        let name = &one.server;
        match &one.error {
            Some(error) => page.bad("FAIL", &format!("{name}: {error}")),
            None => {
                let tools = one.tools.unwrap_or_default();
                let revision = one.protocol_version.as_deref().unwrap_or("unknown");
                let time = one.milliseconds;
                let text = format!("{name}: {tools} tools, MCP {revision}, {time:.0} ms");
                page.line("ok", &text);
            }
        }
    }
}

fn machine(page: &mut Page, report: &Report) {
    page.title("machine");
    let host = &report.host;
    let container = host.container.map(|kind| format!(", in {kind}")).unwrap_or_default();
    let filtered = if host.filtered { ", under a seccomp filter" } else { "" };
    page.line("", &format!("Linux {}, uid {}{container}{filtered}", host.kernel, host.uid));
    let audit = &report.audit_log;
    match (&audit.directory, &audit.error) {
        (_, Some(error)) => page.bad("FAIL", &format!("audit log: {error}")),
        (Some(directory), None) => {
            let free = audit.free_bytes.map(|free| format!(", {} free", size(free)));
            let text = format!("audit log: {directory}{}", free.unwrap_or_default());
            page.line("ok", &text);
        }
        (None, None) => page.line("off", "audit log"),
    }
    match &report.clock.reason {
        Some(reason) => page.bad("FAIL", &format!("clock: {reason}")),
        None => page.line("ok", &format!("clock: {}", report.clock.now)),
    }
    limits(page, report);
}

fn limits(page: &mut Page, report: &Report) {
    let limits = &report.limits;
    let most = |limit: Option<u64>| limit.map_or("unlimited".to_owned(), |limit| limit.to_string());
    let files = most(limits.open_files);
    let needed = limits.open_files_needed;
    if limits.open_files.is_some_and(|files| files < needed) {
        let text = format!(
            "open files: {files}, and {needed} may be needed; run: ulimit -n {needed}, or lower \
             `limits.maxConcurrent`"
        );
        page.line("!", &text);
    } else {
        page.line("ok", &format!("open files: {files}"));
    }
    let processes = most(limits.processes);
    let memory = limits.memory_bytes.map(size).unwrap_or_default();
    let available = limits.available_bytes.map(size).unwrap_or_default();
    let processors = limits.processors;
    let text = format!(
        "processes: {processes}; memory: {memory}, {available} available; processors: {processors}"
    );
    page.line("", &text);
    if let Some(space) = limits.address_space {
        page.line("!", &format!("address space: {} (ulimit -v)", size(space)));
    }
}

fn advice(page: &mut Page, report: &Report) {
    for advice in &report.advice {
        page.title(&format!("to have {}", visible(&advice.about)));
        page.line("", &advice.why);
        for way in &advice.ways {
            page.line("-->", way);
        }
    }
}

fn problems(page: &mut Page, report: &Report) {
    if report.ok {
        page.title("everything that is asked for is reachable");
        return;
    }
    page.title("asked for, and not reachable");
    for problem in &report.problems {
        page.bad("FAIL", problem);
    }
}

/// The name of a layer as records have it.
fn layer_name(layer: Layer) -> String {
    match serde_json::to_value(layer) {
        Ok(serde_json::Value::String(name)) => name,
        _ => format!("{layer:?}"),
    }
}

fn wall_name(wall: Wall) -> &'static str {
    match wall {
        Wall::Namespaces => "namespaces",
        Wall::Privileges => "privileges",
        Wall::Landlock => "landlock",
        Wall::Seccomp => "seccomp",
        Wall::Limits => "limits",
    }
}

/// Bytes for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..0x10_0000 => format!("{} KiB", bytes >> 10),
        0x10_0000..0x4000_0000 => format!("{} MiB", bytes >> 20),
        _ => format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30)),
    }
}
