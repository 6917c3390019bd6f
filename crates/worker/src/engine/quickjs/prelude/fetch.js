// fetch: a request is the host's to send, under the grant that the host knows.
(function (native, internal) {
  'use strict';
  const FETCH = 6, CANCEL = 7;
  const LARGEST = 16 << 20;
  const { Failure } = internal;
  const { Request } = globalThis;

  // Such as `fetch failed: example.com:443 is not granted; ask for it in permissions.net (EgressDenied)`.
  function told(failure, from) {
    if (!(failure instanceof Failure)) return failure;
    const { code, message } = failure;
    const cause = Object.assign(new Error(message), { code });
    internal.toldAlready.add(cause);
    return internal.placed(new TypeError(`fetch failed: ${message} (${code})`, { cause }), from);
  }

  function send(request, from, resolve, reject) {
    const { signal } = request;
    signal.throwIfAborted();
    const body = internal.bodyOf(request);
    if (body !== undefined && body.length > LARGEST) {
      throw told(new Failure({ code: 'EgressTooLarge', message: `the request's body is larger than the limit of ${LARGEST} bytes` }), from);
    }
    const header = { url: request.url, method: request.method, headers: internal.headers.pairs(request.headers), redirect: request.redirect };
    let unfollow = () => {};
    const id = internal.send(FETCH, header, body, ({ head, bytes }) => {
      unfollow();
      const empty = request.method === 'HEAD' || [101, 204, 205, 304].includes(head.status);
      resolve(internal.answered(head, empty ? null : bytes));
    }, (failure) => {
      unfollow();
      reject(told(failure, from));
    });
    unfollow = internal.follow(signal, (reason) => {
      internal.forget(id);
      // Its answer says nothing.
      native.request(CANCEL, JSON.stringify({ id }));
      reject(reason);
    });
  }

  Object.defineProperty(globalThis, 'fetch', {
    value: function fetch(input, init = undefined) {
      const from = internal.here();
      return new Promise((resolve, reject) => { send(new Request(input, init ?? {}), from, resolve, reject); });
    },
    writable: true, configurable: true, enumerable: false,
  });
})
