// node:os: a plausible machine. Nothing of the host's is told.
(function (native, internal) {
  'use strict';
  const KERNEL = '6.1.0';
  const GIB = 1024 ** 3;
  const cpu = () => ({ model: 'cpu', speed: 2000, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } });
  const signals = Object.fromEntries([
    'HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM', 'TERM', 'STKFLT', 'CHLD', 'CONT', 'STOP', 'TSTP',
    'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF', 'WINCH', 'IO', 'PWR', 'SYS',
  ].map((name, at) => [`SIG${name}`, at + 1]));
  const errno = Object.fromEntries(internal.systemErrors());
  const limit = () => native.memory()[1];
  const os = {
    EOL: '\n', devNull: '/dev/null', constants: { signals, errno, priority: { PRIORITY_LOW: 19, PRIORITY_BELOW_NORMAL: 10, PRIORITY_NORMAL: 0, PRIORITY_ABOVE_NORMAL: -7, PRIORITY_HIGH: -14, PRIORITY_HIGHEST: -20 }, UV_UDP_REUSEADDR: 4, dlopen: {} },
    arch: () => native.architecture, platform: () => 'linux', type: () => 'Linux', release: () => KERNEL, version: () => '#1 SMP', machine: () => (native.architecture === 'x64' ? 'x86_64' : 'aarch64'),
    hostname: () => 'localhost', homedir: () => '/home/user', tmpdir: () => '/tmp', endianness: () => 'LE', availableParallelism: () => 1, cpus: () => [cpu()],
    totalmem: () => limit() || 4 * GIB, freemem: () => Math.max(0, (limit() || 4 * GIB) - native.memory()[0]), uptime: () => Math.floor(native.now() / 1000) + 1000, loadavg: () => [0, 0, 0],
    networkInterfaces: () => ({}), getPriority: () => 0, setPriority() {},
    userInfo: () => ({ uid: 1000, gid: 1000, username: 'user', homedir: '/home/user', shell: '/bin/sh' }),
  };
  for (const name of ['arch', 'platform', 'type', 'release', 'hostname', 'homedir', 'tmpdir', 'endianness', 'totalmem', 'freemem', 'uptime']) {
    os[name][Symbol.toPrimitive] = () => os[name]();
  }
  return os;
})
