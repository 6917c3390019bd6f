//! Tools as functions: what they answer, what may be called, and how a call fails.

use serde_json::json;

use super::{Case, case};

const FAKE: &[&str] = &["mcp__fake__*"];
const DEMO: &[&str] = &["mcp__demo__*"];
const ECHO: &str = "mcp__fake__echo";

/// The cases.
pub fn cases() -> Vec<Case> {
    let mut all = answers();
    all.extend(many());
    all.extend(refused());
    all.extend(failed());
    all.extend(found());
    all
}

fn answers() -> Vec<Case> {
    vec![
        case(
            "a tool that answers text gives text",
            "await callMCPTool('mcp__fake__echo', { text: 'zwölf 😀\\n' })",
            "call_mcp_tool('mcp__fake__echo', {'text': 'zwölf 😀\\n'})",
        )
        .may_call(&[ECHO])
        .gives(json!("zwölf 😀\n"))
        .calls(&[(ECHO, 1, 0)]),
        case(
            "text that looks like JSON stays text",
            "await callMCPTool('mcp__fake__echo', { text: '{\"a\": 1}' })",
            "call_mcp_tool('mcp__fake__echo', {'text': '{\"a\": 1}'})",
        )
        .may_call(&[ECHO])
        .gives(json!("{\"a\": 1}"))
        .calls(&[(ECHO, 1, 0)]),
        case(
            "a tool that answers a structure gives it",
            "const { notes, total } = await callMCPTool('mcp__demo__list_notes', { limit: 2 });\n[notes.length, notes[0].id, total >= 200]",
            "answer = await call_mcp_tool('mcp__demo__list_notes', {'limit': 2})\n[len(answer['notes']), answer['notes'][0]['id'], answer['total'] >= 200]",
        )
        .may_call(DEMO)
        .gives(json!([2, 1, true]))
        .calls(&[("mcp__demo__list_notes", 1, 0)]),
        case(
            "arguments may be left out",
            "(await callMCPTool('mcp__demo__list_notes')).notes.length",
            "len(call_mcp_tool('mcp__demo__list_notes')['notes'])",
        )
        .may_call(DEMO)
        .gives(json!(50))
        .calls(&[("mcp__demo__list_notes", 1, 0)]),
        case(
            "the whole result can be had",
            "const { isError, content } = await callMCPToolRaw('mcp__demo__fail', { message: 'on purpose' });\n[isError, content[0].text.includes('on purpose')]",
            "whole = call_mcp_tool_raw('mcp__demo__fail', {'message': 'on purpose'})\n[whole['isError'], 'on purpose' in whole['content'][0]['text']]",
        )
        .may_call(DEMO)
        .gives(json!([true, true]))
        .calls(&[("mcp__demo__fail", 1, 0)]),
        case(
            "five megabytes come down to a line",
            "const text: string = await callMCPTool('mcp__fake__big', { megabytes: 5 });\nconsole.log(text.split('\\n').find((line) => line.startsWith('needle')));\ntext.length > 5_000_000",
            "text = call_mcp_tool('mcp__fake__big', {'megabytes': 5})\nprint(next(line for line in text.split('\\n') if line.startswith('needle')))\nlen(text) > 5_000_000",
        )
        .may_call(FAKE)
        .prints("needle: found it\n")
        .gives(json!(true))
        .calls(&[("mcp__fake__big", 1, 0)]),
        case(
            "our own health can be asked",
            "(await callMCPTool('mcp__code-executor__health', {})).healthy",
            "call_mcp_tool('mcp__code-executor__health', {})['healthy']",
        )
        .may_call(&["mcp__code-executor__health"])
        .gives(json!(true))
        .calls(&[("mcp__code-executor__health", 1, 0)]),
        case(
            "output and calls keep their order",
            "console.log('before');\nconsole.log(await callMCPTool('mcp__fake__echo', { text: 'between' }));\nconsole.log('after');",
            "print('before')\nprint(call_mcp_tool('mcp__fake__echo', {'text': 'between'}))\nprint('after')",
        )
        .may_call(FAKE)
        .prints("before\nbetween\nafter\n")
        .calls(&[(ECHO, 1, 0)]),
    ]
}

