// features: errors; oracle: node 22
class AppError extends Error {
  code: string;
  constructor(message: string, code: string, options?: ErrorOptions) { super(message, options); this.name = new.target.name; this.code = code; }
}
class NotFound extends AppError { constructor(what: string, cause?: unknown) { super(`${what} not found`, 'E_NOT_FOUND', { cause }); } }
const chain = (e: unknown): string[] => (e instanceof Error ? [`${e.name}: ${e.message}`, ...chain(e.cause)] : e === undefined ? [] : [String(e)]);
function load() { try { JSON.parse('{'); } catch (e) { throw new NotFound('config', e); } }
try { load(); } catch (e) {
  const err = e as NotFound;
  console.log(err.name, err.code, err.message, err instanceof NotFound, err instanceof AppError, err.cause instanceof SyntaxError);
  console.log(chain(new Error('outer', { cause: err })).length, String(err), Object.keys(err));
  console.log(err.stack?.split('\n')[0]);
}
const agg = new AggregateError([new Error('a'), new TypeError('b')], 'many');
console.log(agg.message, agg.errors.length, agg.errors.map((e) => e.name), agg.name);
const e1 = new Error('with props') as any; e1.status = 500; e1.details = { a: 1 };
console.log(JSON.stringify(e1), JSON.stringify({ message: e1.message, ...e1 }), Object.prototype.toString.call(e1), e1.toString());
try { throw { code: 1 }; } catch ({ code }: any) { console.log('thrown object', code); }
try { throw null; } catch (e) { console.log(e); }
const settled = await Promise.allSettled([Promise.reject(new Error('r')), (async () => { throw 'str'; })()]);
console.log(settled.map((s) => (s.status === 'rejected' ? (s.reason instanceof Error ? s.reason.message : s.reason) : '')));
console.log(typeof Error.captureStackTrace, Error('no new') instanceof Error, Error.isError?.(e1) ?? true);
