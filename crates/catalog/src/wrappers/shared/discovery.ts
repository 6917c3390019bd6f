// Made by code-executor: what finds tools. Changes will be overwritten.
import { guest } from "./_runtime.js";

/** Each server's name, by its folder. */
const servers: Record<string, string> = {};

/** A tool, as lists and searches show it. */
export interface ToolHit {
  /** The full name, which `callMCPTool` takes. */
  name: string;
  server: string;
  description: string;
  /** One line of TypeScript. */
  signature: string;
  /** Whether this execution may call it. */
  callable: boolean;
}

/** The folders of all servers. */
export async function listServers(): Promise<string[]> {
  return Object.keys(servers);
}

/** All tools, or those of one server, which its folder or its name says. */
export async function listTools(server?: string): Promise<ToolHit[]> {
  const options = server === undefined ? {} : { server: servers[server] ?? server };
  return (await guest("discoverMCPTools")(options)) as ToolHit[];
}

/** Tools by what they do, best first, 10 unless told otherwise. */
export async function searchTools(
  query: string,
  options: number | { server?: string; limit?: number } = {},
): Promise<ToolHit[]> {
  const { server, limit = 10 } = typeof options === "number" ? { limit: options } : options;
  if (server === undefined) return (await guest("searchTools")(query, limit)) as ToolHit[];
  const name = servers[server] ?? server;
  const found = (await guest("searchTools")(query, 1_000)) as ToolHit[];
  return found.filter((hit) => hit.server === name).slice(0, limit);
}
