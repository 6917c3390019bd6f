# features: asyncio, pagination, collections; oracle: cpython
import asyncio
from urllib.parse import urljoin, urlparse

SITE = {
    "/": ("Home", ["/a", "/b", "http://other.test/"]),
    "/a": ("A", ["/b", "/c?x=1", "/"]),
    "/b": ("B", ["/c?x=1", "/missing"]),
    "/c": ("C", ["#frag"]),
}


class HTTPError(Exception):
    def __init__(self, status, url):
        super().__init__(f"{status} for {url}")
        self.status = status


async def fetch(url):
    await asyncio.sleep(0.001)
    path = urlparse(url).path
    if path not in SITE:
        raise HTTPError(404, url)
    return SITE[path]


async def crawl(start, limit=2):
    seen, results, errors = {start}, {}, []
    queue = asyncio.Queue()
    await queue.put((start, 0))

    async def worker():
        while True:
            url, depth = await queue.get()
            try:
                title, links = await fetch(url)
                results[url] = (title, depth)
                for link in links:
                    absolute = urljoin(url, link).split("#")[0]
                    if urlparse(absolute).netloc == urlparse(start).netloc and absolute not in seen:
                        seen.add(absolute)
                        await queue.put((absolute, depth + 1))
            except HTTPError as error:
                errors.append(str(error))
            finally:
                queue.task_done()

    workers = [asyncio.create_task(worker()) for _ in range(limit)]
    await queue.join()
    for w in workers:
        w.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return results, errors


pages, failed = asyncio.run(crawl("http://site.test/"))
for url, (title, depth) in sorted(pages.items()):
    print(f"{'  ' * depth}{title:<5} {url}")
print(failed)
