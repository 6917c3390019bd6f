// features: url, routing, regex; oracle: node 22
type Handler = (params: Record<string, string>, query: URLSearchParams) => string;
class Router {
  private routes: { method: string; regex: RegExp; keys: string[]; handler: Handler }[] = [];
  add(method: string, path: string, handler: Handler) {
    const keys: string[] = [];
    const regex = new RegExp('^' + path.replace(/\/:(\w+)/g, (_, k) => { keys.push(k); return '/([^/]+)'; }).replace(/\*/g, '(.*)') + '/?$');
    this.routes.push({ method, regex, keys, handler });
    return this;
  }
  dispatch(method: string, target: string) {
    const { pathname, searchParams } = new URL(target, 'http://localhost');
    for (const r of this.routes) {
      const m = r.method === method && pathname.match(r.regex);
      if (m) return r.handler(Object.fromEntries(r.keys.map((k, i) => [k, decodeURIComponent(m[i + 1])])), searchParams);
    }
    return '404 Not Found';
  }
}
const router = new Router()
  .add('GET', '/', () => 'home')
  .add('GET', '/users/:id', (p) => `user ${p.id}`)
  .add('GET', '/users/:id/posts/:post', (p, q) => `post ${p.post} of ${p.id} page ${q.get('page') ?? 1}`)
  .add('POST', '/users', () => 'created')
  .add('GET', '/static/*', () => 'file');
for (const [m, t] of [['GET', '/'], ['GET', '/users/42'], ['GET', '/users/jos%C3%A9/'], ['GET', '/users/1/posts/2?page=3'], ['POST', '/users'], ['DELETE', '/users'], ['GET', '/static/css/a.css']])
  console.log(m.padEnd(6), t.padEnd(26), '->', router.dispatch(m, t));
