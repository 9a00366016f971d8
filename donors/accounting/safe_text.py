"""Text of strangers in spreadsheets: nothing they typed may run as a formula or break the file.

https://owasp.org/www-community/attacks/CSV_Injection"""

import re

# Spreadsheets take a cell that begins so for a formula; the wide forms are read like the narrow ones.
_STARTS_A_FORMULA = re.compile(r"\s*[=+\-@\u2212\uff1d\uff0b\uff0d\uff20]|[\t\n]")

# No XML document, and so no XLSX, may contain these.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_LINE_ENDS = re.compile(r"\r\n?")


def safe_text(text: str) -> str:
    """The text without what a file cannot hold, behind an apostrophe if it could start a formula.

    For text cells only: an amount is a number of ours, and a negative one keeps its sign."""
    writable = _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text))
    return f"'{writable}" if _STARTS_A_FORMULA.match(writable) else writable
