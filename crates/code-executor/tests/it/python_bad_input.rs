//! What no one would want of a Python program: each has its own clear ending, what it had printed is
//! kept, and the next program runs. `semantics` has what both languages share.

use serde_json::json;
use testkit::McpProcess;
use types::{ExecutionOutcome, LimitKind};

use crate::support::{error_of, output_of, server};

/// Longer than anything that should end by itself takes on a busy machine.
const ENOUGH_MS: u64 = 20_000;

/// For what only the deadline ends.
const SHORT_MS: u64 = 700;

#[track_caller]
fn run(server: &mut McpProcess, code: &str, timeout_ms: u64) -> ExecutionOutcome {
    let arguments = json!({ "code": code, "timeoutMs": timeout_ms });
    let outcome = server.execute_by("executePython", arguments);
    let next = server.run_python("print('still here')");
    assert_eq!(output_of(&next), "still here\n", "after {code}");
    outcome
}

#[test]
fn only_the_deadline_ends_what_never_ends_and_what_was_printed_is_kept() {
    let (_workspace, mut server) = server();
    for code in [
        "while True: pass",
        "7 ** 10 ** 8 ** 8",
        "import re; re.match(r'(a+)+$', 'a' * 64 + 'b')",
        "import time; time.sleep(1000)",
        "import atexit\ndef again():\n    atexit.register(again)\n    while True: pass\natexit.register(again)",
        "import threading\nthreading.Event().wait()",
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
        "try:\n    while True: pass\nexcept BaseException: pass\nfinally:\n    while True: pass",
    ] {
        let code = format!("print('begun')\n{code}");
        let outcome = run(&mut server, &code, SHORT_MS);
        assert_eq!(outcome.limit, Some(LimitKind::Timeout), "{code}: {outcome:?}");
        assert_eq!(error_of(&outcome).kind, "TimeoutError", "{code}");
        assert_eq!(outcome.output, "begun\n", "{code}");
    }
}

#[test]
fn memory_ends_where_its_limit_is() {
    let (_workspace, mut server) = server();
    for code in [
        "bytearray(10 << 30)",
        "kept = []\nwhile True: kept.append(bytearray(1 << 20))",
        "kept = []\nwhile True: kept.append(object())",
        "'x' * (8 << 30)",
        "list(range(10 ** 9))",
        "kept = {}\nfor n in range(10 ** 9): kept[n] = str(n) * 50",
        "import ctypes\nkept = [ctypes.create_string_buffer(64 << 20) for _ in range(100)]",
    ] {
        let outcome = run(&mut server, code, ENOUGH_MS);
        assert_eq!(outcome.limit, Some(LimitKind::Memory), "{code}: {outcome:?}");
        assert!(error_of(&outcome).message.contains("256 MiB"), "{code}: {outcome:?}");
    }
}

#[test]
fn depth_ends_where_its_limit_is() {
    let (_workspace, mut server) = server();
    let recursion = "def f(n): return f(n + 1)\nf(0)";
    let outcome = run(&mut server, recursion, ENOUGH_MS);
    assert_eq!(error_of(&outcome).kind, "RecursionError");
    assert_eq!(outcome.limit, Some(LimitKind::Stack));
    // Without CPython's own limit it is the stack or the memory that ends it.
    let code = format!("import sys\nsys.setrecursionlimit(10 ** 9)\n{recursion}");
    let outcome = run(&mut server, &code, ENOUGH_MS);
    let kind = &error_of(&outcome).kind;
    assert!(
        ["EngineCrash", "MemoryLimitError", "RecursionError"].contains(&kind.as_str()),
        "{outcome:?}"
    );
}

#[test]
fn threads_end_where_their_limit_is() {
    let (_workspace, mut server) = server();
    let code = "import threading\nheld = threading.Event()\ncount = 0\n\
        try:\n    for _ in range(1_000_000):\n        threading.Thread(target=held.wait, daemon=True).start()\n        count += 1\n\
        except RuntimeError as error: print(error)\nheld.set()\nresult = count";
    let outcome = run(&mut server, code, ENOUGH_MS);
    assert!(output_of(&outcome).contains("can't start new thread"), "{outcome:?}");
    let count = outcome.result.as_ref().and_then(serde_json::Value::as_u64);
    assert!(count.is_some_and(|count| (8..64).contains(&count)), "{outcome:?}");
}

