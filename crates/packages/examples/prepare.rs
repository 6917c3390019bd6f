//! How long a program's packages take, the first time and the second:
//! `cargo run --release -p packages --example prepare -- PROGRAM PYTHON`.
//!
//! Uses the `uv` of the search path, the machine's own index settings, and a cache that is thrown
//! away.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use packages::{Config, InterpreterInfo, Mode, Packages, declared};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let usage = "name a program and a Python interpreter";
    let (program, python) = (arguments.next().ok_or(usage)?, arguments.next().ok_or(usage)?);
    let declaration = declared(&std::fs::read_to_string(program)?)?.ok_or("it declares nothing")?;
    let interpreter = probe(&python)?;

    let folder = tempfile::tempdir()?;
    let mut config = Config::new(folder.path().join("cache"));
    config.mode = Mode::Any;
    let packages = Packages::new(config);
    for run in ["cold", "warm", "warm"] {
        let start = Instant::now();
        let report = |progress| tracing::info!(?progress);
        let environment = packages.prepare(&declaration, &interpreter, report).await?;
        let count = environment.map_or(0, |environment| environment.packages.len());
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        writeln!(std::io::stdout(), "{run}: {count} packages after {milliseconds:.2} ms")?;
    }
    Ok(())
}

fn probe(python: &Path) -> Result<InterpreterInfo, Failure> {
    let program = "import sys, sysconfig; print(*sys.version_info[:3], \
                   sysconfig.get_config_var('SOABI'), sysconfig.get_platform(), sys.prefix)";
    let output = Command::new(python).args(["-I", "-c", program]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let [major, minor, micro, abi, platform, prefix] = words[..] else {
        return Err("the interpreter does not describe itself".into());
    };
    Ok(InterpreterInfo {
        executable: python.to_owned(),
        version: (major.parse()?, minor.parse()?, micro.parse()?),
        abi_tag: abi.to_owned(),
        platform_tag: platform.to_owned(),
        prefix: prefix.into(),
    })
}
