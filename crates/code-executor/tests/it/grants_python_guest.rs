//! What Python programs do with what they were granted: files by the usual functions, and requests by
//! the usual libraries, to a real server on loopback.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fixtures, McpProcess, Workspace, wait_until};
use types::ExecutionOutcome;

use crate::support::workspace;

mod web_server;

use web_server::WebServer;

/// A workspace whose folder `granted` may be written to, and `readable` read.
fn with_folders() -> (Workspace, PathBuf, PathBuf) {
    let workspace = workspace();
    let [granted, readable] = ["granted", "readable"].map(|name| {
        workspace.write(&format!("{name}/here.txt"), "already here");
        fs::canonicalize(workspace.path(name)).expect("it was made")
    });
    let workspace = workspace
        .with_security("allowRead", json!([granted, readable]))
        .with_security("allowWrite", json!([granted]));
    (workspace, granted, readable)
}

fn with_host(server: &WebServer) -> Workspace {
    workspace().with_security("allowNetwork", json!([server.host()]))
}

#[track_caller]
fn run_granted(server: &mut McpProcess, code: &str, permissions: Value) -> ExecutionOutcome {
    let arguments = json!({ "code": code, "permissions": permissions, "timeoutMs": 20_000 });
    server.execute_by("executePython", arguments)
}

#[track_caller]
fn result_of(outcome: &ExecutionOutcome) -> Value {
    assert!(outcome.success, "failed: {:?}\n{}", outcome.error, outcome.output);
    assert_eq!(outcome.result_omitted, None);
    outcome.result.clone().unwrap_or_default()
}

