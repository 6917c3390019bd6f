// Runs a compiled module with something that stands for what a program finds in the sandbox.
import assert from "node:assert";

const { get_note } = await import("./out/servers/demo/get_note.js");
await assert.rejects(get_note({ id: 1 }), /programs that code-executor runs/);

const answers = [];
const calls = [];
globalThis.callMCPToolRaw = async (name, args) => {
  calls.push([name, args]);
  return { isError: false, ...answers.shift() };
};
globalThis.McpToolError = class extends Error {
  constructor(details) {
    super(details.message);
    Object.assign(this, details);
  }
};
const text = (text) => ({ type: "text", text });
const gives = async (answer) => (answers.push(answer), await get_note({ id: 7 }));

const note = { id: 7, title: "t", body: "b", tags: [] };
assert.deepEqual(await gives({ content: [text("a note")], structuredContent: note }), note);
assert.deepEqual(await gives({ content: [text('{"id": 7}')] }), { id: 7 });
assert.deepEqual(await gives({ content: [text("[1]")] }), [1]);
assert.equal(await gives({ content: [text("7")] }), "7");
assert.equal(await gives({ content: [text("{no"), text("json}")] }), "{no\njson}");
assert.equal(await gives({ content: [] }), null);
const image = { type: "image", data: "", mimeType: "image/png" };
assert.deepEqual(await gives({ content: [text("x"), image] }), [text("x"), image]);
assert.deepEqual(calls[0], ["mcp__demo__get_note", { id: 7 }]);
await assert.rejects(gives({ content: [text("no such note")], isError: true }), {
  message: "no such note",
  code: "tool_error",
  server: "demo",
  tool: "mcp__demo__get_note",
});
console.log("as it should be");
