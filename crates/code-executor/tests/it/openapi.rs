//! An HTTP API as a server, from `.mcp.json` to a program that calls it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use testkit::{DEFAULT_WAIT, Workspace, run_with_input};

use crate::support::workspace;

/// An API that answers what it was asked, until this goes.
struct Api(Child, u16);

impl Api {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../upstream/src/tests/rest_api.py");
        let mut command = Command::new("python3");
        command.args(["-I", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("python3 runs");
        let mut line = String::new();
        let said = child.stdout.take().expect("it is piped");
        BufReader::new(said).read_line(&mut line).expect("it says its port");
        Self(child, line.trim().parse().expect("a port"))
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const DOCUMENT: &str = r"
openapi: 3.0.3
info: {title: Items, version: '1'}
servers: [{url: https://api.example.com/v1}]
paths:
  /items/{id}:
    get:
      operationId: getItem
      summary: Get an item
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
      responses:
        '200':
          description: The item
          content:
            application/json:
              schema: {type: object, required: [path], properties: {path: {type: string}, key: {type: boolean}}}
  /items:
    post:
      operationId: addItem
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}
      responses: {'200': {description: Added}}
  /fail:
    get:
      operationId: fail
      parameters: [{name: status, in: query, schema: {type: integer}}]
      responses: {'200': {description: Never}}
  /secret:
    get: {operationId: getSecret, responses: {}}
";

fn with_api(api: &Api) -> Workspace {
    let workspace = workspace().with_server(
        "items",
        json!({
            "openapi": "./items.yaml",
            "baseUrl": format!("http://127.0.0.1:{}/v1", api.1),
            "headers": {"X-Api-Key": "env:ITEMS_KEY"},
            "operations": {"exclude": ["getSecret"]},
        }),
    );
    // Beside the file that names it.
    let beside = workspace.servers_path().with_file_name("items.yaml");
    std::fs::write(beside, DOCUMENT).expect("a document can be written");
    workspace
}

fn exec(workspace: &Workspace, program: &str) -> testkit::Finished {
    let arguments = ["exec", "-", "--allow", "mcp__items__*"];
    let mut command = workspace.command(&arguments);
    command.env("ITEMS_KEY", "hush");
    run_with_input(command, program.as_bytes(), DEFAULT_WAIT)
}

#[test]
fn a_program_calls_an_api_that_speaks_no_mcp() {
    let api = Api::start();
    let finished = exec(
        &with_api(&api),
        r"
        const item = await callMCPTool('mcp__items__getItem', { id: 'a/b', tags: ['x', 'y'] });
        console.log(item.path, item.key, JSON.stringify(item.query));
        const added = await callMCPTool('mcp__items__addItem', { body: { name: 'n' } });
        console.log(added.method, added.body);
        for (const wrong of [{ body: {} }, { boddy: { name: 'n' } }]) {
            try { await callMCPTool('mcp__items__addItem', wrong); }
            catch (error) { console.log(String(error.message).split('\n')[0].length > 0); }
        }
        try { await callMCPTool('mcp__items__fail', { status: 418 }); }
        catch (error) { console.log(error.name, error.message.includes('418'), error.message.includes('because')); }
        const found = await searchTools('get an item');
        console.log(found[0].name, found.some((tool) => tool.name.includes('ecret')));
        console.log((await getToolSchema('mcp__items__getItem')).declaration.includes('path: string'));
        ",
    )
    .expect_success();
    let expected = "/v1/items/a%2Fb true [[\"tags\",\"x\"],[\"tags\",\"y\"]]\n\
                    POST {\"name\":\"n\"}\n\
                    true\ntrue\n\
                    McpToolError true true\n\
                    mcp__items__getItem false\n\
                    true\n";
    assert_eq!(finished.stdout, expected, "{}", finished.stderr);
    assert!(!finished.stderr.contains("hush"), "{}", finished.stderr);
}

#[test]
fn a_document_that_cannot_be_used_is_the_servers_error() {
    let api = Api::start();
    let workspace = with_api(&api);
    let document = workspace.servers_path().with_file_name("items.yaml");
    std::fs::write(document, "swagger: '2.0'\n").unwrap();
    let finished = exec(&workspace, "await callMCPTool('mcp__items__getItem', { id: '1' })");
    let said = format!("{}{}", finished.stdout, finished.stderr);
    assert_ne!(finished.code(), Some(0));
    assert!(said.contains("items") && said.contains("swagger2openapi"), "{said}");
}

#[test]
fn no_program_may_write_the_document_that_describes_its_tools() {
    let api = Api::start();
    let workspace = with_api(&api);
    let directory = workspace.servers_path().parent().unwrap().join("apis");
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(directory.join("items.yaml"), DOCUMENT).unwrap();
    let workspace = workspace
        .with_server("items", json!({"openapi": directory.join("items.yaml")}))
        .with_security("allowWrite", json!([directory]));
    let finished = exec(&workspace, "1");
    assert_eq!(finished.code(), Some(64), "{}", finished.stderr);
    assert!(finished.stderr.contains("describes tools"), "{}", finished.stderr);
}
