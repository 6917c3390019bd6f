//! What programs of a session find of those before, in both languages, over MCP.

use serde_json::{Value, json};
use testkit::Fake;

use super::{PYTHON, TYPESCRIPT, all_stopped, in_session, prints, refused, run};
use crate::support::{output_of, server, workspace};

#[test]
fn what_typescript_defines_stays_for_the_next_program() {
    let (_workspace, mut server) = server();
    let first = run(
        &mut server,
        TYPESCRIPT,
        "notes",
        "import { basename } from 'node:path';
         interface Row { name: string; price: number }
         const rows: Row[] = [{ name: 'tea', price: 3 }, { name: 'rye', price: 5 }];
         let total = 0;
         class Till { constructor(public count = 0) {} add(price: number) { this.count += price; } }
         function vat(price: number): number { return price * 1.2; }
         const till = new Till();
         rows.length",
    );
    assert_eq!(first.result, Some(json!(2)), "{first:?}");
    let standing = first.session.expect("a session");
    assert_eq!((standing.id.as_str(), standing.call, standing.lost), ("notes", 1, None));
    assert!(standing.expires_at.is_some());
    let second = run(
        &mut server,
        TYPESCRIPT,
        "notes",
        "for (const row of rows) { till.add(row.price); total += vat(row.price); }
         const rows2 = await Promise.all(rows.map(async (row) => row.name));
         console.log(till.count, total.toFixed(2), basename('/a/b.txt'), rows2.join());",
    );
    assert_eq!(output_of(&second), "8 9.60 b.txt tea,rye\n");
    assert_eq!(second.session.map(|standing| standing.call), Some(2));
    // What is defined again is another; what was made of the old one stays as it is.
    prints(&mut server, TYPESCRIPT, "notes", "const rows = [1]; class Till {}");
    let third =
        prints(&mut server, TYPESCRIPT, "notes", "console.log(rows.length, till.count, vat(10))");
    assert_eq!(third, "1 8 12\n");
    // Nobody else sees any of it.
    let other = run(&mut server, TYPESCRIPT, "other", "console.log(typeof till)");
    assert_eq!(output_of(&other), "undefined\n");
    assert_eq!(output_of(&server.run("console.log(typeof till)")), "undefined\n");
}

#[test]
fn what_python_defines_stays_for_the_next_program() {
    let (_workspace, mut server) = server();
    let first = run(
        &mut server,
        PYTHON,
        "notes",
        "
import csv, io, tempfile
from dataclasses import dataclass

@dataclass
class Row:
    name: str
    price: float

rows = [Row(**row) for row in csv.DictReader(io.StringIO('name,price\\ntea,3\\nrye,5\\n'))]
total = 0

def vat(price):
    return float(price) * 1.2

scratch = tempfile.TemporaryFile('w+')
scratch.write('kept')
len(rows)
",
    );
    assert_eq!(first.result, Some(json!(2)), "{first:?}");
    let second = prints(
        &mut server,
        PYTHON,
        "notes",
        "
total += sum(vat(row.price) for row in rows)
scratch.seek(0)
print(round(total, 2), scratch.read(), rows[0])
",
    );
    assert_eq!(second, "9.6 kept Row(name='tea', price='3')\n");
    // The same name in the other language is another session.
    let other = run(&mut server, TYPESCRIPT, "notes", "typeof rows");
    assert_eq!(other.session.map(|standing| standing.call), Some(1));
    assert_eq!(prints(&mut server, PYTHON, "notes", "print(total > 9)"), "True\n");
}

#[test]
fn an_error_ends_a_program_and_not_its_session() {
    let (_workspace, mut server) = server();
    for (tool, set, fail, get) in [
        (TYPESCRIPT, "let n = 41", "n += 1; throw new RangeError('no')", "console.log(n)"),
        (PYTHON, "n = 41", "n += 1\nraise ValueError('no')", "print(n)"),
        (PYTHON, "n = 41", "n += 1\nimport sys\nsys.exit(3)", "print(n)"),
        (TYPESCRIPT, "n = 41", "n += 1; syntax error here", "console.log(n + 1)"),
    ] {
        prints(&mut server, tool, "a", set);
        let failed = run(&mut server, tool, "a", fail);
        assert!(!failed.success, "{failed:?}");
        assert!(failed.session.is_some_and(|standing| standing.lost.is_none()));
        assert_eq!(prints(&mut server, tool, "a", get), "42\n", "{fail}");
    }
}

#[test]
fn a_session_begins_anew_when_its_client_says_so() {
    let (_workspace, mut server) = server();
    for (tool, set, get) in [
        (TYPESCRIPT, "globalThis.n = 1", "console.log(typeof n)"),
        (PYTHON, "n = 1", "print('n' in globals())"),
    ] {
        prints(&mut server, tool, "a", set);
        let anew = json!({"code": get, "sessionId": "a", "resetSession": true});
        let outcome = server.execute_by(tool, anew);
        assert!(matches!(output_of(&outcome), "undefined\n" | "False\n"), "{outcome:?}");
        assert_eq!(outcome.session.map(|standing| standing.call), Some(1));
    }
    let answer = server.call_tool(TYPESCRIPT, in_session("b", "'x'"));
    let text = answer["content"][0]["text"].as_str().unwrap_or_default();
    assert!(text.ends_with("Session \"b\" has begun."), "{text}");
}

