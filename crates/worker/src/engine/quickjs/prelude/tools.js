// The bridge: tools, resources and prompts of every configured MCP server as functions.
(function (native, internal) {
  'use strict';
  const CALL = 0, RAW = 1, SEARCH = 2, DISCOVER = 3, SCHEMA = 4;
  const RESOURCES = 11, RESOURCE = 12, PROMPTS = 13, PROMPT = 14;

  function ask(op, payload) {
    const from = internal.here();
    return new Promise((resolve, reject) => {
      internal.expect(native.request(op, JSON.stringify(payload)), (kind, text) => {
        try {
          if (kind === 1) resolve(text);
          else if (kind === 0) resolve(text === '' ? undefined : JSON.parse(text));
          else reject(internal.placed(new internal.McpToolError(JSON.parse(text)), from));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  async function call(op, label, name, args) {
    if (typeof name !== 'string') {
      throw new TypeError(`${label} needs a tool name such as 'mcp__server__tool', got ${internal.inspect(name)}`);
    }
    return ask(op, { name, arguments: object(args, op === CALL || op === RAW ? `${label}('${name}', ...)` : `${label}(...)`) });
  }

  function object(given, label) {
    if (given === undefined || given === null) return {};
    if (typeof given === 'object' && !Array.isArray(given)) return given;
    throw new TypeError(`${label} needs an object of arguments, got ${Array.isArray(given) ? 'an array' : typeof given}`);
  }

  const text = (value, label) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw new TypeError(`${label} needs a string, got ${typeof value}`);
    return value;
  };
  const needed = (value, label) => {
    if (typeof value !== 'string') throw new TypeError(`${label} needs a string, got ${value === null ? value : typeof value}`);
    return value;
  };
  const api = {
    callMCPTool(name, args) { return call(CALL, 'callMCPTool', name, args); },
    callMCPToolRaw(name, args) { return call(RAW, 'callMCPToolRaw', name, args); },
    async searchTools(query, limit) {
      if (typeof query === 'object' && query !== null) ({ query, limit } = query);
      return ask(SEARCH, { query: text(query, 'searchTools(query)') ?? '', limit: limit ?? undefined });
    },
    async discoverMCPTools(options = {}) {
      if (typeof options === 'string') options = { search: options };
      return ask(DISCOVER, { search: text(options?.search, 'search'), server: text(options?.server, 'server') });
    },
    async getToolSchema(name) { return ask(SCHEMA, { name: text(name, 'getToolSchema(name)') ?? '' }); },
    async listResources(server) { return ask(RESOURCES, { server: text(server, 'listResources(server)') }); },
    async readResource(server, uri) {
      return ask(RESOURCE, { server: needed(server, 'readResource(server, uri)'), uri: needed(uri, 'readResource(server, uri)') });
    },
    async listPrompts(server) { return ask(PROMPTS, { server: text(server, 'listPrompts(server)') }); },
    async getPrompt(server, name, args) {
      const label = 'getPrompt(server, name, args)';
      return ask(PROMPT, { server: needed(server, label), name: needed(name, label), arguments: object(args, label) });
    },
  };
  internal.tools = { ask, call, text };
  for (const [name, value] of Object.entries(api)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
})
