# A tour of what a program can do, on the built-in demo server: 200 notes, 500 orders, a long log.
# Run it with `code-executor exec examples/tour.py`. What it reads stays in the sandbox: only what
# it prints and returns reaches the caller, which for an agent is the model.
import asyncio
import re
from collections import defaultdict

# 1. Tools are found by intent, instead of every schema being loaded into the conversation.
[orders] = search_tools("rows of the orders table", 1)
[listing] = search_tools("list the notes", 1)
print(f"1. found    {orders['name']}, {listing['name']}")

# 2. Every note is read, all of them at once. None of their text is printed.
notes = call_mcp_tool(listing["name"], {"limit": 200})["notes"]
whole = await asyncio.gather(
    *[call_mcp_tool_async("mcp__demo__get_note", {"id": note["id"]}) for note in notes]
)
words = sum(len(note["body"].split()) for note in whole)
todo = [note for note in whole if "todo" in note["tags"]]
print(f"2. read     {len(whole)} notes with {words} words, {len(todo)} still to do")

# 3. Rows are filtered at the source, grouped here, and become a small table.
answer = call_mcp_tool(orders["name"], {
    "where": {"date": {"min": "2025-10-01", "max": "2025-12-31"}},
    "columns": ["region", "quantity", "price"],
    "limit": 500,
})
regions = defaultdict(lambda: {"orders": 0, "revenue": 0})
for row in answer["rows"]:
    regions[row["region"]]["orders"] += 1
    regions[row["region"]]["revenue"] += int(row["quantity"] * row["price"] + 0.5)
print(f"3. grouped  {answer['total']} orders of the last quarter")
for region, sums in regions.items():
    print(f"   {region:<8} {sums['orders']:>4} orders {sums['revenue']:>9,}")

# 4. Five megabytes come in, one line goes out.
log = call_mcp_tool("mcp__demo__big", {"bytes": 5_000_000})
needle = re.search(r"NEEDLE.*\d", log)
print(f"4. reduced  {len(log) / 1e6} MB to \"{needle[0] if needle else 'nothing'}\"")

# 5. A tool that fails raises an error that can be caught, with its server, its name, its words.
try:
    note = call_mcp_tool("mcp__demo__get_note", {"id": 999})
except McpToolError as error:
    print(f"5. caught   {error.tool}: {error.message}")
    [note, *_] = call_mcp_tool("mcp__demo__search_notes", {"query": "night train"})["hits"]
    print(f"   instead  \"{note['title']}\"")

# 6. Arguments are checked against the tool's schema before anything is sent.
try:
    call_mcp_tool("mcp__demo__get_note", {"ID": 7})
except McpToolError as error:
    print("6. checked ", error.message.replace("; ", ";\n            "))

# The result: a small value in place of everything that was read.
result = {
    "next": [note["title"] for note in todo[:2]],
    "best": max(regions, key=lambda region: regions[region]["revenue"]),
}
