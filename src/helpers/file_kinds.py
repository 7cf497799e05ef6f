"""A path or a file's first bytes in, what it is where it is no text in UTF-8 out; it converts nothing."""

from __future__ import annotations

from pathlib import Path

# byte order marks, the longer first: that of UTF-32 begins with that of UTF-16
_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_SIGNS = {
    b"\x1f\x8b": "a file compressed with gzip",
    b"PK\x03\x04": "a zip file, as spreadsheets (xlsx, ods) are",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (xls)",
    b"PAR1": "a parquet file",
    b"%PDF": "a PDF",
    b"\xfd7zXZ": "a file compressed with xz",
    b"BZh": "a file compressed with bzip2",
    b"\x28\xb5\x2f\xfd": "a file compressed with zstd",
    b"7z\xbc\xaf": "a file compressed with 7-Zip",
}
_ENDINGS = {
    "a file compressed with gzip": "give it the ending .csv.gz, or unpack it",
    "a parquet file": "give it the ending .parquet",
    **dict.fromkeys((name for name in _SIGNS.values() if name.startswith("a file compressed with")
                     and "gzip" not in name), "unpack it, or compress it with gzip as .csv.gz"),
}  # fmt: skip
SAVE = 'save it as UTF-8 (in a spreadsheet "CSV UTF-8", in an editor "Save as", encoding UTF-8)'


def not_utf8(start: bytes) -> str:
    """What a file that begins so is in: "UTF-16", "a zip file ..."; "" where nothing speaks against UTF-8."""
    for sign, name in {**_MARKS, **_SIGNS}.items():
        if start.startswith(sign):
            return name
    zeros = start[:200].count(0)
    return "UTF-16 (every other byte is zero)" if zeros > 0.3 * len(start[:200]) else ""


def ending_for(kind: str) -> str:
    """What to do about a file of this kind (`not_utf8`) that bears another's ending; "" for the others."""
    return _ENDINGS.get(kind, "")


def kind_of_file(path: Path) -> str:
    """What `path` is where it is no file to read: "a folder", "a named pipe", ...; "" for a file."""
    if path.is_file():
        return ""
    if path.is_symlink() and not path.exists():
        return "a link that leads nowhere"
    kinds = {
        "a folder": path.is_dir,
        "a named pipe": path.is_fifo,
        "a socket": path.is_socket,
        "a device": lambda: path.is_block_device() or path.is_char_device(),
    }
    return next((name for name, holds in kinds.items() if holds()), "no file")
