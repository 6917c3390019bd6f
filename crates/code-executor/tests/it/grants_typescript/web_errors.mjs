// What fails with fetch before anything is sent, and how: run here and by Node, which prints the same.
const attempts = [
  ['fetch6', () => fetch('http://x/', {method:'GET', body:'x'})],
  ['fetch7', () => fetch('http://x/', {method:'TRACE'})],
  ['fetch8', () => fetch('http://x/', {method:'a b'})],
  ['fetch9', () => fetch('http://x/', {headers:{'a b':'1'}})],
  ['fetch10', () => fetch('http://x/', {headers:{'a':'1\n2'}})],
  ['fetch11', () => fetch('http://x/', {headers:[['a']]})],
  ['fetch12', () => fetch('http://x/', {headers:{a:'日'}})],
  ['fetch13', () => fetch()],
  ['fetch14', () => fetch('http://x/', {redirect:'zz'})],
  ['fetch15', () => fetch('http://x/', {signal: {}})],
  ['resp', () => new Response('x', {status: 99})],
  ['resp2', () => new Response('x', {status: 204})],
  ['json0', () => new Response('').json()],
  ['used', async () => { const r = new Response('x'); await r.text(); await r.text(); }],
  ['clone', async () => { const r = new Response('x'); await r.text(); r.clone(); }],
  ['redirect', () => Response.redirect('http://x/', 200)],
];

for (const [name, attempt] of attempts) {
  try {
    console.log(name, '=>', await attempt());
  } catch (error) {
    const { errno, syscall, path, dest, cause } = error;
    console.log(name, '|', error.name, '|', error.message, '|', error.code, Object.keys(error).join(), errno, syscall, path, dest, cause?.code);
  }
}
