// process: what programs for Node look at. Nothing of the host's is in it: no environment, no
// arguments, no other processes.
(function (native, internal) {
  'use strict';
  const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } } = internal.part('node_codes');
  const { validateFunction, validateString } = internal.part('node_codes');
  const { unsupported } = internal;
  const VERSION = '22.23.3';

  const process = Object.create(Object.create(Object.prototype, {
    [Symbol.toStringTag]: { value: 'process', configurable: true },
    constructor: { value: { process: function process() {} }.process, writable: true, configurable: true },
  }));

  // Events. Most programs want none.
  let emitter;
  const events = () => (emitter ??= new (internal.nodeModule('node:events'))());
  for (const name of [
    'on', 'addListener', 'once', 'prependListener', 'prependOnceListener', 'off', 'removeListener', 'removeAllListeners', 'setMaxListeners', 'getMaxListeners',
    'emit', 'listeners', 'rawListeners', 'listenerCount', 'eventNames',
  ]) {
    Object.defineProperty(process, name, { value: { [name](...args) {
      native.wantHooks();
      const given = events()[name](...args);
      return given === emitter ? process : given;
    } }[name], writable: true, configurable: true, enumerable: true });
  }
  const heard = (name, ...args) => emitter !== undefined && emitter.emit(name, ...args);

  // Ticks: before the jobs of promises, once what runs has come to its end.
  let ticks = [];
  process.nextTick = function nextTick(callback, ...args) {
    validateFunction(callback, 'callback');
    if (ticks.length === 0) native.wantTicks();
    ticks.push([callback, args, internal.asyncContext?.()]);
  };
  internal.runTicks = function () {
    while (ticks.length > 0) {
      const now = ticks;
      ticks = [];
      for (let at = 0; at < now.length; at++) {
        const [callback, args, context] = now[at];
        try {
          if (context === undefined) callback(...args);
          else internal.inAsyncContext(context, callback, undefined, args);
        } catch (error) {
          ticks = [...now.slice(at + 1), ...ticks];
          if (ticks.length > 0) native.wantTicks();
          throw error;
        }
      }
    }
  };

  // A program of a session leaves nothing to the next.
  internal.atEnd?.(() => { ticks = []; leaving = false; exitCode = undefined; emitter = undefined; });

  // The end. Leaving throws what no program can catch.
  let exitCode;
  const codeOf = (code) => {
    if (code === undefined || code === null) return undefined;
    const number = typeof code === 'string' && /^\s*-?\d+\s*$/.test(code) ? Number(code) : code;
    if (typeof number !== 'number') throw new ERR_INVALID_ARG_TYPE('code', 'number', code);
    if (!Number.isInteger(number)) throw new ERR_OUT_OF_RANGE('code', 'an integer', code);
    return number;
  };
  Object.defineProperty(process, 'exitCode', {
    get: () => exitCode,
    set(code) { exitCode = codeOf(code); native.wantHooks(); },
    enumerable: true, configurable: false,
  });
  let leaving = false;
  process.exit = function exit(code) {
    if (code !== undefined) exitCode = codeOf(code);
    if (!leaving) {
      leaving = true;
      heard('exit', exitCode ?? 0);
    }
    native.exit((exitCode ?? 0) & 255);
  };
  process.reallyExit = (code) => { native.exit((code ?? 0) & 255); };
  process.abort = () => { native.exit(134); };
  // What the event loop asks when nothing is left to do: whether there is more after all.
  let before = -1;
  internal.ending = function (rounds) {
    if (before !== rounds) {
      before = rounds;
      if (heard('beforeExit', exitCode ?? 0)) return true;
    }
    if (!leaving) {
      leaving = true;
      heard('exit', exitCode ?? 0);
    }
    if (exitCode) native.endWith(exitCode & 255);
    return false;
  };
  // Whether the program itself takes what nobody caught.
  internal.uncaught = function (reason, kind, promise) {
    if (emitter === undefined || leaving) return false;
    if (kind === 'unhandledRejection' && emitter.listenerCount(kind) > 0) { emitter.emit(kind, reason, promise); return true; }
    if (emitter.listenerCount('uncaughtException') > 0) {
      heard('uncaughtExceptionMonitor', reason, kind);
      emitter.emit('uncaughtException', reason, kind);
      return true;
    }
    leaving = true;
    heard('exit', 1);
    return false;
  };

  process.emitWarning = function emitWarning(warning, type, code) {
    if (typeof type === 'object' && type !== null) ({ type, code } = type);
    const error = warning instanceof Error ? warning : Object.assign(new Error(`${warning}`), { name: type ?? 'Warning', ...(typeof code === 'string' ? { code } : {}) });
    process.nextTick(() => {
      if (!heard('warning', error)) internal.print(`(node:1) ${typeof error.code === 'string' ? `[${error.code}] ` : ''}${error.name}: ${error.message}\n`);
    });
  };

  // Time.
  const BEGAN = 1000n * 1_000_000_000n;
  const nanoseconds = () => BEGAN + BigInt(Math.round(native.now() * 1e6));
  process.hrtime = function hrtime(since) {
    const now = nanoseconds();
    const [seconds, rest] = [Number(now / 1_000_000_000n), Number(now % 1_000_000_000n)];
    if (since === undefined) return [seconds, rest];
    if (!Array.isArray(since)) throw new ERR_INVALID_ARG_TYPE('time', 'Array', since);
    if (since.length !== 2) throw new ERR_OUT_OF_RANGE('time', 2, since.length);
    const borrow = rest < since[1];
    return [seconds - since[0] - (borrow ? 1 : 0), rest - since[1] + (borrow ? 1e9 : 0)];
  };
  process.hrtime.bigint = nanoseconds;
  process.uptime = () => native.now() / 1000;

  // The machine, as far as a program may know it.
  process.memoryUsage = function memoryUsage() {
    const [used] = native.memory();
    return { rss: used + 8_000_000, heapTotal: used, heapUsed: used, external: 0, arrayBuffers: 0 };
  };
  process.memoryUsage.rss = () => process.memoryUsage().rss;
  process.constrainedMemory = () => native.memory()[1];
  process.availableMemory = () => Math.max(0, native.memory()[1] - native.memory()[0]);
  process.cpuUsage = function cpuUsage(since) {
    const user = Math.round(native.now() * 1000);
    return { user: user - (since?.user ?? 0), system: 0 - (since?.system ?? 0) };
  };
  process.resourceUsage = () => ({ userCPUTime: Math.round(native.now() * 1000), systemCPUTime: 0, maxRSS: Math.round(native.memory()[0] / 1024) });
  process.cwd = () => native.workingDirectory() ?? '/';
  process.umask = () => 0o22;
  for (const name of ['getuid', 'geteuid', 'getgid', 'getegid']) process[name] = { [name]: () => 1000 }[name];
  process.getgroups = () => [1000];
  for (const [name, advice] of [
    ['chdir', 'the working directory is that of permissions.cwd; use absolute paths'], ['kill', 'a program sees no other processes'],
    ['dlopen', 'no native code is loaded'], ['binding', 'use the modules of Node'], ['setuid', 'users stay as they are'], ['setgid', 'users stay as they are'],
    ['loadEnvFile', 'there is no environment; read the file with node:fs and util.parseEnv'],
  ]) process[name] = { [name]() { throw unsupported(`process.${name}`, advice); } }[name];
  process.getBuiltinModule = (name) => { validateString(name, 'id'); return internal.nodeModule(name) ?? internal.nodeModule(`node:${name}`); };

  // Variables are text, as in a real environment, and live as long as the program.
  process.env = new Proxy({}, {
    set(target, name, value) {
      if (typeof name === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
      target[name] = `${value}`;
      return true;
    },
    defineProperty(target, name, property) {
      if (!('value' in property)) throw new ERR_INVALID_ARG_VALUE('value', property, "'process.env' does not accept an accessor (getter/setter) descriptor");
      target[name] = `${property.value}`;
      return true;
    },
  });
  Object.assign(process, {
    title: 'node', version: `v${VERSION}`, arch: native.architecture, platform: 'linux', pid: 1, ppid: 0, argv: ['/usr/bin/node', '/program.ts'], argv0: 'node', execArgv: [],
    execPath: '/usr/bin/node', debugPort: 9229, exiting: false,
    versions: { node: VERSION, v8: '12.4.254.21-node.33', uv: '1.51.0', zlib: '1.3.1', modules: '127', quickjs: 'ng', unicode: '16.0' },
    release: { name: 'node', lts: 'Jod' },
    features: { inspector: false, debug: false, uv: true, ipv6: true, tls_alpn: true, tls_sni: true, tls_ocsp: true, tls: true, typescript: 'transform' },
    config: { target_defaults: {}, variables: {} }, allowedNodeEnvironmentFlags: new Set(), noDeprecation: false, throwDeprecation: false, traceDeprecation: false,
  });

  // Streams: all output is one.
  internal.print = (text) => native.write(internal.clean(text));
  const standard = {
    stdin() {
      const { Readable } = internal.nodeModule('node:stream');
      const stdin = new Readable({ read() { this.push(null); } });
      return Object.assign(stdin, { fd: 0, setRawMode() { return stdin; } });
    },
    stdout: () => output(1), stderr: () => output(2),
  };
  function output(fd) {
    const { Writable } = internal.nodeModule('node:stream');
    const stream = new Writable({
      decodeStrings: false,
      write(chunk, encoding, done) {
        internal.print(typeof chunk === 'string' ? chunk : internal.textOf(chunk));
        done();
      },
      // It outlives whoever ends it.
      destroy(error, done) { done(error); },
    });
    return Object.assign(stream, { fd, _type: 'pipe', hasColors: () => false, getColorDepth: () => 1, getWindowSize: undefined });
  }
  for (const [name, make] of Object.entries(standard)) {
    let made;
    Object.defineProperty(process, name, { get: () => (made ??= make()), set(value) { made = value; }, enumerable: true, configurable: true });
  }
  return process;
})