/// The names in a directory, in order.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("it is there").flatten();
    let mut names: Vec<_> =
        entries.filter_map(|each| each.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[test]
fn files_are_changed_by_the_usual_functions() {
    let (workspace, granted, _) = with_folders();
    let mut server = workspace.serve();
    let code = "
import csv, json, os, shutil, tempfile, zipfile
from pathlib import Path
root = Path(ROOT)
seen = (root / 'here.txt').read_text()
(root / 'made/deep').mkdir(parents=True)
(root / 'made/deep/note.txt').write_text('one')
with open(root / 'made/deep/note.txt', 'a') as file: file.write(' two')
with open(root / 'update.bin', 'w+b') as file:
    file.write(b'0123456789'); file.seek(2); file.write(b'__'); file.seek(0); updated = file.read().decode()
with open(root / 'rows.csv', 'w', newline='') as file: csv.writer(file).writerows([[1, 'a'], [2, 'b']])
with open(root / 'data.json', 'w') as file: json.dump({'n': 1}, file)
with zipfile.ZipFile(root / 'all.zip', 'w') as archive: archive.write(root / 'data.json', 'data.json')
with tempfile.TemporaryFile(dir=root) as file: file.write(b'nameless')
with tempfile.NamedTemporaryFile('w', dir=root, delete=False) as file: file.write('temporary')
os.replace(file.name, root / 'renamed.txt')
shutil.copytree(root / 'made', root / 'copied'); shutil.rmtree(root / 'made')
out = os.path.abspath('out.txt'); shutil.copy2(root / 'here.txt', out); shutil.move(out, root / 'moved.txt')
os.utime(root / 'moved.txt', (1, 2)); os.remove(root / 'here.txt')
open(root / 'unclosed.txt', 'w').write('left open'); left = open(root / 'kept.txt', 'w'); left.write('kept')
[seen, updated, zipfile.ZipFile(root / 'all.zip').namelist(), (root / 'copied/deep/note.txt').read_text(),
 os.stat(root / 'moved.txt').st_mtime, sorted(os.listdir(root))]"
        .replace("ROOT", &format!("{granted:?}"));
    let outcome = run_granted(&mut server, &code, json!({ "write": [granted] }));
    let names_inside = [
        "all.zip",
        "copied",
        "data.json",
        "kept.txt",
        "moved.txt",
        "renamed.txt",
        "rows.csv",
        "unclosed.txt",
        "update.bin",
    ];
    let expected =
        json!(["already here", "01__456789", ["data.json"], "one two", 2.0, names_inside]);
    assert_eq!(result_of(&outcome), expected);
    let content = |name: &str| fs::read_to_string(granted.join(name)).expect("it was written");
    assert_eq!(content("rows.csv"), "1,a\r\n2,b\r\n");
    assert_eq!(content("kept.txt"), "kept");
    assert_eq!(content("moved.txt"), "already here");
    assert_eq!(content("renamed.txt"), "temporary");
}

#[test]
fn a_program_may_work_in_a_granted_directory() {
    let (workspace, granted, _) = with_folders();
    fs::write(granted.join("helper.py"), "VALUE = 7\n").expect("it is ours");
    let mut server = workspace.serve();
    let code = "import helper, os\nopen('out.txt', 'w').write('x')\nos.mkdir('folder')\n\
                [helper.VALUE, open('here.txt').read(), os.path.exists('out.txt'), os.getcwd()]";
    let outcome = run_granted(&mut server, code, json!({ "write": [granted], "cwd": granted }));
    assert_eq!(result_of(&outcome), json!([7, "already here", true, granted]));
    assert_eq!(names(&granted), ["folder", "helper.py", "here.txt", "out.txt"]);
}

#[test]
fn what_was_not_granted_fails_as_python_says_it() {
    let (workspace, granted, readable) = with_folders();
    workspace.write("secret/key", "secret");
    symlink(workspace.path("secret"), granted.join("out")).expect("it is ours");
    fs::hard_link(workspace.path("secret/key"), granted.join("linked")).expect("it is ours");
    let mut server = workspace.serve();
    let code = "
import os
told = []
def step(function):
    try: told.append(function())
    except OSError as error: told.append([type(error).__name__, os.path.basename(str(error.filename))])
step(lambda: open(READABLE + '/new', 'w'))
step(lambda: os.remove(READABLE + '/here.txt'))
step(lambda: open(READABLE + '/here.txt').read())
step(lambda: os.mkdir(GRANTED + '/.git'))
step(lambda: open(GRANTED + '/.mcp.json', 'w'))
step(lambda: open(GRANTED + '/out/new', 'w'))
step(lambda: open(GRANTED + '/linked', 'a'))
step(lambda: open(GRANTED + '/../escaped', 'w'))
step(lambda: os.symlink('/etc/passwd', GRANTED + '/link'))
step(lambda: os.rmdir(GRANTED))
step(lambda: open(SECRET).read())
told"
        .replace("READABLE", &format!("{readable:?}"))
        .replace("GRANTED", &format!("{granted:?}"))
        .replace("SECRET", &format!("{:?}", workspace.path("secret/key")));
    let permissions = json!({ "read": [readable], "write": [granted] });
    let outcome = run_granted(&mut server, &code, permissions);
    let told = result_of(&outcome);
    let expected = [
        json!(["OSError", "new"]),
        json!(["OSError", "here.txt"]),
        json!("already here"),
        json!(["PermissionError", ".git"]),
        json!(["PermissionError", ".mcp.json"]),
        json!(["PermissionError", "new"]),
        json!(["PermissionError", "linked"]),
    ];
    assert_eq!(told.as_array().expect("a list")[..expected.len()], expected, "{told}");
    for refused in &told.as_array().expect("a list")[expected.len()..] {
        assert!(refused.is_array(), "something was done that was not granted: {told}");
    }
    assert_eq!(names(&granted), ["here.txt", "linked", "out"]);
    assert_eq!(names(&workspace.path("secret")), ["key"]);
    assert!(!workspace.path("escaped").exists());
}

#[test]
fn the_standard_library_sends_requests() {
    let web = WebServer::start();
    let workspace = with_host(&web);
    let mut server = workspace.serve();
    let code = "
import http.client, json, urllib.request
from urllib.request import Request, urlopen
posted = json.load(urlopen(Request(BASE + '/echo?a=1', data=b'sent', headers={'X-Name': 'value'})))
connection = http.client.HTTPConnection(HOST)
connection.request('HEAD', '/large'); head = connection.getresponse(); head.read()
connection.request('PUT', '/echo', body=iter([b'in ', b'pieces'])); put = json.load(connection.getresponse())
told = [posted['method'], posted['path'], posted['body'], posted['headers']['x-name'], head.headers['content-length'],
        put['body'], urlopen(BASE + '/redirect').url, urlopen(BASE + '/gzip').read().decode(), len(urlopen(BASE + '/large').read())]
for url in (BASE + '/missing', BASE + '/away', 'http://elsewhere.example/', 'http://127.0.0.1:1/'):
    try: urlopen(url)
    except OSError as error: told.append([type(error).__name__, 'EgressDenied' in str(error)])
told";
    let outcome = run_granted(&mut server, &on(&web, code), json!({ "net": [web.host()] }));
    let base = format!("http://{}", web.host());
    let expected = json!([
        "POST",
        "/echo?a=1",
        "sent",
        "value",
        "3000000",
        "in pieces",
        format!("{base}/echo"),
        "hello, compressed world",
        3_000_000,
        ["HTTPError", false],
        ["URLError", true],
        ["URLError", true],
        ["URLError", true],
    ]);
    assert_eq!(result_of(&outcome), expected);
    let statuses: Vec<_> = outcome.requests.iter().map(|request| request.status).collect();
    assert_eq!(statuses[..4], [Some(200), Some(200), Some(200), Some(302)]);
    assert_eq!(outcome.requests.iter().filter(|request| request.error.is_some()).count(), 3);
}

#[test]
fn requests_and_httpx_send_requests() {
    let web = WebServer::start();
    let venv = json!({ "python": { "venv": Fixtures::locate().scientific() } });
    let workspace = with_host(&web).with_setting("executors", venv);
    let mut server = workspace.serve();
    let code = "
import asyncio, httpx, requests
session = requests.Session()
told = [session.post(BASE + '/echo', json={'n': 1}).json()['body'], requests.get(BASE + '/redirect').url,
        requests.get(BASE + '/gzip').text, dict(session.get(BASE + '/cookies').cookies),
        session.get(BASE + '/echo').json()['headers']['cookie'], requests.get(BASE + '/missing').status_code]
try: requests.get('http://elsewhere.example/')
except requests.exceptions.ConnectionError as error: told.append('EgressDenied' in str(error))
with httpx.Client() as client:
    told += [client.get(BASE + '/gzip').text, client.post(BASE + '/echo', content=b'sent').json()['body']]
async with httpx.AsyncClient() as client:
    answers = await asyncio.gather(*(client.get(f'{BASE}/echo?{n}') for n in range(20)))
    told.append([each.json()['path'] for each in answers] == [f'/echo?{n}' for n in range(20)])
    try: await client.get('http://elsewhere.example/')
    except httpx.ConnectError as error: told.append('EgressDenied' in str(error))
told";
    let outcome = run_granted(&mut server, &on(&web, code), json!({ "net": [web.host()] }));
    let base = format!("http://{}", web.host());
    let expected = json!([
        "{\"n\":1}", format!("{base}/echo"), "hello, compressed world", { "a": "1", "b": "2" },
        "a=1; b=2", 404, true, "hello, compressed world", "sent", true, true,
    ]);
    let mut result = result_of(&outcome);
    // A space more or less is the library's affair.
    result[0] = json!(result[0].as_str().unwrap_or_default().replace(' ', ""));
    assert_eq!(result, expected);
}

#[test]
fn a_timeout_of_the_program_ends_the_request() {
    let web = WebServer::start();
    let workspace = with_host(&web);
    let mut server = workspace.serve();
    let code = "
import urllib.request
try: urllib.request.urlopen(BASE + '/silent', timeout=0.3)
except OSError as error: told = str(error)
[told, urllib.request.urlopen(BASE + '/echo').status]";
    let outcome = run_granted(&mut server, &on(&web, code), json!({ "net": [web.host()] }));
    assert_eq!(result_of(&outcome), json!(["timed out", 200]));
    wait_until(DEFAULT_WAIT, "the connection is given up", || web.given_up() == 1);
}

/// The program with the server's address in it.
fn on(web: &WebServer, code: &str) -> String {
    format!("HOST = {0:?}\nBASE = 'http://' + HOST\n{code}", web.host())
}
