// features: regex, text; oracle: node 22
const emails = 'Contact: john@example.com, jane.doe+tag@sub.domain.org; bad@, @bad';
console.log(emails.match(/[\w.+-]+@[\w-]+\.[\w.]+/g));
for (const m of 'k1=v1; k2="v 2"; k3='.matchAll(/(?<key>\w+)=(?:"(?<q>[^"]*)"|(?<v>[^;]*))/g)) console.log(m.index, m[0], { ...m.groups });
console.log('2024-03-15'.replace(/(\d+)-(\d+)-(\d+)/, '$3/$2/$1'), 'John Smith'.replace(/(?<f>\w+) (?<l>\w+)/, '$<l>, $<f>'), 'aaa'.replace(/a/g, (_, i) => String(i)));
console.log('camelCaseToSnake'.replace(/[A-Z]/g, (c) => '_' + c.toLowerCase()), 'snake_case_here'.replace(/_(\w)/g, (_, c) => c.toUpperCase()), 'Title case me'.replace(/\b\w/g, (c) => c.toUpperCase()));
console.log('a1b22c333'.split(/\d+/), 'a1b2'.split(/(\d)/), 'one  two\tthree'.split(/\s+/), 'abc'.split(''), ''.split(','), 'a,b,c'.split(',', 2));
console.log(/(?<=\$)\d+(?:\.\d\d)?/.exec('cost $42.50')?.[0], /(?<!\d)\d{3}(?!\d)/.exec('1234 567')?.[0], /^(?=.*\d)(?=.*[A-Z]).{6,}$/.test('Passw0rd'));
const sticky = /\s*(?:(\d+)|(.))/y; const tokens: string[] = []; let t; while ((t = sticky.exec('12 + (3*45)'))) tokens.push(t[1] ?? t[2]);
console.log(tokens, /\p{Lu}\p{Ll}+/gu[Symbol.match]('Élan Ümit abc'), /\p{Emoji_Presentation}/u.test('🎉'), 'x😀y'.match(/./gu)?.length, /[\p{L}--[a-z]]/v.test('a'));
console.log(/a.c/s.test('a\nc'), 'A\nB'.match(/^B$/m)?.index, /\bfoo\b/i.test('a FOO b'), 'ab'.match(/(x)?b/), /(\w)\1/.exec('hello')?.[0]);
const d = /(?<y>\d{4})-(?<m>\d\d)/d.exec('on 2024-05')!; console.log(d.indices![0], d.indices!.groups!.m);
console.log('x.y*z'.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'a-b-c'.replaceAll('-', '+'), 'abcabc'.lastIndexOf('b'), 'test'.search(/s/), RegExp('a/b').source, String(/[/]\//g), new RegExp('').toString());
const re = /a/g; console.log(re.test('aa'), re.lastIndex, re.test('aa'), re.test('aa'), re.flags, /x/dgimsuy.flags);
console.log('1234567.891'.replace(/\B(?=(\d{3})+(?!\d))/g, ','), '  trim '.trim() + '|', 'abc'.padEnd(6, '12'), '<p>Hi <b>x</b></p>'.replace(/<[^>]+>/g, ''), 'x'.replace('x', '$&$&$$'));
try { new RegExp('('); } catch (e: any) { console.log(e.name, e.message); }
try { new RegExp('a', 'zz'); } catch (e: any) { console.log(e.name, e.message); }
console.log('ab'.match(/z/), 'aBc'.match(/b/i), [...'a1b2'.matchAll(/[a-z](\d)/g)].map((m) => m[1]), 'foo bar'.match(/(?<first>\w+)/));
