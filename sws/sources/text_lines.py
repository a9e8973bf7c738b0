"""A file's text line by line: decompressed, its encoding found; a bad byte is named by its line."""

import bz2
import gzip
import io
import zlib
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from sws.errors import SwsError
from sws.sources.file import File

_BLOCK = 1 << 16
#: How compressed files start.
_MAGIC = {"gzip": b"\x1f\x8b", "bz2": b"BZh", "zstd": b"\x28\xb5\x2f\xfd"}
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@contextmanager
def opened(file: File) -> Iterator[BinaryIO]:
    """The decompressed bytes. Raises SwsError where the compression is broken."""
    with file.open() as stream:
        try:
            yield _decompressed(stream, file.compression)
        except _faults(file.compression) as error:
            raise _unreadable(file, error) from None


def _unreadable(file: File, error: Exception) -> SwsError:
    said = (str(error) or repr(error)).splitlines()[0]
    if file.compression and not _starts_as_said(file):
        plain = file.path.rpartition(".")[0]
        return SwsError(
            f"{file.path}: not {file.compression}, although its name ends so ({said})",
            expected=f"a {file.compression} file, or a name that says what it is",
            fix=f"rename it to {plain} if it is not compressed, or download it again",
        )
    return SwsError(
        f"{file.path}: cannot be read ({said})",
        expected=" ".join(filter(None, ["a whole", file.compression, "file"])),
        fix="download or write it again; its size may show whether it was cut off",
    )


def _starts_as_said(file: File) -> bool:
    try:
        with file.open() as stream:
            return stream.read(8).startswith(_MAGIC[file.compression or ""])
    except (SwsError, OSError):
        return True


def _faults(compression: str | None) -> tuple[type[Exception], ...]:
    """What the decompressors raise; only zstd is pyarrow's."""
    own = (gzip.BadGzipFile, EOFError, zlib.error, OSError)
    if compression != "zstd":
        return own
    import pyarrow as pa

    return (*own, pa.ArrowException)


def _decompressed(stream: BinaryIO, compression: str | None) -> BinaryIO:
    if compression == "gzip":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if compression == "bz2":
        return cast(BinaryIO, bz2.BZ2File(stream))
    if compression == "zstd":
        import pyarrow as pa

        return cast(BinaryIO, io.BufferedReader(pa.CompressedInputStream(stream, "zstd")))
    return stream


def text_lines(file: File) -> Iterator[str]:
    """The lines with their ends. UTF-8 with or without a byte order mark, or UTF-16 with one.

    Raises SwsError, with the line, for bytes that are none of it, and for NUL characters.
    """
    with opened(file) as stream:
        buffered = _peekable(stream)
        if encoding := _UTF16.get(buffered.peek(2)[:2]):
            yield from _wide(file, buffered, encoding)
            return
        for number, line in enumerate(buffered, start=1):
            if b"\0" in line:
                raise _nul(file, number)
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise _not_utf8(file, number, error) from None


def text_blocks(file: File) -> Iterator[str]:
    """The same text in blocks of at most 64 KiB, whatever its lines."""
    with opened(file) as stream:
        buffered = _peekable(stream)
        wide = _UTF16.get(buffered.peek(2)[:2])
        decoder = getincrementaldecoder(wide or "utf-8-sig")()
        line = 1
        try:
            while block := buffered.read(_BLOCK):
                text = decoder.decode(block)
                if "\0" in text:
                    raise _nul(file, line + text.count("\n", 0, text.index("\0")))
                yield text
                line += text.count("\n")
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            if wide:
                raise _not_utf16(file, line - 1, error) from None
            line += error.object.count(b"\n", 0, error.start)
            raise _not_utf8(file, line, error) from None


def _not_utf8(file: File, line: int, error: UnicodeDecodeError) -> SwsError:
    return SwsError(
        f"{file.path}, line {line}: the byte 0x{error.object[error.start]:02x} is not UTF-8",
        expected="text in UTF-8 (or UTF-16 with a byte order mark)",
        fix="save the file as UTF-8; it may be in Windows-1252 or another old encoding:"
        f" iconv -f WINDOWS-1252 -t UTF-8 {file.path}",
    )


def _nul(file: File, line: int) -> SwsError:
    return SwsError(
        f"{file.path}, line {line}: a NUL character, which no text has",
        expected="text in UTF-8 (or UTF-16 with a byte order mark)",
        fix="remove the character, or save the file as UTF-8 if it is UTF-16 without a byte order "
        f"mark: iconv -f UTF-16LE -t UTF-8 {file.path}",
    )


def _not_utf16(file: File, line: int, error: UnicodeError) -> SwsError:
    return SwsError(
        f"{file.path}, after line {line}: not UTF-16 ({error})",
        expected="text in UTF-8, or UTF-16 as its byte order mark says",
        fix="save the file as UTF-8",
    )


def _peekable(stream: BinaryIO) -> io.BufferedReader:
    if hasattr(stream, "peek"):
        return cast(io.BufferedReader, stream)
    return io.BufferedReader(cast(io.RawIOBase, stream))


def _wide(file: File, stream: io.BufferedReader, encoding: str) -> Iterator[str]:
    number = 0
    try:
        for line in io.TextIOWrapper(stream, encoding, newline=""):
            number += 1
            if "\0" in line:
                raise _nul(file, number)
            yield line
    except UnicodeError as error:
        raise _not_utf16(file, number, error) from None
