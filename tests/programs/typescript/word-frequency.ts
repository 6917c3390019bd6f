// features: text, regex, collections; oracle: node 22
const text = `The quick brown fox jumps over the lazy dog. The dog barks; the fox runs away!
It's a dog-eat-dog world, isn't it? The end.`;

function wordFrequency(input: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of input.toLowerCase().match(/\b[a-z']+\b/g) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

const freq = wordFrequency(text);
const top = [...freq.entries()].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).slice(0, 8);
console.log('Top words:');
top.forEach(([word, count], i) => console.log(`${String(i + 1).padStart(2)}. ${word.padEnd(10, '.')} ${count}`));
console.log(`Total: ${[...freq.values()].reduce((a, b) => a + b, 0)}, unique: ${freq.size}`);
console.log(freq);
