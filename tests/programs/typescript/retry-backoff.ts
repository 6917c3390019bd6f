// features: retries, timers, errors; oracle: node 22
class HttpError extends Error {
  constructor(public readonly status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpError';
  }
}
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const delays: number[] = [];
async function withRetry<T>(fn: (attempt: number) => Promise<T>, { retries = 4, base = 2, factor = 2, retryOn = (e: unknown) => true } = {}): Promise<T> {
  let lastError: unknown;
  for (let attempt = 0; attempt <= retries; attempt++) {
    try {
      return await fn(attempt);
    } catch (e) {
      lastError = e;
      if (!retryOn(e) || attempt === retries) break;
      const delay = base * factor ** attempt;
      delays.push(delay);
      await sleep(delay);
    }
  }
  throw new Error(`failed after retries`, { cause: lastError });
}
console.log(await withRetry(async (n) => { if (n < 3) throw new HttpError(503, 'unavailable'); return `ok on attempt ${n}`; }));
console.log(delays);
try {
  await withRetry(async () => { throw new HttpError(404, 'not found'); }, { retryOn: (e) => e instanceof HttpError && e.status >= 500 });
} catch (e) {
  const err = e as Error;
  console.log(err.message, '<-', (err.cause as HttpError).name, (err.cause as HttpError).status);
  console.log(String(err.cause), err.cause instanceof HttpError, err.cause instanceof Error);
}
const timeout = <T>(p: Promise<T>, ms: number) => Promise.race([p, sleep(ms).then(() => { throw new Error(`timed out after ${ms}ms`); })]);
console.log(await timeout(sleep(5000), 5).catch((e) => e.message));
process.exit(0);
