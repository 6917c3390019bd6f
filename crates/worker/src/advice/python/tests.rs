//! What is found where, and that no source makes the reader stumble.

use proptest::prelude::*;

use super::*;

/// The rules found, each with its line, without the language in their names.
fn found(source: &str) -> Vec<(u32, String)> {
    let short = |finding: Finding| {
        (finding.line, finding.rule.strip_prefix("python-").unwrap_or("?").to_owned())
    };
    analyse(source).into_iter().map(short).collect()
}

fn assert_found(table: &[(&str, &[(u32, &str)])]) {
    for (source, wanted) in table {
        let wanted: Vec<(u32, String)> =
            wanted.iter().map(|&(line, rule)| (line, rule.to_owned())).collect();
        assert_eq!(found(source), wanted, "in {source:?}");
        assert!(wanted.is_empty() || wire::worth_reading(source), "nobody reads {source:?}");
    }
}

#[test]
fn code_from_text_is_found() {
    assert_found(&[
        ("eval('1')", &[(1, "eval")]),
        ("x = 1\nexec('x')", &[(2, "exec")]),
        ("compile('1', 'f', 'eval')", &[(1, "compile")]),
        ("__import__('os')", &[(1, "dunder-import")]),
        ("map(eval, ['1'])", &[(1, "eval")]),
        ("f'{eval(\"1\")}'", &[(1, "eval")]),
        ("@eval\ndef f(): pass", &[(1, "eval")]),
        ("import runpy\nrunpy.run_path('x')", &[(2, "exec")]),
        ("import types\ntypes.FunctionType(c, {})", &[(2, "exec")]),
        ("class A:\n    run = exec", &[(2, "exec")]),
    ]);
}

#[test]
fn aliases_are_followed() {
    assert_found(&[
        ("e = eval\n\ne('1')", &[(1, "eval"), (3, "eval")]),
        ("a = b = eval\nb('1')", &[(1, "eval"), (2, "eval")]),
        ("a, b = print, exec\nb('1')", &[(1, "exec"), (2, "exec")]),
        ("f: object = eval\nf('1')", &[(1, "eval"), (2, "eval")]),
        ("if (e := eval):\n    e('1')", &[(1, "eval"), (2, "eval")]),
        ("import os as o\no.system('id')", &[(2, "os-process")]),
        ("import os\np = os\nq = p\nq.system('id')", &[(4, "os-process")]),
        ("def f():\n    o.system('id')\nimport os as o", &[(2, "os-process")]),
        ("from os import system as s\ns('id')", &[(1, "os-process"), (2, "os-process")]),
        ("from os import *\nsystem('id')", &[(2, "os-process")]),
        ("import os\ngetattr(os, 'system')('id')", &[(2, "os-process")]),
        ("import os\nn = 'sys' + 'tem'\ngetattr(os, n)('id')", &[(3, "os-process")]),
        ("import os\ngetattr(os, f'sys{\"tem\"}')('id')", &[(2, "os-process")]),
        ("import os\nos.__dict__['system']('id')", &[(2, "os-process")]),
        ("import os\nvars(os)['system']('id')", &[(2, "os-process"), (2, "namespace")]),
        ("import sys\nsys.modules['os'].system('id')", &[(2, "os-process")]),
        ("globals()['eval']('1')", &[(1, "eval"), (1, "namespace")]),
        ("__builtins__['eval']('1')", &[(1, "eval"), (1, "builtins")]),
        ("__builtins__.eval('1')", &[(1, "eval"), (1, "builtins")]),
        ("import builtins\nbuiltins.exec('1')", &[(1, "builtins"), (2, "exec")]),
        ("__import__('os').system('id')", &[(1, "dunder-import"), (1, "os-process")]),
        ("(eval if 1 else print)('1')", &[(1, "eval")]),
    ]);
}

#[test]
fn lookalikes_are_what_they_look_like() {
    assert_found(&[
        ("ｅｖａｌ('1')", &[(1, "eval")]),
        ("𝐞𝐱𝐞𝐜('1')", &[(1, "exec")]),
        ("import os\nos.ｓystem('id')", &[(2, "os-process")]),
        ("from os import ｓystem as x\nx('id')", &[(1, "os-process"), (2, "os-process")]),
        ("import ｓubprocess", &[(1, "subprocess")]),
        ("().__class__.__ｂase__", &[(1, "introspection")]),
        ("open('x', ｍode='w')", &[(1, "open-write")]),
        // A string is not normalised by Python either.
        ("import os\ngetattr(os, 'ｓystem')", &[]),
    ]);
}

