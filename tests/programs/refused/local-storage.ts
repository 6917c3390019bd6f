// refused: storage of a browser; says: localStorage
localStorage.setItem('k', 'v');
console.log(localStorage.getItem('k'));
