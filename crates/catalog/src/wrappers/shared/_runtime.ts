// Made by code-executor: how tools are called. Changes will be overwritten.

/** What a tool answered. */
interface Answer {
  content: { type: string; text?: string }[];
  structuredContent?: unknown;
  isError: boolean;
}

/** What programs find around them in the sandbox. */
interface Guest {
  callMCPToolRaw(name: string, args: unknown): Promise<Answer>;
  discoverMCPTools(options: { server?: string }): Promise<unknown[]>;
  searchTools(query: string, limit?: number): Promise<unknown[]>;
  McpToolError: new (details: object) => Error;
}

/** One of those; an error outside of the sandbox. */
export function guest<Name extends keyof Guest>(name: Name): Guest[Name] {
  const found = (globalThis as unknown as Partial<Guest>)[name];
  if (found === undefined) {
    throw new Error(`there is no ${name} here: tools are called by programs that code-executor runs`);
  }
  return found;
}

/**
 * Calls a tool and gives its structured value, or else its text, read as JSON where all of it is a JSON
 * object or array; the content blocks when there is anything else, null when there is nothing.
 */
export async function call<Result>(name: string, args: unknown = {}): Promise<Result> {
  const { content, structuredContent, isError } = await guest("callMCPToolRaw")(name, args);
  const texts = content.flatMap((block) => (block.type === "text" ? [block.text ?? ""] : []));
  const text = texts.join("\n");
  if (isError) {
    const message = text || `${name} failed`;
    const server = name.split("__")[1];
    throw new (guest("McpToolError"))({ message, code: "tool_error", server, tool: name, content });
  }
  if (structuredContent !== undefined && structuredContent !== null) return structuredContent as Result;
  if (content.length === 0) return null as Result;
  return (texts.length === content.length ? read(text) : content) as Result;
}

function read(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
