// refused: a server of one's own, as in Deno; says: Deno.serve
Deno.serve({ port: 8000 }, () => new Response('hello'));
