//! Packages of npm and JSR for programs in Deno: where they come from, what a program may have, what is
//! said when it may not or they do not come, and that no credential is where a package is.

use std::fs;

use serde_json::{Value, json};
use testkit::{
    DEFAULT_WAIT, Era, Fixtures, JsrPackage, McpProcess, NpmPackage, NpmRegistry, Workspace,
    wait_until,
};
use types::ExecutionOutcome;

use crate::support::{output_of, workspace};

/// Longer than packages take on a busy machine.
const ENOUGH_MS: u64 = 60_000;

/// A workspace whose programs may import packages, by these settings and from this registry.
fn with_packages(registry: &NpmRegistry, packages: Value) -> Workspace {
    let deno = Fixtures::locate().deno();
    assert!(deno.exists(), "{} is missing: run `cargo xtask test`", deno.display());
    let typescript = json!({ "denoPath": deno, "deno": { "packages": packages } });
    let workspace = workspace().with_setting("executors", json!({ "typescript": typescript }));
    workspace.write("home/.npmrc", registry.npmrc());
    workspace
}

fn serve(workspace: &Workspace, jsr: &str) -> McpProcess {
    let mut command = workspace.command(&[]);
    command.env("JSR_URL", jsr);
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    server
}

fn execute(server: &mut McpProcess, code: &str) -> ExecutionOutcome {
    server.execute(json!({ "code": code, "runtime": "deno", "timeoutMs": ENOUGH_MS }))
}

/// What a program is refused with: the code and the words.
#[track_caller]
fn refused(server: &mut McpProcess, code: &str) -> (String, String) {
    let arguments = json!({ "code": code, "runtime": "deno" });
    let answer = server.call_tool("executeTypescript", arguments);
    assert_eq!(answer["isError"], true, "not refused: {answer}");
    let error = &answer["structuredContent"]["error"];
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (text("type"), text("message"))
}

/// Refused by the first program of a server of its own.
#[track_caller]
fn refused_with(registry: &NpmRegistry, packages: Value, code: &str) -> (String, String) {
    let workspace = with_packages(registry, packages);
    refused(&mut serve(&workspace, &registry.jsr()), code)
}

/// Small packages of every kind.
fn packages() -> Vec<NpmPackage> {
    let mut many = NpmPackage::new("many", "1.0.0", "export default 1;");
    for number in 0..120 {
        many = many.with_file(&format!("lib/{number}.js"), "export {};");
    }
    vec![
        NpmPackage::common("beta", "1.0.0", "module.exports = { word: 'old' };"),
        NpmPackage::common("beta", "1.4.2", "module.exports = { word: 'beta' };")
            .with("scripts", json!({ "postinstall": "touch /tmp/it-ran" }))
            .with("hasInstallScript", json!(true)),
        NpmPackage::new(
            "@team/alpha",
            "2.0.0",
            "import b from 'beta'; export const word = b.word;",
        )
        .with("dependencies", json!({ "beta": "^1.0.0" }))
        .with("exports", json!({ ".": "./index.js", "./more": "./lib/more.js" }))
        .with_file("lib/more.js", "export default 'more';"),
        NpmPackage::new("changed", "1.0.0", "export default 1;").changed_since(),
        NpmPackage::new("large", "1.0.0", "export default 1;").with_file("x", vec![0; 3 << 20]),
        many,
    ]
}

/// Real packages, as they are published.
fn real_packages() -> Vec<NpmPackage> {
    let modules = Fixtures::locate().node_modules();
    ["eventsource-parser", "mime-db", "mime-types", "ms"]
        .iter()
        .map(|name| NpmPackage::installed(&modules.join(name)))
        .collect()
}

const GAMMA: JsrPackage<'static> = (
    "@team/gamma",
    "1.2.0",
    &[
        (
            "mod.ts",
            "import b from 'npm:beta@1';\nexport { n } from './n.ts';\nexport const w: string = b.word;",
        ),
        ("n.ts", "export const n: number = 3;"),
    ],
);

const OLD_GAMMA: JsrPackage<'static> =
    ("@team/gamma", "1.0.0", &[("mod.ts", "export const w: string = 'old';")]);

fn registry() -> NpmRegistry {
    NpmRegistry::start(&packages(), &[OLD_GAMMA, GAMMA])
}

