// refused: another process, as in Deno; says: Deno.Command
const { stdout } = await new Deno.Command('ls').output();
console.log(new TextDecoder().decode(stdout));
