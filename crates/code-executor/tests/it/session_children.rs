//! Children that run one program after another, at the sandbox itself: stopped in between, and heard
//! only in their turn.

use std::time::Duration;

use sandbox::{Child, Config, Event, Exit, Python, PythonOptions, Sandbox};
use types::{DangerousPatterns, Limits};
use wire::{Done, FromChild, Start, Task};

use crate::support::BINARY;

/// What a program came to.
struct Ran {
    output: String,
    done: Box<Done>,
}

impl Ran {
    #[track_caller]
    fn value(&self) -> &str {
        assert!(self.done.error.is_none(), "{:?}\n{}", self.done.error, self.output);
        self.done.result.as_ref().map_or("", |json| json.get())
    }
}

fn start(code: &str) -> Vec<u8> {
    let limits = Limits {
        timeout_ms: 30_000,
        memory_bytes: 256 << 20,
        output_bytes: 100 * 1024,
        result_bytes: 1 << 20,
        tool_calls: 10,
    };
    wire::start_frame(&Start {
        limits,
        task: Task::Run,
        patterns: DangerousPatterns::Off,
        grants: wire::Grants::default(),
        session: true,
        code: code.to_owned(),
    })
}

/// Follows a program to its end; why it came to none, if so.
async fn follow(child: &mut Child) -> Result<Ran, String> {
    let mut output = String::new();
    loop {
        match child.next().await {
            Event::Message(FromChild::Output(text)) => output += &text,
            Event::Message(FromChild::Done(done)) => return Ok(Ran { output, done }),
            Event::Message(_) => {}
            Event::Closed => return Err("closed".to_owned()),
            Event::Violation(what) => return Err(what),
        }
    }
}

/// Runs the first program of a session, and leaves the child stopped.
async fn first(child: &mut Child, code: &str) -> Ran {
    child.send(start(code));
    let ran = follow(child).await.expect("it ended by itself");
    child.pause();
    ran
}

/// Runs another one.
async fn next(child: &mut Child, code: &str) -> Result<Ran, String> {
    child.resume();
    child.send(start(code));
    let ran = follow(child).await;
    child.pause();
    ran
}

fn typescript(namespaces: bool) -> Sandbox {
    Sandbox::new(Config { namespaces, ..Config::new(BINARY.into()) }).expect("a handle")
}

fn python() -> Python {
    Python::new(Config::new(BINARY.into()), PythonOptions::default()).expect("a handle")
}

#[tokio::test]
async fn typescript_programs_follow_one_another() {
    for namespaces in [true, false] {
        let sandbox = typescript(namespaces);
        let mut child = sandbox.launch_for_session().await.expect("a child is launched");
        first(&mut child, "let n = 0; const add = () => ++n;").await;
        for count in 1..=100 {
            let ran =
                next(&mut child, "console.log('x'); add()").await.expect("the session goes on");
            assert_eq!((ran.value(), ran.output.as_str()), (count.to_string().as_str(), "x\n"));
        }
        drop(child);
        sandbox.shutdown().await;
    }
}

#[tokio::test]
async fn python_programs_follow_one_another() {
    let python = python();
    let grants = sandbox::Grants::default();
    let launched = python.launch_for_session(None, &grants).await.expect("a child is launched");
    let mut child = launched.child;
    first(&mut child, "import os\nn = 0\nf = open('scratch', 'w+')").await;
    // One program may use less than all those of a session.
    let allowed = "import resource\nresource.getrlimit(resource.RLIMIT_CPU)";
    let ran = next(&mut child, allowed).await.expect("the session goes on");
    assert_eq!(ran.value(), "[3610,3610]");
    let mut alone = python.launch(None).await.expect("a child is launched");
    assert_eq!(first(&mut alone, allowed).await.value(), "[310,310]");
    for count in 1..=50 {
        let ran =
            next(&mut child, "n += 1\nf.write('x')\nf.flush()\n[n, os.stat('scratch').st_size]");
        let ran = ran.await.expect("the session goes on");
        assert_eq!(ran.value(), format!("[{count},{count}]"));
    }
    drop(child);
    python.shutdown().await;
}

#[tokio::test]
async fn nothing_runs_while_a_child_is_paused() {
    let python = python();
    let mut child = python.launch(None).await.expect("a child is launched");
    let busy = "import threading\nspun = [0]\ndef spin():\n  while True: spun[0] += 1\n\
                threading.Thread(target=spin, daemon=True).start()";
    first(&mut child, busy).await;
    let stopped = async || {
        // What it used up to its stop is counted when it is.
        while !is_waiting(&child) {}
        child.cpu_time().expect("it is there")
    };
    let before = stopped().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(before, stopped().await);
    assert!(child.is_running());
    let ran = next(&mut child, "spun[0] > 0").await.expect("the session goes on");
    assert_eq!(ran.value(), "true");
    // A stopped one is ended like any other.
    child.kill();
    assert_eq!(child.exit().await, Exit::Signal(9));
    python.shutdown().await;
}

/// Writes frames that are not the program's to write: `(kind, payload)`.
const FORGE: &str = "
import os, struct
def forge(*frames):
    os.write(3, b''.join(struct.pack('<IBI', len(p), kind, n) + p for kind, n, p in frames))
DONE, OUTPUT, REQUEST = 3, 2, 16
";

#[tokio::test]
async fn what_is_said_between_two_programs_ends_the_session() {
    let python = python();
    for (forged, told) in [
        // Its own end follows the forged one.
        ("forge((DONE, 0, b'{}'))", "spoke after its end"),
        ("forge((DONE, 0, b'{}'), (DONE, 0, b'{\"result\":1}'))", "spoke after its end"),
        ("forge((DONE, 0, b'{}'), (OUTPUT, 0, b'in the next'))", "spoke after its end"),
        ("forge((DONE, 0, b'{}'), (REQUEST, 1, b'\\x00{}'))", "spoke after its end"),
        ("import time\nforge((DONE, 0, b'{}')); forge((DONE, 0, b'{'))", "spoke after its end"),
        // A piece of a frame.
        ("forge((DONE, 0, b'{}')); os.write(3, b'\\x00'); os._exit(0)", "spoke after its end"),
    ] {
        let mut child = python.launch(None).await.expect("a child is launched");
        child.send(start(&format!("{FORGE}\n{forged}")));
        follow(&mut child).await.expect("the forged end is one");
        // Stopped only when all was written, which is not long after.
        while child.cpu_time().is_some() && !is_waiting(&child) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        child.pause();
        let ended = next(&mut child, "1").await.map(|ran| ran.output);
        assert!(ended.as_ref().is_err_and(|why| why.contains(told)), "{forged}: {ended:?}");
    }
    python.shutdown().await;
}

/// Whether a child does nothing any more: it used no time since it was last looked at.
fn is_waiting(child: &Child) -> bool {
    let before = child.cpu_time();
    std::thread::sleep(Duration::from_millis(100));
    before == child.cpu_time()
}

#[tokio::test]
async fn one_that_died_is_gone() {
    let sandbox = typescript(true);
    let mut child = sandbox.launch().await.expect("a child is launched");
    first(&mut child, "1").await;
    child.kill();
    while child.is_running() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(next(&mut child, "1").await.map(|ran| ran.output), Err("closed".to_owned()));
    // Another program before the last one ended is the host's own mistake, and ends it, too.
    let mut child = sandbox.launch().await.expect("a child is launched");
    child.send(start("1"));
    child.resume();
    assert!(matches!(child.next().await, Event::Violation(_)));
    assert_eq!(child.exit().await, Exit::Signal(9));
    sandbox.shutdown().await;
}
