// Runs the table of the URLPattern standard, `patterns`.
let passed = 0, failed = 0;
const PARTS = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];
const earlier = { hostname: ['protocol'], port: ['protocol', 'hostname'], pathname: ['protocol', 'hostname', 'port'], search: ['protocol', 'hostname', 'port', 'pathname'], hash: ['protocol', 'hostname', 'port', 'pathname', 'search'], protocol: [], username: ['protocol', 'hostname', 'port', 'username'], password: ['protocol', 'hostname', 'port', 'username', 'password'] };
function throws(call) { try { call(); return false; } catch (error) { return error instanceof TypeError; } }
const strip = (part, value) => (part === 'protocol' ? value.replace(/:$/, '') : part === 'search' || part === 'hash' ? value.slice(1) : value);
function expectedPart({ pattern, expected_obj: told, exactly_empty_components: empty }, part) {
  if (told && told[part] !== undefined) return told[part];
  if (empty?.includes(part)) return '';
  const [init, base] = pattern;
  if (typeof init === 'object' && init[part]) return init[part];
  if (typeof init === 'object' && earlier[part].some((each) => each in init)) return '*';
  const from = typeof init === 'object' && init.baseURL ? init.baseURL : typeof base === 'string' ? base : undefined;
  return from === undefined || part === 'username' || part === 'password' ? '*' : strip(part, new URL(from)[part]);
}
function problem(test) {
  if (test.expected_obj === 'error') return throws(() => new URLPattern(...test.pattern)) ? null : 'made';
  const pattern = new URLPattern(...test.pattern);
  for (const part of PARTS) {
    const expected = expectedPart(test, part);
    if (pattern[part] !== expected) return `${part} is ${pattern[part]} for ${expected}`;
  }
  const inputs = test.inputs ?? [];
  if (test.expected_match === 'error') return throws(() => pattern.test(...inputs)) && throws(() => pattern.exec(...inputs)) ? null : 'matched';
  if (test.expected_match === undefined) return null;
  const isMatch = Boolean(test.expected_match);
  if (pattern.test(...inputs) !== isMatch) return `test is ${!isMatch}`;
  const result = pattern.exec(...inputs);
  if (!isMatch) return result === null ? null : 'exec gives something';
  if (JSON.stringify(result.inputs) !== JSON.stringify(test.expected_match.inputs ?? inputs)) return 'inputs';
  for (const part of PARTS) {
    const usual = { input: '', groups: test.exactly_empty_components?.includes(part) ? {} : { 0: '' } };
    const { input, groups } = test.expected_match[part] ?? usual;
    const given = result[part];
    const same = given.input === input && Object.keys(given.groups).sort().join() === Object.keys(groups).sort().join()
      && Object.entries(groups).every(([name, value]) => given.groups[name] === (value ?? undefined));
    if (!same) return `${part} gives ${JSON.stringify(given)} for ${JSON.stringify({ input, groups })}`;
  }
  return null;
}
for (const test of patterns) {
  let found;
  try { found = problem(test); } catch (error) { found = `threw ${error.message}`; }
  if (found === null) passed++; else { failed++; console.log('MISS', JSON.stringify(test.pattern), JSON.stringify(test.inputs), found); }
}
console.log('patterns', passed, 'of', passed + failed);
