"""Limits on the ZIP archives that DOCX and ODT files are, checked before a parser sees them."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib

from search27.errors import EncryptedDocument, ExtractionError, LimitExceeded

UNPACKED_MAXIMUM_BYTES = 200_000_000
ENTRIES_MAXIMUM = 2_000
READ_BYTES = 1 << 20
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    EOFError,
    ValueError,
    OSError,
    struct.error,
    RuntimeError,
)
ENTITY = re.compile(rb"<!ENTITY|<!\x00E\x00N\x00T\x00I\x00T\x00Y", re.IGNORECASE)


def check_archive(document_id: str, content: bytes) -> None:
    """Unpack every entry into nothing, counting bytes as they come and looking for entity declarations.

    Raises:
        LimitExceeded: More than 2,000 entries, or more than 200 MB declared or found.
        EncryptedDocument: An entry is encrypted.
        ExtractionError: The archive is damaged, or its XML declares entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(document_id, archive)
    except DAMAGED as error:
        raise ExtractionError(f"{document_id} is damaged ({error}). Fetch or save it again.") from error


def _check_entries(document_id: str, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > ENTRIES_MAXIMUM:
        raise LimitExceeded(
            f"{document_id} packs {len(entries):,} files; at most {ENTRIES_MAXIMUM:,} are read."
        )
    declared = sum(entry.file_size for entry in entries)
    if declared > UNPACKED_MAXIMUM_BYTES:
        raise _too_large(document_id, declared)
    total = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise EncryptedDocument(f"{document_id} is protected by a password.")
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        tail = b""
        with archive.open(entry) as stream:
            while block := stream.read(READ_BYTES):
                total += len(block)
                if total > UNPACKED_MAXIMUM_BYTES:
                    raise _too_large(document_id, total)
                if is_xml and ENTITY.search(tail + block):
                    raise ExtractionError(
                        f"{document_id} declares XML entities, as attacks do; it is not read."
                    )
                tail = block[-32:]


def _too_large(document_id: str, found: int) -> LimitExceeded:
    return LimitExceeded(
        f"{document_id} unpacks to {found:,} bytes or more; at most {UNPACKED_MAXIMUM_BYTES:,} are read."
    )
