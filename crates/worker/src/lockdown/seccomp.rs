//! The system-call filter: a balanced tree over the allowed numbers, everything else kills.
//!
//! Our own assembler because a linear filter, which the libraries make, is several times slower to
//! load and to pass (a child loads one per execution).

use crate::sys::{Result, check};

/// What a QuickJS child may ask of the kernel. Measured on the engine, then widened by what the
/// C library uses on the same paths.
const QUICKJS: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_ppoll,
    libc::SYS_brk,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];

#[cfg(target_arch = "x86_64")]
const AUDIT_ARCH: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const AUDIT_ARCH: u32 = 0xC000_00B7;

const KILL: u32 = libc::SECCOMP_RET_KILL_PROCESS;
const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;

const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
const JUMP_EQ: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const JUMP_GE: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
const JUMP_SET: u16 = (libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K) as u16;
const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;

/// Offsets in `struct seccomp_data`.
const NUMBER: u32 = 0;
const ARCH: u32 = 4;
/// The low half of the third argument (both architectures are little-endian).
const ARGUMENT_2: u32 = 16 + 2 * 8;

/// An assembled filter, prepared once and loaded in every child.
pub struct Filter(Vec<libc::sock_filter>);

fn op(code: u16, k: u32, jt: u8, jf: u8) -> libc::sock_filter {
    libc::sock_filter { code, jt, jf, k }
}

impl Filter {
    /// The filter of a QuickJS child.
    pub fn quickjs() -> Self {
        let mut allowed: Vec<u32> =
            QUICKJS.iter().filter_map(|&number| u32::try_from(number).ok()).collect();
        allowed.sort_unstable();
        allowed.dedup();
        let mut program = vec![
            op(LOAD, ARCH, 0, 0),
            op(JUMP_EQ, AUDIT_ARCH, 1, 0),
            op(RETURN, KILL, 0, 0),
            op(LOAD, NUMBER, 0, 0),
        ];
        program.extend(mmap_without_exec());
        emit_tree(&mut program, &allowed);
        Self(program)
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

/// `mmap` is allowed unless it asks for executable memory. Leaves the number loaded.
fn mmap_without_exec() -> [libc::sock_filter; 5] {
    let mmap = u32::try_from(libc::SYS_mmap).unwrap_or(u32::MAX);
    let exec = libc::PROT_EXEC.unsigned_abs();
    [
        op(JUMP_EQ, mmap, 0, 4),
        op(LOAD, ARGUMENT_2, 0, 0),
        op(JUMP_SET, exec, 0, 1),
        op(RETURN, KILL, 0, 0),
        op(RETURN, ALLOW, 0, 0),
    ]
}

/// Emits a balanced search over the sorted numbers; every path ends in a return.
fn emit_tree(program: &mut Vec<libc::sock_filter>, numbers: &[u32]) {
    match numbers {
        [] => program.push(op(RETURN, KILL, 0, 0)),
        [number] => {
            program.push(op(JUMP_EQ, *number, 0, 1));
            program.push(op(RETURN, ALLOW, 0, 0));
            program.push(op(RETURN, KILL, 0, 0));
        }
        _ => {
            let (low, high) = numbers.split_at(numbers.len() / 2);
            let mut left = Vec::new();
            emit_tree(&mut left, low);
            // A tree of this few numbers is far shorter than the 255 instructions a jump reaches.
            let skip = u8::try_from(left.len()).unwrap_or(u8::MAX);
            program.push(op(JUMP_GE, high[0], skip, 0));
            program.extend(left);
            emit_tree(program, high);
        }
    }
}

#[cfg(test)]
mod tests;
