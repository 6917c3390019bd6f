// features: fetch, base64; oracle: deno
const show = async (u: string) => { try { const r = await fetch(u); console.log(r.status, r.headers.get('content-type'), await r.text()) } catch (e) { console.log('E', (e as Error).name) } };
await show('data:,hello%20world');
await show('data:text/html;charset=utf-8,<b>x</b>#frag');
await show('data:text/plain;base64,aGVsbG8=');
await show('data:;base64,aGVsbG8');
await show('data:text/plain;base64,!!');
await show('data:text/plain');
await show('data:application/json,{"a":1}');
const b = await (await fetch('data:application/octet-stream;base64,AAECgA==')).arrayBuffer(); console.log(new Uint8Array(b));
