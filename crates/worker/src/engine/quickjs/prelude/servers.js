// Modules of servers: tools as functions that a program imports, and what finds them.
(function (native, internal) {
  'use strict';
  const SEARCH = 2, DISCOVER = 3, TYPED = 8, SERVERS = 9, MODULE = 10;
  const { ask, call, text } = internal.tools;
  const { parse, stringify } = JSON;
  const { defineProperty, hasOwn, keys } = Object;
  const made = new Map();

  // The function that calls a tool; one, however it is imported.
  function functionOf(label, name) {
    let known = made.get(name);
    if (known === undefined) {
      known = { [label](args) { return call(TYPED, label, name, args); } }[label];
      made.set(name, known);
    }
    return known;
  }
  internal.toolFunction = functionOf;

  function refusal(specifier, details) {
    return new internal.McpToolError({ ...details, message: `cannot import './${specifier}': ${details.message}` });
  }

  // What the host says that a module holds: [[function, full name], ...].
  function functionsOf(specifier, server, tool) {
    const [kind, reply] = native.requestAndWait(MODULE, stringify({ server, tool }));
    const value = parse(reply);
    if (kind === 2) throw refusal(specifier, value);
    return value.functions.map((each) => [each.function, each.name]);
  }

  // What a module exports: [names, an object that has them, the default]. `wanted` are names that the
  // program imports from it.
  internal.serverModule = function (specifier, server, tool, wanted) {
    const all = {};
    const add = (exported, [label, name]) =>
      defineProperty(all, exported, { value: functionOf(label, name), enumerable: true, writable: true, configurable: true });
    const functions = functionsOf(specifier, server, tool);
    for (const each of functions) add(each[0], each);
    for (const name of wanted) {
      if (hasOwn(all, name)) continue;
      if (tool !== undefined) {
        const message = `it has no ${name}, only ${functions[0][0]}, which is its default too`;
        throw refusal(specifier, { code: 'tool_not_found', server, tool, message });
      }
      // A server may have more tools than one module holds; the host knows what else was meant.
      add(name, functionsOf(specifier, server, name)[0]);
    }
    return [keys(all), all, tool === undefined ? all : all[functions[0][0]]];
  };

  const discovery = {
    // The folders of all servers.
    async listServers() { return ask(SERVERS, {}); },
    async listTools(server) { return ask(DISCOVER, { server: text(server, 'listTools(server)'), importable: true }); },
    async searchTools(query, options) {
      const { server, limit, detail } = typeof options === 'number' ? { limit: options } : options ?? {};
      return ask(SEARCH, {
        query: text(query, 'searchTools(query)') ?? '', server: text(server, 'server'),
        limit: limit ?? undefined, detail: text(detail, 'detail'), importable: true,
      });
    },
  };
  const others = internal.modules;
  internal.modules = () => [...others(), ['servers/discovery.js', discovery]];
})