#[test]
fn scratch_ends_where_its_limits_are() {
    let (_workspace, mut server) = server();
    let bytes = "try:\n    with open('/workspace/big', 'wb') as file:\n        while True: file.write(bytes(1 << 20))\n\
        except OSError as error: print(error)\nimport os\nos.stat('/workspace/big').st_size >> 20";
    let outcome = run(&mut server, bytes, ENOUGH_MS);
    let size = outcome.result.as_ref().and_then(serde_json::Value::as_u64);
    assert!(size.is_some_and(|size| (48..=64).contains(&size)), "{outcome:?}");
    let inodes = "count = 0\ntry:\n    while True:\n        open(f'/tmp/{count}', 'w').close()\n        count += 1\n\
        except OSError as error: print(error)\nresult = count";
    let outcome = run(&mut server, inodes, ENOUGH_MS);
    let count = outcome.result.as_ref().and_then(serde_json::Value::as_u64);
    assert!(count.is_some_and(|count| (3_000..=4_096).contains(&count)), "{outcome:?}");
    // Nothing of it is there for the next one.
    let outcome =
        run(&mut server, "import os; os.listdir('/workspace') + os.listdir('/tmp')", ENOUGH_MS);
    assert_eq!(outcome.result, Some(json!([])), "{outcome:?}");
}

#[test]
fn what_the_sandbox_forbids_is_an_error_that_can_be_caught() {
    let (_workspace, mut server) = server();
    for (code, error) in [
        ("import os; os.fork()", "PermissionError"),
        ("import subprocess; subprocess.run(['ls'])", "PermissionError"),
        ("import socket; socket.socket()", "PermissionError"),
        (
            "import multiprocessing; multiprocessing.Process(target=print).start()",
            "PermissionError",
        ),
        ("open('/usr/lib/x', 'w')", "OSError"),
        ("open('/proc/self/status')", "FileNotFoundError"),
        ("import os; os.mkfifo('/tmp/x')", "PermissionError"),
        ("input('name? ')", "EOFError"),
    ] {
        let outcome = run(&mut server, code, ENOUGH_MS);
        assert_eq!(error_of(&outcome).kind, error, "{code}: {outcome:?}");
        let caught = format!("try:\n    {code}\nexcept (OSError, EOFError):\n    print('caught')");
        assert!(output_of(&run(&mut server, &caught, ENOUGH_MS)).ends_with("caught\n"), "{code}");
    }
}

#[test]
fn a_crash_of_the_interpreter_is_the_programs_alone() {
    let (_workspace, mut server) = server();
    for code in ["import ctypes; ctypes.string_at(0)", "import ctypes; ctypes.CDLL(None).abort()"] {
        let outcome = run(&mut server, &format!("print('begun')\n{code}"), ENOUGH_MS);
        assert_eq!(error_of(&outcome).kind, "EngineCrash", "{code}: {outcome:?}");
        assert_eq!(outcome.output, "begun\n", "{code}");
    }
    let killed = "import ctypes\nctypes.CDLL(None).execve(b'/bin/sh', None, None)";
    let outcome = run(&mut server, killed, ENOUGH_MS);
    assert!(error_of(&outcome).message.contains("system call"), "{outcome:?}");
}

#[test]
fn leaving_without_a_word_is_told() {
    let (_workspace, mut server) = server();
    let outcome = run(&mut server, "print('begun')\nimport os; os._exit(0)", ENOUGH_MS);
    assert_eq!(output_of(&outcome), "begun\n");
    let outcome = run(&mut server, "print('begun')\nimport os; os._exit(3)", ENOUGH_MS);
    assert!(error_of(&outcome).message.contains('3'), "{outcome:?}");
    assert_eq!(outcome.output, "begun\n");
    // By the system's own call, which nobody can make behind our back and be taken for success.
    let outcome = run(&mut server, "import ctypes; ctypes.CDLL(None)._exit(0)", ENOUGH_MS);
    error_of(&outcome);
}

