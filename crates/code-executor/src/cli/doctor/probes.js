// What a program that means harm would try first, as JavaScript in Deno can say it. The names are those of
// `worker`'s own attempts. Run as a program in the sandbox, with `TARGETS` and `NAME` ahead of it; its value
// says whether the attempt worked, and what it met. What no JavaScript can try is not here.

const nobody = () => Object.assign(new Error('nobody'), { code: 'ESRCH' });

/** Tries with each number that another process may have. */
async function firstThatWorks(attempt) {
  let last = nobody();
  for (let pid = 1; pid < 200; pid += 1) {
    if (pid === Deno.pid) continue;
    try {
      return await attempt(pid);
    } catch (error) {
      if (error.code !== 'ESRCH') last = error;
    }
  }
  throw last;
}

const ATTEMPTS = {
  'read-file': () => {
    if (Deno.readTextFileSync(TARGETS.file) !== 'canary') throw new Error('another file');
  },
  'write-file': () => Deno.writeTextFileSync(`${TARGETS.directory}/made`, 'made'),
  'connect-tcp': async () => (await Deno.connect({ hostname: '127.0.0.1', port: TARGETS.port })).close(),
  'abstract-socket': async () =>
    (await Deno.connect({ transport: 'unix', path: `\0${TARGETS.socket}` })).close(),
  'signal-parent': () => Deno.kill(Deno.ppid, 'SIGCONT'),
  'signal-host': () => Deno.kill(TARGETS.process, 'SIGCONT'),
  'exec': async () => {
    await new Deno.Command('/bin/true').output();
  },
  'open-memory': () => firstThatWorks((pid) => Deno.openSync(`/proc/${pid}/mem`).close()),
};

async function tried() {
  try {
    await ATTEMPTS[NAME]();
    return { reached: true, met: 'it worked' };
  } catch (error) {
    return { reached: false, met: String(error.code ?? error.name) };
  }
}

export default await tried();
