// The first module that Deno runs: it puts our bridge, console and ending around the program, says that
// all is ready, waits for the program, and runs it.
import { internal, native } from './internal.js';
import telling from './telling.js';
import requests from './requests.js';
import tools from './tools.js';
import result from './result.js';
import servers from './servers.js';
import decorators from './decorators.js';
import * as output from './output.js';
import * as modules from './modules.js';
import * as ending from './ending.js';
import { receiveStart, sendReady } from './wire.js';

for (const part of [telling, requests, tools]) part(native, internal);
// Tools that the host has named can be imported from then on.
const { ask } = internal.tools;
internal.tools.ask = (op, payload) => (payload.importable ? ask(op, payload).then(modules.makeAnswered) : ask(op, payload));
for (const part of [result, servers, decorators]) part(native, internal);
await import('./fetch.js');
await import('./world.js');
const { enter } = await import('./granted.js');
modules.begin();

// What most programs touch.
internal.warmUp();
await modules.warmUp('import "node:fs"; console.log; export default await 1;');

sendReady();
const { header, code } = receiveStart();
output.begin(header.limits.outputBytes);
ending.begin(header);
await enter(header.grants);

// Not awaited here: a program that never comes to its end is no part of ours.
modules.run(code, header).then(ending.settle, ending.fail);
