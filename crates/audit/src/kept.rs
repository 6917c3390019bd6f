//! Records of executions that have started and could not be written: kept in memory until they can,
//! so that a disk that was full for a while leaves no gap.

use std::collections::VecDeque;

/// Bytes of records that are kept; what comes beyond is lost, and was reported as an error.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Lines that wait, in their order.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
}

impl Kept {
    /// Keeps a line for later, if there is room.
    pub(crate) fn keep(&mut self, line: &[u8]) {
        if self.bytes + line.len() <= MOST_BYTES {
            self.bytes += line.len();
            self.lines.push_back(line.to_vec());
        }
    }

    /// The line that is to be written next.
    pub(crate) fn take(&mut self) -> Option<Vec<u8>> {
        let line = self.lines.pop_front()?;
        self.bytes -= line.len();
        Some(line)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Puts a line back that could not be written this time either.
    pub(crate) fn put_back(&mut self, line: Vec<u8>) {
        self.bytes += line.len();
        self.lines.push_front(line);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}
