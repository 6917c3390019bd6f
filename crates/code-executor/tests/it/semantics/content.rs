//! Resources and prompts: what they give, who may have them, and that they are calls like any other.

use serde_json::json;

use super::{Case, case};

const ALL: &[&str] = &["mcp__everything__*", "mcp__odd__*"];
const LIST: &str = "mcp__everything__resources/list";
const READ: &str = "mcp__everything__resources/read";
const PROMPTS: &str = "mcp__everything__prompts/list";
const PROMPT: &str = "mcp__everything__prompts/get";

/// The cases.
pub fn cases() -> Vec<Case> {
    vec![
        case(
            "a resource that is one text is that text",
            "const listed = await listResources('everything');\nconst { uri } = listed.find((it) => it.name === 'architecture.md');\nconst text: string = await readResource('everything', uri);\n[text.includes('Everything Server'), listed.some((it) => it.uriTemplate), listed.every((it) => it.server === 'everything')]",
            "listed = list_resources('everything')\nuri = next(it['uri'] for it in listed if it['name'] == 'architecture.md')\ntext = await read_resource('everything', uri)\n['Everything Server' in text, any('uriTemplate' in it for it in listed), all(it['server'] == 'everything' for it in listed)]",
        )
        .may_call(ALL)
        .gives(json!([true, true, true]))
        .calls(&[(LIST, 1, 0), (READ, 1, 0)]),
        case(
            "any other is its contents",
            "const [only] = await readResource('everything', 'demo://resource/dynamic/blob/1');\n[typeof only.blob, atob(only.blob).startsWith('Resource 1')]",
            "import base64\n[only] = read_resource('everything', 'demo://resource/dynamic/blob/1')\n['string' if isinstance(only['blob'], str) else None, base64.b64decode(only['blob']).startswith(b'Resource 1')]",
        )
        .may_call(ALL)
        .gives(json!(["string", true]))
        .calls(&[(READ, 1, 0)]),
        case(
            "a prompt is filled in",
            "const names = (await listPrompts('everything')).map((it) => it.name);\nconst { messages } = await getPrompt('everything', 'args-prompt', { city: 'Lisbon' });\n[names.includes('args-prompt'), messages[0].role, messages[0].content.text.includes('Lisbon')]",
            "names = [it['name'] for it in list_prompts('everything')]\nprompt = get_prompt('everything', 'args-prompt', city='Lisbon')\nfirst = prompt['messages'][0]\n['args-prompt' in names, first['role'], 'Lisbon' in first['content']['text']]",
        )
        .may_call(ALL)
        .gives(json!([true, "user", true]))
        .calls(&[(PROMPTS, 1, 0), (PROMPT, 1, 0)]),
        case(
            "all servers that may be reached are listed, and what they say is made harmless",
            "const all = await listResources();\nconst odd = all.filter((it) => it.server === 'odd');\n[odd, new Set(all.map((it) => it.server)).size]",
            "listed = list_resources()\nodd = [it for it in listed if it['server'] == 'odd']\n[odd, len({it['server'] for it in listed})]",
        )
        .may_call(ALL)
        .gives(json!([[{"server": "odd", "uri": "odd://a", "name": "abcd", "description": "abcd"}], 2]))
        .calls(&[("mcp__*__resources/list", 1, 0)]),
        case(
            "a server's are reached only by who may call all its tools",
            "const tried: string[] = [];\nfor (const ask of [() => readResource('odd', 'odd://a'), () => listResources('odd'), () => getPrompt('odd', 'greet', { who: 'x' }), () => listPrompts()]) {\n  try { await ask(); } catch (error) { tried.push((error as McpToolError).code); }\n}\ntried",
            "tried = []\nfor ask in (lambda: read_resource('odd', 'odd://a'), lambda: list_resources('odd'), lambda: get_prompt('odd', 'greet', who='x'), list_prompts):\n    try:\n        ask()\n    except McpToolError as error:\n        tried.append(error.code)\ntried",
        )
        .may_call(&["mcp__odd__json", "mcp__odd__r*"])
        .gives(json!(["tool_not_allowed", "tool_not_allowed", "tool_not_allowed", "tool_not_allowed"]))
        .calls(&[
            ("mcp__odd__resources/read", 1, 1),
            ("mcp__odd__resources/list", 1, 1),
            ("mcp__odd__prompts/get", 1, 1),
            ("mcp__*__prompts/list", 1, 1),
        ]),
        case(
            "what goes wrong names the server and what was asked for",
            "const told: unknown[] = [];\nfor (const ask of [() => readResource('everything', 'nope://x?key=secret'), () => readResource('everythin', 'a:b'), () => listResources('demo'), () => getPrompt('odd', 'greet', { who: 5 })]) {\n  try { await ask(); } catch (error) { const { code, server, message } = error as McpToolError; told.push([code, server ?? null, message.includes('asked for nope://x'), message.includes('nearest is everything')]); }\n}\ntold",
            "told = []\nfor ask in (lambda: read_resource('everything', 'nope://x?key=secret'), lambda: read_resource('everythin', 'a:b'), lambda: list_resources('demo'), lambda: get_prompt('odd', 'greet', who=5)):\n    try:\n        ask()\n    except McpToolError as error:\n        told.append([error.code, error.server, 'asked for nope://x' in str(error), 'nearest is everything' in str(error)])\ntold",
        )
        .may_call(&["*"])
        .gives(json!([
            ["tool_error", "everything", true, false],
            ["tool_not_found", null, false, true],
            ["tool_not_found", "demo", false, false],
            ["invalid_arguments", null, false, false],
        ]))
        .calls(&[
            (READ, 1, 1),
            ("mcp__everythin__resources/read", 1, 1),
            ("mcp__demo__resources/list", 1, 1),
            ("(unreadable)", 1, 1),
        ]),
        case(
            "a server or a URI that is no text is an error of the program",
            "await readResource('odd', undefined as any);",
            "read_resource('odd', None)",
        )
        .may_call(ALL)
        .fails("TypeError", &["needs a string"]),
    ]
}
