// A program against the modules of real servers: what is right compiles, what is wrong does not.
import { read_text_file, list_directory } from "./servers/filesystem/index.js";
import create_entities from "./servers/memory/create_entities.js";
import { echo } from "./servers/everything/echo.js";
import { convert_time } from "./servers/time/index.js";
import { listServers, listTools, searchTools } from "./servers/discovery.js";

export async function main(): Promise<string> {
  const { content } = await read_text_file({ path: "a.txt", head: 3 });
  const created = await create_entities({
    entities: [{ name: "a", entityType: "b", observations: ["c"] }],
  });
  const names: string[] = created.entities.map((entity) => entity.name);
  await echo({ message: names.join() });
  const listing = await list_directory({ path: "." });
  await convert_time({ source_timezone: "UTC", time: "12:00", target_timezone: "UTC" });
  const servers: string[] = await listServers();
  const tools = [...(await listTools(servers[0])), ...(await searchTools("read", { limit: 3 }))];
  // @ts-expect-error: a path is needed
  await read_text_file({});
  // @ts-expect-error: a number of lines is no text
  await read_text_file({ path: "a.txt", head: "3" });
  // @ts-expect-error: there is no such argument
  await read_text_file({ path: "a.txt", tial: 3 });
  // @ts-expect-error: what is answered has no such member
  await list_directory({ path: "." }).then((answer) => answer.files);
  return content + listing.content + tools.map((tool) => tool.signature).join();
}
