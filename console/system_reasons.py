"""Why the system did not do something with a file, in the reader's language."""

from __future__ import annotations

import errno

from audience_server.locale.catalogue import Language, catalogue


def system_reason(error: OSError, language: Language) -> str:
    """The reasons that people meet, in words; another one as the system names it."""
    words, key = catalogue(language, "system"), f"os_{errno.errorcode.get(error.errno or 0, '')}"
    return words.text(key) if key in words else error.strerror or str(error)
