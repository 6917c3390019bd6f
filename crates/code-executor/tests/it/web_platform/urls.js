// Runs the tables of the URL standard, `urltestdata` and `setters`.
let passed = 0, failed = 0;
const fail = (...what) => { failed++; console.log('MISS', ...what); };
const parts = ['href','protocol','username','password','host','hostname','port','pathname','search','hash'];
for (const test of urltestdata) {
  if (typeof test === 'string') continue;
  let url;
  try { url = new URL(test.input, test.base ?? undefined); } catch (error) { if (test.failure) passed++; else fail(JSON.stringify(test.input), test.base, 'threw'); continue; }
  if (test.failure) { fail(JSON.stringify(test.input), test.base, 'gave', url.href); continue; }
  const wrong = [...parts, ...('origin' in test ? ['origin'] : [])].filter((part) => url[part] !== test[part]);
  if (wrong.length === 0) passed++; else fail(JSON.stringify(test.input), test.base, wrong.map((part) => `${part}: ${JSON.stringify(url[part])} for ${JSON.stringify(test[part])}`).join(', '));
}
console.log('parsing', passed, 'of', passed + failed);
passed = failed = 0;
for (const [part, tests] of Object.entries(setters)) {
  if (part === 'comment') continue;
  for (const test of tests) {
    const url = new URL(test.href);
    try { url[part] = test.new_value; } catch (e) { }
    const wrong = Object.keys(test.expected).filter((key) => url[key] !== test.expected[key]);
    if (wrong.length === 0) passed++; else fail(part, test.href, JSON.stringify(test.new_value), wrong.map((key) => `${key}: ${JSON.stringify(url[key])} for ${JSON.stringify(test.expected[key])}`).join(', '));
  }
}
console.log('setters', passed, 'of', passed + failed);
