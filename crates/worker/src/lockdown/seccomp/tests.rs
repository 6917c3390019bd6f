//! The filter, run by a small interpreter of the instructions it uses.

use super::*;

fn run(filter: &Filter, arch: u32, number: u32, argument_2: u32) -> u32 {
    let (mut pc, mut accumulator) = (0usize, 0u32);
    loop {
        let at = filter.0[pc];
        pc += 1;
        let jump = |taken: bool| usize::from(if taken { at.jt } else { at.jf });
        match at.code {
            LOAD => {
                accumulator = match at.k {
                    NUMBER => number,
                    ARCH => arch,
                    ARGUMENT_2 => argument_2,
                    other => panic!("loads offset {other}"),
                };
            }
            JUMP_EQ => pc += jump(accumulator == at.k),
            JUMP_GE => pc += jump(accumulator >= at.k),
            JUMP_SET => pc += jump(accumulator & at.k != 0),
            RETURN => return at.k,
            other => panic!("unknown instruction {other}"),
        }
    }
}

#[test]
fn exactly_the_listed_calls_pass() {
    let filter = Filter::quickjs();
    let mmap = u32::try_from(libc::SYS_mmap).unwrap();
    for number in 0..1000u32 {
        let listed = number == mmap || QUICKJS.contains(&i64::from(number));
        let wanted = if listed { ALLOW } else { KILL };
        assert_eq!(run(&filter, AUDIT_ARCH, number, 0), wanted, "call {number}");
        assert_eq!(run(&filter, 0x4000_0003, number, 0), KILL, "another architecture");
    }
    // The x32 range of x86-64.
    assert_eq!(run(&filter, AUDIT_ARCH, 0x4000_0000, 0), KILL);
}

#[test]
fn executable_memory_is_refused() {
    let filter = Filter::quickjs();
    let mmap = u32::try_from(libc::SYS_mmap).unwrap();
    let exec = libc::PROT_EXEC.unsigned_abs();
    let write = libc::PROT_WRITE.unsigned_abs();
    assert_eq!(run(&filter, AUDIT_ARCH, mmap, exec | write), KILL);
    assert_eq!(run(&filter, AUDIT_ARCH, mmap, write), ALLOW);
}
