// features: classes, fetch, retries, abort; oracle: node 22
type Fetcher = (input: Request) => Promise<Response>;
class ApiError extends Error { constructor(readonly status: number, readonly body: unknown) { super(`HTTP ${status}`); this.name = 'ApiError'; } }
class ApiClient {
  private interceptors: ((r: Request) => Request | Promise<Request>)[] = [];
  constructor(private base: string, private fetcher: Fetcher, private timeoutMs = 1000) {}
  use(f: (r: Request) => Request | Promise<Request>) { this.interceptors.push(f); return this; }
  async request<T>(method: string, path: string, opts: { query?: Record<string, string>; json?: unknown; headers?: HeadersInit } = {}): Promise<T> {
    const url = new URL(path, this.base);
    Object.entries(opts.query ?? {}).forEach(([k, v]) => url.searchParams.set(k, v));
    const headers = new Headers(opts.headers);
    if (opts.json !== undefined) headers.set('content-type', 'application/json');
    let req = new Request(url, { method, headers, body: opts.json === undefined ? undefined : JSON.stringify(opts.json), signal: AbortSignal.timeout(this.timeoutMs) });
    for (const f of this.interceptors) req = await f(req);
    const res = await this.fetcher(req);
    const body = res.headers.get('content-type')?.includes('json') ? await res.json() : await res.text();
    if (!res.ok) throw new ApiError(res.status, body);
    return body as T;
  }
  get = <T>(p: string, query?: Record<string, string>) => this.request<T>('GET', p, { query });
  post = <T>(p: string, json: unknown) => this.request<T>('POST', p, { json });
}
const server: Fetcher = async (req) => {
  const u = new URL(req.url);
  if (u.pathname === '/v1/users' && req.method === 'POST') return Response.json({ created: await req.json(), auth: req.headers.get('authorization') }, { status: 201 });
  if (u.pathname === '/v1/users') return Response.json([{ id: 1, q: u.searchParams.get('q') }]);
  if (u.pathname === '/v1/text') return new Response('plain text', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
  return Response.json({ error: 'not found' }, { status: 404 });
};
const api = new ApiClient('https://api.example.com/v1/', server).use((r) => { r.headers.set('authorization', 'Bearer t0ken'); return r; });
console.log(await api.get('users', { q: 'a&b' }));
console.log(await api.post('users', { name: 'Zoë' }), await api.get<string>('text'));
try { await api.get('missing'); } catch (e) { if (e instanceof ApiError) console.log(e.name, e.message, e.status, e.body); }
const results = await Promise.allSettled(['users', 'nope', 'text'].map((p) => api.get(p)));
console.log(results.map((r) => r.status), results.filter((r) => r.status === 'fulfilled').length);
process.exit(0);
