//! What a program called: every call counted, the last hundred kept one by one.

use std::collections::VecDeque;
use std::time::Instant;

use types::{CallRecord, CallStatus, ToolCallSummary};

/// Calls kept one by one; older ones are only counted.
const KEPT: usize = 100;

/// Tools told apart; calls of further ones are counted together.
const TOOLS: usize = 1_000;

/// What stands for the tools beyond `TOOLS`.
const OTHERS: &str = "(others)";

/// The longest tool name kept, in bytes.
const NAME: usize = 128;

impl CallNumber {
    /// Which call it is, counted from 1.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// The calls of one execution.
#[derive(Debug, Default)]
pub struct Ledger {
    summary: Vec<ToolCallSummary>,
    entries: VecDeque<Entry>,
    begun: u64,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    began: Instant,
    record: CallRecord,
}

/// A call that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallNumber(u64, usize);

impl Ledger {
    /// Notes that a call begins.
    pub fn begin(&mut self, tool: &str, arguments_hash: &str) -> CallNumber {
        let tool = name(tool);
        let row = self.row_of(tool);
        self.summary[row].count += 1;
        self.begun += 1;
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry {
            number: self.begun,
            began: Instant::now(),
            record: CallRecord {
                tool: tool.to_owned(),
                arguments_hash: arguments_hash.to_owned(),
                duration_ms: 0.0,
                status: CallStatus::Unfinished,
            },
        });
        CallNumber(self.begun, row)
    }

    /// Notes how a call ended.
    pub fn end(&mut self, call: CallNumber, status: CallStatus, duration_ms: f64) {
        let CallNumber(number, row) = call;
        if let Some(row) = self.summary.get_mut(row) {
            row.total_ms += duration_ms;
            row.errors += u64::from(status != CallStatus::Ok);
        }
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.number == number) {
            entry.record.status = status;
            entry.record.duration_ms = duration_ms;
        }
    }

    /// Notes a call that the end of the execution cut short.
    pub fn abandon(&mut self, call: CallNumber, duration_ms: f64) {
        self.end(call, CallStatus::Unfinished, duration_ms);
    }

    /// The tools called, each once, in order of first call.
    pub fn tools(&self) -> Vec<String> {
        self.summary.iter().map(|row| row.tool.clone()).collect()
    }

    /// Calls per tool, in order of first call.
    pub fn summary(&self) -> Vec<ToolCallSummary> {
        self.summary.clone()
    }

    /// The last calls one by one.
    pub fn records(&self) -> Vec<CallRecord> {
        let told = |entry: &Entry| {
            let mut record = entry.record.clone();
            if record.status == CallStatus::Unfinished {
                record.duration_ms = millis(entry.began);
            }
            record
        };
        self.entries.iter().map(told).collect()
    }

    fn row_of(&mut self, tool: &str) -> usize {
        let find = |rows: &[ToolCallSummary], name| rows.iter().position(|row| row.tool == name);
        let name = if self.summary.len() < TOOLS { tool } else { OTHERS };
        if let Some(row) = find(&self.summary, tool).or_else(|| find(&self.summary, name)) {
            return row;
        }
        let tool = name.to_owned();
        self.summary.push(ToolCallSummary { tool, count: 0, errors: 0, total_ms: 0.0 });
        self.summary.len() - 1
    }
}

/// As much of a tool's name as is kept.
pub fn name(tool: &str) -> &str {
    &tool[..tool.floor_char_boundary(NAME.min(tool.len()))]
}

/// Milliseconds since then, to the microsecond.
pub fn millis(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_summed_per_tool_in_order_of_first_call() {
        let mut ledger = Ledger::default();
        let first = ledger.begin("b", "h1");
        let second = ledger.begin("a", "h2");
        let third = ledger.begin("b", "h3");
        ledger.end(second, CallStatus::Ok, 2.0);
        ledger.end(first, CallStatus::Error, 1.0);
        ledger.abandon(third, 4.0);
        assert_eq!(ledger.tools(), ["b", "a"]);
        let rows: Vec<_> = ledger.summary().into_iter().map(|r| (r.count, r.errors)).collect();
        assert_eq!(rows, [(2, 2), (1, 0)]);
        assert_eq!(ledger.summary()[0].total_ms, 5.0);
        let statuses: Vec<_> = ledger.records().into_iter().map(|r| r.status).collect();
        assert_eq!(statuses, [CallStatus::Error, CallStatus::Ok, CallStatus::Unfinished]);
    }

    #[test]
    fn a_flood_of_names_stays_bounded() {
        let mut ledger = Ledger::default();
        for number in 0..5_000 {
            let call = ledger.begin(&format!("tool{number}"), "h");
            ledger.end(call, CallStatus::Refused, 0.0);
        }
        assert_eq!(ledger.summary().len(), TOOLS + 1);
        assert_eq!(ledger.records().len(), KEPT);
        let counted: u64 = ledger.summary().iter().map(|row| row.count).sum();
        assert_eq!(counted, 5_000);
    }
}