fn many() -> Vec<Case> {
    vec![
        case(
            "two hundred calls at once are answered in order",
            "const ids = Array.from({ length: 200 }, (_, n) => n + 1);\nconst notes = await Promise.all(ids.map((id) => callMCPTool('mcp__demo__get_note', { id })));\nnotes.every((note, n) => note.id === n + 1)",
            "import asyncio\nnotes = await asyncio.gather(*(call_mcp_tool_async('mcp__demo__get_note', {'id': n + 1}) for n in range(200)))\nall(note['id'] == n + 1 for n, note in enumerate(notes))",
        )
        .may_call(DEMO)
        .gives(json!(true))
        .calls(&[("mcp__demo__get_note", 200, 0)]),
        case(
            "calls at once do not wait for each other",
            "const began = performance.now();\nawait Promise.all([1, 2, 3, 4, 5].map(() => callMCPTool('mcp__demo__slow', { ms: 700 })));\nperformance.now() - began < 2500",
            "import asyncio, time\nbegan = time.monotonic()\nawait asyncio.gather(*(call_mcp_tool_async('mcp__demo__slow', {'ms': 700}) for _ in range(5)))\ntime.monotonic() - began < 2.5",
        )
        .may_call(DEMO)
        .gives(json!(true))
        .calls(&[("mcp__demo__slow", 5, 0)]),
        case(
            "the program goes on while a call is under way",
            "const call = callMCPTool('mcp__demo__slow', { ms: 100 });\nconsole.log('meanwhile');\nawait call;\nconsole.log('answered');",
            "import asyncio\ncall = asyncio.get_running_loop().create_task(call_mcp_tool_async('mcp__demo__slow', {'ms': 100}))\nawait asyncio.sleep(0)\nprint('meanwhile')\nawait call\nprint('answered')",
        )
        .may_call(DEMO)
        .prints("meanwhile\nanswered\n")
        .calls(&[("mcp__demo__slow", 1, 0)]),
    ]
}

fn refused() -> Vec<Case> {
    vec![
        case(
            "nothing may be called unless it is said",
            "await callMCPTool('mcp__fake__echo', { text: 'no' });",
            "call_mcp_tool('mcp__fake__echo', {'text': 'no'})",
        )
        .fails("McpToolError", &["mcp__fake__echo", "allowedTools"])
        .at_lines(&[1])
        .calls(&[(ECHO, 1, 1)]),
        case(
            "what may not be called is told with what may",
            "let told: McpToolError;\ntry { await callMCPTool('mcp__fake__ecko', {}); } catch (error) { told = error as McpToolError; }\n[told!.code, told!.message.includes('mcp__fake__echo')]",
            "try:\n    call_mcp_tool('mcp__fake__ecko', {})\nexcept McpToolError as error:\n    told = error\n[told.code, 'mcp__fake__echo' in str(told)]",
        )
        .may_call(&["mcp__fake__echo", "mcp__fake__slow"])
        .gives(json!(["tool_not_allowed", true]))
        .calls(&[("mcp__fake__ecko", 1, 1)]),
        case(
            "an unknown tool is answered with the nearest",
            "let told: McpToolError;\ntry { await callMCPTool('mcp__fake__eco', {}); } catch (error) { told = error as McpToolError; }\n[told!.code, told!.message.includes('mcp__fake__echo')]",
            "try:\n    call_mcp_tool('mcp__fake__eco', {})\nexcept McpToolError as error:\n    told = error\n[told.code, 'mcp__fake__echo' in str(told)]",
        )
        .may_call(FAKE)
        .gives(json!(["tool_not_found", true]))
        .calls(&[("mcp__fake__eco", 1, 1)]),
        case(
            "arguments are checked before the call",
            "const tried: string[] = [];\nfor (const args of [{}, { text: 5 }, { text: 'a', txet: 'b' }]) {\n  try { await callMCPTool('mcp__fake__echo', args); tried.push('called'); }\n  catch (error) { tried.push((error as McpToolError).code); }\n}\ntried",
            "tried = []\nfor args in [{}, {'text': 5}, {'text': 'a', 'txet': 'b'}]:\n    try:\n        call_mcp_tool('mcp__fake__echo', args)\n        tried.append('called')\n    except McpToolError as error:\n        tried.append(error.code)\ntried",
        )
        .may_call(FAKE)
        .gives(json!(["invalid_arguments", "invalid_arguments", "invalid_arguments"]))
        .calls(&[(ECHO, 3, 3)]),
        case(
            "a refusal of arguments names the function that helps",
            "let told = '';\ntry { await callMCPTool('mcp__fake__echo', { txet: 'b' }); } catch (error) { told = (error as Error).message; }\n[told.includes('\"text\"'), told.includes('getToolSchema(\"mcp__fake__echo\")')]",
            "try:\n    call_mcp_tool('mcp__fake__echo', {'txet': 'b'})\nexcept McpToolError as error:\n    told = str(error)\n['\"text\"' in told, 'get_tool_schema(\"mcp__fake__echo\")' in told]",
        )
        .may_call(FAKE)
        .gives(json!([true, true]))
        .calls(&[(ECHO, 1, 1)]),
        case(
            "a name that is no text is an error of the program",
            "await callMCPTool(5 as any, {});",
            "call_mcp_tool(5, {})",
        )
        .may_call(FAKE)
        .fails("TypeError", &["needs a tool name such as 'mcp__server__tool'"]),
        case(
            "arguments that are a list are an error of the program",
            "await callMCPTool('mcp__fake__echo', ['x'] as any);",
            "call_mcp_tool('mcp__fake__echo', ['x'])",
        )
        .may_call(FAKE)
        .fails("TypeError", &["('mcp__fake__echo', ...) needs", "of arguments"]),
    ]
}

