//! Under a service manager that speaks systemd's protocol.

use std::os::unix::net::UnixDatagram;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::Signal;
use testkit::{DEFAULT_WAIT, wait_until};

use super::serve;
use crate::support::workspace;

#[test]
fn the_manager_is_told_of_each_step_of_our_life() {
    let workspace = workspace();
    let path = workspace.path("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket can be made");
    socket.set_read_timeout(Some(Duration::from_millis(50))).expect("it can wait");
    let (told, over) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(()));
    let (kept, alive) = (Arc::clone(&told), Arc::downgrade(&over));
    let reading = std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while alive.upgrade().is_some() {
            if let Ok(read) = socket.recv(&mut piece) {
                let text = String::from_utf8_lossy(&piece[..read]).into_owned();
                kept.lock().expect("no test panics with it").push(text);
            }
        }
    });
    let said = || told.lock().expect("no test panics with it").clone();
    let count = |word: &str| said().iter().filter(|text| text.contains(word)).count();
    let path = path.to_str().expect("it is UTF-8");
    let variables = [("NOTIFY_SOCKET", path), ("WATCHDOG_USEC", "100000")];
    let mut server = serve(&workspace, &variables);
    wait_until(DEFAULT_WAIT, "it says that it is ready", || count("READY=1") == 1);
    wait_until(DEFAULT_WAIT, "it says that it is alive", || count("WATCHDOG=1") >= 3);
    server.signal(Signal::HUP);
    wait_until(DEFAULT_WAIT, "it is ready again", || count("READY=1") == 2);
    let reloading = said().into_iter().find(|text| text.contains("RELOADING=1"));
    assert!(reloading.is_some_and(|text| text.contains("MONOTONIC_USEC=")), "{:?}", said());
    server.signal(Signal::TERM);
    assert_eq!(server.ended(), Some(0));
    wait_until(DEFAULT_WAIT, "it said that it stops", || count("STOPPING=1") == 1);
    drop(over);
    reading.join().expect("the reader ends");
}
