// fetch: a request is the host's to send, under the grant that the host knows. What asks and what
// answers are Deno's own.
import { internal, native } from './internal.js';

const FETCH = 6, CANCEL = 7;
const LARGEST = 16 << 20;
const EMPTY = new Set([101, 204, 205, 304]);
const { Request, Response } = globalThis;
const { stringify } = JSON;
const original = globalThis.fetch;

// Such as `fetch failed: example.com:443 is not granted; ask for it in permissions.net (EgressDenied)`.
function told(failure, from) {
  if (!(failure instanceof internal.Failure)) return failure;
  const { code, message } = failure;
  const cause = Object.assign(new Error(message), { code });
  internal.toldAlready.add(cause);
  return internal.placed(new TypeError(`fetch failed: ${message} (${code})`, { cause }), from);
}

const immutable = () => { throw new TypeError('Cannot change headers: headers are immutable'); };
// Makes a response one of the network: what its class cannot be told is put on it.
function dressed(response, { url, redirected }) {
  const { clone, headers } = response;
  const own = { url, redirected, type: 'basic', clone() { return dressed(clone.call(response), { url, redirected }); } };
  for (const [name, value] of Object.entries(own)) Object.defineProperty(response, name, { value, configurable: true });
  for (const name of ['append', 'delete', 'set']) Object.defineProperty(headers, name, { value: immutable, configurable: true });
  return response;
}
function answered(request, { head, bytes }) {
  const { status, statusText, headers } = head;
  const empty = request.method === 'HEAD' || EMPTY.has(status);
  return dressed(new Response(empty ? null : bytes, { status, statusText, headers }), head);
}

function send(request, body, from, resolve, reject) {
  const { signal } = request;
  signal.throwIfAborted();
  if (body !== undefined && body.length > LARGEST) {
    throw told(new internal.Failure({ code: 'EgressTooLarge', message: `the request's body is larger than the limit of ${LARGEST} bytes` }), from);
  }
  const header = { url: request.url, method: request.method, headers: [...request.headers], redirect: request.redirect };
  const onAbort = () => {
    internal.forget(id);
    // Its answer says nothing.
    native.request(CANCEL, stringify({ id }));
    reject(signal.reason);
  };
  const done = () => { signal.removeEventListener('abort', onAbort); };
  const id = internal.send(FETCH, header, body, (answer) => {
    done();
    try { resolve(answered(request, answer)); } catch (error) { reject(error); }
  }, (failure) => {
    done();
    reject(told(failure, from));
  });
  signal.addEventListener('abort', onAbort, { once: true });
}

// Requests are sent whole.
async function contentOf(request) {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (cause) {
    request.signal.throwIfAborted();
    throw new TypeError('fetch failed', { cause });
  }
}

async function start(input, init, from) {
  const request = new Request(input, init);
  // What needs no network is Deno's to give.
  if (!/^https?:/.test(request.url)) return original(request);
  request.signal.throwIfAborted();
  const body = request.body === null ? undefined : await contentOf(request);
  return new Promise((resolve, reject) => { send(request, body, from, resolve, reject); });
}

Object.defineProperty(globalThis, 'fetch', {
  value: function fetch(input, init = undefined) { return start(input, init, internal.here()); },
  writable: true, configurable: true, enumerable: false,
});
