# features: xml, parsing; oracle: cpython
import xml.etree.ElementTree as ET
from xml.dom import minidom
from xml.sax.saxutils import escape

doc = """<?xml version="1.0"?>
<catalog xmlns:x="urn:x">
  <book id="b1" lang="en"><title>Tom &amp; Jerry</title><price currency="USD">9.99</price></book>
  <book id="b2"><title><![CDATA[<Raw>]]></title><price currency="EUR">12.50</price><x:extra/></book>
</catalog>"""
root = ET.fromstring(doc)
for book in root.findall("book"):
    print(book.get("id"), book.findtext("title"), float(book.find("price").text), book.attrib)
print(root.find("./book[@id='b2']/price").get("currency"), [e.tag for e in root.iter()], len(root))
new = ET.SubElement(root, "book", id="b3")
ET.SubElement(new, "title").text = "New <one>"
root.remove(root[0])
ET.indent(root)
print(ET.tostring(root, encoding="unicode"))
try:
    ET.fromstring("<a><b></a>")
except ET.ParseError as error:
    print("ParseError:", error)
print(minidom.parseString("<a><b>1</b></a>").toprettyxml(indent=" "))
print(escape("a < b & c"))


def to_dict(element):
    children = {c.tag: to_dict(c) for c in element}
    return children or element.text


print(to_dict(ET.fromstring("<cfg><db><host>h</host><port>1</port></db><on>true</on></cfg>")))
