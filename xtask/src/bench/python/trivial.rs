//! A trivial program: through MCP, bare, in a fresh interpreter, and in one made of WebAssembly.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result};
use testkit::Workspace;

use super::TRIVIAL;
use crate::{
    bench::{
        Setup,
        client::python_program,
        report::{Section, verdict},
        statistics::{Samples, ratio, show},
        timing::{CONCURRENCY, cold, deno, floor, one_by_one, throughput},
    },
    fixtures,
};

const TARGET_MEDIAN: Duration = Duration::from_millis(3);
const TARGET_HIGH: Duration = Duration::from_millis(6);
const TARGET_PER_SECOND: f64 = 400.0;

/// How many times slower the rivals ought to be.
const TARGET_ISOLATED: f64 = 8.0;
const TARGET_BARE: f64 = 2.5;

/// Latency and throughput, next to the floor and the rivals.
pub fn measure(setup: &Setup) -> Result<Section> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let file = workspace.write("project/trivial.py", TRIVIAL);
    let request = python_program(TRIVIAL);
    let ours = one_by_one(&workspace, &request, setup.effort.times(5_000))?;
    let floor = floor(setup, &workspace, &file)?;
    let (interpreter, version) = floor.interpreter.context("bench-floor tells no interpreter")?;
    let per_second = throughput(&workspace, &request, setup.effort.times(5_000))?;
    let isolated = fresh(setup, &interpreter, &["-I"])?;
    let bare = fresh(setup, &interpreter, &["-I", "-S"])?;
    let pyodide = pyodide(setup, &workspace)?;

    let header = ["what", "n", "p50", "p99", "against ours", "asked for", ""];
    let mut section = Section::new("A trivial Python program", note(&version), &header);
    let against = |samples: &Samples| ratio(samples.median(), ours.median());
    let mut row = |what: &str, samples: &Samples, asked: &str, met: &str| {
        let count = samples.count().to_string();
        let (median, high) = (show(samples.median()), show(samples.percentile(99)));
        let against = format!("{:.1}x", against(samples));
        section.row([what, &count, &median, &high, &against, asked, met]);
    };
    let met = ours.median() <= TARGET_MEDIAN && ours.percentile(99) <= TARGET_HIGH;
    row("through MCP", &ours, "p50 3 ms, p99 6 ms", verdict(met));
    row("the floor", &floor.samples, "", "");
    let met = verdict(against(&isolated) >= TARGET_ISOLATED);
    row("`python3 -I`, cold", &isolated, "8x", met);
    row("`python3 -I -S`, cold", &bare, "2.5x", verdict(against(&bare) >= TARGET_BARE));
    if let Some(pyodide) = &pyodide {
        row("Pyodide in Deno, cold", pyodide, "", "");
    }
    let what = format!("{CONCURRENCY} at once through MCP");
    let met = verdict(per_second >= TARGET_PER_SECOND);
    section.row([&what, "", &format!("{per_second:.0}/s"), "", "", "400/s", met]);
    Ok(section)
}

fn note(version: &str) -> String {
    format!(
        "The program is `{TRIVIAL}`, the interpreter CPython {version}, the very one in every row \
         but Pyodide's, which brings its own. \"Through MCP\" and the floor are what they are for \
         TypeScript."
    )
}

/// The interpreter itself, with the program on its command line.
fn fresh(setup: &Setup, interpreter: &Path, options: &[&str]) -> Result<Samples> {
    let mut command = Command::new(interpreter);
    command.args(options).args(["-c", TRIVIAL]).env_clear();
    cold(command, setup.effort.times(200))
}

/// None when there is no Deno for this machine.
fn pyodide(setup: &Setup, workspace: &Workspace) -> Result<Option<Samples>> {
    if !setup.fixtures.deno().exists() {
        return Ok(None);
    }
    fixtures::ensure_rivals()?;
    let package = setup.fixtures.pyodide();
    let module = format!("file://{}", package.join("pyodide.mjs").display());
    let script = format!(
        "import {{ loadPyodide }} from {module:?};\n\
         const python = await loadPyodide({{ indexURL: {package:?} }});\n\
         python.runPython({TRIVIAL:?});\n",
    );
    let script = workspace.write("pyodide.mjs", script);
    let command = deno(setup, workspace, &["--no-config", "--allow-read"], &script);
    cold(command, setup.effort.times(10)).map(Some)
}
