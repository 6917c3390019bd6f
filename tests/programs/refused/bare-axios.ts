// refused: a package of npm, which fetch replaces; says: axios; fetch
import axios from 'axios';
console.log((await axios.get('https://example.com')).data);
