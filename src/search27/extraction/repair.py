"""Repair of characters in French texts: spaces, ligatures, hyphens, mis-decoded bytes, closing guillemets.

Every function here is idempotent and keeps the letters (mis-decoded ones aside).
"""

from __future__ import annotations

import re
import unicodedata

SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
INVISIBLE = (
    "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\ufffe\uffff"
    + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x2070), *range(0xFE00, 0xFE10))))
)
CONTROLS = "".join(chr(c) for c in (*range(0x20), *range(0x7F, 0xA0)) if chr(c) not in "\t\n\f")
LINE_ENDS = re.compile("\r\n|[\r\v\u0085\u2028\u2029]")
CHARACTERS = {
    **dict.fromkeys(SPACES, " "),
    **dict.fromkeys(INVISIBLE + CONTROLS, ""),
    "\u2010": "-",
    "\u2011": "-",
    "\uf0b7": "•",
    "\uf0a7": "•",
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
UNUSUAL = re.compile(
    "[" + re.escape("".join(CHARACTERS)) + "\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
# UTF-8 read as cp1252: the lead byte of é, è, œ, ’, € …, then continuation bytes in their cp1252 dress.
CONTINUATION = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
MISREAD = re.compile(f"[ÂÃÅ]{CONTINUATION}|â€{CONTINUATION}|â‚¬")
LONE_LEAD = re.compile("(?<![^\\s\u00a0])Â(?=[ \u00a0])")
WRONG_CLOSING = re.compile(r"(«[^«»]{1,400}?)«(?=\s*(?:[,.;)!?]|\n\n|\Z))")


def repair_characters(text: str) -> str:
    """NFC text with ordinary spaces and hyphens, without invisible or control characters.

    Line feeds and form feeds are kept; other line ends become line feeds.
    """
    while (repaired := _repair_once(text)) != text:
        text = repaired
    return text


def repair_line(text: str) -> str:
    """Repair the text of one block: characters, guillemets, and every run of blanks made one space."""
    return close_guillemets(" ".join(repair_characters(text).split()))


def close_guillemets(text: str) -> str:
    """Turn `« … «` into `« … »` where what follows shows that the second one closes."""
    return WRONG_CLOSING.sub(r"\1»", text)


def _repair_once(text: str) -> str:
    text = LINE_ENDS.sub("\n", text)
    text = LONE_LEAD.sub("", MISREAD.sub(_decode, text)).replace("€¬", "€")
    text = UNUSUAL.sub(lambda match: CHARACTERS.get(match.group(), ""), text)
    return unicodedata.normalize("NFC", text)


def _decode(match: re.Match[str]) -> str:
    raw = b"".join(_byte(character) for character in match.group())
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match.group()


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")
