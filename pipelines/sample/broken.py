"""Files that are no report: empty, cut off, a web page, the blank template, a school that nobody knows."""

from __future__ import annotations

_HTML = (
    "<html><head><meta charset='utf-8'><title>安全月报</title></head><body><table><tr><td>学校标识码</td>"
    "<td>学校名称</td></tr><tr><td>{code}</td><td>{name}</td></tr></table></body></html>"
)


def break_file(kind: str, good: bytes, blank: bytes, code: str, name: str) -> bytes:
    """The bytes of a broken file of that kind, made from a good workbook or the blank template."""
    if kind == "empty":
        return b""
    if kind == "truncated":
        return good[: len(good) * 3 // 5]
    if kind == "html":
        return _HTML.format(code=code, name=name).encode()
    return blank
