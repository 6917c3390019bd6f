// refused: a file beside the program, of which there is none; says: ./utils
import { helper } from './utils.js';
helper();
