namespace N { export const a = 1; export namespace M { export function f() {} } }
N.M.f()