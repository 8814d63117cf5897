"""How many connections the operating system lets this process have: every one is an open file."""

from __future__ import annotations

import logging
import resource

FILES_KEPT_BACK = 200
FEW = 1000

log = logging.getLogger(__name__)


def connections_allowed() -> int:
    """Raises the process's limit as far as it may go; what record, log and console need is kept back."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard == resource.RLIM_INFINITY:
        return 1_000_000
    allowed = max(1, hard - FILES_KEPT_BACK)
    if allowed < FEW:
        log.warning("this process may have %d connections only; raise the file limit (ulimit -n)", allowed)
    return allowed
