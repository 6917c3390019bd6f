// features: web, fetch; oracle: node 22
const h = new Headers({ 'Content-Type': 'application/json', 'X-B': '2' });
h.append('x-b', '3');
h.set('Accept', '*/*');
h.append('set-cookie', 'a=1'); h.append('set-cookie', 'b=2');
console.log(h.get('content-TYPE'), h.get('x-b'), h.has('nope'), [...h], h.getSetCookie());
h.delete('accept');
h.forEach((v, k) => console.log(k, '=>', v));
try { h.set('bad name', 'x'); } catch (e: any) { console.log(e.name); }
const req = new Request('https://api.test/items?x=1', { method: 'post', headers: { a: 'b' }, body: JSON.stringify({ n: 1 }) });
console.log(req.method, req.url, req.headers.get('a'), req.headers.get('content-type'), await req.clone().json(), req.bodyUsed, await req.text(), req.bodyUsed);
try { await req.text(); } catch (e: any) { console.log(e.name); }
const r = Response.json({ ok: true }, { status: 201, headers: { etag: '"1"' } });
console.log(r.status, r.ok, r.statusText, r.headers.get('content-type'), r.headers.get('etag'), await r.json());
console.log(new Response('x', { status: 404 }).ok, new Response(null, { status: 204 }).body, Response.error().type, Response.redirect('http://a.test/', 302).headers.get('location'));
try { new Response('x', { status: 99 }); } catch (e: any) { console.log(e.name); }
try { await new Response('{bad').json(); } catch (e: any) { console.log(e.name); }
console.log(new Uint8Array(await new Response(new Uint8Array([1, 2])).arrayBuffer()), await (await new Response('blobby').blob()).text());
try { new Request('/relative'); } catch (e: any) { console.log(e.name); }
try { new Request('http://a.test', { method: 'GET', body: 'x' }); } catch (e: any) { console.log(e.name); }
console.log(await fetch('data:text/plain;base64,aGVsbG8=').then((x) => x.text()).catch((e) => e.name));
