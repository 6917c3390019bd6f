//! The log as an operator finds it on disk.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use serde_json::Value;
use types::{CallStatus, ExecutionId, Language};

use super::Log;
use crate::{CallRecord, Config, Durability, EndRecord, Error, StartRecord, segment::Segment};

fn config(directory: &Path) -> Config {
    Config { path: directory.join("audit.log"), ..Config::default() }
}

fn start(log: &Log, id: &ExecutionId) -> Result<(), Error> {
    let record = StartRecord {
        execution_id: id,
        executor: Language::TypeScript,
        runtime: None,
        code_hash: "abc",
        code_length: 3,
        allowed_tools: &[],
        tenant: "local",
        client_id: "default",
        grants: None,
        session: None,
        isolation: None,
    };
    log.start(&record)?.wait()
}

fn call(log: &Log, id: &ExecutionId) -> Result<(), Error> {
    log.call(&CallRecord {
        execution_id: id,
        executor: Language::TypeScript,
        tool: "mcp__fs__read",
        arguments_hash: "00",
        duration_ms: 1.0,
        status: CallStatus::Ok,
        error_code: None,
    })
}

fn end(log: &Log, id: &ExecutionId) -> Result<(), Error> {
    let record = EndRecord {
        execution_id: id,
        executor: Language::TypeScript,
        runtime: None,
        code_hash: "abc",
        code_length: 3,
        allowed_tools: &[],
        tools_called: &[],
        execution_time_ms: 1.0,
        memory_usage: None,
        success: true,
        error_class: None,
        tenant: "local",
        client_id: "default",
        limit: None,
        findings: &[],
        truncated: false,
        session: None,
        isolation: None,
    };
    log.end(&record)?.wait()
}

fn id(number: u64) -> ExecutionId {
    ExecutionId::from_parts(number, [0; 10])
}

fn segments(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Every line of every segment; a line that is no JSON is `None`.
fn lines(directory: &Path) -> Vec<Option<Value>> {
    let text: String =
        segments(directory).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    text.lines().map(|line| serde_json::from_str(line).ok()).collect()
}

#[test]
fn a_record_is_in_the_file_when_the_call_returns() {
    let root = tempfile::tempdir().unwrap();
    let log = Log::open(config(root.path())).unwrap();
    start(&log, &id(1)).unwrap();
    assert_eq!(lines(root.path()).len(), 1);
    call(&log, &id(1)).unwrap();
    end(&log, &id(1)).unwrap();
    let events: Vec<Value> =
        lines(root.path()).into_iter().map(|line| line.unwrap()["event"].clone()).collect();
    assert_eq!(events, ["start", "call", "end"]);
    assert_eq!(log.segment(), Some(segments(root.path()).remove(0)));
    assert!(log.health().enabled && log.health().error.is_none());
}

#[test]
fn a_log_that_is_off_touches_nothing() {
    let root = tempfile::tempdir().unwrap();
    let config = Config {
        enabled: false,
        path: root.path().join("no/such/audit.log"),
        durability: Durability::Synced,
        ..Config::default()
    };
    let log = Log::open(config).unwrap();
    start(&log, &id(1)).unwrap();
    call(&log, &id(1)).unwrap();
    end(&log, &id(1)).unwrap();
    assert_eq!((log.segment(), log.health().enabled), (None, false));
    assert!(segments(root.path()).is_empty());
}

#[test]
fn a_process_that_ran_nothing_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    let log = Log::open(config(root.path())).unwrap();
    assert_eq!(segments(root.path()).len(), 1, "a bad path would have been found by now");
    drop(log);
    assert!(segments(root.path()).is_empty());
}

