//! The system-call filter: a balanced tree over ranges of numbers, and one answer for the rest.
//!
//! Our own assembler because a linear filter, which the libraries make, is several times slower to
//! load and to pass (a child loads one per execution).

mod cpython;
mod deno;
mod quickjs;

use crate::sys::{Result, check};

#[cfg(target_arch = "x86_64")]
const AUDIT_ARCH: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const AUDIT_ARCH: u32 = 0xC000_00B7;

const KILL: u32 = libc::SECCOMP_RET_KILL_PROCESS;
const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;

const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
const AND: u16 = (libc::BPF_ALU | libc::BPF_AND | libc::BPF_K) as u16;
const JUMP: u16 = (libc::BPF_JMP | libc::BPF_JA) as u16;
const JUMP_EQ: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const JUMP_GE: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
const JUMP_SET: u16 = (libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K) as u16;
const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;

/// Offsets in `struct seccomp_data`.
const NUMBER: u32 = 0;
const ARCH: u32 = 4;

/// The offset of the low half of an argument (both architectures are little-endian).
const fn argument(index: u32) -> u32 {
    16 + index * 8
}

/// The answer that makes a call fail with this error.
const fn refuse(errno: i32) -> u32 {
    libc::SECCOMP_RET_ERRNO | errno.unsigned_abs()
}

/// What happens to one system call: instructions, every path of which ends in a return.
struct Rule {
    number: u32,
    body: Vec<libc::sock_filter>,
}

impl Rule {
    /// Always the same answer.
    fn always(number: i64, answer: u32) -> Self {
        Self::checked(number, vec![op(RETURN, answer, 0, 0)])
    }

    fn checked(number: i64, body: Vec<libc::sock_filter>) -> Self {
        Self { number: u32::try_from(number).unwrap_or(u32::MAX), body }
    }
}

/// An assembled filter, prepared once and loaded in every child.
pub struct Filter(Vec<libc::sock_filter>);

fn op(code: u16, k: u32, jt: u8, jf: u8) -> libc::sock_filter {
    libc::sock_filter { code, jt, jf, k }
}

impl Filter {
    /// The filter of a QuickJS child: kills for whatever it does not know.
    pub fn quickjs() -> Self {
        Self::assemble(quickjs::rules(), KILL)
    }

    /// The filter of a CPython child: refuses what it does not know, since libraries try calls to
    /// see whether they are there, and kills for what only an attack makes.
    pub fn cpython(own_root: bool) -> Self {
        Self::assemble(cpython::rules(own_root), refuse(libc::EPERM))
    }

    /// The filter of Deno: as for CPython, with memory that is written and run.
    pub fn deno() -> Self {
        Self::assemble(deno::rules(), refuse(libc::EPERM))
    }

    /// The filter of a Deno that installs packages, and of the process of ours that it asks: as for Deno,
    /// with connections.
    pub fn deno_installing() -> Self {
        Self::assemble(deno::installing_rules(), refuse(libc::EPERM))
    }

    /// The filter of the process above Deno: it reads, writes, waits and kills.
    pub fn deno_init() -> Self {
        Self::assemble(deno::init_rules(), KILL)
    }

    fn assemble(mut rules: Vec<Rule>, otherwise: u32) -> Self {
        rules.sort_by_key(|rule| rule.number);
        rules.dedup_by_key(|rule| rule.number);
        let mut program = vec![
            op(LOAD, ARCH, 0, 0),
            op(JUMP_EQ, AUDIT_ARCH, 1, 0),
            op(RETURN, KILL, 0, 0),
            op(LOAD, NUMBER, 0, 0),
        ];
        emit_tree(&mut program, &ranges(rules, otherwise));
        Self(program)
    }

    /// The instructions as the kernel reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * size_of::<libc::sock_filter>());
        for instruction in &self.0 {
            bytes.extend_from_slice(&instruction.code.to_ne_bytes());
            bytes.extend_from_slice(&[instruction.jt, instruction.jf]);
            bytes.extend_from_slice(&instruction.k.to_ne_bytes());
        }
        bytes
    }

    /// Loads the filter for good. Needs `no_new_privs`.
    pub fn load(&self) -> Result<()> {
        let program = libc::sock_fprog {
            len: u16::try_from(self.0.len()).unwrap_or(u16::MAX),
            filter: self.0.as_ptr().cast_mut(),
        };
        // SAFETY: the kernel copies `len` instructions; the vector lives through the call.
        check(unsafe {
            libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &program)
        })
        .map(drop)
    }
}

/// All numbers there are, in ranges that are treated alike; each rule gives where its range begins.
fn ranges(rules: Vec<Rule>, otherwise: u32) -> Vec<Rule> {
    let mut ranges: Vec<Rule> = Vec::with_capacity(rules.len() * 2);
    let mut next = 0;
    let gap = |number| Rule { number, body: vec![op(RETURN, otherwise, 0, 0)] };
    for rule in rules {
        if rule.number > next {
            ranges.push(gap(next));
        }
        next = rule.number.saturating_add(1);
        ranges.push(rule);
    }
    ranges.push(gap(next));
    ranges.dedup_by(|rule, before| is_same(&rule.body, &before.body));
    ranges
}

fn is_same(one: &[libc::sock_filter], other: &[libc::sock_filter]) -> bool {
    let parts = |at: &libc::sock_filter| (at.code, at.jt, at.jf, at.k);
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| parts(one) == parts(other))
}

/// Emits a balanced search over the ranges; every path ends in a return.
fn emit_tree(program: &mut Vec<libc::sock_filter>, ranges: &[Rule]) {
    if let [range] = ranges {
        program.extend(&range.body);
        return;
    }
    let (low, high) = ranges.split_at(ranges.len() / 2);
    let (Some(first), false) = (high.first(), low.is_empty()) else { return };
    let mut left = Vec::new();
    emit_tree(&mut left, low);
    match u8::try_from(left.len()) {
        Ok(skip) => program.push(op(JUMP_GE, first.number, skip, 0)),
        // Farther than a conditional jump reaches.
        Err(_) => {
            program.push(op(JUMP_GE, first.number, 0, 1));
            program.push(op(JUMP, u32::try_from(left.len()).unwrap_or(u32::MAX), 0, 0));
        }
    }
    program.extend(left);
    emit_tree(program, high);
}

#[cfg(test)]
mod tests;
