```ts
const a = 1
```