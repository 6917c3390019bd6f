type A<T> = T extends infer U extends string ? { [K in keyof U as `x${K & string}`]?: U[K] } : never;
interface B { <T>(x: T): asserts x is T }
let x = <any>1 as unknown as const satisfies A<1>;
import type { Q } from "q"; export default x!;