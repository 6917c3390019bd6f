// refused: a socket of the web; says: WebSocket; fetch
const ws = new WebSocket('wss://example.com/feed');
ws.onmessage = (e) => console.log(e.data);