fn failed() -> Vec<Case> {
    vec![
        case(
            "a tool's error can be caught and has everything about it",
            "try {\n  await callMCPTool('mcp__demo__fail', { message: 'out of paper' });\n} catch (error) {\n  const e = error as McpToolError;\n  console.log(e instanceof McpToolError, e instanceof Error);\n  console.log(e.code, e.server, e.tool, e.message.includes('out of paper'), e.content.length);\n}\n'recovered'",
            "try:\n    call_mcp_tool('mcp__demo__fail', {'message': 'out of paper'})\nexcept McpToolError as e:\n    print(str(isinstance(e, McpToolError)).lower(), str(isinstance(e, Exception)).lower())\n    print(e.code, e.server, e.tool, str('out of paper' in e.message).lower(), len(e.content))\n'recovered'",
        )
        .may_call(DEMO)
        .prints("true true\ntool_error demo mcp__demo__fail true 1\n")
        .gives(json!("recovered"))
        .calls(&[("mcp__demo__fail", 1, 1)]),
        case(
            "a tool's error that nobody catches ends the program",
            "async function print() {\n  return callMCPTool('mcp__demo__fail', { message: 'out of paper' });\n}\nawait print();",
            "def print_it():\n    return call_mcp_tool('mcp__demo__fail', {'message': 'out of paper'})\n\nprint_it()",
        )
        .may_call(DEMO)
        .fails("McpToolError", &["out of paper"])
        .at_lines(&[2, 4])
        .calls(&[("mcp__demo__fail", 1, 1)]),
        case(
            "a server that dies is an error that can be caught",
            "let code = '';\ntry { await callMCPTool('mcp__fake__die', {}); } catch (error) { code = (error as McpToolError).code; }\ncode",
            "try:\n    call_mcp_tool('mcp__fake__die', {})\nexcept McpToolError as error:\n    code = error.code\ncode",
        )
        .may_call(FAKE)
        .gives(json!("upstream_unavailable"))
        .calls(&[("mcp__fake__die", 1, 1)]),
    ]
}

fn found() -> Vec<Case> {
    vec![
        case(
            "every tool can be listed, and says whether it may be called",
            "const all = await discoverMCPTools({ server: 'fake' });\n({\n  names: all.map((tool) => tool.name).sort(),\n  callable: all.filter((tool) => tool.callable).map((tool) => tool.name),\n})",
            "all_tools = discover_mcp_tools(server='fake')\n{\n    'names': sorted(tool['name'] for tool in all_tools),\n    'callable': [tool['name'] for tool in all_tools if tool['callable']],\n}",
        )
        .may_call(&[ECHO])
        .gives(json!({
            "names": ["mcp__fake__big", "mcp__fake__die", "mcp__fake__echo", "mcp__fake__pid", "mcp__fake__slow"],
            "callable": ["mcp__fake__echo"],
        })),
        case(
            "tools are found by what they do, best first",
            "const found = await searchTools('answers the text', 3);\n[found[0].name, found.length <= 3, found[0].signature.includes('echo'), found[0].callable]",
            "found = search_tools('answers the text', 3)\n[found[0]['name'], len(found) <= 3, 'echo' in found[0]['signature'], found[0]['callable']]",
        )
        .gives(json!(["mcp__fake__echo", true, true, false])),
        case(
            "everything about a tool can be asked",
            "const schema = await getToolSchema('mcp__fake__echo');\n[schema.inputSchema.required, schema.declaration.includes('text'), await getToolSchema('mcp__fake__nothing')]",
            "schema = await get_tool_schema('mcp__fake__echo')\n[schema['inputSchema']['required'], 'text' in schema['declaration'], get_tool_schema('mcp__fake__nothing')]",
        )
        .gives(json!([["text"], true, null])),
        case(
            "a question that is no text is an error of the program",
            "await searchTools(5 as any);",
            "search_tools(5)",
        )
        .fails("TypeError", &["needs a string"]),
    ]
}
