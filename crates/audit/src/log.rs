//! The log itself: one writer per process, one `write(2)` per record.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use types::AuditHealth;

use crate::{
    CallRecord, Config, Durability, EndRecord, Error, RefusalRecord, RequestRecord, StartRecord,
    Ticket,
    commit::Committer,
    kept::Kept,
    record,
    segment::{Family, Segment},
};

/// Bytes on disk that are set aside for what has started: its calls and its end find room when
/// everything else is full.
const RESERVE: u64 = 1024 * 1024;

/// Bytes after which the segments of other processes are counted again.
const RECOUNT_AFTER: u64 = 4 * 1024 * 1024;

/// The audit log of this process. Clones share it.
#[derive(Debug, Clone)]
pub struct Log {
    /// `None` when the log is switched off.
    inner: Option<Arc<Inner>>,
}

impl Log {
    /// Opens the log: makes its directory, begins a segment, starts the sync thread when records
    /// are to be synced. A log that is switched off touches nothing.
    pub fn open(config: Config) -> Result<Self, Error> {
        config.validate()?;
        if !config.enabled {
            return Ok(Self { inner: None });
        }
        let family = Family::open(&config.path)?;
        let others = family.total()?;
        let segment = family.create(Timestamp::now())?;
        let committer = match config.durability {
            Durability::Written => None,
            Durability::Synced => {
                family.sync()?;
                Some(Committer::start()?)
            }
        };
        let state = State {
            segment: Arc::new(segment),
            size: 0,
            torn: false,
            reserved: Some(0),
            kept: Kept::default(),
            others,
            since_count: 0,
            sequence: 0,
            problem: None,
        };
        let inner = Inner { config, family, committer, state: Mutex::new(state) };
        Ok(Self { inner: Some(Arc::new(inner)) })
    }

    /// Records that an execution is about to start. An error means that it must not.
    pub fn start(&self, record: &StartRecord<'_>) -> Result<Ticket, Error> {
        let Some(inner) = &self.inner else { return Ok(Ticket::ready()) };
        inner.append(&record::start_line(record, Timestamp::now())?, Room::Start)
    }

    /// Records a call. It is synced together with the record of the execution's end.
    pub fn call(&self, record: &CallRecord<'_>) -> Result<(), Error> {
        self.note(|now| record::call_line(record, now))
    }

    /// Records a request to a host, as a call is.
    pub fn request(&self, record: &RequestRecord<'_>) -> Result<(), Error> {
        self.note(|now| record::request_line(record, now))
    }

    /// Records credentials that were not taken, as long as an execution could start: whoever sends
    /// them fills no log beyond its bound.
    pub fn refusal(&self, record: &RefusalRecord<'_>) -> Result<(), Error> {
        let Some(inner) = &self.inner else { return Ok(()) };
        let line = record::refusal_line(record, Timestamp::now())?;
        inner.write_noted(&mut inner.state(), &line, Room::Start)
    }

    fn note(&self, line: impl FnOnce(Timestamp) -> Result<Vec<u8>, Error>) -> Result<(), Error> {
        let Some(inner) = &self.inner else { return Ok(()) };
        let line = line(Timestamp::now())?;
        let mut state = inner.state();
        inner.write_noted(&mut state, &line, Room::GoOn)
    }

    /// Records that an execution has ended.
    pub fn end(&self, record: &EndRecord<'_>) -> Result<Ticket, Error> {
        let Some(inner) = &self.inner else { return Ok(Ticket::ready()) };
        inner.append(&record::end_line(record, Timestamp::now())?, Room::Finish)
    }

    /// Whether records are written, and the last failure until the next success.
    pub fn health(&self) -> AuditHealth {
        match &self.inner {
            None => AuditHealth { enabled: false, error: None },
            Some(inner) => {
                let written = inner.state().problem.as_ref().map(ToString::to_string);
                let synced = inner.committer.as_ref().and_then(Committer::problem);
                AuditHealth { enabled: true, error: written.or(synced) }
            }
        }
    }

    /// How many records are not where they belong yet: on the disk where that is promised, and
    /// anywhere but in memory where it is not.
    pub fn lag(&self) -> usize {
        let Some(inner) = &self.inner else { return 0 };
        let state = inner.state();
        let unsynced = match &inner.committer {
            None => 0,
            Some(committer) => state.sequence.saturating_sub(committer.done()),
        };
        usize::try_from(unsynced).unwrap_or(usize::MAX).saturating_add(state.kept.len())
    }

    /// The segment that is written now; `None` when the log is switched off.
    pub fn segment(&self) -> Option<PathBuf> {
        self.inner.as_ref().map(|inner| inner.state().segment.path.clone())
    }
}

/// What a record is for, which decides how full the log may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    /// To let an execution start.
    Start,
    /// To record a call of one that has started.
    GoOn,
    /// To finish what was started.
    Finish,
}

#[derive(Debug)]
struct Inner {
    config: Config,
    family: Family,
    committer: Option<Committer>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    segment: Arc<Segment>,
    /// Bytes of the current segment.
    size: u64,
    /// Whether the segment ends in the middle of a line.
    torn: bool,
    /// Up to where the segment has its place on the disk; `None` where that cannot be had.
    reserved: Option<u64>,
    /// Records that could not be written yet.
    kept: Kept,
    /// Bytes of all other segments, when they were last counted.
    others: u64,
    /// Bytes written since then.
    since_count: u64,
    /// Records written; a sync covers all up to the number it saw.
    sequence: u64,
    problem: Option<Error>,
}

