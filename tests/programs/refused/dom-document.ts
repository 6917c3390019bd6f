// refused: the page of a browser; says: document
console.log(document.querySelector('h1')!.textContent);
