//! A Redis that is away, that refuses, and that is back.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

use super::*;

#[test]
fn names_of_levels_tell_no_names_of_people() {
    let name = named("client executions 30/60000ms burst 30|4:acmeann@example.com");
    assert!(name.starts_with("code-executor:limits:client executions 30/60000ms burst 30:"));
    assert!(!name.contains("ann") && name.len() < 120, "{name}");
    assert_ne!(name, named("client executions 30/60000ms burst 30|4:acmebob@example.com"));
}

#[test]
fn what_is_no_url_is_refused_and_passwords_are_not_shown() {
    assert_eq!(Redis::new("http://x", WhenAway::Open).unwrap_err(), InvalidRedis);
    let redis = Redis::new("redis://:hunter2@127.0.0.1:7/0", WhenAway::Open).unwrap();
    let shown = format!("{redis:?}");
    assert!(shown.contains("127.0.0.1:7") && !shown.contains("hunter2"), "{shown}");
}

#[tokio::test]
async fn one_that_is_away_is_asked_once_and_then_left_alone() {
    let redis = Redis::new("redis://127.0.0.1:1/0", WhenAway::Closed).unwrap();
    let charge = charge();
    assert_eq!(redis.take(std::slice::from_ref(&charge), 0).await, None);
    let asked_again = Instant::now();
    for _ in 0..100 {
        assert_eq!(redis.take(std::slice::from_ref(&charge), 0).await, None);
    }
    assert!(asked_again.elapsed() < PATIENCE, "nobody waits for it meanwhile");
}

#[tokio::test]
async fn one_that_refuses_is_used_again_once_it_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let url = format!("redis+unix://{}?pass=hunter2", server.socket.display());
    let redis = Redis::new(&url, WhenAway::Closed).unwrap();
    let charges = [charge()];
    assert_eq!(redis.take(&charges, 0).await, None, "it knows no password yet");
    for (password, is_let_in) in [("hunter2", true), ("hunter3", false), ("hunter2", true)] {
        server.cli(&["CONFIG", "SET", "requirepass", password]);
        // As after a change of the password, with a start of Redis.
        server.cli(&["CLIENT", "KILL", "TYPE", "normal"]);
        let began = Instant::now();
        let taken = loop {
            let taken = redis.take(&charges, 0).await;
            if taken.is_some() == is_let_in || began.elapsed() > Duration::from_secs(20) {
                break taken;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert_eq!(taken.is_some(), is_let_in, "with the password {password}");
    }
}

#[tokio::test]
async fn a_clock_that_is_put_back_stops_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let url = format!("redis+unix://{}", server.socket.display());
    let redis = Redis::new(&url, WhenAway::Closed).unwrap();
    let charge = Charge { need: 1.0, cost: 1.0, ..charge() };
    let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
    let at = tomorrow.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis().to_string();
    server.cli(&["HSET", &named(&charge.key), "left", "0", "at", &at]);
    let began = Instant::now();
    // It fills in a millisecond.
    while redis.take(std::slice::from_ref(&charge), 0).await.unwrap().refused.is_some() {
        assert!(began.elapsed() < Duration::from_secs(20), "it fills again");
    }
}

#[tokio::test]
async fn no_more_is_given_back_than_was_used() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let url = format!("redis+unix://{}", server.socket.display());
    let redis = Redis::new(&url, WhenAway::Closed).unwrap();
    let bucket = Kind::Bucket { capacity: 5.0, per_ms: 1e-9 };
    for (key, kind) in [("b", bucket), ("q", Kind::Quota { limit: 5.0, ends_at: 60_000 })] {
        let cost = |cost| [Charge { key: key.to_owned(), need: -9.0, cost, kind }];
        for (cost, left) in [(cost(3.0), 2.0), (cost(-1.0), 3.0), (cost(-9.0), 5.0)] {
            assert_eq!(redis.take(&cost, 0).await.unwrap().left, [left], "{key}");
        }
    }
}

fn charge() -> Charge {
    let kind = Kind::Bucket { capacity: 1.0, per_ms: 1.0 };
    Charge { key: "a|b".to_owned(), need: 0.0, cost: 0.0, kind }
}

/// A Redis on a socket of its own.
struct Server {
    child: Child,
    socket: std::path::PathBuf,
    password: std::cell::RefCell<String>,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let socket = folder.join("redis.sock");
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(&socket)
            .current_dir(folder)
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server runs: apt-get install -y --no-install-recommends redis-server");
        let server = Self { child, socket, password: std::cell::RefCell::default() };
        let began = Instant::now();
        while server.cli(&["PING"]) != "PONG" {
            assert!(began.elapsed() < Duration::from_secs(20), "redis-server answers");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    fn cli(&self, words: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        command.arg("-s").arg(&self.socket).args(words);
        let output = command.env("REDISCLI_AUTH", &*self.password.borrow()).output();
        if let ["CONFIG", "SET", "requirepass", password] = words {
            *self.password.borrow_mut() = (*password).to_owned();
        }
        String::from_utf8_lossy(&output.expect("redis-cli runs").stdout).trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