#[test]
fn processes_and_native_code_are_found() {
    assert_found(&[
        ("import subprocess\nsubprocess.run(['id'])", &[(1, "subprocess"), (2, "subprocess")]),
        ("from subprocess import Popen", &[(1, "subprocess")]),
        ("import os\nos.popen('id')", &[(2, "os-process")]),
        ("import os\nos.execve('x', [], {})", &[(2, "os-process")]),
        ("import os\nos.spawnl(0, 'x')\nos.fork()", &[(2, "os-process"), (3, "os-process")]),
        ("import asyncio\nasyncio.create_subprocess_shell('x')", &[(2, "subprocess")]),
        ("import ctypes", &[(1, "ctypes")]),
        ("from ctypes import CDLL", &[(1, "ctypes")]),
        ("import importlib\nimportlib.import_module('ctypes')", &[(2, "ctypes")]),
        ("import importlib\nimportlib.import_module('json')", &[]),
        ("import importlib\nn = input()\nimportlib.import_module(n)", &[(3, "dynamic-import")]),
        ("import importlib\nmap(importlib.import_module, [])", &[(2, "dynamic-import")]),
    ]);
}

#[test]
fn readers_of_code_are_found() {
    assert_found(&[
        ("import pickle\npickle.loads(b'')", &[(2, "pickle")]),
        ("import pickle\npickle.dumps(1)", &[]),
        ("from pickle import load", &[(1, "pickle")]),
        ("import marshal\nmarshal.loads(b'')", &[(2, "marshal")]),
        ("import shelve\nshelve.open('x')", &[(2, "pickle")]),
        ("import pandas as pd\npd.read_pickle('x')", &[(2, "pickle")]),
    ]);
}

#[test]
fn ways_into_the_interpreter_are_found() {
    assert_found(&[
        ("globals()\nlocals()\nvars()", &[(1, "namespace"), (2, "namespace"), (3, "namespace")]),
        ("().__class__.__base__.__subclasses__()", &[(1, "introspection")]),
        ("f.__globals__", &[(1, "introspection")]),
        ("getattr(f, '__globals__')", &[(1, "introspection")]),
        ("f.__dict__['__globals__']", &[(1, "introspection")]),
        ("import sys\nsys._getframe()", &[(2, "introspection")]),
        ("from operator import attrgetter\nattrgetter('a.__code__')", &[(2, "introspection")]),
    ]);
}

#[test]
fn files_opened_for_writing_are_found() {
    assert_found(&[
        ("open('x', 'w')", &[(1, "open-write")]),
        ("open('x', mode='ab')", &[(1, "open-write")]),
        ("open('x', 'r+')", &[(1, "open-write")]),
        ("with open('x', 'xt') as f:\n    pass", &[(1, "open-write")]),
        ("m = 'w'\nopen('x', m)", &[(2, "open-write")]),
        ("o = open\no('x', 'w')", &[(2, "open-write")]),
        ("import io\nio.open('x', 'wb')", &[(2, "open-write")]),
        ("from pathlib import Path\nPath('x').write_text('')", &[(2, "open-write")]),
        ("from pathlib import Path\nPath('x').write_bytes(b'')", &[(2, "open-write")]),
        ("from pathlib import Path\nPath('x').open('w')", &[(2, "open-write")]),
        ("import os\nos.open('x', os.O_WRONLY)", &[(2, "open-write")]),
        ("import tarfile\ntarfile.open('x', 'w:gz')", &[(2, "open-write")]),
        ("open('x')", &[]),
        ("open('wax')", &[]),
        ("open('x', 'rb')", &[]),
        ("from pathlib import Path\nPath('x').open()", &[]),
    ]);
}

