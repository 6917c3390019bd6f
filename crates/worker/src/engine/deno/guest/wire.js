// The conversation with init over standard input and output: frames of a header (payload length as a
// little-endian u32, kind as a byte, id as a u32) and a payload, as crates/wire has them. Input is only
// read on the spot, when something is there: for each answer a byte comes by a pipe of its own, the bell.
// That one is read while an answer is awaited, and not otherwise: an open read would keep the program
// from its end.
const OUTPUT = 2, DONE = 3, READY = 1, REQUEST = 16, START = 128, REPLY = 129;
const HEADER = 9;
const CHUNK = 64 * 1024;
// What a request may carry beside its operation.
const LARGEST_REQUEST = 16 * 1024 * 1024 + 64 * 1024;
const PARTS = 3;
const HOST_GONE = 72;
const BELL = '/program/.bell';

const { stdin, stdout } = Deno;
const readSync = stdin.readSync.bind(stdin);
const writeSync = stdout.writeSync.bind(stdout);
const exit = Deno.exit.bind(Deno);
const bell = Deno.openSync(BELL, { read: true });
const listen = bell.read.bind(bell);
Deno.removeSync(BELL);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
export const encode = encoder.encode.bind(encoder);
export const decode = decoder.decode.bind(decoder);

// Ends the process, and the program with it.
export const leave = exit;

function put(bytes) {
  for (let at = 0; at < bytes.length;) {
    const count = writeSync(at === 0 ? bytes : bytes.subarray(at));
    if (!(count > 0)) exit(HOST_GONE);
    at += count;
  }
}

function send(kind, id, parts) {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = length <= CHUNK;
  const head = new Uint8Array(whole ? HEADER + length : HEADER);
  const view = new DataView(head.buffer);
  view.setUint32(0, length, true);
  head[4] = kind;
  view.setUint32(5, id, true);
  let at = HEADER;
  if (whole) for (const part of parts) { head.set(part, at); at += part.length; }
  put(head);
  if (!whole) for (const part of parts) put(part);
}

// What came: a header as far as it is there, then the payload that it announced.
const chunk = new Uint8Array(CHUNK);
const head = new Uint8Array(HEADER);
let headFilled = 0;
let payload;
let filled = 0;
const frames = [];

function took(bytes) {
  let at = 0;
  while (at < bytes.length) {
    if (payload === undefined) {
      const count = Math.min(HEADER - headFilled, bytes.length - at);
      head.set(bytes.subarray(at, at + count), headFilled);
      headFilled += count;
      at += count;
      if (headFilled < HEADER) return;
      payload = new Uint8Array(new DataView(head.buffer).getUint32(0, true));
      filled = 0;
    }
    const count = Math.min(payload.length - filled, bytes.length - at);
    payload.set(bytes.subarray(at, at + count), filled);
    filled += count;
    at += count;
    finishFrame();
  }
}
function finishFrame() {
  if (payload === undefined || filled < payload.length) return;
  frames.push({ kind: head[4], id: new DataView(head.buffer).getUint32(5, true), payload });
  payload = undefined;
  headFilled = 0;
}

// The next bytes go straight into a payload that is large.
const isLarge = () => payload !== undefined && payload.length - filled >= CHUNK;
const room = () => (isLarge() ? payload.subarray(filled) : chunk);
function arrived(count, straight) {
  if (!(count > 0)) exit(HOST_GONE);
  if (!straight) { took(chunk.subarray(0, count)); return; }
  filled += count;
  finishFrame();
}
function frameNow() {
  while (frames.length === 0) {
    const straight = isLarge();
    arrived(readSync(room()), straight);
  }
  return frames.shift();
}

// An answer as the prelude takes it: its kind (0 JSON, 1 text, 2 an error, 3 a header and bytes), its
// text, and its bytes if it has any.
function opened(whole) {
  const kind = whole[whole.length - 1];
  const content = whole.subarray(0, whole.length - 1);
  if (kind !== PARTS) return [kind, decode(content)];
  const length = new DataView(content.buffer, content.byteOffset).getUint32(0, true);
  return [kind, decode(content.subarray(4, 4 + length)), content.subarray(4 + length)];
}

let nextId = 1;
let unanswered = 0;
let isListening = false;
// Answers that were rung for, and those that were read: some before their turn.
const rings = new Uint8Array(4096);
let rung = 0;
let taken = 0;
const early = [];
let deliver = () => false;

function replyNow() {
  const frame = frameNow();
  if (frame.kind !== REPLY) exit(HOST_GONE);
  taken++;
  return frame;
}

function pump() {
  if (isListening || unanswered === 0) return;
  isListening = true;
  listen(rings).then((count) => {
    isListening = false;
    if (!(count > 0)) exit(HOST_GONE);
    rung += count;
    while (taken < rung) early.push(replyNow());
    while (early.length > 0) {
      const frame = early.shift();
      unanswered--;
      deliver(frame.id, ...opened(frame.payload));
    }
    pump();
  }, () => exit(HOST_GONE));
}

function ask(op, parts) {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > LARGEST_REQUEST) {
    throw new RangeError(`the arguments are ${length >> 20} MiB of JSON, 16 MiB is the limit; send less`);
  }
  const id = nextId++;
  send(REQUEST, id, [Uint8Array.of(op), ...parts]);
  return id;
}
function begin(op, parts) {
  const id = ask(op, parts);
  unanswered++;
  pump();
  return id;
}
function withLength(header, bytes = new Uint8Array(0)) {
  const text = encode(header);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return [length, text, bytes];
}

// The answer on the spot. Others that come before it have to wait for their turn.
function waitFor(op, parts) {
  const id = ask(op, parts);
  for (;;) {
    const frame = replyNow();
    if (frame.id === id) return opened(frame.payload);
    early.push(frame);
  }
}

// What the prelude calls to reach the host.
export const requests = {
  request: (op, text) => begin(op, [encode(text)]),
  send: (op, header, bytes) => begin(op, withLength(header, bytes)),
  requestAndWait: (op, text) => waitFor(op, [encode(text)]),
  sendAndWait: (op, header, bytes) => waitFor(op, withLength(header, bytes)),
};
export const onReply = (function_) => { deliver = function_; };

export const sendReady = () => { send(READY, 0, []); };
export const sendDone = (json) => { send(DONE, 0, [encode(json)]); };
export const sendOutput = (bytes) => { send(OUTPUT, 0, [bytes]); };

// Waits for the program: what init says of it, and its text.
export function receiveStart() {
  const frame = frameNow();
  if (frame.kind !== START) exit(HOST_GONE);
  const { payload: whole } = frame;
  const length = new DataView(whole.buffer).getUint32(0, true);
  return { header: JSON.parse(decode(whole.subarray(4, 4 + length))), code: decode(whole.subarray(4 + length)) };
}

