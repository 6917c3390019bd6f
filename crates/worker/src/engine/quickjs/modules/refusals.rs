//! Why something cannot be imported, and what does its work instead. Names only; nothing is looked up.

/// What is said of every package that is not known here.
const OTHER_RUNTIMES: &str = "packages need another runtime, such as runtime: \"deno\", if the \
                              operator offers one";

/// Modules of Node that would reach beyond a program's own process: the reason, and what to do.
const REFUSED: &[(&[&str], &str)] = &[
    (
        &["net", "tls", "dgram", "http2", "dns", "dns/promises"],
        "a program has no sockets of its own; use fetch, which reaches the hosts that were granted",
    ),
    (
        &["http", "https"],
        "a program neither listens nor has sockets of its own; use fetch for requests",
    ),
    (
        &["child_process", "cluster"],
        "a program starts no processes; use the tools of MCP servers, or do the work here",
    ),
    (&["worker_threads"], "a program is one thread; await several calls together with Promise.all"),
    (&["vm"], "text is not run in contexts of its own; use functions"),
    (&["v8", "inspector", "inspector/promises", "repl", "trace_events"], "the engine is not V8"),
    (&["sqlite"], "no database is embedded; use the tools of MCP servers, or a Map"),
    (&["test", "test/reporters"], "no tests are run here; compare with node:assert"),
    (&["wasi"], "there is no WebAssembly"),
    (&["sea", "domain", "constants", "punycode", "sys"], "it is not there"),
    (&["tty"], "no terminal is attached; print with console.log"),
];

/// Well-known packages, and what does their work without them.
const PACKAGES: &[(&[&str], &str)] = &[
    (
        &[
            "axios",
            "node-fetch",
            "got",
            "ky",
            "superagent",
            "request",
            "undici",
            "cross-fetch",
            "isomorphic-fetch",
            "needle",
            "request-promise",
            "whatwg-fetch",
        ],
        "use the global fetch",
    ),
    (&["form-data", "formdata-node"], "use the global FormData"),
    (&["abort-controller"], "use the global AbortController"),
    (&["uuid", "nanoid", "cuid", "ulid"], "use crypto.randomUUID()"),
    (
        &["lodash", "lodash-es", "underscore", "ramda", "remeda", "radash", "es-toolkit"],
        "use plain JavaScript: map, filter, reduce, Object.groupBy, Object.entries, toSorted, \
         structuredClone, Set, Map",
    ),
    (
        &[
            "moment",
            "moment-timezone",
            "dayjs",
            "date-fns",
            "date-fns-tz",
            "luxon",
            "@js-temporal/polyfill",
        ],
        "use Date and Intl.DateTimeFormat, which knows time zones",
    ),
    (
        &["dotenv"],
        "there is no environment, and process.env is empty; write settings into the program",
    ),
    (
        &["chalk", "kleur", "picocolors", "colors", "ansi-colors"],
        "use styleText of node:util, or no colors",
    ),
    (
        &["zod", "joi", "yup", "ajv", "io-ts", "valibot"],
        "check values with typeof, Array.isArray and if",
    ),
    (
        &["csv-parse", "csv-stringify", "papaparse", "fast-csv", "csv-parser", "csvtojson"],
        "split lines and fields in plain JavaScript",
    ),
    (
        &["fs-extra", "glob", "fast-glob", "globby", "rimraf", "mkdirp", "graceful-fs"],
        "use node:fs/promises: readdir(path, { recursive: true }), mkdir and rm with recursive, cp",
    ),
    (&["bluebird", "q", "async"], "use Promise and async functions"),
    (
        &["p-limit", "p-map", "p-queue", "p-retry", "async-retry"],
        "write a loop with await, and Promise.all for several at once",
    ),
    (&["eventemitter3", "mitt"], "use EventEmitter of node:events"),
    (
        &["crypto-js", "bcrypt", "bcryptjs", "jsonwebtoken", "jose"],
        "use node:crypto or crypto.subtle",
    ),
    (&["buffer", "safe-buffer"], "use the global Buffer"),
    (&["qs", "query-string"], "use URLSearchParams or node:querystring"),
    (&["url-parse", "whatwg-url"], "use the global URL"),
    (&["pako", "fflate"], "use node:zlib or CompressionStream"),
    (&["readable-stream", "through2"], "use node:stream"),
    (&["yargs", "commander", "minimist"], "a program has no arguments; write them as constants"),
    (
        &[
            "cheerio",
            "jsdom",
            "node-html-parser",
            "puppeteer",
            "playwright",
            "xml2js",
            "fast-xml-parser",
        ],
        "there is no DOM; use the tools of MCP servers, or take what is wanted out of the text with regular expressions",
    ),
    (
        &[
            "pg",
            "mysql",
            "mysql2",
            "mongodb",
            "mongoose",
            "redis",
            "ioredis",
            "sqlite3",
            "better-sqlite3",
            "knex",
            "@prisma/client",
            "@supabase/supabase-js",
        ],
        "a program opens no connections to databases; use the tools of MCP servers",
    ),
    (
        &[
            "openai",
            "@anthropic-ai/sdk",
            "@octokit/rest",
            "octokit",
            "@slack/web-api",
            "googleapis",
            "stripe",
            "aws-sdk",
            "@aws-sdk/client-s3",
            "@modelcontextprotocol/sdk",
            "@notionhq/client",
        ],
        "use the tools of MCP servers, which searchTools('...') finds, or fetch",
    ),
    (
        &["express", "koa", "fastify", "hono", "ws", "socket.io"],
        "a program does not listen for connections",
    ),
    (
        &["react", "react-dom", "vue", "svelte"],
        "there is no page to show; build text with template strings",
    ),
    (
        &["typescript", "ts-node", "tsx", "esbuild"],
        "programs are TypeScript already: types are removed",
    ),
    (&["jest", "vitest", "mocha", "chai", "@jest/globals"], "compare with node:assert"),
    (&["reflect-metadata"], "decorators are called without metadata of types"),
    (&["winston", "pino", "debug", "loglevel", "log4js"], "print with console.log"),
    (
        &["inquirer", "prompts", "readline-sync", "enquirer"],
        "nobody answers questions; write the answers as constants",
    ),
];

