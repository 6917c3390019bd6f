// fetch: a request is the host's to send, under the grant that the host knows.
(function (native, internal) {
  'use strict';
  const FETCH = 6, CANCEL = 7;
  const LARGEST = 16 << 20;
  const { Failure } = internal;

  // Such as `fetch failed: example.com:443 is not granted; ask for it in permissions.net (EgressDenied)`.
  function told(failure, from) {
    if (!(failure instanceof Failure)) return failure;
    const { code, message } = failure;
    const cause = Object.assign(new Error(message), { code });
    internal.toldAlready.add(cause);
    return internal.placed(new TypeError(`fetch failed: ${message} (${code})`, { cause }), from);
  }

  function send(request, body, from, resolve, reject) {
    const { signal } = request;
    signal.throwIfAborted();
    if (body !== undefined && body.length > LARGEST) {
      throw told(new Failure({ code: 'EgressTooLarge', message: `the request's body is larger than the limit of ${LARGEST} bytes` }), from);
    }
    const { pairs } = internal.part('web:headers');
    const header = { url: request.url, method: request.method, headers: pairs(request.headers), redirect: request.redirect };
    let unfollow = () => {};
    const id = internal.send(FETCH, header, body, ({ head, bytes }) => {
      unfollow();
      const empty = request.method === 'HEAD' || [101, 204, 205, 304].includes(head.status);
      resolve(internal.part('web:messages').answered(head, empty ? null : bytes));
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

  // A body that is a stream is read first: requests are sent whole.
  function start(request, from, resolve, reject) {
    request.signal.throwIfAborted();
    const body = internal.part('web:messages').bodyOf(request);
    if (!(body instanceof Promise)) { send(request, body, from, resolve, reject); return; }
    body.then((bytes) => { send(request, bytes, from, resolve, reject); }).then(undefined, reject);
  }

  Object.defineProperty(globalThis, 'fetch', {
    value: function fetch(input, init = undefined) {
      const from = internal.here();
      const { Request } = internal.part('web:messages');
      return new Promise((resolve, reject) => { start(new Request(input, init ?? {}), from, resolve, reject); });
    },
    writable: true, configurable: true, enumerable: false,
  });
})
