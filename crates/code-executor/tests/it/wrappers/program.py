"""A program against the modules of real servers: what is right passes, what is wrong does not."""

import servers
from servers.everything.echo import echo
from servers.filesystem import list_directory, read_text_file, read_text_file_async
from servers.memory import create_entities


async def main() -> str:
    content: str = read_text_file(path="a.txt", head=3)["content"]
    content += (await read_text_file_async({"path": "a.txt"}))["content"]
    created = create_entities(
        entities=[{"name": "a", "entityType": "b", "observations": ["c"]}],
    )
    names: list[str] = [entity["name"] for entity in created["entities"]]
    echo(message=",".join(names))
    listing = list_directory({"path": "."})
    tools = servers.list_tools(servers.list_servers()[0]) + servers.search_tools("read", limit=3)
    read_text_file({})  # type: ignore[call-overload]
    read_text_file(path="a.txt", head="3")  # type: ignore[call-overload]
    read_text_file(path="a.txt", tial=3)  # type: ignore[call-overload]
    listing["files"]  # type: ignore[typeddict-item]
    return content + listing["content"] + str(len(tools))
