//! Whether one client's flood slows another: a quiet one that asks by the clock, alone and beside as many
//! requests as the server takes of somebody else.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use testkit::{HttpServer, Workspace};

use super::super::{
    Setup,
    report::{Section, verdict},
    speed::TRIVIAL,
    statistics::{Samples, ratio},
};
use super::open::{self, Load};
use super::{key, lua, request, row};
use crate::fixtures::prerequisites::{self, Tool};

/// What the quiet client asks.
const CONNECTIONS: usize = 8;
const A_SECOND: usize = 20;
/// The connections of the flood, each of which asks again as soon as it is answered.
const FLOOD: usize = 64;
/// How much longer the quiet client's 99th of a hundred may take beside the flood.
const TIMES: f64 = 2.0;

const NOTE: &str = "Two clients with a key each and the same trivial program. The quiet one asks 20 times a \
    second by the clock; the flood is `wrk` with 64 connections on the same machine. In turns: alone, beside \
    the flood, alone, beside it.";

/// The quiet client's times alone and beside a flood.
pub fn measure(setup: &Setup) -> Result<Section> {
    prerequisites::ensure(&[Tool::Wrk])?;
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let (quiet, flood) = (key(&workspace, "quiet")?, key(&workspace, "flood")?);
    let server = HttpServer::start(&workspace);
    let body = json!({"code": TRIVIAL}).to_string();
    let quiet = request(server.address(), &quiet, &body);
    let script = workspace.write("flood.lua", lua(&flood, &body));
    let seconds = setup.effort.times(30).max(3);
    let load = Load { connections: CONNECTIONS, a_second: A_SECOND, seconds };
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    let mut flooded = 0.0;
    for _ in 0..2 {
        let (samples, ()) = open::ask(server.address(), &quiet, load, || Ok(()))?;
        alone.extend(samples.into_all());
        let flood = Flood::start(&server, &script.to_string_lossy(), seconds + 2)?;
        std::thread::sleep(Duration::from_secs(1));
        let (samples, ()) = open::ask(server.address(), &quiet, load, || Ok(()))?;
        beside.extend(samples.into_all());
        flooded = flood.end()?;
    }
    let (alone, beside) = (Samples::new(alone), Samples::new(beside));
    let times = ratio(beside.percentile(99), alone.percentile(99));
    let header = ["what", "n", "p50", "p95", "p99", "p99, times", "asked for", ""];
    let mut section = Section::new("A quiet client beside a flood", NOTE, &header);
    section.row(row("alone", &alone, "", "", ""));
    let what = format!("beside {flooded:.0} requests a second");
    let asked = format!("at most {TIMES}");
    section.row(row(&what, &beside, &format!("{times:.2}"), &asked, verdict(times <= TIMES)));
    Ok(section)
}

/// Requests without end, from outside.
struct Flood(Child);

impl Flood {
    fn start(server: &HttpServer, script: &str, seconds: usize) -> Result<Self> {
        let mut command = Command::new("wrk");
        command.args(["-t1", &format!("-c{FLOOD}"), &format!("-d{seconds}s"), "-s", script]);
        command.arg(format!("http://{}/execute", server.address()));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        Ok(Self(child))
    }

    /// Waits for its end; how many a second were answered, refused ones included.
    fn end(self) -> Result<f64> {
        let output = self.0.wait_with_output()?;
        ensure!(output.status.success(), "wrk failed");
        let said = String::from_utf8_lossy(&output.stdout);
        let rate = said.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
        rate.context("wrk says no rate")?.trim().parse().context("wrk says no rate")
    }
}
