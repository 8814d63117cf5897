"""What the public port answers to HTTP: the phone page, the record's public part, health.  Bytes only, no socket."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from audience_server.domain.refusals import Refusal
from audience_server.pages.page_set import content_type

CACHE_PAGE = "no-cache"
CACHE_FOR_EVER = "public, max-age=31536000, immutable"
ENTRY_TILES = "/record/tile/entries/"
LONGEST_UNPACKED = 512

_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9a-fA-F:]+\](:[0-9]{1,5})?")
_GZIP_REFUSED = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer: status, headers without the usual ones, body."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Page:
    body: bytes
    packed: bytes | None
    kind: str
    tag: str
    brings_policy: bool


ALONE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def content_security_policy(host: str) -> str:
    """Nothing from anywhere else, no inline script; the socket named for browsers whose 'self' does not mean ws.

    `host` comes from the request: what is no host never gets into the policy.
    """
    socket = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'{socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


class Pages:
    """The session's pages, packed once."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        checkpoint: Callable[[], bytes],
        tile: Callable[[str], bytes | None],
        is_healthy: Callable[[], bool] = lambda: True,
        entry_tile: Callable[[str], Awaitable[bytes | Refusal | None]] | None = None,
    ):
        self._pages = {f"/{name}": _page(name, data) for name, data in files.items()}
        for name in [name for name in self._pages if name.endswith("/index.html")]:
            folder = name.removesuffix("index.html")
            self._pages[folder] = self._pages[folder.rstrip("/") or "/"] = self._pages[name]
        for name in [name for name in self._pages if name.endswith(".html")]:
            self._pages.setdefault(name.removesuffix(".html"), self._pages[name])
        self._checkpoint = checkpoint
        self._tile = tile
        self._is_healthy = is_healthy
        self._entry_tile = entry_tile

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to one request; `headers` with lower-case names."""
        path = target.partition("?")[0]
        if method not in ("GET", "HEAD"):
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED, "only GET and HEAD are answered here", ("Allow", "GET, HEAD"))
        page = self._pages.get(path)
        if page is not None:
            return self._page(page, headers)
        if path == "/health":
            if self._is_healthy():
                return _plain(HTTPStatus.OK, "ok")
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE, "the store has failed; nothing can be recorded now")
        if path == "/record/checkpoint":
            return _bytes(self._checkpoint(), "text/plain; charset=utf-8", "no-store")
        if path.startswith("/record/tile/"):
            tile = self._tile(path.removeprefix("/record/"))
            if tile is not None:
                return _bytes(tile, "application/octet-stream", "no-cache")
        return _nothing()

    async def entries(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a request for entries, which are read from the store; they no longer change."""
        path = target.partition("?")[0]
        if method not in ("GET", "HEAD") or self._entry_tile is None:
            return self.answer(method, target, headers)
        tile = await self._entry_tile(path.removeprefix("/record/"))
        if isinstance(tile, Refusal):
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE, "the store has failed; try again in a minute")
        if tile is None:
            return _nothing()
        found = (*_bytes(b"", "application/octet-stream", CACHE_FOR_EVER).headers, ("Vary", "Accept-Encoding"))
        if not _takes_gzip(headers.get("accept-encoding", "")):
            return Answer(HTTPStatus.OK, found, tile)
        return Answer(HTTPStatus.OK, (*found, ("Content-Encoding", "gzip")), gzip.compress(tile, 6, mtime=0))

    def _page(self, page: _Page, headers: Mapping[str, str]) -> Answer:
        fixed = [
            ("ETag", page.tag),
            ("Cache-Control", CACHE_PAGE),
            ("Vary", "Accept-Encoding"),
            (
                "Content-Security-Policy",
                ALONE if page.brings_policy else content_security_policy(headers.get("host", "")),
            ),
        ]
        if page.tag in headers.get("if-none-match", ""):
            return Answer(HTTPStatus.NOT_MODIFIED, tuple(fixed), b"")
        fixed.append(("Content-Type", page.kind))
        if page.packed is not None and _takes_gzip(headers.get("accept-encoding", "")):
            return Answer(HTTPStatus.OK, (*fixed, ("Content-Encoding", "gzip")), page.packed)
        return Answer(HTTPStatus.OK, tuple(fixed), page.body)


def _takes_gzip(accepted: str) -> bool:
    return "gzip" in accepted and not _GZIP_REFUSED.search(accepted)


def _page(name: str, data: bytes) -> _Page:
    worth_it = len(data) > LONGEST_UNPACKED and not name.endswith((".otf", ".woff2"))
    packed = gzip.compress(data, 9, mtime=0) if worth_it else None
    if packed is not None and len(packed) >= len(data):
        packed = None
    # the verifier's page is one file that also opens from disk: its policy stands in it, by digest of its one script
    brings_policy = b'http-equiv="Content-Security-Policy"' in data[:4096]
    return _Page(data, packed, content_type(name), f'"{hashlib.sha256(data).hexdigest()[:32]}"', brings_policy)


def _plain(status: HTTPStatus, text: str, *headers: tuple[str, str]) -> Answer:
    kind = ("Content-Type", "text/plain; charset=utf-8")
    return Answer(status, (kind, ("Cache-Control", "no-store"), *headers), text.encode() + b"\n")


def _nothing() -> Answer:
    return _plain(HTTPStatus.NOT_FOUND, "there is nothing here; the page is at /")


def _bytes(body: bytes, kind: str, cache: str) -> Answer:
    return Answer(HTTPStatus.OK, (("Content-Type", kind), ("Cache-Control", cache)), body)


def refused(status: HTTPStatus, text: str) -> Answer:
    """A refusal in plain words."""
    return _plain(status, text)


def rendered(answer: Answer, head_only: bool) -> bytes:
    """The bytes on the wire; the connection is closed behind them."""
    lines = [f"HTTP/1.1 {answer.status.value} {answer.status.phrase}", f"Date: {formatdate(usegmt=True)}"]
    if answer.status is not HTTPStatus.NOT_MODIFIED:
        lines.append(f"Content-Length: {len(answer.body)}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    lines += ["X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace") + (b"" if head_only else answer.body)
