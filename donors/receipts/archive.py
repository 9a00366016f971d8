"""What makes a drawn receipt a file for archives (PDF/A-3a) and for everyone's ears (PDF/UA-1).

The renderer claims one standard a file; a receipt keeps both. Works on the renderer's open file, before it
is written."""

import zlib
from copy import copy
from typing import Any
from xml.etree import ElementTree

# PDF/A allows in its metadata what it knows or what is described in place, with these very prefixes: this
# describes `pdfuaid:part`.
for _prefix in ("Extension", "Schema", "Property"):
    _space = f"http://www.aiim.org/pdfa/ns/{_prefix.lower()}{'/' if _prefix == 'Extension' else '#'}"
    ElementTree.register_namespace(f"pdfa{_prefix}", _space)
_PDF_UA = """
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Which part of ISO 14289 the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
"""


def claim_both(document: Any) -> None:
    """Say PDF/UA-1 beside PDF/A in the one block of metadata that a file may have."""
    one = document.metadata.generate_rdf_metadata

    def both(*args: Any) -> bytes:
        claims = ElementTree.fromstring(one(*args))  # noqa: S314  written by the renderer a moment ago
        claims.extend(ElementTree.fromstring(_PDF_UA))  # noqa: S314  our own constant
        return bytes(ElementTree.tostring(claims, encoding="utf-8"))

    document.metadata.generate_rdf_metadata = both


def set_apart_page_number(page: Any) -> Any:
    """The page with what stands in its margin as an artifact: it is no content (ISO 14289-1, 7.8)."""
    apart = copy(page)
    box = apart._page_box = copy(page._page_box)
    box.children = [child for child in box.children if child.element is not None]

    def draw(stream: Any, scale: Any = 1) -> None:
        page.paint(stream, scale)
        # The margin is drawn last: without its mark, the marks before it still count from 0 without a gap.
        stream._tags.popitem()
        mark = max(at for at, operator in enumerate(stream.stream) if operator == b"BDC")
        stream.stream[mark - 2 : mark] = [b"/Artifact", b"<</Type /Pagination>>"]

    apart.paint = draw
    return apart


def finish(document: Any, pdf: Any) -> None:
    """The last look at the open file: header cells that say what they head, no empty dictionaries that
    checkers stumble over, each stream compressed once: the renderer would do it again for the file's id."""
    for thing in pdf.objects:
        if isinstance(thing, dict):
            for name in ("Pattern", "Shading"):
                if thing.get(name) == {}:
                    del thing[name]
            if thing.get("S") == "/TH":
                thing["A"]["Scope"] = "/Row" if "ColSpan" in thing["A"] else "/Column"
        if getattr(thing, "compress", False):
            thing.stream = [zlib.compress(as_bytes(thing.stream), 9)]
            thing.extra["Filter"] = "/FlateDecode"
            thing.compress = False


def as_bytes(operators: list[Any]) -> bytes:
    """A drawn stream as it will be written."""
    return b"\n".join(each if isinstance(each, bytes) else _object(each) for each in operators)


def _object(each: Any) -> bytes:
    return each.encode() if isinstance(each, str) else bytes(each.data)
