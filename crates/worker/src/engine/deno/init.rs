//! Process 1 of a child's namespaces: it makes the child's root, starts Deno in it, gives up what it
//! could do that for, and stands between Deno and the host until one of them ends.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, OwnedFd};

use wire::{Decoder, FromChild, Order};

use crate::controls::{self, Wall};
use crate::engine::deno::fate::LastWords;
use crate::engine::deno::grants::Granted;
use crate::engine::deno::relay::Relay;
use crate::engine::deno::root::Places;
use crate::engine::deno::watch::Watch;
use crate::engine::deno::zygote::Prepared;
use crate::engine::deno::{root, start};
use crate::lockdown::child::RPC_FD;
use crate::lockdown::{identity, landlock, rlimits};
use crate::scm;
use crate::sys::{self, Errno};

/// The pipe that our JavaScript opens at its start, and takes away.
const BELL: &CStr = c"/program/.bell";

/// What is heard of Deno.
pub enum Heard {
    /// Something whole, in its turn.
    Message(FromChild),
    /// Nothing for now.
    Nothing,
    /// It has closed its socket.
    End,
}

/// A Deno that was started, and what ties us to it.
pub struct Init {
    /// Its number here.
    pub pid: i32,
    /// The socket that is its standard input and output.
    pub link: OwnedFd,
    /// Where it hears that something came for it, a byte for each answer: so it can wait for that and
    /// still take an answer on the spot.
    pub bell: Option<OwnedFd>,
    /// What it says on its standard error.
    pub words: LastWords,
    /// Ready when it has ended.
    pub signals: OwnedFd,
    /// Its memory.
    pub watch: Watch,
    /// What came from it and is no whole frame yet.
    pub decoder: Decoder,
    /// What it may say next.
    pub order: Order,
    /// Whether it installs packages, and runs no program.
    pub installs: bool,
}

/// Makes the child's world and starts Deno in it. The process is in namespaces of its own and has all
/// rights in them.
pub fn begin(prepared: &Prepared, cpu_seconds: u64, granted: Vec<OwnedFd>) -> Result<Init, String> {
    let step =
        |what: &str, result: sys::Result<()>| result.map_err(|errno| format!("{what}: {errno}"));
    step("tying its life to the zygote's", identity::die_with_parent(0))?;
    step("a session of its own", sys::setsid())?;
    identity::map_ids_by(&prepared.processes, prepared.ids)?;
    let places = enter_root(prepared, granted)?;
    if prepared.deno.installs {
        step("its loopback", sys::raise_loopback())?;
    }
    let failed = |errno: Errno| format!("the child's descriptors: {errno}");
    let bell = if prepared.deno.installs {
        None
    } else {
        Some(sys::named_pipe(BELL).map_err(|errno| format!("its bell: {errno}"))?)
    };
    let signals = sys::child_signals().map_err(failed)?;
    let (link, theirs) = sys::stream_pair().map_err(failed)?;
    let (stderr, written) = sys::pipe().map_err(failed)?;
    let (told, tell) = sys::stream_pair().map_err(failed)?;
    let rules = match &prepared.init_ruleset {
        Some(_) => Some(rules(prepared, places).map_err(|errno| format!("landlock: {errno}"))?),
        None => None,
    };
    let plan =
        start::Plan { prepared, places, rules, cpu_seconds, link: theirs, stderr: written, tell };
    let Some(pid) = sys::fork().map_err(|errno| format!("fork: {errno}"))? else {
        let words = start::deno(plan);
        sys::write_all(2, words.as_bytes()).ok();
        sys::exit_now(wire::control::exit::LOCKDOWN)
    };
    drop(plan);
    let (_, memory) = scm::receive(told.as_raw_fd(), &mut [0; 1]).unwrap_or((0, None));
    let memory = memory.ok_or("the child's memory cannot be seen")?;
    step("its socket", sys::never_wait(&link))?;
    step("its words", sys::never_wait(&stderr))?;
    Ok(Init {
        pid,
        link,
        bell,
        words: LastWords::new(stderr),
        signals,
        watch: Watch::new(memory),
        decoder: wire::from_child_decoder(),
        order: Order::default(),
        installs: prepared.deno.installs,
    })
}

/// Makes the child's root, and tells the host what of its grants it shows.
fn enter_root(prepared: &Prepared, granted: Vec<OwnedFd>) -> Result<Places, String> {
    let mut granted = Granted::read(granted)?;
    let entered = root::enter_own(&prepared.deno, granted.as_mut());
    match (entered, granted) {
        (Ok(places), Some(granted)) => granted.answer().map(|()| places),
        (Err(reason), Some(granted)) => {
            granted.fail(&reason);
            Err(reason)
        }
        (entered, None) => entered,
    }
}