/// Why `specifier` cannot be imported. `there` are the modules of Node that can.
pub fn refusal(specifier: &str, there: &[String]) -> String {
    let shown: String = specifier.chars().take(100).collect();
    format!("cannot import '{shown}': {}", reason(specifier, there))
}

fn reason(specifier: &str, there: &[String]) -> String {
    let plain = specifier.strip_prefix("node:").unwrap_or(specifier);
    if let Some(why) = find(REFUSED, plain) {
        return format!("node:{plain} is not supported: {why}");
    }
    if specifier.starts_with("node:") {
        return format!("it is not supported; of Node's modules there are {}", list(there));
    }
    let remote = ["npm:", "jsr:", "https://", "http://"];
    let package = match remote.iter().find_map(|kind| specifier.strip_prefix(kind)) {
        Some(package) => package_of(package),
        None if is_path(specifier) => return no_files(),
        None => package_of(specifier),
    };
    match find(PACKAGES, package) {
        Some(instead) => format!("no packages are installed here: {instead}; {OTHER_RUNTIMES}"),
        None => format!(
            "no packages are installed here. Tools of MCP servers are called with \
             callMCPTool('mcp__server__tool', {{...}}) or imported from \
             './servers/<server>/<tool>.js'; of Node's modules there are {}; {OTHER_RUNTIMES}",
            list(there)
        ),
    }
}

fn find(table: &[(&[&str], &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(names, _)| names.contains(&name)).map(|&(_, text)| text)
}

fn list(there: &[String]) -> String {
    let names = there.iter().map(|name| name.strip_prefix("node:").unwrap_or(name));
    names.filter(|name| !name.contains('/')).collect::<Vec<_>>().join(", ")
}

fn is_path(specifier: &str) -> bool {
    specifier.starts_with(['.', '/', '#']) || specifier.contains("://") || specifier.contains(':')
}

fn no_files() -> String {
    "a program is one module, and no file is read for it; there are only \
     './servers/<server>/<tool>.js', './servers/<server>/index.js', './servers/discovery.js' and \
     modules of Node. Put all code into the program, and read data with node:fs"
        .to_owned()
}

/// The package in `lodash/fp`, `@scope/name@1/file` or `esm.sh/lodash`.
fn package_of(specifier: &str) -> &str {
    let hosts =
        ["esm.sh/", "cdn.skypack.dev/", "unpkg.com/", "cdn.jsdelivr.net/npm/", "deno.land/x/"];
    let path = hosts.iter().find_map(|host| specifier.strip_prefix(host)).unwrap_or(specifier);
    let slashes = usize::from(path.starts_with('@'));
    let end = path.match_indices('/').nth(slashes).map_or(path.len(), |(at, _)| at);
    let named = &path[..end];
    let version = named.char_indices().skip(1).find(|&(_, char)| char == '@');
    version.map_or(named, |(at, _)| &named[..at])
}

#[cfg(test)]
mod tests {
    //! What is said of modules and packages that are not there.

    use super::*;

    #[test]
    fn what_cannot_be_imported_says_what_to_do_instead() {
        let there = ["node:fs".to_owned(), "node:fs/promises".to_owned(), "node:path".to_owned()];
        for (specifier, says) in [
            ("axios", "use the global fetch"),
            ("npm:axios@1.7.0", "use the global fetch"),
            ("lodash/fp", "use plain JavaScript"),
            ("https://esm.sh/lodash@4", "use plain JavaScript"),
            ("@octokit/rest", "tools of MCP servers"),
            ("npm:@octokit/rest@20/dist", "tools of MCP servers"),
            ("uuid", "crypto.randomUUID()"),
            ("left-pad", "there are fs, path; packages need another runtime"),
            ("jsr:@std/path", "no packages are installed here"),
            ("./helper.js", "a program is one module"),
            ("/etc/passwd", "a program is one module"),
            ("file:///etc/passwd", "a program is one module"),
            ("net", "node:net is not supported: a program has no sockets"),
            ("node:child_process", "starts no processes"),
            ("node:nothing", "of Node's modules there are fs, path"),
            ("", "no packages are installed here"),
            ("@", "no packages are installed here"),
        ] {
            let told = refusal(specifier, &there);
            assert!(told.starts_with(&format!("cannot import '{specifier}': ")), "{told}");
            assert!(told.contains(says), "{specifier}: {told}");
        }
        assert!(refusal(&"é".repeat(1000), &there).len() < 1200);
    }
}