#[test]
fn eight_threads_interleave_whole_lines_over_several_segments() {
    let root = tempfile::tempdir().unwrap();
    let config = Config { max_segment_bytes: 64 * 1024, ..config(root.path()) };
    let log = Log::open(config).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let log = log.clone();
            scope.spawn(move || {
                for number in 0..500 {
                    let id = id(thread * 1_000 + number);
                    start(&log, &id).unwrap();
                    call(&log, &id).unwrap();
                    end(&log, &id).unwrap();
                }
            });
        }
    });
    let lines = lines(root.path());
    assert_eq!(lines.len(), 8 * 500 * 3);
    assert!(lines.iter().all(Option::is_some));
    let segments = segments(root.path());
    assert!(segments.len() > 10, "{} segments", segments.len());
    for path in segments {
        assert!(fs::metadata(&path).unwrap().len() <= 64 * 1024, "{}", path.display());
    }
}

#[test]
fn synced_records_are_waited_for_by_many() {
    let root = tempfile::tempdir().unwrap();
    let config = Config {
        durability: Durability::Synced,
        max_segment_bytes: 4 * 1024,
        ..config(root.path())
    };
    let log = Log::open(config).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let log = log.clone();
            scope.spawn(move || {
                for number in 0..20 {
                    start(&log, &id(thread * 100 + number)).unwrap();
                    end(&log, &id(thread * 100 + number)).unwrap();
                }
            });
        }
    });
    assert_eq!(lines(root.path()).len(), 8 * 20 * 2);
    assert!(log.health().error.is_none());
}

#[test]
fn a_full_log_refuses_to_start_but_lets_what_runs_finish() {
    let root = tempfile::tempdir().unwrap();
    let config =
        Config { max_segment_bytes: 4 * 1024, max_total_bytes: 8 * 1024, ..config(root.path()) };
    let log = Log::open(config).unwrap();
    let error = (0..).find_map(|number| start(&log, &id(number)).err()).unwrap();
    assert!(matches!(error, Error::Full { max: 8_192, .. }), "{error}");
    assert!(error.to_string().contains("archive or remove old segments"), "{error}");
    assert_eq!(log.health().error, Some(error.to_string()));
    end(&log, &id(0)).unwrap();
    call(&log, &id(0)).unwrap();
    let error = (0..).find_map(|_| end(&log, &id(0)).err()).unwrap();
    assert!(matches!(error, Error::Full { max: 12_288, .. }), "{error}");

    let current = log.segment().unwrap();
    for old in segments(root.path()).into_iter().filter(|path| *path != current) {
        fs::remove_file(old).unwrap();
    }
    start(&log, &id(1)).unwrap();
    assert!(log.health().error.is_none(), "archiving recovers");
}

#[test]
fn a_full_device_is_an_error_and_a_later_success_recovers() {
    let root = tempfile::tempdir().unwrap();
    let log = Log::open(config(root.path())).unwrap();
    start(&log, &id(1)).unwrap();
    let inner = log.inner.as_ref().unwrap();
    let full = File::options().append(true).open("/dev/full").unwrap();
    let good = std::mem::replace(
        &mut inner.state().segment,
        Arc::new(Segment { file: full, path: "/dev/full".into() }),
    );
    let error = start(&log, &id(2)).unwrap_err();
    assert!(matches!(error, Error::Write { .. }), "{error}");
    assert!(error.to_string().contains("free space"), "{error}");
    assert!(log.health().error.is_some());
    inner.state().segment = good;
    start(&log, &id(3)).unwrap();
    assert!(log.health().error.is_none());
    assert!(lines(root.path()).iter().all(Option::is_some));
}