#[test]
fn every_kind_of_package_is_imported_and_needs_no_registry_the_next_time() {
    let registry = NpmRegistry::start(&[packages(), real_packages()].concat(), &[GAMMA]);
    let workspace = with_packages(&registry, json!({ "mode": "any" }));
    let code = r#"
import { word } from "npm:@team/alpha@^2";
import more from "npm:@team/alpha@2/more";
import beta from "npm:beta";
import { w, n } from "jsr:@team/gamma@1";
import mime from "npm:mime-types";
import ms, { type StringValue } from "npm:ms@2";
import { createParser } from "npm:eventsource-parser";
const told: string[] = [];
createParser({ onEvent: (event: { data: string }) => told.push(event.data) }).feed("data: x\n\n");
const name = "npm:@team/alpha";
const { word: again } = await import(name);
console.log(word, more, beta.word, w, n, mime.lookup("a.html"), ms("1s"), told[0], again);
"#;
    let expected = "beta more beta beta 3 text/html 1000 x beta\n";
    let mut server = serve(&workspace, &registry.jsr());
    assert_eq!(output_of(&execute(&mut server, code)), expected);
    let asked = registry.requests();
    assert!(asked.iter().all(|path| !path.starts_with("refused /npm")), "{asked:?}");
    assert!(asked.iter().any(|path| path == "/files/beta-1.4.2.tgz"), "{asked:?}");

    let jsr = registry.jsr();
    drop(registry);
    assert_eq!(output_of(&execute(&mut server, code)), expected);
    drop(server);
    // Another process finds it as well.
    let mut server = serve(&workspace, &jsr);
    assert_eq!(output_of(&execute(&mut server, code)), expected);
}

#[test]
fn ranges_of_one_package_are_resolved_together() {
    let registry = registry();
    let workspace = with_packages(&registry, json!({ "mode": "any" }));
    let mut server = serve(&workspace, &registry.jsr());
    // One that fits both is installed, and the program finds it whichever it imports first.
    let code = "import beta from 'npm:beta@^1'; import { word } from 'npm:@team/alpha';\n\
                const exact = 'npm:beta@1.0.0';\n\
                console.log(beta.word, word, (await import(exact)).default.word);";
    assert_eq!(output_of(&execute(&mut server, code)), "old old old\n");
    let code = "import { w } from 'jsr:@team/gamma@^1'; const exact = 'jsr:@team/gamma@1.0.0';\n\
                console.log(w, (await import(exact)).w);";
    assert_eq!(output_of(&execute(&mut server, code)), "old old\n");
    let code = "import { w, n } from 'jsr:@team/gamma'; console.log(w, n);";
    assert_eq!(output_of(&execute(&mut server, code)), "beta 3\n");
}

#[test]
fn credentials_stay_with_the_host() {
    let registry = registry();
    let workspace = with_packages(&registry, json!({ "mode": "any" }));
    let mut server = serve(&workspace, &registry.jsr());
    let code = r#"
import { word } from "npm:@team/alpha";
const texts = [JSON.stringify(Deno.env.toObject())];
const look = (folder: string) => {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) look(path);
    else texts.push(path + Deno.readTextFileSync(path));
  }
};
look("/deno");
console.log(word, texts.join("\n"));
"#;
    let outcome = execute(&mut server, code);
    let seen = output_of(&outcome);
    assert!(seen.starts_with("beta ") && seen.contains("/deno/npm"), "{seen}");
    assert!(seen.contains("127.0.0.1:4873"), "{seen}");
    let real = registry.npm().replace("http://", "").replace("/npm/", "");
    assert!(!seen.contains(registry.token()) && !seen.contains(&real), "{seen}");
    assert!(!server.stderr().contains(registry.token()), "{}", server.stderr());
    let audit = fs::read_to_string(workspace.audit_path()).unwrap_or_default();
    assert!(!audit.contains(registry.token()), "{audit}");
}

#[test]
fn the_workspace_names_no_registry() {
    let (registry, other) = (registry(), registry());
    let workspace = with_packages(&registry, json!({ "mode": "any" }));
    fs::write(workspace.project().join(".npmrc"), other.npmrc()).expect("written");
    let config = json!({ "imports": { "beta": "npm:evil" } }).to_string();
    fs::write(workspace.project().join("deno.json"), config).expect("written");
    let mut server = serve(&workspace, &registry.jsr());
    let outcome = execute(&mut server, "import b from 'npm:beta'; console.log(b.word);");
    assert_eq!(output_of(&outcome), "beta\n");
    assert!(other.requests().is_empty(), "{:?}", other.requests());
}

#[test]
fn what_the_operator_does_not_allow_is_refused_and_nothing_is_asked() {
    let registry = registry();
    let code = "import { word } from 'npm:@team/alpha@2'; import 'jsr:@team/gamma';";
    let (kind, words) = refused_with(&registry, json!({}), code);
    assert_eq!(kind, "dependency_refused");
    assert!(words.contains("executors.typescript.deno.packages.mode"), "{words}");
    assert!(words.contains("@team/alpha, jsr:@team/gamma"), "{words}");

    let list = json!({ "mode": "allowlist", "allow": ["@team/*"] });
    let (kind, words) = refused_with(&registry, list.clone(), code);
    assert_eq!(kind, "dependency_refused");
    assert!(words.contains("jsr:@team/gamma") && !words.contains("alpha"), "{words}");
    assert!(registry.requests().is_empty(), "{:?}", registry.requests());

    // What an allowed one depends on needs no entry, and what is only mentioned is no import.
    let workspace = with_packages(&registry, list);
    let code = "import { word } from 'npm:@team/alpha'; console.log(word, 'npm:zod');";
    assert_eq!(
        output_of(&execute(&mut serve(&workspace, &registry.jsr()), code)),
        "beta npm:zod\n"
    );
}

