// refused: a file that was not granted; says: /etc/hostname; permission
import { readFileSync } from 'node:fs';
console.log(readFileSync('/etc/hostname', 'utf8'));