#[test]
fn what_has_started_is_recorded_once_the_device_has_room_again() {
    let root = tempfile::tempdir().unwrap();
    let log = Log::open(config(root.path())).unwrap();
    start(&log, &id(1)).unwrap();
    let inner = log.inner.as_ref().unwrap();
    let full = File::options().append(true).open("/dev/full").unwrap();
    let good = std::mem::replace(
        &mut inner.state().segment,
        Arc::new(Segment { file: full, path: "/dev/full".into() }),
    );
    call(&log, &id(1)).unwrap_err();
    end(&log, &id(1)).unwrap_err();
    start(&log, &id(2)).unwrap_err();
    assert!(log.health().error.is_some());
    inner.state().segment = good;
    start(&log, &id(3)).unwrap();
    assert!(log.health().error.is_none());
    let lines: Vec<Value> = lines(root.path()).into_iter().flatten().collect();
    let events: Vec<_> = lines
        .iter()
        .map(|line| (line["event"].as_str().unwrap(), line["executionId"].as_str().unwrap()))
        .collect();
    let (first, third) = (id(1), id(3));
    let (first, third) = (first.as_str(), third.as_str());
    assert_eq!(events, [("start", first), ("call", first), ("end", first), ("start", third)]);
}

#[test]
fn room_for_the_end_is_reserved_at_the_start_and_given_back() {
    use std::os::unix::fs::MetadataExt;

    let root = tempfile::tempdir().unwrap();
    let log = Log::open(config(root.path())).unwrap();
    start(&log, &id(1)).unwrap();
    let segment = log.segment().unwrap();
    let on_disk = || fs::metadata(&segment).map(|it| (it.len(), it.blocks() * 512)).unwrap();
    let (length, reserved) = on_disk();
    if log.inner.as_ref().unwrap().state().reserved.is_some() {
        assert!(reserved >= super::RESERVE, "{reserved} bytes");
    }
    drop(log);
    let (kept, after) = on_disk();
    assert!(kept == length && after < super::RESERVE / 2, "{after} bytes for {kept}");
}

#[test]
fn a_removed_segment_is_replaced() {
    let root = tempfile::tempdir().unwrap();
    let log = Log::open(config(root.path())).unwrap();
    start(&log, &id(1)).unwrap();
    fs::remove_file(log.segment().unwrap()).unwrap();
    end(&log, &id(1)).unwrap();
    assert_eq!(lines(root.path()).len(), 1);
}

#[test]
fn sizes_that_make_no_sense_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let tiny = Config { max_segment_bytes: 10, ..config(root.path()) };
    assert!(Log::open(tiny).unwrap_err().to_string().contains("maxSegmentBytes"));
    let upside_down = Config { max_total_bytes: 1024, ..config(root.path()) };
    assert!(Log::open(upside_down).unwrap_err().to_string().contains("maxTotalBytes"));
}

const SHORT_WRITE: &str = "AUDIT_TEST_SHORT_WRITE";

/// Runs itself under a file size limit, where the kernel really writes half a record.
#[test]
fn a_torn_line_spoils_no_other() {
    if let Some(directory) = std::env::var_os(SHORT_WRITE) {
        return write_until_torn(Path::new(&directory));
    }
    let root = tempfile::tempdir().unwrap();
    let status = Command::new("sh")
        .args(["-c", r#"trap "" XFSZ; ulimit -S -f 8; exec "$0" --exact log::tests::a_torn_line_spoils_no_other"#])
        .arg(std::env::current_exe().unwrap())
        .env(SHORT_WRITE, root.path())
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stdout));
    let lines = lines(root.path());
    let torn: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.is_none()).map(|(at, _)| at).collect();
    assert_eq!(torn, [lines.len() - 3], "one torn line, two good ones after it");
}

fn write_until_torn(directory: &Path) {
    let log = Log::open(config(directory)).unwrap();
    let error = (0..).find_map(|number| start(&log, &id(number)).err()).unwrap();
    assert!(matches!(error, Error::Torn { .. }), "{error}");
    assert!(matches!(start(&log, &id(0)), Err(Error::Write { .. })));
    let file_size = rustix::process::Resource::Fsize;
    let hard = rustix::process::getrlimit(file_size).maximum;
    let lifted = rustix::process::Rlimit { current: hard, maximum: hard };
    rustix::process::setrlimit(file_size, lifted).unwrap();
    start(&log, &id(1)).unwrap();
    end(&log, &id(1)).unwrap();
}
