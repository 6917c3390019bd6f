// refused: threads of the web; says: Worker; Promise
const worker = new Worker(new URL('./worker.js', import.meta.url).href, { type: 'module' });
worker.postMessage('go');