#[test]
fn what_a_registry_does_not_give_is_told_in_words() {
    let registry = registry();
    let workspace = with_packages(&registry, json!({ "mode": "any" }));
    let mut server = serve(&workspace, &registry.jsr());
    let place = registry.npm().trim_end_matches('/').to_owned();
    for (code, says) in [
        ("import 'npm:nosuch'", format!("`nosuch` does not exist in {place}")),
        ("import 'npm:beta@^9'", "matching '^9'".to_owned()),
        ("import 'npm:changed'", "changed".to_owned()),
        ("import 'jsr:@team/gamma@9'", "gamma".to_owned()),
    ] {
        let (kind, words) = refused(&mut server, code);
        assert_eq!(kind, "dependency_failed", "{words}");
        assert!(words.contains(&says), "{code}: {words}");
        assert!(!words.contains("4873"), "{code}: {words}");
    }
    let (kind, words) = refused(&mut server, "import 'npm:beta@https://evil.example/x.tgz'");
    assert_eq!(kind, "invalid_request", "{words}");

    workspace.write("home/.npmrc", registry.npmrc_with("wr0ngT0ken"));
    let (kind, words) = refused(&mut server, "import 'npm:large'");
    assert_eq!(kind, "dependency_failed", "{words}");
    assert!(words.contains(&place) && words.contains("401"), "{words}");
    assert!(!words.contains("wr0ng") && !words.contains("s3cret"), "{words}");

    workspace.write("home/.npmrc", registry.npmrc());
    registry.answer_with(503);
    let (_, words) = refused(&mut server, "import 'npm:large'");
    assert!(words.contains(&place) && words.contains("HTTP 503"), "{words}");
    drop(registry);
    let (_, words) = refused(&mut server, "import 'npm:large'");
    assert!(words.contains("cannot be reached"), "{words}");
    // None of it is anything to a program that imports nothing.
    assert_eq!(output_of(&execute(&mut server, "console.log(1)")), "1\n");
}

#[test]
fn packages_files_bytes_and_time_are_bounded() {
    let registry = registry();
    let with = |key: &str, value: u64| {
        let mut packages = json!({ "mode": "any" });
        packages[key] = json!(value);
        packages
    };
    let alpha = "import 'npm:@team/alpha'";
    let (kind, words) = refused_with(&registry, with("maxPackages", 1), alpha);
    assert_eq!(kind, "dependency_refused", "{words}");
    assert!(words.contains("more than 1 packages") && words.contains("maxPackages"), "{words}");
    let (kind, words) = refused_with(&registry, with("maxBytes", 1 << 20), "import 'npm:large'");
    assert_eq!(kind, "dependency_refused", "{words}");
    assert!(words.contains("maxBytes"), "{words}");
    let (kind, words) = refused_with(&registry, with("maxFiles", 100), "import 'npm:many'");
    assert_eq!(kind, "dependency_refused", "{words}");
    assert!(words.contains("maxFiles"), "{words}");

    registry.fall_silent();
    let workspace = with_packages(&registry, with("installTimeoutMs", 1000));
    let mut server = serve(&workspace, &registry.jsr());
    let (kind, words) = refused(&mut server, alpha);
    assert_eq!(kind, "dependency_failed", "{words}");
    assert!(words.contains("npm:@team/alpha") && words.contains("installTimeoutMs"), "{words}");
    // Whoever installed is gone, and what it made.
    let staging = workspace.home().join(".cache/code-executor/npm/staging");
    wait_until(DEFAULT_WAIT, "something is left of it", || {
        fs::read_dir(&staging).is_ok_and(|entries| entries.count() == 0)
    });
}

#[test]
fn an_archive_that_leads_elsewhere_and_scripts_do_nothing() {
    let evil = NpmPackage::new("evil", "1.0.0", "export default 'harmless';")
        .with_file("../../../../../../program/packages.js", "throw new Error('replaced')")
        .with(
            "scripts",
            json!({ "preinstall": "touch /tmp/it-ran", "install": "touch /tmp/it-ran" }),
        )
        .with("hasInstallScript", json!(true));
    let registry = NpmRegistry::start(&[evil], &[]);
    let workspace = with_packages(&registry, json!({ "mode": "any" }));
    let mut server = serve(&workspace, &registry.jsr());
    let arguments = json!({
        "code": "import e from 'npm:evil'; console.log(e)", "runtime": "deno", "timeoutMs": ENOUGH_MS,
    });
    let answer = server.call_tool("executeTypescript", arguments);
    // Refused or passed over: as Deno likes it, and nowhere but in its own scratch.
    assert!(
        answer.to_string().contains("dependency_failed") || answer.to_string().contains("harmless")
    );
    assert!(!fs::exists("/tmp/it-ran").unwrap_or(true));
    assert_eq!(output_of(&execute(&mut server, "console.log(1)")), "1\n");
}