/// What it may do where, as a ruleset.
fn rules(prepared: &Prepared, places: Places) -> sys::Result<OwnedFd> {
    let rule = |path, access| landlock::Rule { path, access };
    let rules = landlock::allowing(&[
        rule(c"/", landlock::READ_AND_RUN),
        rule(places.workspace, landlock::OWN),
        rule(places.temporary, landlock::OWN),
        rule(c"/program", landlock::OWN),
        rule(c"/dev/null", landlock::READ_AND_WRITE),
    ])?;
    if prepared.deno.installs {
        landlock::allow_connecting(&rules, wire::registry::PORT)?;
    }
    Ok(rules)
}

impl Init {
    /// Locks this process down as every child's is, and waits until Deno is ready. Says what is in the
    /// way.
    pub fn rehearse(mut self, prepared: &Prepared) -> Result<(), String> {
        let signals = self.signals.as_raw_fd();
        give_up_rights(prepared)?;
        load_filter(prepared)?;
        self.wait_until_ready(signals)
    }

    /// The same with the socket to the host, which becomes number 3.
    pub fn take_place(mut self, prepared: &Prepared, rpc: OwnedFd) -> Result<Relay, String> {
        let place = |errno: Errno| format!("the socket to the host: {errno}");
        // Our own may have that number: the control socket, which a child has no use for, has it.
        sys::dup2(rpc.as_raw_fd(), RPC_FD).map_err(place)?;
        drop(rpc);
        let signals = self.signals.as_raw_fd();
        let bell = self.bell.as_ref().map_or(-1, AsRawFd::as_raw_fd);
        let (link, words) = (self.link.as_raw_fd(), self.words.descriptor());
        let mut own = [RPC_FD, link, bell, words, signals, self.watch.descriptor()];
        give_up_rights(prepared)?;
        // What the zygote has open is nobody's here: the way to `/proc`, the rulesets.
        sys::close_others(RPC_FD.unsigned_abs(), &mut own)
            .map_err(|errno| format!("its descriptors: {errno}"))?;
        load_filter(prepared)?;
        self.wait_until_ready(signals)?;
        Ok(Relay::new(self))
    }

    fn wait_until_ready(&mut self, signals: i32) -> Result<(), String> {
        loop {
            let entry = |fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
            let mut entries = [self.link.as_raw_fd(), self.words.descriptor(), signals].map(entry);
            sys::poll_all(&mut entries, -1);
            self.words.listen();
            match self.next_message() {
                Ok(Heard::Message(FromChild::Ready)) => return Ok(()),
                Ok(Heard::Nothing) => {}
                Ok(Heard::End) => {
                    sys::poll_all(&mut entries[2..], -1);
                }
                Ok(Heard::Message(_)) | Err(_) => {
                    return Err("Deno spoke before it was ready".to_owned());
                }
            }
            if entries[2].revents != 0
                && let Ok(Some((_, status))) = sys::waitpid(self.pid, libc::WNOHANG)
            {
                self.words.listen();
                return Err(format!(
                    "Deno ended at its start ({}): {}",
                    crate::engine::deno::fate::how(status),
                    self.words.text()
                ));
            }
        }
    }

    /// What there is to hear of Deno; an error when it speaks nonsense.
    pub fn next_message(&mut self) -> Result<Heard, String> {
        let mut chunk = [0; 64 * 1024];
        loop {
            let frame = self.decoder.next_frame().map_err(|error| error.to_string())?;
            if let Some(frame) = frame {
                let message = wire::child_frame(frame).map_err(|error| error.to_string())?;
                self.order.check(&message).map_err(|error| error.to_string())?;
                return Ok(Heard::Message(message));
            }
            match sys::read(self.link.as_raw_fd(), &mut chunk) {
                Ok(count @ 1..) => self.decoder.push(&chunk[..count]),
                Err(Errno(libc::EAGAIN)) => return Ok(Heard::Nothing),
                _ => return Ok(Heard::End),
            }
        }
    }
}

/// Gives up what was needed to start Deno.
fn give_up_rights(prepared: &Prepared) -> Result<(), String> {
    let step =
        |what: &str, result: sys::Result<()>| result.map_err(|errno| format!("{what}: {errno}"));
    if !controls::is_off(Wall::Capabilities) {
        step("dropping capabilities", identity::drop_capabilities())?;
    }
    let ruleset = prepared.init_ruleset.as_ref();
    if let Some(ruleset) = ruleset.filter(|_| !controls::is_off(Wall::Landlock)) {
        step("landlock", landlock::restrict_self(ruleset))?;
    }
    step("dumpable", sys::prctl(libc::PR_SET_DUMPABLE, 0, 0).map(drop))?;
    if !controls::is_off(Wall::Rlimits) {
        let limits = rlimits::apply(prepared.baseline, prepared.memory, libc::RLIM_INFINITY);
        step("limits", limits)?;
    }
    Ok(())
}

/// From here on this process reads, writes, waits and kills.
fn load_filter(prepared: &Prepared) -> Result<(), String> {
    if controls::is_off(Wall::Seccomp) {
        return Ok(());
    }
    prepared.init_filter.load().map_err(|errno| format!("its filter: {errno}"))
}
