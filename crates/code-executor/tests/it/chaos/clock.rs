//! A wall clock that can be set, for one process: `clock_gettime` of a library that is loaded before
//! the system's. The machine's own clock is everybody's and stays as it is.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use testkit::Workspace;

/// Adds what stands in a file to the wall clock. The file is mapped, so that a jump needs no call.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile long long *offset;

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("CHAOS_CLOCK");
    int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *at = mmap(0, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) offset = at;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && offset && clock == CLOCK_REALTIME) time->tv_sec += *offset;
    return result;
}

int gettimeofday(struct timeval *time, void *zone) {
    struct timespec now;
    (void) zone;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}
"#;

/// A clock that can be set.
pub struct Clock {
    library: PathBuf,
    file: PathBuf,
}

impl Clock {
    /// Builds the library in a workspace.
    pub fn build(workspace: &Workspace) -> Self {
        let source = workspace.write("clock.c", SHIM);
        let library = workspace.path("clock.so");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source);
        let status = compiler.stdin(Stdio::null()).status().expect("a C compiler");
        assert!(status.success(), "the library does not build");
        let clock = Self { library, file: workspace.write("clock", 0_i64.to_ne_bytes()) };
        assert!(fs::metadata(&clock.library).is_ok());
        clock
    }

    /// Puts a process that is to be started under this clock.
    pub fn for_process(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.library).env("CHAOS_CLOCK", &self.file);
    }

    /// Sets the clock this many seconds off.
    pub fn jump(&self, seconds: i64) {
        // Not made anew: the file is mapped.
        let file = fs::OpenOptions::new().write(true).open(&self.file).expect("the clock");
        std::os::unix::fs::FileExt::write_all_at(&file, &seconds.to_ne_bytes(), 0)
            .expect("the clock can be set");
    }
}
