// refused: a host that was not granted; says: example.com; permission
const response = await fetch('https://example.com/data.json?token=abc');
console.log(await response.json());