#[test]
fn ordinary_programs_are_left_alone() {
    for source in [
        "import re\nre.compile('a')",
        "import json, os\nprint(os.path.join('a', 'b'), json.dumps({}))",
        "class Model:\n    def eval(self): return self\nModel().eval()",
        "def compile(template): return template\ncompile('x')",
        "vars = {'a': 1}\nprint(vars['a'])",
        "def f(exec): return exec()\nf(print)",
        "f = lambda eval: eval(1)",
        "import pandas as pd\npd.DataFrame().eval('a + b')",
        "print('eval(1)')  # exec('1')",
        "type(1).__name__\ngetattr(1, 'real')",
    ] {
        assert_eq!(found(source), [], "in {source:?}");
    }
}

#[test]
fn most_programs_need_no_reader() {
    for source in [
        "print(1 + 1)",
        "import json, re, asyncio\nrows = json.loads('[1]')\nprint(sum(rows))",
        "notes = call_mcp_tool('mcp__demo__list_notes', {})\nresult = len(notes)",
        "from datetime import datetime\nresult = datetime(2026, 1, 1)",
    ] {
        assert_eq!(found(source), []);
        assert!(!wire::worth_reading(source), "{source:?} is read for nothing");
    }
}

#[test]
fn a_finding_says_where_and_what() {
    let findings = analyse("s = 'é'; eval(s)\r\nprint(1)\r\n  # x\nif 1:\n\teval(s)");
    let places: Vec<_> = findings.iter().map(|it| (it.line, it.column)).collect();
    assert_eq!(places, [(1, 10), (5, 2)]);
    assert_eq!(findings[0].rule, "python-eval");
    assert_eq!(findings[0].message, "eval runs text as code; advice only, isolation is the wall");
}

#[test]
fn an_indented_program_is_read_as_it_is_run() {
    let findings = analyse("\n    import os\n    e = eval\n    e('1')\n");
    let places: Vec<_> = findings.iter().map(|it| (it.line, it.column)).collect();
    assert_eq!(places, [(3, 9), (4, 5)]);
    assert_eq!(found("\u{feff}eval('1')"), [(1, "eval".to_owned())]);
    assert_eq!(found("  def compile(a): pass\n  compile(1)"), []);
}

#[test]
fn a_source_that_does_not_parse_has_no_findings() {
    assert_eq!(analyse("eval('1'"), []);
    assert_eq!(analyse("eval('1')\n  x = ="), []);
}

#[test]
fn no_more_is_told_than_a_frame_holds() {
    let findings = analyse(&"eval('1')\n".repeat(10_000));
    assert_eq!(findings.len(), types::MAX_FINDINGS);
    assert_eq!(findings[99].line, 100);
}

#[test]
fn deep_and_wide_sources_are_read_to_their_end() {
    // As much stack as a child has.
    let reads = || {
        for source in [
            format!("x = {}1{}\neval(x)", "(".repeat(2_000), ")".repeat(2_000)),
            format!("x = {}1\neval(x)", "-".repeat(5_000)),
            format!("x = 1{}\neval(x)", " + 1".repeat(5_000)),
            format!("x = a{}\neval(x)", ".a".repeat(5_000)),
            format!("x = a{}\neval(x)", "(1)".repeat(5_000)),
            format!("x = {}1\neval(x)", "lambda: ".repeat(2_000)),
            format!("{}eval(x)", "a = ".repeat(5_000)),
        ] {
            let first = analyse(&source).into_iter().next();
            assert_eq!(first.map(|it| it.rule).as_deref(), Some("python-eval"));
        }
        let aliases: String = (0..2_000).map(|at| format!("a{} = a{at}\n", at + 1)).collect();
        assert!(!analyse(&format!("a0 = eval\n{aliases}")).is_empty());
    };
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(reads).unwrap();
    thread.join().unwrap();
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(source in any::<String>()) {
        analyse(&source);
    }

    #[test]
    fn no_program_of_these_words_makes_it_panic(
        words in proptest::collection::vec(prop::sample::select(vec![
            "eval", "exec", "os", "import ", "from ", "as ", " = ", "(", ")", "[", "]", "'x'", ".",
            "\n", "    ", "getattr", "globals", "open", "'w'", ",", ":", "def f", "lambda", "é",
            "__builtins__", "ｅ", "+", "*", ":=", "if ", "f'{", "}'", "\r", "\\",
        ]), 0..40)
    ) {
        analyse(&words.concat());
    }
}
