//! `cargo xtask bench [--write] [--quick] [SECTION...]`: how fast and how small the product is, next
//! to its rivals, measured in one run on one machine.

mod calls;
mod client;
mod conformance;
mod deno;
mod growth;
mod http;
mod hub;
mod machine;
mod openapi;
mod prelude;
mod python;
mod reach;
mod report;
mod search;
mod session;
mod sizes;
mod speed;
mod start;
mod statistics;
mod timing;

use std::{fs, io::Write, path::PathBuf};

use anyhow::{Context, Result, bail};
use testkit::Fixtures;

use self::report::{Report, Section};
use crate::{dist, fixtures, process};

/// Where `--write` puts the report.
const PAGE: &str = "docs/benchmarks.md";

/// What a measurement needs.
#[derive(Debug)]
pub struct Setup {
    /// The product as it is shipped.
    pub binary: PathBuf,
    /// The installed fixtures, where the rivals are.
    pub fixtures: Fixtures,
    /// How much to measure.
    pub effort: Effort,
}

/// How much to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Enough to quote.
    Full,
    /// Enough to see whether something broke.
    Quick,
}

impl Effort {
    /// A number of repetitions, a twentieth of it when in a hurry.
    pub fn times(self, full: usize) -> usize {
        match self {
            Self::Full => full,
            Self::Quick => full.div_ceil(20),
        }
    }
}

type Measure = fn(&Setup) -> Result<Section>;

const SECTIONS: &[(&str, Measure)] = &[
    ("speed", speed::measure),
    ("prelude", prelude::measure),
    ("session", session::measure),
    ("deno", deno::measure),
    ("calls", calls::measure),
    ("hub", hub::measure),
    ("reach", reach::measure),
    ("http", http::measure),
    ("http-redis", http::redis),
    ("http-fairness", http::fairness),
    ("start", start::measure),
    ("sizes", sizes::measure),
    ("growth", growth::measure),
    ("search", search::measure),
    ("openapi", openapi::measure),
    ("conformance", conformance::measure),
    ("python", python::trivial),
    ("python-packages", python::packages),
    ("python-calls", python::calls),
    ("python-memory", python::memory),
];

#[derive(Debug, PartialEq, Eq)]
struct Arguments {
    write: bool,
    effort: Effort,
    sections: Vec<String>,
}

/// Builds, measures, prints, and writes the page if that was asked for.
pub fn run(arguments: &[String]) -> Result<()> {
    let arguments = parse(arguments)?;
    eprintln!("bench: building");
    let setup = Setup {
        binary: dist::build()?,
        fixtures: Fixtures::at(fixtures::ensure()?),
        effort: arguments.effort,
    };
    let mut report = Report::new(machine::describe()?);
    for (name, measure) in SECTIONS {
        if arguments.sections.is_empty() || arguments.sections.iter().any(|asked| asked == name) {
            eprintln!("bench: {name}");
            report.add(measure(&setup).with_context(|| format!("cannot measure {name}"))?);
        }
    }
    let page = report.to_markdown();
    std::io::stdout().lock().write_all(page.as_bytes())?;
    if arguments.write {
        let path = process::root().join(PAGE);
        fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
        eprintln!("bench: wrote {PAGE}");
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Arguments> {
    let mut parsed = Arguments { write: false, effort: Effort::Full, sections: Vec::new() };
    for argument in arguments {
        match argument.as_str() {
            "--write" => parsed.write = true,
            "--quick" => parsed.effort = Effort::Quick,
            name if SECTIONS.iter().any(|(section, _)| *section == name) => {
                parsed.sections.push(name.to_owned());
            }
            unknown => {
                let names: Vec<_> = SECTIONS.iter().map(|(name, _)| *name).collect();
                bail!("unknown `{unknown}`; there are --write, --quick and {}", names.join(", "));
            }
        }
    }
    if parsed.write && (parsed.effort == Effort::Quick || !parsed.sections.is_empty()) {
        bail!("--write keeps whole measurements only: leave out --quick and the sections");
    }
    Ok(parsed)
}
