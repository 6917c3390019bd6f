//! What it costs to count executions in Redis rather than in memory: two servers that differ in that
//! alone, asked in turns, so that what else the machine does falls on both.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;
use testkit::{HttpServer, Redis, Workspace};

use super::super::{
    Setup,
    report::{Section, verdict},
    speed::TRIVIAL,
    statistics::{Samples, ratio, show},
};
use super::{Connection, key, request, row};
use crate::fixtures::prerequisites::{self, Tool};

/// What Redis may add.
const ADDED: Duration = Duration::from_millis(1);
/// Requests to one server before the other has its turn.
const TURN: usize = 25;
/// Never reached, but counted.
const RULE: &str = "client executions 100000/1s";

const NOTE: &str = "The same rule on both servers, a real `redis-server` on the same machine; each \
    execution is charged before it begins. The servers take turns of 25 requests on a connection each.";

/// The time of an execution with its limit in memory and in Redis.
pub fn measure(setup: &Setup) -> Result<Section> {
    prerequisites::ensure(&[Tool::Redis])?;
    let redis = Redis::start();
    let memory = Limited::start(setup, json!({"rules": [RULE]}))?;
    let shared = Limited::start(setup, json!({"rules": [RULE], "redis": redis.url()}))?;
    let turns = setup.effort.times(5_000).div_ceil(TURN);
    let (mut local, mut remote) = (memory.connect()?, shared.connect()?);
    let (mut of_memory, mut of_redis) = (Vec::new(), Vec::new());
    for turn in 0..=turns {
        for (connection, limited, taken) in
            [(&mut local, &memory, &mut of_memory), (&mut remote, &shared, &mut of_redis)]
        {
            for _ in 0..TURN {
                let started = Instant::now();
                connection.ask(&limited.request)?;
                taken.push(started.elapsed());
            }
            if turn == 0 {
                // What only the first ones pay.
                taken.clear();
            }
        }
    }
    let (of_memory, of_redis) = (Samples::new(of_memory), Samples::new(of_redis));
    let header = ["what", "n", "p50", "p95", "p99", "ratio", "asked for", ""];
    let mut section = Section::new("Limits in Redis", NOTE, &header);
    section.row(row("limits in memory", &of_memory, "", "", ""));
    let times = ratio(of_redis.median(), of_memory.median());
    section.row(row("limits in Redis", &of_redis, &format!("{times:.2}"), "", ""));
    let [median, high, higher] = [50, 95, 99]
        .map(|percent| of_redis.percentile(percent).saturating_sub(of_memory.percentile(percent)));
    let (shown, met) = ([median, high, higher].map(show), verdict(median < ADDED));
    let [median, high, higher] = shown.each_ref().map(String::as_str);
    section.row(["added by Redis", "", median, high, higher, "", &show(ADDED), met]);
    Ok(section)
}

/// A server with limits, and a request that counts.
struct Limited {
    _workspace: Workspace,
    server: HttpServer,
    request: String,
}

impl Limited {
    fn start(setup: &Setup, limits: serde_json::Value) -> Result<Self> {
        let workspace = Workspace::new(&setup.binary.to_string_lossy());
        let workspace = workspace.with_setting("limits", limits);
        let key = key(&workspace, "bench")?;
        let server = HttpServer::start(&workspace);
        let request = request(server.address(), &key, &json!({"code": TRIVIAL}).to_string());
        Ok(Self { _workspace: workspace, server, request })
    }

    fn connect(&self) -> Result<Connection> {
        Connection::open(self.server.address())
    }
}
