// features: base64, encodings, buffers; oracle: node 22
const s = 'Héllo, wörld! ☃ 🎉';
console.log(Buffer.from(s).toString('base64'));
console.log(Buffer.from(s, 'utf8').toString('hex'));
console.log(Buffer.from(Buffer.from(s).toString('base64'), 'base64').toString() === s);
console.log(btoa('plain ascii'), atob('cGxhaW4gYXNjaWk='));
try { btoa('snow ☃'); } catch (e: any) { console.log(e.name, e.code, e.message); }
try { atob('***'); } catch (e: any) { console.log(e.name, e.message); }
const bytes = new TextEncoder().encode('héé');
console.log(bytes, btoa(String.fromCharCode(...bytes)));
console.log(new TextDecoder().decode(Uint8Array.from(atob('aMOpw6k='), (c) => c.charCodeAt(0))));
console.log(Buffer.from('ÿþ', 'latin1'), Buffer.from('hi', 'utf16le'), Buffer.from('zz', 'hex'), Buffer.from('7468697', 'hex').toString());
console.log(new TextDecoder('utf-16le').decode(new Uint8Array([104, 0, 105, 0])), new TextDecoder('latin1').encoding, new TextDecoder('windows-1252').decode(new Uint8Array([0x93, 0x80, 0x94])));
console.log(new TextDecoder().decode(new Uint8Array([0xff, 0x41])), JSON.stringify(new TextDecoder('utf-8', { ignoreBOM: false }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x42]))));
try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])); } catch (e: any) { console.log(e.name, e.code); }
console.log(encodeURIComponent(s), decodeURIComponent('%F0%9F%8E%89'), encodeURI('http://x.y/ä b?q=ü'), escape('ä b'), unescape('%u2603'));
try { decodeURIComponent('%E0%A4%A'); } catch (e: any) { console.log(e.name, e.message); }
console.log([...s].length, s.length, Buffer.byteLength(s), s.normalize('NFD').length, s.codePointAt(16)?.toString(16));
console.log(new TextEncoder().encodeInto('€uro', new Uint8Array(4)));
