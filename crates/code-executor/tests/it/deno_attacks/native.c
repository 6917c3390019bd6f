// What an attacker is who has taken over all of V8: any code, in Deno's place and with what Deno has. The
// program it is sent says what to try, as `try:<name>;`. It tells each thing it did as ESCAPED, each that
// was refused as BLOCKED.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define READY 1
#define OUTPUT 2
#define DONE 3
#define STEP (16ul << 20)
// What a program that is not held comes to: far above its memory.
#define MUCH (3ul << 30)

static volatile size_t taken;
static char order[1 << 20], noise[1 << 16];

static void put(const void *bytes, size_t count) {
  for (const char *at = bytes; count > 0;) {
    ssize_t done = write(1, at, count);
    if (done <= 0) _exit(9);
    at += done, count -= done;
  }
}
static void get(void *bytes, size_t count) {
  for (char *at = bytes; count > 0;) {
    ssize_t done = read(0, at, count);
    if (done <= 0) _exit(8);
    at += done, count -= done;
  }
}
static void frame(int kind, const char *payload) {
  uint32_t length = strlen(payload), id = 0;
  unsigned char head[9];
  memcpy(head, &length, 4), head[4] = kind, memcpy(head + 5, &id, 4);
  put(head, 9), put(payload, length);
}
static void done(void) { frame(DONE, "{}"), pause(); }
static int is(const char *name) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "try:%s;", name);
  return strstr(order, wanted) != NULL;
}

// Tells how something went that must not go.
static void told(const char *what, long value) {
  char text[256];
  if (value < 0) snprintf(text, sizeof text, "BLOCKED:%s:%s\n", what, strerror(errno));
  else snprintf(text, sizeof text, "ESCAPED:%s:%ld\n", what, value);
  frame(OUTPUT, text);
}
#define ATTEMPT(call) (errno = 0, told(#call, (long)(call)))

