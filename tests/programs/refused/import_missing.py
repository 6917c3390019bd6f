# refused: a package that is not installed; says: ModuleNotFoundError; scrapy
import scrapy

print(scrapy.Request("https://example.com"))
