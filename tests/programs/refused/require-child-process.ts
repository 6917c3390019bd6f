// refused: the same by require, as in scripts; says: child_process
const { exec } = require('child_process');
exec('ls -la', (err: any, stdout: string) => console.log(stdout));
