//! `cargo xtask fuzz`: every target of the workspace `fuzz/` for its share of the time.
//!
//! The targets are built with stable Rust and run as they are: coverage instrumentation is a flag of
//! the compiler, and libFuzzer comes with its crate. What is found is left in `fuzz/artifacts/` as a
//! reproducer, and the task fails.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::process;

/// Seconds for all targets together, unless told otherwise.
const DEFAULT_SECONDS: u64 = 60;

/// The longest input, in bytes. What needs longer ones, such as caps on sizes, has tests of its own.
const MAX_LENGTH: usize = 4096;
/// Targets for which the examples are seeds, too.
const READ_PROGRAMS: [&str; 2] = ["python", "typescript"];

/// Seconds that one input may take, and memory that a target may, in MiB.
const INPUT_SECONDS: u64 = 20;
const MEMORY_MIB: usize = 4096;

const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// What libFuzzer needs of the compiler: counters, and the operands of comparisons.
const RUSTFLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What a run of one target came to.
struct Report {
    target: String,
    executions: String,
    corpus: String,
    coverage: String,
    findings: Vec<PathBuf>,
}

/// Where things are.
struct Places {
    /// The workspace `fuzz/`.
    source: PathBuf,
    /// What is built there.
    built: PathBuf,
    /// Inputs that were worth keeping, from run to run.
    grown: PathBuf,
}

/// `[--seconds N] [TARGET...]`: builds the targets and runs them one after another.
pub fn run(arguments: &[String]) -> Result<()> {
    let (seconds, wanted) = parse(arguments)?;
    let source = process::root().join("fuzz");
    let target_directory = process::target_directory()?.join("fuzz");
    let places = Places {
        built: target_directory.join(TRIPLE).join("release"),
        grown: target_directory.join("corpus"),
        source,
    };
    let targets = targets(&places.source, &wanted)?;
    build(&places.source, &target_directory, &targets)?;
    let each = (seconds / targets.len() as u64).max(1);
    eprintln!("fuzz: {} targets, {each} s each", targets.len());
    let mut reports = Vec::new();
    for target in targets {
        let report = fuzz(&places, target, each)?;
        eprintln!("fuzz: {}", line(&report));
        reports.push(report);
    }
    show(&reports);
    let findings: Vec<_> = reports.iter().flat_map(|report| &report.findings).collect();
    if findings.is_empty() {
        return Ok(());
    }
    bail!("{} findings, to be run again with the target's binary: {findings:?}", findings.len())
}

fn parse(arguments: &[String]) -> Result<(u64, Vec<String>)> {
    let (mut seconds, mut wanted) = (DEFAULT_SECONDS, Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--seconds" {
            let value = rest.next().context("--seconds needs a number")?;
            seconds = value.parse().with_context(|| format!("`{value}` is no number"))?;
        } else {
            wanted.push(argument.clone());
        }
    }
    Ok((seconds, wanted))
}

/// The targets by name, all of them unless some are wanted.
fn targets(source: &Path, wanted: &[String]) -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for entry in fs::read_dir(source.join("targets")).context("fuzz/targets cannot be read")? {
        let path = entry?.path();
        targets.extend(path.file_stem().and_then(|name| name.to_str()).map(str::to_owned));
    }
    targets.sort();
    if let Some(unknown) = wanted.iter().find(|name| !targets.contains(name)) {
        bail!("there is no target `{unknown}`; there are {}", targets.join(", "));
    }
    targets.retain(|target| wanted.is_empty() || wanted.contains(target));
    Ok(targets)
}

fn build(source: &Path, target_directory: &Path, targets: &[String]) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.current_dir(source).args(["build", "--release", "--target", TRIPLE]);
    for target in targets {
        cargo.args(["--bin", target]);
    }
    cargo.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", RUSTFLAGS);
    process::run(cargo.env("CARGO_TARGET_DIR", target_directory))
}

fn fuzz(places: &Places, target: String, seconds: u64) -> Result<Report> {
    let grown = places.grown.join(&target);
    let artifacts = places.source.join("artifacts").join(&target);
    fs::create_dir_all(&grown).and_then(|()| fs::create_dir_all(&artifacts))?;
    let before = findings(&artifacts)?;
    let mut command = Command::new(places.built.join(&target));
    // New inputs are written to the first folder; the committed ones are only read.
    command.arg(&grown).arg(places.source.join("corpus").join(&target));
    if READ_PROGRAMS.contains(&target.as_str()) {
        command.arg(places.source.join("../examples"));
    }
    command.args([
        format!("-max_total_time={seconds}"),
        format!("-max_len={MAX_LENGTH}"),
        format!("-timeout={INPUT_SECONDS}"),
        format!("-rss_limit_mb={MEMORY_MIB}"),
        format!("-artifact_prefix={}/", artifacts.display()),
        "-print_final_stats=1".to_owned(),
    ]);
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("{target} does not start"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let mut found = findings(&artifacts)?;
    found.retain(|finding| !before.contains(finding));
    if !output.status.success() {
        eprintln!("{said}");
        if found.is_empty() {
            bail!("{target} failed ({}) and left no reproducer", output.status);
        }
    }
    Ok(Report {
        executions: after(&said, "stat::number_of_executed_units:"),
        corpus: after(&said, "corp:"),
        coverage: after(&said, "cov:"),
        findings: found,
        target,
    })
}

/// Reproducers; an input that was merely slow is none.
fn findings(artifacts: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(artifacts)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with("slow-unit-") {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// The word that follows the last occurrence of a label.
fn after(said: &str, label: &str) -> String {
    let value = said.rsplit_once(label).and_then(|(_, rest)| rest.split_whitespace().next());
    value.unwrap_or("?").to_owned()
}

fn line(report: &Report) -> String {
    let Report { target, executions, corpus, coverage, findings } = report;
    format!(
        "{target}: {executions} executions, corpus {corpus}, coverage {coverage}, {} findings",
        findings.len()
    )
}

fn show(reports: &[Report]) {
    eprintln!("\n| target | executions | corpus (inputs/bytes) | coverage (edges) | findings |");
    eprintln!("|---|---:|---:|---:|---:|");
    for Report { target, executions, corpus, coverage, findings } in reports {
        eprintln!("| {target} | {executions} | {corpus} | {coverage} | {} |", findings.len());
    }
    let total: u64 = reports.iter().filter_map(|it| it.executions.parse::<u64>().ok()).sum();
    eprintln!(
        "| all | {total} | | | {} |",
        reports.iter().map(|it| it.findings.len()).sum::<usize>()
    );
}
