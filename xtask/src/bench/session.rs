//! A program in a session, next to the same program in a process of its own.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};
use testkit::Workspace;

use super::{
    Setup,
    client::{Client, program, python_program},
    report::{Section, verdict},
    speed::TRIVIAL,
    statistics::{Samples, ratio, show},
};

/// Pairs before the first that counts.
const WARM_UP: usize = 50;

const NOTE: &str = "The same trivial program, by turns in a session that has run it before and in a fresh \
    process, over stdio, one at a time, audit record included; so what else the machine does meets both. \
    Before each program of a session its process is let go on, after it it is stopped.";

/// Programs of a session from the second on, in both languages.
pub fn measure(setup: &Setup) -> Result<Section> {
    let header = ["what", "n", "p50", "p99", "against fresh", "asked for", ""];
    let mut section = Section::new("Sessions", NOTE, &header);
    for (what, fresh, asked) in [
        ("TypeScript", program(TRIVIAL), Duration::from_micros(500)),
        ("Python", python_program("print(2 + 2)"), Duration::from_millis(1)),
    ] {
        let (of_session, fresh) = by_turns(setup, &fresh)?;
        let faster = ratio(fresh.median(), of_session.median());
        let met = verdict(of_session.median() < asked);
        section.row(row(what, "in a session", &of_session, &format!("{faster:.1}x"), asked, met));
        section.row(row(what, "fresh", &fresh, "1.0x", Duration::ZERO, ""));
    }
    Ok(section)
}

fn row(
    what: &str,
    how: &str,
    samples: &Samples,
    against: &str,
    asked: Duration,
    met: &str,
) -> [String; 7] {
    let asked = if asked.is_zero() { String::new() } else { format!("p50 {}", show(asked)) };
    [
        format!("{what}, {how}"),
        samples.count().to_string(),
        show(samples.median()),
        show(samples.percentile(99)),
        against.to_owned(),
        asked,
        met.to_owned(),
    ]
}

/// The times of a program in a session and of the same outside of one.
fn by_turns(setup: &Setup, fresh: &Value) -> Result<(Samples, Samples)> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let mut in_session = fresh.clone();
    in_session["arguments"]["sessionId"] = json!("bench");
    let mut client = Client::start(workspace.command(&[]))?;
    let mut samples = (Vec::new(), Vec::new());
    for turn in 0..WARM_UP + setup.effort.times(2_000) {
        for (request, taken) in [(&in_session, &mut samples.0), (fresh, &mut samples.1)] {
            let started = Instant::now();
            client.call(request)?;
            if turn >= WARM_UP {
                taken.push(started.elapsed());
            }
        }
    }
    Ok((Samples::new(samples.0), Samples::new(samples.1)))
}
