// features: url, web; oracle: node 22
const url = new URL('https://user:p%40ss@example.com:8443/a/b/../c%20d?q=hello+world&tag=a&tag=b#frag');
console.log(url.href, url.host, url.hostname, url.port, url.pathname, url.search, url.hash, url.origin, url.username, url.password);
console.log(url.searchParams.get('q'), url.searchParams.getAll('tag'), url.searchParams.has('nope'), [...url.searchParams]);
url.searchParams.append('new', 'ü & =');
url.searchParams.delete('tag');
url.searchParams.set('q', '1');
url.port = '443'; url.hash = ''; url.pathname = '/x y';
console.log(String(url), url.searchParams.toString());
console.log(new URL('../img.png?x#y', 'http://site.test/a/b/c.html').href, new URL('//cdn.test/x', 'https://a.b').href);
console.log(URL.canParse('nope'), URL.canParse('mailto:a@b.c'), new URL('mailto:a@b.c').pathname, new URL('HTTP://EXAMPLE.com:80/%7Efoo/').href);
try { new URL('not a url'); } catch (e: any) { console.log(e.name, e.code, e.message, e.input); }
const params = new URLSearchParams({ b: '2', a: '1', c: 'x y' });
params.sort();
console.log(params.toString(), params.size, Object.fromEntries(params), new URLSearchParams('?a=1&a=2&b').getAll('b'));
params.forEach((v, k) => console.log(k, '=', v));
console.log(new URLSearchParams([['x', '1'], ['x', '2']]) + '', new URL('http://münchen.de/ä').href, new URL('http://[::1]:3000/').host);
console.log(url);
console.log(params, JSON.stringify({ url: new URL('http://a/b') }));
const build = (base: string, path: string, query: Record<string, string | number | boolean | undefined>) => {
  const u = new URL(path, base);
  for (const [k, v] of Object.entries(query)) if (v !== undefined) u.searchParams.set(k, String(v));
  return u.toString();
};
console.log(build('https://api.test/v1/', 'users/42', { limit: 10, active: true, after: undefined }));