#[test]
fn between_two_programs_nothing_runs_and_no_timer_spends_the_next_ones_tools() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let mut server = workspace.serve();
    let tools = json!(["mcp__fake__*"]);
    // What it leaves under way when it ends with an error.
    let typescript = "
        globalThis.ticks = 0;
        setInterval(() => { ticks += 1; callMCPTool('mcp__fake__echo', { text: 'late' }); }, 1);
        callMCPTool('mcp__fake__slow', {}).then(() => { ticks = 1e6; }, () => { ticks = 1e6; });
        throw new Error('over')";
    let python = "
import threading
ticks = 0
def count():
    global ticks
    while True:
        ticks += 1
        if ticks > 1000:
            try: call_mcp_tool('mcp__fake__echo', {'text': 'late'})
            except BaseException: pass
threading.Thread(target=count, daemon=True).start()
raise Exception('over')
";
    for (tool, code) in [(TYPESCRIPT, typescript), (PYTHON, python)] {
        let arguments = json!({"code": code, "sessionId": "a", "allowedTools": tools});
        let outcome = server.execute_by(tool, arguments);
        assert!(outcome.session.is_some_and(|standing| standing.lost.is_none()));
    }
    all_stopped(&server, 2);
    let read =
        "console.log(ticks); await new Promise((done) => setTimeout(done, 50)); console.log(ticks)";
    let outcome = run(&mut server, TYPESCRIPT, "a", read);
    let lines: Vec<&str> = output_of(&outcome).lines().collect();
    assert!(lines[0] == lines[1] && outcome.tool_call_summary.is_empty(), "{outcome:?}");
    // A thread goes on, and gets no tool of this program's.
    let read = "import time\nwas = ticks\nwhile ticks == was: time.sleep(0.01)\nprint('on')";
    let outcome = run(&mut server, PYTHON, "a", read);
    assert_eq!((output_of(&outcome), outcome.tool_call_summary.len()), ("on\n", 0));
}

#[test]
fn the_tools_of_a_session_are_those_it_began_with() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let mut server = workspace.serve();
    for (tool, call) in [
        (TYPESCRIPT, "console.log(await callMCPTool('mcp__fake__echo', {text: 'heard'}))"),
        (PYTHON, "print(call_mcp_tool('mcp__fake__echo', {'text': 'heard'}))"),
    ] {
        let with = |tools: Value| json!({"code": call, "sessionId": "a", "allowedTools": tools});
        let first = server.execute_by(tool, with(json!(["mcp__fake__echo"])));
        assert_eq!(output_of(&first), "heard\n");
        // Left out, they are the same.
        assert_eq!(prints(&mut server, tool, "a", call), "heard\n");
        for other in [json!(["mcp__fake__*"]), json!([])] {
            let (code, message) = refused(&mut server, tool, with(other));
            assert_eq!(code, "session_mismatch");
            assert!(message.contains("allowedTools") && message.contains("\"a\""), "{message}");
        }
        let permissions =
            json!({"code": call, "sessionId": "a", "permissions": {"net": ["example.com"]}});
        let (code, message) = refused(&mut server, tool, permissions);
        assert!(code == "session_mismatch" && message.contains("permissions"), "{message}");
        assert_eq!(prints(&mut server, tool, "a", call), "heard\n", "nothing of it was ended");
        // One that began without tools never gets any.
        prints(&mut server, tool, "none", "1");
        let (code, _) = refused(
            &mut server,
            tool,
            json!({"code": call, "sessionId": "none", "allowedTools": ["mcp__fake__*"]}),
        );
        assert_eq!(code, "session_mismatch");
    }
    let records = workspace.audit_records();
    let of_session = records.iter().filter(|it| it["event"] == "end" && it["sessionId"] == "a");
    let calls: Vec<u64> = of_session.filter_map(|it| it["sessionCall"].as_u64()).collect();
    assert_eq!(calls, [1, 2, 3, 1, 2, 3]);
}

#[test]
fn programs_of_one_session_run_one_after_another() {
    let (_workspace, mut server) = server();
    let slow = "globalThis.log = globalThis.log ?? []; log.push('in');
                await new Promise((done) => setTimeout(done, 30)); log.push('out');";
    let sent: Vec<u64> = (0..4).map(|_| server.send_program(in_session("a", slow))).collect();
    for id in sent {
        assert!(server.outcome_of(id).success);
    }
    let log = prints(&mut server, TYPESCRIPT, "a", "console.log(log.join())");
    assert_eq!(log, "in,out,in,out,in,out,in,out\n");
}
