// What a program is granted of the machine's files, as far as it is for the guest to do.
import { refresh } from './modules.js';

// Goes to the directory that the program was granted to work in, and has what it writes reach the host.
export async function enter(grants) {
  if (grants?.cwd) try { Deno.chdir(grants.cwd); } catch { /* the program meets it when it looks */ }
  if (!(grants?.write?.length > 0)) return;
  const { install } = await import('./writing.js');
  install(grants);
  refresh();
}
