// refused: storage of a browser; says: localStorage; Map
localStorage.setItem('k', 'v');
console.log(localStorage.getItem('k'));