impl Inner {
    /// Writes a record and asks for its sync where that is promised.
    fn append(&self, line: &[u8], room: Room) -> Result<Ticket, Error> {
        let mut state = self.state();
        self.write_noted(&mut state, line, room)?;
        match &self.committer {
            None => Ok(Ticket::ready()),
            Some(committer) => Ok(committer.ticket(state.segment.clone(), state.sequence)),
        }
    }

    /// Writes a record, after those that are still to be written, and remembers how that went, for
    /// `health`. One of an execution that has started is kept for later when it cannot be written.
    fn write_noted(&self, state: &mut State, line: &[u8], room: Room) -> Result<(), Error> {
        let written = self.write_kept(state).and_then(|()| self.write(state, line, room));
        state.problem = written.as_ref().err().cloned();
        state.sequence += u64::from(written.is_ok());
        if written.is_err() && room != Room::Start {
            state.kept.keep(line);
        }
        written
    }

    fn write_kept(&self, state: &mut State) -> Result<(), Error> {
        while let Some(line) = state.kept.take() {
            if let Err(error) = self.write(state, &line, Room::Finish) {
                state.kept.put_back(line);
                return Err(error);
            }
            state.sequence += 1;
        }
        Ok(())
    }

    fn write(&self, state: &mut State, line: &[u8], room: Room) -> Result<(), Error> {
        let mut bytes = Vec::with_capacity(line.len() + 2);
        // A torn line is closed first, so that it spoils no other.
        if state.torn {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
        let length = bytes.len() as u64;
        self.make_room(state, length, room)?;
        let over = state.size > 0 && state.size + length > self.config.max_segment_bytes;
        // Looking costs more than writing: a segment that was deleted is noticed when an execution
        // starts or ends, not at each of its calls.
        let gone = room != Room::GoOn && !state.segment.is_linked();
        if over || gone {
            self.rotate(state)?;
            bytes = [line, b"\n"].concat();
        }
        if room == Room::Start {
            Self::reserve(state, length)?;
        }
        let path = || state.segment.path.clone();
        let written = match (&state.segment.file).write(&bytes) {
            Ok(written) => written,
            Err(source) => return Err(Error::Write { path: path(), source: source.into() }),
        };
        let error = (written < bytes.len()).then(|| Error::Torn {
            path: path(),
            written,
            length: bytes.len(),
        });
        if written > 0 {
            state.torn = error.is_some();
        }
        state.size += written as u64;
        state.since_count += written as u64;
        error.map_or(Ok(()), Err)
    }

    /// Sees to it that what is about to start finds room for its end. Nothing is reserved where the
    /// file system has no means to.
    fn reserve(state: &mut State, length: u64) -> Result<(), Error> {
        let needed = state.size + length + RESERVE;
        let Some(reserved) = state.reserved.filter(|&reserved| reserved < needed) else {
            return Ok(());
        };
        // More than is needed at first, so that few records pay for it.
        state.reserved = match state.segment.reserve(reserved, needed + RESERVE) {
            Ok(reserved) => reserved,
            Err(_) => state.segment.reserve(reserved, needed)?,
        };
        Ok(())
    }

    /// Refuses a record that would take all segments beyond their bound.
    fn make_room(&self, state: &mut State, length: u64, room: Room) -> Result<(), Error> {
        let max = match room {
            Room::Start => self.config.max_total_bytes,
            Room::GoOn | Room::Finish => {
                self.config.max_total_bytes + self.config.max_segment_bytes
            }
        };
        let is_over = |state: &State| state.others + state.size + length > max;
        if is_over(state) || state.since_count > RECOUNT_AFTER {
            state.others = self.family.total()?.saturating_sub(state.size);
            state.since_count = 0;
        }
        if !is_over(state) {
            return Ok(());
        }
        let total = state.others + state.size;
        Err(Error::Full { directory: self.family.directory.clone(), total, max })
    }

    /// Begins the next segment; what was written to the last one is synced where that is promised.
    fn rotate(&self, state: &mut State) -> Result<(), Error> {
        if let Some(committer) = &self.committer {
            let result = state.segment.sync();
            committer.settle(state.sequence, result.clone());
            result?;
        }
        let segment = self.family.create(Timestamp::now())?;
        if self.committer.is_some() {
            self.family.sync()?;
        }
        state.segment.give_back();
        state.segment = Arc::new(segment);
        state.size = 0;
        state.torn = false;
        state.reserved = state.reserved.map(|_| 0);
        state.others = self.family.total()?;
        state.since_count = 0;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    /// A process that ran nothing leaves no empty file behind.
    fn drop(&mut self) {
        let mut state = self.state();
        if !state.kept.is_empty() {
            // The last try. Each failure before it was reported.
            let _ = self.write_kept(&mut state);
        }
        state.segment.give_back();
        if state.size == 0 {
            // Nothing is lost when this fails.
            let _ = fs::remove_file(&state.segment.path);
        }
    }
}

#[cfg(test)]
mod tests;
