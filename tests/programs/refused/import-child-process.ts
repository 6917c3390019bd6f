// refused: a module that starts processes; says: child_process
import { execSync } from 'node:child_process';
console.log(execSync('ls').toString());
