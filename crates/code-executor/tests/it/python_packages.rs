//! Python with an operator's virtual environment that holds numpy and pandas, preloaded or not: what
//! their values become, that chance stays chance, and which preloads are refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Fixtures, McpProcess, Workspace, run};

use crate::support::{assert_well, workspace};

const PACKAGES: [&str; 2] = ["numpy", "pandas"];

/// Longer than importing both takes on a busy machine.
const ENOUGH_MS: u64 = 25_000;

/// A program, and the result expected of it.
type Case = (&'static str, Value);

fn with_packages(preload: &[&str]) -> Workspace {
    with_venv(&Fixtures::locate().scientific(), preload)
}

fn with_venv(venv: &Path, preload: &[&str]) -> Workspace {
    let python = json!({ "venv": venv, "preload": preload });
    workspace().with_setting("executors", json!({ "python": python }))
}

/// The result of a program that must succeed.
#[track_caller]
fn result_of(server: &mut McpProcess, code: &str) -> Value {
    let arguments = json!({ "code": code, "timeoutMs": ENOUGH_MS });
    let outcome = server.execute_by("executePython", arguments);
    assert!(outcome.success, "failed: {:?}\n{}\n{code}", outcome.error, outcome.output);
    assert_eq!(outcome.result_omitted, None, "{code}");
    outcome.result.unwrap_or_default()
}

/// What a program is refused with.
#[track_caller]
fn refusal(server: &mut McpProcess) -> String {
    let answer = server.call_tool("executePython", json!({ "code": "1" }));
    assert_eq!(answer["isError"], true, "not refused: {answer}");
    answer["structuredContent"]["error"]["message"].as_str().unwrap_or_default().to_owned()
}

fn arrays() -> Vec<Case> {
    vec![
        ("import numpy as np\nnp.arange(4).reshape(2, 2)", json!([[0, 1], [2, 3]])),
        ("import numpy as np\nnp.int64(7) + 1", json!(8)),
        ("import numpy as np\nresult = np.mean([1, 2])", json!(1.5)),
        (
            "import numpy as np
{
    'flag': np.bool_(True),
    'small': np.uint8(255),
    'single': np.float32(0.5),
    'text': np.str_('word'),
    'day': np.datetime64('2026-01-02'),
    'no day': np.datetime64('NaT'),
    'nan': np.float64('nan'),
    'unbounded': -np.inf,
    'mixed': np.array([1.5, np.nan]),
    'texts': np.array(['a', 'b']),
    'nested': [np.zeros(1), (np.int8(1),)],
    np.int64(5): 'a key',
}",
            json!({
                "flag": true,
                "small": 255,
                "single": 0.5,
                "text": "word",
                "day": "2026-01-02",
                "no day": null,
                "nan": null,
                "unbounded": null,
                "mixed": [1.5, null],
                "texts": ["a", "b"],
                "nested": [[0.0], [1]],
                "5": "a key",
            }),
        ),
    ]
}

fn frames() -> Vec<Case> {
    vec![
        (
            "import pandas as pd\npd.DataFrame({'name': ['a', 'b'], 'n': [1.5, float('nan')]})",
            json!([{ "name": "a", "n": 1.5 }, { "name": "b", "n": null }]),
        ),
        (
            "import pandas as pd
frame = pd.DataFrame({'city': ['Rome', 'Oslo', 'Rome'], 'people': [1, 2, 3]})
result = frame.groupby('city')['people'].sum()",
            json!({ "Oslo": 2, "Rome": 4 }),
        ),
        (
            "import pandas as pd
pd.DataFrame({'n': [1, 2]}, index=pd.Index(['x', 'y'], name='key'))",
            json!([{ "key": "x", "n": 1 }, { "key": "y", "n": 2 }]),
        ),
        (
            "import pandas as pd
frame = pd.DataFrame({'day': pd.to_datetime(['2026-01-02', None]), 'n': [1, 2]})
{
    'rows': frame,
    'column': frame['n'],
    'first': frame['day'].iloc[0],
    'missing': [pd.NaT, pd.NA],
    'width': frame['n'].sum(),
    'columns': frame.columns,
}",
            json!({
                "rows": [{ "day": "2026-01-02T00:00:00", "n": 1 }, { "day": null, "n": 2 }],
                "column": [1, 2],
                "first": "2026-01-02T00:00:00",
                "missing": [null, null],
                "width": 3,
                "columns": ["day", "n"],
            }),
        ),
    ]
}

#[track_caller]
fn assert_all(preload: &[&str]) {
    let workspace = with_packages(preload);
    let mut server = workspace.serve();
    for (code, expected) in arrays().into_iter().chain(frames()) {
        assert_eq!(result_of(&mut server, code), expected, "{code}");
    }
}

#[test]
fn their_values_are_json_when_preloaded() {
    assert_all(&PACKAGES);
}

#[test]
fn their_values_are_json_when_the_program_imports_them() {
    assert_all(&[]);
}

#[test]
fn what_is_preloaded_is_there_before_the_program() {
    let code = "import sys\n[name in sys.modules for name in ('numpy', 'pandas')]";
    assert_eq!(result_of(&mut with_packages(&PACKAGES).serve(), code), json!([true, true]));
    assert_eq!(result_of(&mut with_packages(&[]).serve(), code), json!([false, false]));
}

#[test]
fn chance_differs_between_programs() {
    let draw = "import random, secrets, uuid
import numpy as np
[np.random.rand(), np.random.default_rng().random(), random.random(), secrets.token_hex(8),
 str(uuid.uuid4())]";
    for preload in [&PACKAGES[..], &[]] {
        let workspace = with_packages(preload);
        let mut server = workspace.serve();
        let draws: Vec<Value> = (0..3).map(|_| result_of(&mut server, draw)).collect();
        for n in 0..5 {
            assert_ne!(draws[0][n], draws[1][n], "{draws:?}");
            assert_ne!(draws[1][n], draws[2][n], "{draws:?}");
            assert_ne!(draws[0][n], draws[2][n], "{draws:?}");
        }
    }
}

#[test]
fn what_one_program_does_to_a_package_the_next_does_not_see() {
    let workspace = with_packages(&PACKAGES);
    let mut server = workspace.serve();
    let spoil = "import numpy, pandas\nnumpy.mean = pandas.DataFrame = None\nnumpy.random.seed(1)";
    result_of(&mut server, spoil);
    let check = "import numpy, pandas\nlen(pandas.DataFrame({'n': [1]})) + numpy.mean([1, 1])";
    assert_eq!(result_of(&mut server, check), json!(2.0));
}

#[test]
fn a_preload_that_starts_a_thread_is_refused_by_its_name() {
    let workspace = workspace();
    let venv = venv_with(
        &workspace,
        "keeps_a_thread.py",
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
    );
    let workspace = with_venv(&venv, &["json", "keeps_a_thread"]);
    let mut server = workspace.serve();
    let message = refusal(&mut server);
    for part in ["executors.python.preload", "'keeps_a_thread'", "starts threads"] {
        assert!(message.contains(part), "{part} is missing: {message}");
    }
    assert_well(&mut server);
}

#[test]
fn a_preload_that_is_not_there_is_refused_by_its_name() {
    let workspace = with_packages(&["numpy", "no_such_module"]);
    let mut server = workspace.serve();
    let message = refusal(&mut server);
    for part in ["executors.python.preload", "'no_such_module'", "ModuleNotFoundError"] {
        assert!(message.contains(part), "{part} is missing: {message}");
    }
    assert_well(&mut server);
}

#[test]
fn without_namespaces_it_works_where_the_sandbox_may_read_it() {
    let venv = Fixtures::locate().scientific();
    let workspace =
        with_packages(&PACKAGES).with_setting("sandbox", json!({ "namespaces": false }));
    let mut server = workspace.serve();
    let interpreter = fs::canonicalize(venv.join("bin/python3")).expect("an interpreter");
    // Root gives its identity up, and with it what only root may read.
    let is_root = rustix::process::geteuid().is_root();
    if !is_root || (open_to_all(&interpreter) && open_to_all(&venv)) {
        let code = "import numpy as np\nimport pandas as pd\npd.Series(np.arange(3)).sum()";
        assert_eq!(result_of(&mut server, code), json!(3));
    } else {
        let message = refusal(&mut server);
        assert!(message.contains("where every user may read it"), "{message}");
    }
    assert_well(&mut server);
}

/// A virtual environment with one module of its own.
fn venv_with(workspace: &Workspace, module: &str, source: &str) -> PathBuf {
    let venv = workspace.path("venv");
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--without-pip"]).arg(&venv);
    run(make, Duration::from_secs(60)).expect_success();
    let library = fs::read_dir(venv.join("lib")).expect("lib").flatten().next().expect("one");
    fs::write(library.path().join("site-packages").join(module), source).expect("a module");
    venv
}

/// Whether any user may get there and read it.
fn open_to_all(path: &Path) -> bool {
    let mode = |path: &Path| fs::metadata(path).map_or(0, |found| found.permissions().mode());
    mode(path) & 0o005 == 0o005 && path.ancestors().skip(1).all(|folder| mode(folder) & 1 == 1)
}
