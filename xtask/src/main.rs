//! Repository tasks: `cargo xtask check | test | fuzz | bench | intl | dist`. One file or folder a task.

#![forbid(unsafe_code)]

mod bench;
mod check;
mod dist;
mod fixtures;
mod fuzz;
mod intl;
mod process;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask <task>
  check            formatting, sources, architecture, dependencies, lints
  test [FILTER]    install what the tests need, then run them
  fuzz [--seconds N] [TARGET...]
                   feed everything that reads hostile bytes, a minute unless told otherwise
  fixtures         install what the tests need, and say where
  bench [--write] [--quick] [SECTION...]
                   measure speed and size; --write keeps it in docs/benchmarks.md
  intl             make the tables of the guest's Intl anew from CLDR
  dist             build the shipped binary and print its size";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match task.as_str() {
        "check" => check::run(),
        "test" => test::run(&rest),
        "fuzz" => fuzz::run(&rest),
        "fixtures" => fixtures::ensure().map(|folder| eprintln!("{}", folder.display())),
        "bench" => bench::run(&rest),
        "intl" => intl::run(),
        "dist" => dist::run(),
        "" | "help" | "--help" | "-h" => {
            eprintln!("{USAGE}");
            Ok(())
        }
        unknown => bail!("unknown task `{unknown}`\n{USAGE}"),
    }
}
