# refused: a host that was not granted; says: network; permissions.net
from urllib.request import urlopen

print(urlopen("https://example.com/data.json").read())
