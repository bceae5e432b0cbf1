"""The gate before the parser: what a file really is, and whether its archive is one that may be opened."""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from pathlib import Path

from pipelines.extract.book_xml import inflated, look_into_book
from pipelines.extract.remarks import Gate, Rejected

MAX_FILE_BYTES = 50 << 20
MAX_PART_BYTES = 64 << 20
MAX_TOTAL_BYTES = 256 << 20
MAX_RATIO = 400
RATIO_FROM_BYTES = 1 << 20
MAX_PARTS = 2000
_HEAD_BYTES = 4096

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"{\\rtf", "RTF"),
)
_MAIN_PARTS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb"}
_BOOK_FOLDERS = ("xl/", "_rels/", "content.xml", "mimetype")
# Names under which an .ods is not what its sender took it for.
_OTHER_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".et")


def _text_kind(head: bytes, suffix: str) -> str:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise Rejected("E-TYPE", name)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table")):
        raise Rejected("E-TYPE", "HTML")
    if start.startswith(b"<?xml"):
        raise Rejected("E-TYPE", "XML")
    if suffix not in (".csv", ".txt"):
        raise Rejected("E-TYPE", "text" if b"\x00" not in head else "binary")
    return "csv"


def open_gate(path: Path, suffix: str) -> Gate:
    """What kind of file this is (xlsx, xlsb, xls, ods, csv or zip), and what its parts say before it is read.

    `suffix` is that of the name under which it arrived. Raises Rejected with the code of the finding.
    """
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - a third of the time that Path.open takes
        size = os.fstat(stream.fileno()).st_size
        if size <= 1:
            raise Rejected("E-EMPTY", str(size))
        if size > MAX_FILE_BYTES:
            raise Rejected("E-TOO-BIG", f"{size >> 20} MB > {MAX_FILE_BYTES >> 20} MB")
        content = stream.readall()
    if content.startswith(_OLE):
        from pipelines.extract.gate_xls import look_into_xls

        return look_into_xls(content)
    if content.startswith(b"PK"):
        return _archive(content, suffix)
    return Gate(_text_kind(content[:_HEAD_BYTES], suffix))


def _archive(content: bytes, suffix: str) -> Gate:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _checked_parts(archive)
            return _look_inside(parts, content, suffix)
    except (zipfile.BadZipFile, EOFError) as error:
        truncated = "not a zip file" in str(error) or "End-of-central" in str(error) or isinstance(error, EOFError)
        raise Rejected("E-TRUNCATED" if truncated else "E-CORRUPT", str(error)) from error
    except (zlib.error, struct.error, NotImplementedError, OSError, ValueError, KeyError) as error:
        raise Rejected("E-CORRUPT", type(error).__name__) from error
    except RuntimeError as error:
        raise Rejected("E-ENCRYPTED") from error


def _checked_parts(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The archive's parts by name in small letters, which is how the parser finds them; each is there once."""
    entries = archive.infolist()
    if len(entries) > MAX_PARTS:
        raise Rejected("E-BOMB", f"{len(entries)} parts")
    parts: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for part in entries:
        name = part.filename.lower()
        if name in parts:
            raise Rejected("E-AMBIGUOUS-ZIP", part.filename)
        parts[name] = part
        if part.flag_bits & 1:
            raise Rejected("E-ENCRYPTED")
        size = part.file_size
        total += size
        if size > MAX_PART_BYTES or (
            size > RATIO_FROM_BYTES and size > MAX_RATIO * part.compress_size and "/media/" not in name
        ):
            raise Rejected("E-BOMB", f"{size >> 20} MB")
    if total > MAX_TOTAL_BYTES:
        raise Rejected("E-BOMB", f"{total >> 20} MB")
    _refuse_names([part.orig_filename for part in entries])
    return parts


def _refuse_names(names: list[str]) -> None:
    """Refuse a name that leads out of the folder that an archive would be unpacked into; nothing here unpacks any.

    A backslash within names is how some programs write folders; in a workbook the parser and others read it apart.
    """
    together = "\n".join(names)
    if not any(mark in together for mark in ("\\", "..", ":", "\x00", "\n/")) and not together.startswith("/"):
        return
    for name in names:
        path = name.replace("\\", "/")
        is_outside = path.startswith("/") or ".." in path.split("/") or re.match("[A-Za-z]:", path)
        if is_outside or "\x00" in name or ("\\" in name and path.lower().startswith(_BOOK_FOLDERS)):
            raise Rejected("E-BADNAME", name.replace("\x00", "\\0"))


def _look_inside(parts: dict[str, zipfile.ZipInfo], content: bytes, suffix: str) -> Gate:
    kinds = [kind for name, kind in _MAIN_PARTS.items() if name in parts]
    if "mimetype" in parts and inflated(parts["mimetype"], content).strip() == _ODS:
        kinds.append("ods")
    if len(kinds) > 1:
        raise Rejected("E-TYPE", " + ".join(kind.upper() for kind in kinds))
    if kinds == ["xlsx"]:
        return look_into_book(parts, content)
    if kinds == ["ods"]:
        if suffix in _OTHER_SUFFIXES:
            raise Rejected("E-TYPE", "ODS")
        from pipelines.extract.gate_ods import look_into_ods

        return look_into_ods(parts, content)
    if kinds:
        from pipelines.extract.gate_xlsb import look_into_xlsb

        return look_into_xlsb(parts, content)
    if "word/document.xml" in parts:
        raise Rejected("E-TYPE", "Word")
    if "ppt/presentation.xml" in parts:
        raise Rejected("E-TYPE", "PowerPoint")
    return Gate("zip")
