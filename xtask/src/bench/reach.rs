//! Files and requests: from inside a program through the host, and straight.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use testkit::Workspace;

use super::{
    Setup,
    calls::{WARM_UP, from_a_program},
    report::{Section, verdict},
    statistics::{Samples, show},
};

/// What is read and what is answered, in bytes.
const BODY: usize = 1024;

/// Requests that are timed: one execution may send 1,000.
const MOST_REQUESTS: usize = 800;

/// What reading a file and sending a request cost more from inside a program.
pub fn measure(setup: &Setup) -> Result<Section> {
    let count = setup.effort.times(5_000);
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let folder = workspace.path("data");
    fs::create_dir(&folder)?;
    let (file, port) = (folder.join("file"), serve()?);
    fs::write(&file, "x".repeat(BODY))?;
    let workspace = workspace
        .with_security("allowRead", json!([folder]))
        .with_security("allowNetwork", json!([format!("localhost:{port}")]));

    let note = "1 KiB each, one after the other. Requests go to a server on loopback that the operator \
                allows by name and port; \"directly\" is the same by a plain socket that stays open.";
    let header = ["what", "n", "p50", "p99", "asked for", ""];
    let mut section = Section::new("Files and requests", note, &header);
    let asked = json!({"read": [folder], "net": [format!("localhost:{port}")]});
    let url = format!("http://localhost:{port}/");
    let (direct_read, direct_fetch) = (read_directly(&file, count)?, fetch_directly(port, count)?);
    let rows = [
        ("await Deno.readTextFile", format!("await Deno.readTextFile({file:?})"), &direct_read, 60),
        ("readFileSync", format!("fs.readFileSync({file:?}, 'utf8')"), &direct_read, 60),
        (
            "await fetch, text()",
            format!("await (await fetch({url:?})).text()"),
            &direct_fetch,
            1000,
        ),
    ];
    for (what, expression, direct, most) in rows {
        let count = if expression.contains("fetch") { count.min(MOST_REQUESTS) } else { count };
        let inside = from_a_program(&workspace, &program(&expression, count, &asked))?;
        for (what, samples) in [(what, &inside), ("directly", direct)] {
            let (median, high) = (show(samples.median()), show(samples.percentile(99)));
            section.row([what, &samples.count().to_string(), &median, &high, "", ""]);
        }
        let added = inside.median().saturating_sub(direct.median());
        let most = Duration::from_micros(most);
        section.row(["added", "", &show(added), "", &show(most), verdict(added <= most)]);
    }
    Ok(section)
}

/// The program takes the time of each of its operations.
fn program(expression: &str, count: usize, permissions: &Value) -> Value {
    let code = format!(
        "import fs from 'node:fs';
         const taken: number[] = [];
         for (let n = 0; n < {count} + {WARM_UP}; n++) {{
             const started = performance.now();
             const text = {expression};
             if (n >= {WARM_UP}) taken.push(performance.now() - started);
             if (text.length !== {BODY}) throw new Error('not what is there');
         }}
         taken"
    );
    json!({
        "name": "executeTypescript",
        "arguments": { "code": code, "timeoutMs": 60_000, "permissions": permissions },
    })
}

fn read_directly(file: &Path, count: usize) -> Result<Samples> {
    let mut taken = Vec::with_capacity(count);
    for _ in 0..count {
        let started = Instant::now();
        ensure!(fs::read_to_string(file)?.len() == BODY, "not what is there");
        taken.push(started.elapsed());
    }
    Ok(Samples::new(taken))
}

fn fetch_directly(port: u16, count: usize) -> Result<Samples> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let mut taken = Vec::with_capacity(count);
    for _ in 0..count {
        let started = Instant::now();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        skip_head(&mut answers)?;
        let mut body = [0; BODY];
        answers.read_exact(&mut body)?;
        taken.push(started.elapsed());
    }
    Ok(Samples::new(taken))
}

/// A server that answers whatever it is asked, on a port of its own until the process ends.
fn serve() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port for a server")?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    Ok(port)
}

fn answer(stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {BODY}\r\n\r\n");
    let answer = head + &"x".repeat(BODY);
    let mut requests = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while skip_head(&mut requests)? {
        stream.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Reads up to the empty line; whether there was one.
fn skip_head(from: &mut impl BufRead) -> Result<bool> {
    let mut line = String::new();
    loop {
        line.clear();
        match from.read_line(&mut line)? {
            0 => return Ok(false),
            _ if line.trim_end().is_empty() => return Ok(true),
            _ => {}
        }
    }
}
