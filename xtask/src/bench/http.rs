//! The HTTP API from outside: `wrk` for the most there is, and connections that each ask now and then.

mod fairness;
mod open;
mod redis;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use testkit::{HttpServer, Workspace};

use self::open::Load;
use super::{
    Setup,
    client::program,
    report::{Section, verdict},
    speed::TRIVIAL,
    statistics::{Samples, megabytes, show},
    timing::one_by_one,
};
use crate::fixtures::prerequisites::{self, Tool};
use crate::process;

/// Connections that stay open, and requests a second over all of them.
const OPEN: usize = 1_000;
const A_SECOND: usize = 500;
/// What is asked for.
const EXECUTIONS: f64 = 1_200.0;
const HEALTHS: f64 = 15_000.0;
const HIGH: Duration = Duration::from_millis(100);
const ADDED: Duration = Duration::from_micros(500);
const RESIDENT: u64 = 80_000_000;

const NOTE: &str = "The program is `console.log(2 + 2)`, each request has a key, and the audit log is on. \
    `wrk` has 64 connections and shares the machine with the server. Of the open connections each asks \
    once in two seconds, by the clock, whether or not earlier answers have come; its time counts from when \
    it was to ask.";

pub use fairness::measure as fairness;
pub use redis::measure as redis;

/// Throughput, latency and memory of `serve --http`.
pub fn measure(setup: &Setup) -> Result<Section> {
    prerequisites::ensure(&[Tool::Wrk])?;
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let key = key(&workspace, "bench")?;
    let server = HttpServer::start(&workspace);
    let address = server.address();
    let seconds = setup.effort.times(20).max(3);
    let body = json!({"code": TRIVIAL}).to_string();
    let request = request(address, &key, &body);
    let count = setup.effort.times(5_000);
    let alone = one_after_the_other(address, &request, count)?;

    let header = ["what", "n", "p50", "p95", "p99", "rate", "asked for", ""];
    let mut section = Section::new("The HTTP API", NOTE, &header);
    let stdio = one_by_one(&workspace, &program(TRIVIAL), count)?;
    for (what, samples) in [("one after the other", &alone), ("the same over stdio", &stdio)] {
        section.row(row(what, samples, "", "", ""));
    }
    let added = alone.median().saturating_sub(stdio.median());
    section.row([
        "added by HTTP",
        "",
        &show(added),
        "",
        "",
        "",
        &show(ADDED),
        verdict(added < ADDED),
    ]);

    let script = workspace.write("execute.lua", lua(&key, &body));
    let most = wrk(address, "/execute", Some(&script.to_string_lossy()), seconds)?;
    section.row(rate("64 connections, executions", &most, EXECUTIONS));
    let health = wrk(address, "/health", None, seconds)?;
    section.row(rate("64 connections, `/health`", &health, HEALTHS));

    let load = Load { connections: OPEN, a_second: A_SECOND, seconds };
    let (spread, resident) = open::ask(address, &request, load, || resident(server.pid()))?;
    let what = format!("{OPEN} connections, {A_SECOND}/s");
    let met = verdict(spread.percentile(95) < HIGH);
    section.row(row(&what, &spread, "", &format!("p95 {}", show(HIGH)), met));
    let (shown, most) = (megabytes(resident), megabytes(RESIDENT));
    section.row([
        "memory of the host then",
        "",
        "",
        "",
        "",
        &shown,
        &most,
        verdict(resident < RESIDENT),
    ]);
    Ok(section)
}

fn row(what: &str, samples: &Samples, rate: &str, asked: &str, met: &str) -> Vec<String> {
    let [median, high, higher] = [50, 95, 99].map(|percent| show(samples.percentile(percent)));
    let count = samples.count().to_string();
    [what, &count, &median, &high, &higher, rate, asked, met].map(str::to_owned).to_vec()
}

fn rate(what: &str, measured: &Measured, least: f64) -> Vec<String> {
    let Measured { per_second, latencies } = measured;
    let [median, high, higher] = latencies.each_ref().map(String::as_str);
    let (rate, asked) = (format!("{per_second:.0}/s"), format!("{least:.0}/s"));
    let met = verdict(*per_second >= least);
    [what, "", median, high, higher, &rate, &asked, met].map(str::to_owned).to_vec()
}

/// A key of somebody for programs, as an operator makes one.
fn key(workspace: &Workspace, subject: &str) -> Result<String> {
    let made = process::capture(&mut workspace.command(&[
        "keys",
        "create",
        "--name",
        subject,
        "--scope",
        "execute:typescript",
        "--json",
    ]))?;
    let made: Value = serde_json::from_str(&made)?;
    made["key"].as_str().map(str::to_owned).context("no key was made")
}

fn request(address: SocketAddr, key: &str, body: &str) -> String {
    format!(
        "POST /execute HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn lua(key: &str, body: &str) -> String {
    format!(
        "wrk.method = 'POST'\nwrk.body = '{body}'\nwrk.headers['Content-Type'] = 'application/json'\n\
         wrk.headers['Authorization'] = 'Bearer {key}'\n"
    )
}

/// What `wrk` says.
struct Measured {
    per_second: f64,
    /// The median, the 95th (as near as it says it) and the 99th of a hundred.
    latencies: [String; 3],
}

fn wrk(address: SocketAddr, path: &str, script: Option<&str>, seconds: usize) -> Result<Measured> {
    let mut command = Command::new("wrk");
    command.args(["-t2", "-c64", "--latency", &format!("-d{seconds}s")]);
    command.args(script.iter().flat_map(|script| ["-s", script]));
    let said = process::capture(command.arg(format!("http://{address}{path}")))?;
    ensure!(!said.contains("Non-2xx"), "requests were refused:\n{said}");
    let after = |name: &str| {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(name));
        line.map(|rest| rest.trim().to_owned()).unwrap_or_default()
    };
    let per_second = after("Requests/sec:").parse().context("wrk says no rate")?;
    Ok(Measured { per_second, latencies: [after("50%"), String::new(), after("99%")] })
}

/// One connection that is asked again and again.
struct Connection {
    stream: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Connection {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { answers: BufReader::new(stream.try_clone()?), stream })
    }

    fn ask(&mut self, request: &str) -> Result<()> {
        self.stream.write_all(request.as_bytes())?;
        let (mut line, mut length) = (String::new(), 0);
        self.answers.read_line(&mut line)?;
        ensure!(line.contains(" 200 "), "it was refused: {line}");
        while line != "\r\n" {
            line.clear();
            ensure!(self.answers.read_line(&mut line)? > 0, "it ended");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.answers.read_exact(&mut body).context("half an answer")
    }
}

fn one_after_the_other(address: SocketAddr, request: &str, count: usize) -> Result<Samples> {
    let mut connection = Connection::open(address)?;
    for _ in 0..count.min(200) {
        connection.ask(request)?;
    }
    let mut taken = Vec::with_capacity(count);
    for _ in 0..count {
        let started = Instant::now();
        connection.ask(request)?;
        taken.push(started.elapsed());
    }
    Ok(Samples::new(taken))
}

/// What the process has in memory, in bytes.
fn resident(pid: u32) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024)
}
