//! A program that needs large packages: preloaded, and imported by a fresh interpreter.

use std::process::Command;

use anyhow::Result;
use serde_json::json;
use testkit::Workspace;

use crate::bench::{
    Setup,
    client::python_program,
    report::{Section, verdict},
    statistics::{ratio, show},
    timing::{cold, one_by_one},
};

/// The import alone, which is what preloading saves.
const IMPORT: &str = "import numpy, pandas\nprint(numpy.__name__, pandas.__name__)";

/// Some work with both, which is the same either way.
const WORK: &str = "\
import numpy
import pandas
frame = pandas.DataFrame({'n': numpy.arange(10)})
print(frame['n'].sum())
";

const TARGET: f64 = 60.0;

const NOTE: &str = "Both packages are installed in a virtual environment that \
    `executors.python.venv` names, and `preload` names them. One program imports both and prints \
    their names, the other makes a frame of an array and prints a sum.";

/// Latency with the packages preloaded, next to a fresh interpreter that imports them.
pub fn measure(setup: &Setup) -> Result<Section> {
    let venv = setup.fixtures.scientific();
    let python = json!({ "venv": venv, "preload": ["numpy", "pandas"] });
    let workspace = Workspace::new(&setup.binary.to_string_lossy())
        .with_setting("executors", json!({ "python": python }));
    let interpreter = venv.join("bin/python3");
    let header = ["what", "n", "p50", "p99", "against ours", "asked for", ""];
    let mut section = Section::new("A Python program with numpy and pandas", NOTE, &header);
    for (does, program, target) in [("imports", IMPORT, Some(TARGET)), ("works", WORK, None)] {
        let ours = one_by_one(&workspace, &python_program(program), setup.effort.times(2_000))?;
        let mut command = Command::new(&interpreter);
        command.args(["-I", "-c", program]).env_clear();
        let fresh = cold(command, setup.effort.times(40))?;
        let against = ratio(fresh.median(), ours.median());
        let asked = target.map(|target| format!("{target}x")).unwrap_or_default();
        let met = target.map_or("", |target| verdict(against >= target));
        for (what, samples, against, asked, met) in [
            ("through MCP, preloaded", &ours, 1.0, "", ""),
            ("`python3 -I`, cold", &fresh, against, asked.as_str(), met),
        ] {
            let count = samples.count().to_string();
            let (median, high) = (show(samples.median()), show(samples.percentile(99)));
            let what = format!("{does}: {what}");
            section.row([&what, &count, &median, &high, &format!("{against:.1}x"), asked, met]);
        }
    }
    Ok(section)
}
