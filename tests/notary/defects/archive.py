"""The archive, its files, the manifest: E101–E103, E201, exit 3."""

from __future__ import annotations

from tests.notary.bundle_bytes import NOTARY, STRANGER, sha, tar
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import (
    ANCHOR,
    Defect,
    Files,
    filed,
    flip,
    hooked,
    manifested,
    packed,
    spoil,
    window_lost,
)


def mode_changed(data: bytes) -> bytes:
    """Mode 0755 with a checksum that fits."""
    head = data[:100] + b"0000755\0" + data[108:]
    total = sum(head[:148]) + 8 * 32 + sum(head[156:512])
    return head[:148] + f"{total:06o}\0 ".encode() + head[156:]


def swap(_: Show, files: Files) -> None:
    order = list(files)
    order[-1], order[-2] = order[-2], order[-1]
    again = {path: files[path] for path in order}
    files.clear()
    files.update(again)


def drop(path: str, files: Files) -> None:
    del files[path]


def with_repeat(show: Show, files: Files) -> bytes:
    return tar({**files, "manifest.note": show.manifest(files)})[:-1024] + tar({"page/index.html": b"again\n"})


def lines(show: Show, files: Files) -> list[bytes]:
    return show.manifest(files).split(b"\n\n")[0].split(b"\n")


def resigned(show: Show, rows: list[bytes]) -> bytes:
    return show.signed(b"\n".join(rows) + b"\n")


def head_changed(place: int, value: bytes) -> bytes:
    show = Show().play()
    files = show.evidence()
    rows = lines(show, files)
    rows[place] = value
    return tar({**files, "manifest.note": resigned(show, rows)})


def rows_swapped(show: Show, files: Files) -> bytes:
    rows = lines(show, files)
    rows[6], rows[7] = rows[7], rows[6]
    return resigned(show, rows)


def length_changed(show: Show, files: Files) -> bytes:
    rows = lines(show, files)
    digest, length, path = rows[5].split(b" ")
    rows[5] = b" ".join([digest, b"%d" % (int(length) + 1), path])
    return resigned(show, rows)


def repeated_member() -> bytes:
    show = Show().play()
    return with_repeat(show, show.evidence())


def edit_page(_: Show, files: Files) -> None:
    files["page/app.js"] += b"//\n"


def edit_salt(_: Show, files: Files) -> None:
    files["history"] = flip(files["history"], -5, 2)


DEFECTS = [
    Defect("mode-0755", ("E101",), packed(mode_changed)),
    Defect("third-zero-block", ("E101",), packed(lambda data: data + bytes(512))),
    Defect("one-zero-block", ("E101",), packed(lambda data: data[:-512])),
    Defect("byte-after-the-end", ("E101",), packed(lambda data: data[:-1] + b"x")),
    Defect("padding-not-zero", ("E101",), packed(lambda data: flip(data, 1023))),
    Defect("files-swapped", ("E101",), filed(swap)),
    Defect("cut-in-a-file", ("E101",), packed(lambda data: data[:9000]), skipped=("E102–E511",)),
    Defect("a-file-twice", ("E101",), repeated_member),
    Defect("checksum-of-header-wrong", ("E101",), packed(lambda data: flip(data, 1024 + 148))),
    Defect("extra-file-listed", ("E102",), filed(lambda _, files: files.update({"zz": b"x"}))),
    Defect("extra-file-unlisted", ("E102",), filed(lambda _, files: files.update({"zz": b"x"}), signed=False)),
    Defect("results-dropped", ("E102",), filed(lambda _, files: drop("results.json", files))),
    Defect("results-dropped-still-listed", ("E102",), filed(lambda _, f: drop("results.json", f), signed=False)),
    Defect("hash-tile-dropped", ("E102",), filed(lambda _, files: drop("tile/0/000.p/75", files))),
    Defect("roll-dropped", ("E412", "E102"), filed(lambda _, files: drop("rolls/citizens.r901", files)), at=63),
    Defect("history-dropped", ("E102",), filed(lambda _, files: drop("history", files))),
    Defect("checkpoint-dropped", ("E102",), filed(lambda _, files: drop("checkpoint", files))),
    Defect("counts-dropped", ("E102",), filed(lambda _, files: drop("rounds/r01.counts", files))),
    Defect(
        "openings-dropped",
        ("E102",),
        filed(lambda _, files: drop("rounds/r01.openings", files)),
        skipped=window_lost("r01"),
    ),
    Defect("policy-dropped", ("E102",), filed(lambda _, f: drop("policy.txt", f)), skipped=("E103–E511",)),
    Defect("rules-dropped", ("E102",), filed(lambda _, f: drop("rules.toml", f)), skipped=("E103–E511",)),
    Defect(
        "entries-dropped",
        ("E102", "E302"),
        filed(lambda _, files: drop("tile/entries/000.p/75", files)),
        skipped=("E303–E511",),
    ),
    Defect("manifest-dropped", ("E102",), lambda: tar(Show().play().evidence())),
    Defect("openings-of-a-void-window", ("E102",), filed(lambda _, f: f.update({"rounds/r02.openings": b""}))),
    Defect("page-changed", ("E401", "E103"), filed(edit_page, signed=False), at=0),
    Defect("page-changed-manifest-made-again", ("E401",), filed(edit_page), at=0),
    Defect("page-file-added", ("E401",), filed(lambda _, f: f.update({"page/zz.js": f.pop("page/index.html")})), at=0),
    Defect("history-changed", ("E103", "E206"), filed(edit_salt, signed=False)),
    Defect("manifest-length-changed", ("E103",), manifested(length_changed)),
    Defect("manifest-lines-swapped", ("E103",), manifested(rows_swapped)),
    Defect("manifest-other-size", ("E103",), lambda: head_changed(2, b"74")),
    Defect("manifest-other-root", ("E103",), lambda: head_changed(3, b"A" * 43 + b"=")),
    Defect("manifest-other-kind", ("E103",), lambda: head_changed(0, b"c1/other")),
    Defect("manifest-other-origin", ("E203",), lambda: head_changed(1, b"other.example/x")),
    Defect("manifest-signature-flipped", ("E201",), manifested(lambda s, f: spoil(s.manifest(f)))),
    Defect("manifest-signed-by-a-stranger", ("E201",), manifested(lambda s, f: s.manifest(f, None, STRANGER))),
    Defect("manifest-signed-twice", ("E201",), manifested(lambda s, f: s.manifest(f, None, s.log, s.log))),
    Defect(
        "manifest-not-a-note",
        ("E201",),
        manifested(lambda s, f: s.manifest(f).replace(b"\n\n", b"\n")),
        skipped=("E103",),
    ),
    Defect(
        "manifest-without-notary",
        ("E201",),
        manifested(lambda s, f: s.manifest(f, None, s.log), witnessed=True),
        witnessed=True,
        anchor=ANCHOR,
    ),
    Defect(
        "manifest-notary-before-log",
        ("E201",),
        manifested(lambda s, f: s.manifest(f, None, NOTARY, s.log), witnessed=True),
        witnessed=True,
        anchor=ANCHOR,
    ),
    Defect("bundle-head-other-origin", ("E203",), filed(lambda _, f: f.update({"C1": b"c1/bundle 1\nx.example/y\n"}))),
    Defect(
        "page-digest-of-another-page",
        ("E401",),
        hooked("begun", lambda show: show.files.update({"page/app.js": sha(b"other")})),
        at=0,
    ),
]