#[test]
fn a_program_that_breaks_the_protocol_ends_and_says_so() {
    let (_workspace, mut server) = server();
    for code in [
        "import os; os.close(3)",
        "import os; os.write(3, b'\\xff' * 64)",
        "import os; os.write(3, bytes([0, 0, 0, 0, 1, 0, 0, 0, 0]))",
        "import os; os.write(3, (2 ** 31).to_bytes(4, 'little') + bytes([2, 0, 0, 0, 0]))",
        "import os; os.write(3, b'\\x02\\x00\\x00\\x00\\x03\\x00\\x00\\x00\\x00{}'); os.write(3, b'x')",
    ] {
        let outcome = run(&mut server, &format!("{code}\nprint('after')"), ENOUGH_MS);
        // A forged ending is a claim like any other; nothing that follows it is believed.
        let forged = code.contains("{}");
        assert!(forged || !outcome.success, "{code}: {outcome:?}");
        assert!(!outcome.output.contains("after") || forged, "{code}: {outcome:?}");
    }
}

#[test]
fn a_program_that_breaks_our_own_modules_hurts_itself_alone() {
    let (_workspace, mut server) = server();
    for code in [
        "import sys; sys.modules.clear()",
        "import builtins; vars(builtins).clear()",
        "import code_executor\nfor name in list(vars(code_executor)): setattr(code_executor, name, None)",
        "import json; json.dumps = json.loads = None; json.JSONEncoder = None",
        "import sys; sys.stdout = sys.stderr = None",
        "import gc\nfor thing in gc.get_objects():\n    if isinstance(thing, dict) and 'channel' in thing: thing.clear()",
        "import sys; sys.settrace(lambda *_: 1 / 0)",
        "import signal; signal.alarm(1); import time; time.sleep(2)",
    ] {
        // It ends in time, well or not, and the next one runs.
        run(&mut server, code, 5_000);
    }
}

#[test]
fn output_is_kept_whatever_its_bytes_are() {
    let (_workspace, mut server) = server();
    let code = "import sys\nsys.stdout.buffer.write(b'a\\xff\\xfeb\\n')\nprint('\\ud800')\n\
        print('\\x00\\x1b[2J')\nsys.stderr.write('z\\n')";
    let outcome = run(&mut server, code, ENOUGH_MS);
    let output = output_of(&outcome);
    assert!(output.starts_with("a\u{fffd}\u{fffd}b\n") && output.ends_with("z\n"), "{output:?}");
    let outcome = run(&mut server, "for _ in range(100_000): print('x' * 100)", ENOUGH_MS);
    assert!(outcome.truncated && outcome.success, "{:?}", outcome.error);
    assert_eq!(outcome.limit, Some(LimitKind::Output));
    assert!(outcome.output.len() <= 100 * 1024);
}

#[test]
fn a_program_that_never_reads_its_answers_does_not_hold_the_server() {
    let workspace = crate::support::workspace().with_demo();
    let mut server = workspace.serve();
    let code = "import threading\n\
        def ask():\n    import os\n    while True:\n        call_mcp_tool('mcp__demo__list_notes', {})\n\
        import json, os, struct\n\
        body = b'\\x00' + json.dumps({'name': 'mcp__demo__list_notes', 'arguments': {}}).encode()\n\
        for n in range(1, 1000):\n    os.write(3, struct.pack('<IBI', len(body), 16, n) + body)\n\
        while True: pass";
    let arguments = json!({ "code": code, "timeoutMs": 1_500, "allowedTools": ["mcp__demo__*"] });
    let outcome = server.execute_by("executePython", arguments);
    assert!(!outcome.success, "{outcome:?}");
    assert_eq!(output_of(&server.run_python("print('still here')")), "still here\n");
}
