//! Tools as functions and as modules.

use serde_json::json;
use testkit::{Fake, McpProcess, Workspace};

use super::{execute, with_deno};
use crate::support::{error_of, output_of};

fn behind() -> Option<(Workspace, McpProcess)> {
    let workspace = with_deno()?.with_demo().with_fake("fake", Fake::Well);
    let server = workspace.serve();
    Some((workspace, server))
}

#[test]
fn tools_are_called_and_answer_as_in_the_embedded_engine() {
    let Some((_workspace, mut server)) = behind() else { return };
    let code = r#"
        const told = async (call: () => Promise<unknown>) => {
            try { return await call(); } catch (error: any) {
                return [error instanceof McpToolError, error.name, error.code, error.server, error.tool, error.message, error.content];
            }
        };
        const many = await Promise.all(Array.from({ length: 64 }, (_, n) => callMCPTool('mcp__fake__echo', { text: `${n}` })));
        export default [
            await told(() => callMCPTool('mcp__demo__get_note', { id: 7 })),
            await told(() => callMCPToolRaw('mcp__demo__fail', { message: 'raw' })),
            await told(() => callMCPTool('mcp__demo__fail', { message: 'no' })),
            await told(() => callMCPTool('mcp__demo__get_note', { id: 'seven' })),
            await told(() => callMCPTool('mcp__demo__no_such_tool')),
            await told(() => callMCPTool('mcp__demo__get_note', [] as any)),
            await told(() => callMCPTool(5 as any)),
            await told(() => callMCPTool('mcp__fake__echo', { text: 'x'.repeat(17 << 20) })),
            await told(() => listResources('demo')),
            await told(() => readResource('demo', 5 as any)),
            await told(() => listPrompts('demo')),
            (await searchTools('list notes', 2)).map((hit: any) => hit.name),
            (await discoverMCPTools({ server: 'demo' })).length,
            (await getToolSchema('mcp__demo__get_note')).name,
            (await callMCPTool('mcp__fake__echo', { text: 'é'.repeat(100_000) })).length,
            many.join(),
        ];
    "#;
    let arguments = json!({ "allowedTools": ["mcp__*"] });
    let here = execute(&mut server, code, arguments.clone());
    let there = server.execute(json!({ "code": code, "allowedTools": ["mcp__*"] }));
    assert_eq!(here.error, None, "{:?}", here.error);
    assert_eq!(here.result, there.result);
    assert_eq!(here.tool_calls_made, there.tool_calls_made);
    let failed = execute(
        &mut server,
        "\nawait callMCPTool('mcp__demo__fail', { message: 'nobody is listening' });",
        arguments,
    );
    let error = error_of(&failed);
    assert_eq!(error.kind, "McpToolError");
    assert!(error.message.contains("nobody is listening"), "{}", error.message);
    assert!(
        error.stack.as_deref().unwrap_or_default().contains("program.ts:2:"),
        "{:?}",
        error.stack
    );
}

#[test]
fn tools_are_imported_by_every_name_that_a_program_may_write() {
    let Some((_workspace, mut server)) = behind() else { return };
    let arguments = json!({ "allowedTools": ["mcp__*"] });
    let code = r#"
        import { get_note } from './servers/demo/get_note.js';
        import alone from '/workspace/servers/demo/get_note.ts';
        import * as demo from './servers/demo/index.js';
        import all, { list_notes } from 'servers/demo';
        import { listServers, listTools, searchTools } from './servers/discovery.js';
        const { module, function: name } = (await searchTools('echo', { server: 'fake', limit: 1 }))[0];
        const { [name]: found } = await import(module);
        const literal = await import('./servers/fake');
        const folder = 'demo';
        const whole = await import(`./servers/${folder}/index.js`);
        const { title } = await get_note({ id: 7 });
        export default [
            title, alone === get_note, demo.get_note === get_note, all.list_notes === list_notes, literal.echo === found,
            whole.default.get_note === get_note, await found({ text: 'found' }), (await listServers()).includes('demo'),
            (await listTools('demo')).length,
        ];
    "#;
    let here = execute(&mut server, code, arguments.clone());
    let there = server.execute(json!({ "code": code, "allowedTools": ["mcp__*"] }));
    assert_eq!(here.error, None, "{:?}", here.error);
    assert_eq!(here.result, there.result);

    for code in [
        "import { nothing } from './servers/demo/nothing.js'; nothing();",
        "import { nothing } from './servers/demo/get_note.js'; nothing();",
        "import { nothing } from './servers/demo'; nothing();",
        "import { get_note } from './servers/dem/get_note.js'; get_note();",
        "await import('./servers/dem/index.js');",
    ] {
        let here = execute(&mut server, code, arguments.clone());
        let there = server.execute(json!({ "code": code, "allowedTools": ["mcp__*"] }));
        let (here, there) = (error_of(&here), error_of(&there));
        assert_eq!(here.kind, "McpToolError", "{code}");
        // There the place is behind it.
        assert!(there.message.starts_with(&here.message), "{}", here.message);
    }
    let outcome = execute(
        &mut server,
        "const parts = ['.', 'servers', 'demo', 'get_note.js'];\nawait import(parts.join('/'));",
        arguments,
    );
    assert!(error_of(&outcome).message.contains("write it out"), "{outcome:?}");
}

#[test]
fn a_program_that_puts_its_own_in_the_place_of_what_it_found_breaks_only_itself() {
    let Some((_workspace, mut server)) = behind() else { return };
    let code = r#"
        const call = callMCPTool;
        JSON.parse = () => 'mine';
        Uint8Array.prototype.fill = () => { throw new Error('no'); };
        (globalThis as any).TextEncoder = undefined;
        Deno.stdout.writeSync = () => 0;
        Deno.memoryUsage = () => { throw new Error('no'); };
        console.log(await call('mcp__fake__echo', { text: 'still' }));
        export default 1;
    "#;
    let outcome = execute(&mut server, code, json!({ "allowedTools": ["mcp__fake__*"] }));
    assert_eq!(output_of(&outcome), "still\n");
    assert_eq!(outcome.result, Some(json!(1)));
}