// Takes memory, and takes it out of the account of what can be written to.
static void take_all(void) {
  while (taken < MUCH) {
    char *block = mmap(0, STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return;
    memset(block, 1, STEP), mprotect(block, STEP, PROT_READ), taken += STEP;
  }
}
static void *take_and_tell(void *unused) {
  take_all();
  if (taken >= MUCH) frame(OUTPUT, "ESCAPED:memory\n");
  done();
  return unused;
}
static void *take(void *unused) { return take_all(), unused; }
static void *wait_for_ever(void *unused) { for (;;) pause(); return unused; }

static void reach_out(void) {
  struct utsname name;
  struct rlimit limit = { 1 << 30, 1 << 30 };
  for (int fd = 3; fd < 1024; fd++)
    if (fcntl(fd, F_GETFD) >= 0) told("an open descriptor", fd);
  if (uname(&name) != 0 || strcmp(name.nodename, "localhost") != 0) told("the name of the host", 0);
  if (open("/proc/1/environ", O_RDONLY) >= 0) told("/proc", 0);
  ATTEMPT(open("/x", O_CREAT | O_RDWR, 0700));
  ATTEMPT(open("/bin/x", O_CREAT | O_RDWR, 0700));
  ATTEMPT(open("/guest/boot.js", O_RDWR));
  ATTEMPT(open("/bin/deno", O_RDWR));
  ATTEMPT(chmod("/bin/deno", 0777));
  ATTEMPT(mkfifo("/tmp/pipe", 0700));
  ATTEMPT(link("/bin/deno", "/tmp/deno"));
  ATTEMPT(symlink("/", "/guest/x"));
  int own = open("/tmp/own", O_CREAT | O_RDWR, 0700);
  if (own < 0 || write(own, "#!/bin/deno\n", 12) != 12) told("no scratch", 0);
  close(own);
  ATTEMPT(execl("/tmp/own", "own", NULL));
  ATTEMPT(mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, own = open("/tmp/own", O_RDWR), 0));
  close(own);
  ATTEMPT(socket(AF_INET, SOCK_STREAM, 0));
  ATTEMPT(socket(AF_INET6, SOCK_DGRAM, 0));
  ATTEMPT(socket(AF_UNIX, SOCK_STREAM, 0));
  ATTEMPT(socket(AF_NETLINK, SOCK_RAW, 0));
  ATTEMPT(socket(AF_VSOCK, SOCK_STREAM, 0));
  ATTEMPT(syscall(SYS_tgkill, 1, 1, SIGKILL));
  ATTEMPT(syscall(SYS_tgkill, 1, 1, SIGCHLD));
  ATTEMPT(kill(-1, SIGKILL));
  ATTEMPT(fork());
  ATTEMPT(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
  ATTEMPT(syscall(SYS_memfd_create, "x", 0));
  ATTEMPT(syscall(SYS_shmget, 0, 4096, 01700));
  ATTEMPT(mmap(0, 4096, PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ATTEMPT(mmap(0, 2 << 20, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0));
  ATTEMPT(setrlimit(RLIMIT_DATA, &limit));
  ATTEMPT(setpriority(PRIO_PROCESS, 0, -1));
  ATTEMPT(fcntl(0, F_SETOWN, 1));
}

static void start_threads(void) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes), pthread_attr_setstacksize(&attributes, 64 << 10);
  pthread_t thread;
  int count = 0;
  while (count < 5000 && pthread_create(&thread, &attributes, wait_for_ever, NULL) == 0) count++;
  if (count >= 64) told("threads", count);
}

// Writes into a pipe with a name, which whoever may only read must not be able to.
static void write_into(const char *path) {
  int fd = open(path, O_RDWR | O_NONBLOCK);
  if (fd < 0) fd = open(path, O_WRONLY | O_NONBLOCK);
  told("writing into a pipe", fd < 0 ? -1 : write(fd, "x", 1));
  const char *own = getenv("TMPDIR");
  char file[256];
  snprintf(file, sizeof file, "%s/x", own == NULL ? "" : own);
  if (open(file, O_CREAT | O_RDWR, 0600) < 0) told("no scratch", 0);
}

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "--version") == 0) return puts("deno 2.9.0 (native)"), 0;
  signal(SIGPIPE, SIG_IGN);
  frame(READY, "");
  unsigned char head[9];
  uint32_t length;
  get(head, 9), memcpy(&length, head, 4);
  if (length >= sizeof order) return 7;
  get(order, length);
  // The length of what comes before the program may hold zeros; so may nothing else.
  memmove(order, order + 4, sizeof order - 4);
  pthread_t thread;
  if (is("reach out")) reach_out();
  if (is("threads")) start_threads();
  if (is("pipe")) {
    char *path = strstr(order, "path:") + 5;
    *strchr(path, ';') = 0, write_into(path);
  }
  if (is("take")) take_and_tell(NULL);
  // The kernel tells of a process's memory by its first thread.
  if (is("take unseen")) pthread_create(&thread, 0, take_and_tell, NULL), syscall(SYS_exit, 0);
  if (is("take and talk")) {
    pthread_create(&thread, 0, take, NULL);
    while (taken < MUCH) frame(OUTPUT, "x");
    frame(OUTPUT, "ESCAPED:memory\n");
  }
  if (is("take and complain")) {
    pthread_create(&thread, 0, take_and_tell, NULL);
    for (;;) if (write(2, noise, sizeof noise) < 0) pause();
  }
  if (is("tables")) {
    // A page that is only read is everybody's; the table by which it is found is not.
    for (int at = 0; at < 1024; at++) {
      char *block = mmap(0, 1ul << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (block == MAP_FAILED) break;
      madvise(block, 1ul << 30, MADV_NOHUGEPAGE);
      for (size_t page = 0; page < 1ul << 30; page += 2 << 20) (void)((volatile char *)block)[page];
    }
    frame(OUTPUT, "ESCAPED:memory\n");
  }
  if (is("stop")) syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGSTOP);
  if (is("close")) for (close(0), close(1), close(2);;) pause();
  if (is("shut")) for (shutdown(0, SHUT_RDWR);;) pause();
  if (is("crash")) abort();
  if (is("be ready again")) for (frame(READY, "");;) pause();
  if (is("end twice")) for (frame(DONE, "{}"), frame(DONE, "{}");;) pause();
  if (is("babble")) for (;;) put(noise, sizeof noise);
  done();
}
