//! What a program prints, by whatever way, and in which order.

use serde_json::json;
use testkit::McpProcess;

use super::{run, server, with_deno};
use crate::support::output_of;

#[test]
fn whatever_prints_is_output_in_order_and_breaks_nothing() {
    let Some((_workspace, mut server)) = server() else { return };
    let outcome = run(
        &mut server,
        r#"
        import fs, { writeSync } from 'node:fs';
        import { log } from 'node:console';
        import { stdout } from 'process';
        const bytes = (text: string) => new TextEncoder().encode(text);
        console.log('log', { a: ['x'] }, new Map([[1, 2]]));
        console.error('error');
        log('named');
        process.stdout.write('process\n');
        stdout.write('named process\n');
        process.stderr.write('process error\n');
        Deno.stdout.writeSync(bytes('deno '));
        await Deno.stdout.write(bytes('later '));
        const [e, acute] = bytes('é');
        Deno.stderr.writeSync(new Uint8Array([e]));
        Deno.stderr.writeSync(new Uint8Array([acute, 10]));
        fs.writeSync(1, 'fs\n');
        writeSync(2, Buffer.from('fs error\n'));
        fs.writeFileSync(1, 'whole\n');
        await new Blob(['piped\n']).stream().pipeTo(Deno.stdout.writable, { preventClose: true });
        console.table([{ a: 1 }]);
        console.group('group');
        console.log('two\nlines');
        console.groupEnd();
        console.log('%s is %d', 'six', 6, 'more');
        alert('nobody');
        console.log(prompt('?'), await Deno.stdin.read(new Uint8Array(1)), fs.readFileSync(0, 'utf8') === '');
        for await (const line of process.stdin) console.log('never', line);
        "#,
    );
    let expected = "log { a: [ \"x\" ] } Map(1) { 1 => 2 }\nerror\nnamed\nprocess\nnamed process\n\
        process error\ndeno later é\nfs\nfs error\nwhole\npiped\n\
        ┌───────┬───┐\n│ (idx) │ a │\n├───────┼───┤\n│     0 │ 1 │\n└───────┴───┘\n\
        group\n  two\n  lines\nsix is 6 more\nnull null true\n";
    assert_eq!(output_of(&outcome), expected);
}

#[test]
fn output_ends_at_its_limit_between_characters() {
    let Some(workspace) = with_deno() else { return };
    let workspace = workspace.with_setting("limits", json!({ "outputBytes": 1024 }));
    let mut server: McpProcess = workspace.serve();
    let outcome =
        run(&mut server, "for (let n = 0; n < 1000; n++) console.log('é'.repeat(100)); 'done'");
    assert!(outcome.success && outcome.truncated, "{outcome:?}");
    assert_eq!(outcome.output.len(), 1023, "half a character was kept, or too little");
    assert_eq!(outcome.result, Some(json!("done")));
}

#[test]
fn a_large_output_comes_whole() {
    let Some(workspace) = with_deno() else { return };
    let workspace = workspace.with_setting("limits", json!({ "outputBytes": 1 << 20 }));
    let mut server = workspace.serve();
    let outcome = run(
        &mut server,
        "console.log('é'.repeat(200_000)); for (let n = 0; n < 3000; n++) console.log(n);",
    );
    let lines: Vec<&str> = output_of(&outcome).lines().collect();
    assert_eq!((lines.len(), lines[0].chars().count(), lines[3000]), (3001, 200_000, "2999"));
}

#[test]
fn a_worker_prints_into_the_same_output() {
    let Some((_workspace, mut server)) = server() else { return };
    let outcome = run(
        &mut server,
        r#"
        const code = `
            console.log('in a worker', { a: 1 });
            self.onmessage = ({ data }) => { console.log('got', data); self.postMessage(data * 2); };
        `;
        const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' });
        worker.postMessage(21);
        const doubled = await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
        worker.terminate();
        doubled
        "#,
    );
    assert_eq!(output_of(&outcome), "in a worker { a: 1 }\ngot 21\n");
    assert_eq!(outcome.result, Some(json!(42)));
}

#[test]
fn stacks_that_are_printed_have_the_users_own_lines() {
    let Some((_workspace, mut server)) = server() else { return };
    let outcome = run(
        &mut server,
        "console.log(new Error('first').stack);\ninterface Gone { a: number }\n\n\n\n\
         function made(): Error {\n  return new Error('second');\n}\nconsole.log(made());",
    );
    let expected = "Error: first\n    at program.ts:1:13\nError: second\n    at made (program.ts:7:10)\n    \
        at program.ts:9:13\n";
    assert_eq!(output_of(&outcome), expected);
}
