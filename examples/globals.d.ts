// What a program finds around it besides the language itself, for editors and type checkers.
// Put it beside your programs, or name it in the `include` of a tsconfig.json. `console`, timers and
// `fetch` are in the libraries that TypeScript comes with, `node:fs` is in `@types/node`.

/** A tool as searches and listings show it, best first. */
interface ToolHit {
  /** The full name, such as `mcp__demo__get_note`: what `callMCPTool` takes. */
  name: string;
  server: string;
  description: string;
  /** One line of TypeScript. */
  signature: string;
  /** Whether `allowedTools` of this execution covers it. */
  callable: boolean;
}

/** Everything about one tool. */
interface ToolSchema {
  name: string;
  server: string;
  description: string;
  inputSchema: object;
  outputSchema?: object;
  /** TypeScript declaration with the types of the arguments and the answer. */
  declaration: string;
  callable: boolean;
}

/** A call that failed: refused before it left, or answered with an error. */
declare class McpToolError extends Error {
  /** A stable code: `tool_error`, `invalid_arguments`, `tool_not_allowed` and others. */
  readonly code: string;
  /** The server, when the name led to one. */
  readonly server?: string;
  /** The full name that was called. */
  readonly tool: string;
  /** The tool's own content blocks, when it answered. */
  readonly content: { type: string; text?: string; [key: string]: unknown }[];
}

/** Calls a tool: its text, its structured value, or its content blocks. */
declare function callMCPTool(name: string, args?: object): Promise<any>;
/** Calls a tool and gives the whole MCP result. A tool's error is a value here, not an exception. */
declare function callMCPToolRaw(
  name: string,
  args?: object,
): Promise<{ content: any[]; structuredContent?: any; isError: boolean }>;
/** Finds tools by intent, 10 unless told otherwise. */
declare function searchTools(query: string, limit?: number): Promise<ToolHit[]>;
/** Lists tools, all or one server's, all or those that match. */
declare function discoverMCPTools(options?: { search?: string; server?: string }): Promise<ToolHit[]>;
/** Everything about one tool, or null when there is none of that name. */
declare function getToolSchema(name: string): Promise<ToolSchema | null>;

/** A resource of a server; a template has `uriTemplate` in place of `uri`. */
interface ResourceEntry {
  server: string;
  uri?: string;
  uriTemplate?: string;
  name?: string;
  title?: string;
  description?: string;
  mimeType?: string;
  size?: number;
}

/** A prompt of a server. */
interface PromptEntry {
  server: string;
  name: string;
  title?: string;
  description?: string;
  arguments?: { name: string; description?: string; required: boolean }[];
}

/** Lists resources and their templates, of one server or of all whose tools may all be called. */
declare function listResources(server?: string): Promise<ResourceEntry[]>;
/** A resource's text when it is one text, else its contents; `blob` is base64. */
declare function readResource(
  server: string,
  uri: string,
): Promise<string | { uri: string; mimeType?: string; text?: string; blob?: string }[]>;
/** Lists prompts, of one server or of all whose tools may all be called. */
declare function listPrompts(server?: string): Promise<PromptEntry[]>;
/** A prompt, filled in. */
declare function getPrompt(
  server: string,
  name: string,
  args?: Record<string, string>,
): Promise<{ description?: string; messages: { role: string; content: any }[] }>;

