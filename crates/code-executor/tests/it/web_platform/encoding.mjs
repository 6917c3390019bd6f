// TextEncoder, TextDecoder, atob and btoa: run here and by Node, which prints the same.
const show = (name, f) => { try { const v = f(); console.log(name, '=>', v); } catch (e) { console.log(name, '|', Object.prototype.toString.call(e), e.name, '|', e.message, '|', e.code, Object.keys(e).join()); } };
console.log(new TextEncoder().encode('héllo€😀'), new TextEncoder().encodeInto('a€😀b', new Uint8Array(7)));
show('no room', () => new TextEncoder().encodeInto('😀', new Uint8Array(3)));
show('half', () => new TextEncoder().encode('\ud800'));
show('unknown', () => new TextDecoder('nope'));
show('fatal', () => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])));
show('names', () => ['latin1', 'UTF8', 'utf-16le', 'utf-16be', 'shift_jis', 'gbk', 'big5', 'euc-kr', 'koi8-r', 'windows-1251', 'iso-8859-2', ' ascii '].map((label) => new TextDecoder(label).encoding));
show('parts', () => { const d = new TextDecoder(); return d.decode(new Uint8Array([0xe2, 0x82]), { stream: true }) + d.decode(new Uint8Array([0xac]), { stream: true }) + d.decode(); });
show('cut', () => { const d = new TextDecoder(); return [d.decode(new Uint8Array([0xe2, 0x82]), { stream: true }), d.decode()]; });
show('mark', () => [new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 65])).length, new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 65])).length]);
show('views', () => [new TextDecoder().decode(new DataView(new Uint8Array([65, 66, 67]).buffer, 1)), new TextDecoder().decode(new Uint16Array([0x4241])), new TextDecoder().decode()]);
show('legacy', () => [new TextDecoder('windows-1252').decode(new Uint8Array([0xe9])), new TextDecoder('shift_jis').decode(new Uint8Array([0x93, 0xfa, 0x96, 0x7b])), new TextDecoder('utf-16le').decode(new Uint8Array([0x3d, 0xd8, 0, 0xde]))]);
show('atob', () => [atob('aGk='), atob(' aGk '), btoa('hi'), btoa('ÿ'), btoa(12)]);
for (const bad of ['a', 'ab=c', 'a*', '====', 'YQ=']) show(`atob ${bad}`, () => atob(bad));
show('btoa', () => btoa('€'));
show('btoa of nothing', () => btoa());
