//! Many connections that ask by the clock, whether or not earlier answers have come: a server that is late
//! is not asked less for it, and each answer counts from when it was to be asked for.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::super::statistics::Samples;

/// Threads that drive the connections; each waits for all of its own at once.
const DRIVERS: usize = 4;
/// How long the last answers may take.
const LAST: Duration = Duration::from_secs(30);

/// How much is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Connections, all of them open before the first request that counts.
    pub connections: usize,
    /// Requests a second over all of them.
    pub a_second: usize,
    /// For how long.
    pub seconds: usize,
}

/// Asks so much and measures each answer. `meanwhile` is done halfway.
pub fn ask<T>(
    address: SocketAddr,
    request: &str,
    load: Load,
    meanwhile: impl FnOnce() -> Result<T>,
) -> Result<(Samples, T)> {
    let drivers = DRIVERS.min(load.connections);
    let ready = Arc::new(Barrier::new(drivers + 1));
    thread::scope(|scope| {
        let drive = |at: usize| {
            let ready = Arc::clone(&ready);
            scope.spawn(move || {
                // Whoever cannot connect still lets the others begin.
                let opened = open(address, request, load.connections / drivers);
                ready.wait();
                Driver::new(opened?, at, drivers, load).run(request)
            })
        };
        let driving: Vec<_> = (0..drivers).map(drive).collect();
        ready.wait();
        thread::sleep(Duration::from_secs(load.seconds as u64) / 2);
        let seen = meanwhile();
        let mut all = Vec::new();
        for driver in driving {
            all.extend(driver.join().map_err(|_| anyhow::anyhow!("a driver panicked"))??);
        }
        Ok((Samples::new(all), seen?))
    })
}

/// Opens connections, each of which has been answered once: one that says nothing at first is ended.
fn open(address: SocketAddr, request: &str, count: usize) -> Result<Vec<Connection>> {
    let one = |_| {
        let mut connection = Connection::open(address)?;
        connection.send(request, Instant::now())?;
        while !connection.asked.is_empty() {
            connection.wait()?;
            connection.read()?;
        }
        Ok(connection)
    };
    (0..count.max(1)).map(one).collect()
}

/// Some of the connections, and when they ask.
struct Driver {
    connections: Vec<Connection>,
    began: Instant,
    pause: Duration,
    rounds: usize,
}

impl Driver {
    fn new(connections: Vec<Connection>, at: usize, drivers: usize, load: Load) -> Self {
        let pause = Duration::from_secs_f64(drivers as f64 / load.a_second as f64);
        let began = Instant::now() + pause.mul_f64(at as f64 / drivers as f64);
        let rounds = load.seconds * load.a_second / drivers;
        Self { connections, began, pause, rounds }
    }

    fn run(mut self, request: &str) -> Result<Vec<Duration>> {
        let (mut sent, mut taken) = (0, Vec::with_capacity(self.rounds));
        let last = self.began + self.pause.mul_f64(self.rounds as f64) + LAST;
        while taken.len() < self.rounds {
            let now = Instant::now();
            ensure!(now < last, "{} of {} answers have come", taken.len(), self.rounds);
            let due = self.began + self.pause.mul_f64(sent as f64);
            if sent < self.rounds && due <= now {
                let at = sent % self.connections.len();
                self.connections[at].send(request, due)?;
                sent += 1;
                continue;
            }
            let next = if sent < self.rounds { due } else { last };
            self.listen(next.saturating_duration_since(now), &mut taken)?;
        }
        Ok(taken)
    }

    /// Reads what comes within this time, as soon as something does.
    fn listen(&mut self, patience: Duration, taken: &mut Vec<Duration>) -> Result<()> {
        let waiting = self.connections.iter_mut().filter(|connection| !connection.asked.is_empty());
        let mut waiting: Vec<_> = waiting.collect();
        let timeout = Timespec::try_from(patience).context("a time")?;
        let ready: Vec<bool> = {
            let streams = waiting.iter().map(|connection| &connection.stream);
            let mut fds: Vec<_> =
                streams.map(|stream| PollFd::new(stream, PollFlags::IN)).collect();
            poll(&mut fds, Some(&timeout))?;
            fds.iter().map(|fd| !fd.revents().is_empty()).collect()
        };
        for (connection, _) in waiting.iter_mut().zip(ready).filter(|(_, ready)| *ready) {
            taken.extend(connection.read()?);
        }
        Ok(())
    }
}

/// One connection, with what it has asked and not been told yet.
struct Connection {
    stream: TcpStream,
    heard: Vec<u8>,
    asked: VecDeque<Instant>,
}

impl Connection {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, heard: Vec::new(), asked: VecDeque::new() })
    }

    /// A request is far shorter than what a socket takes at once.
    fn send(&mut self, request: &str, due: Instant) -> Result<()> {
        self.stream.write_all(request.as_bytes()).context("a request")?;
        self.asked.push_back(due);
        Ok(())
    }

    fn wait(&self) -> Result<()> {
        let timeout = Timespec::try_from(LAST).context("a time")?;
        let ready = poll(&mut [PollFd::new(&self.stream, PollFlags::IN)], Some(&timeout))?;
        ensure!(ready > 0, "no answer came");
        Ok(())
    }

    /// What is there of answers, and how long each took.
    fn read(&mut self) -> Result<Vec<Duration>> {
        let mut piece = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut piece) {
                Ok(0) => anyhow::bail!("a connection ended"),
                Ok(read) => self.heard.extend_from_slice(&piece[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        let now = Instant::now();
        let mut taken = Vec::new();
        while let Some(length) = whole_answer(&self.heard)? {
            self.heard.drain(..length);
            let due = self.asked.pop_front().context("an answer to nothing")?;
            taken.push(now.saturating_duration_since(due));
        }
        Ok(taken)
    }
}

/// The length of the first answer, once all of it is there.
fn whole_answer(heard: &[u8]) -> Result<Option<usize>> {
    let Some(end) = heard.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&heard[..end])?;
    ensure!(head.lines().next().is_some_and(|line| line.contains(" 200 ")), "refused: {head}");
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = end + 4 + length.context("an answer without a length")?;
    Ok((heard.len() >= whole).then_some(whole))
}
