"""A record and its evidence: entries in, everything signed and packed, whatever the entries say."""

from __future__ import annotations

from collections.abc import Mapping

from tests.notary.bundle_bytes import (
    NOTARY,
    NOTARY_WITNESS,
    OBSERVER,
    Signer,
    b64,
    merkle,
    path_to,
    sha,
    tar,
    tile_name,
)


class Record:
    """`files` holds what is not made of the tree: policy, rolls, rounds, results, rules, page."""

    def __init__(self, origin: str, witnessed: bool) -> None:
        self.origin, self.witnessed = origin, witnessed
        self.log = Signer(origin, 1, sha(b"log"))
        self.entries: list[bytes] = []
        self.heads: list[tuple[int, int]] = []
        self.now = 1_795_262_400
        self.files: dict[str, bytes] = {}

    def signed(self, text: bytes, *signers: Signer) -> bytes:
        """A note by the signers that a statement asks for, unless others are named."""
        names = signers or ((self.log, NOTARY) if self.witnessed else (self.log,))
        return text + b"\n" + b"".join(signer.line(text) for signer in names)

    def policy(self) -> bytes:
        if not self.witnessed:
            return f"log {self.log.vkey}\nquorum none\n".encode()
        return (
            f"log {self.log.vkey}\nwitness n1 {NOTARY_WITNESS.vkey}\nwitness o1 {OBSERVER.vkey}\n"
            "group notaries 1 n1\ngroup observers 1 o1\ngroup all-of all notaries observers\nquorum all-of\n"
        ).encode()

    def leaves(self) -> list[bytes]:
        return [sha(b"\x00" + entry) for entry in self.entries]

    def head_text(self, size: int, origin: str | None = None) -> bytes:
        root = b64(merkle(self.leaves()[:size]))
        return f"{origin or self.origin}\n{size}\n{root}\n".encode()

    def head_note(self, size: int, time: int, *, text: bytes | None = None) -> bytes:
        text = self.head_text(size) if text is None else text
        lines = [self.log.line(text)]
        if self.witnessed:
            lines += [NOTARY_WITNESS.line(text, time), OBSERVER.line(text, time)]
        return text + b"\n" + b"".join(lines)

    def tree_files(self) -> dict[str, bytes]:
        files, entries, hashes, level = {}, self.entries, self.leaves(), 0
        for start in range(0, len(entries), 256):
            part = entries[start : start + 256]
            data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
            files[f"tile/entries/{tile_name(start // 256, len(part))}"] = data
        while hashes:
            for start in range(0, len(hashes), 256):
                part = hashes[start : start + 256]
                files[f"tile/{level}/{tile_name(start // 256, len(part))}"] = b"".join(part)
            hashes = [merkle(hashes[n : n + 256]) for n in range(0, len(hashes) - 255, 256)]
            level += 1
        return files

    def evidence(self, public: bool = False) -> dict[str, bytes]:
        """Every file in the order of the archive, the manifest last."""
        tree = self.tree_files()
        size, time = self.heads[-1]
        files = {
            "C1": f"c1/bundle 1\n{self.origin}\n".encode(),
            "policy.txt": self.files["policy.txt"],
            "checkpoint": self.head_note(size, time),
            "history": b"".join(self.head_note(size, time) for size, time in self.heads),
        }
        files |= {path: tree[path] for path in sorted(tree)}
        for start, end in (("rolls/", ""), ("rounds/", ".openings"), ("rounds/", ".counts"), ("results.json", "")):
            if public and start == "rounds/":
                continue
            mine = sorted(path for path in self.files if path.startswith(start) and path.endswith(end))
            files |= {path: self.files[path] for path in mine}
        files["rules.toml"] = self.files["rules.toml"]
        files |= {path: self.files[path] for path in sorted(self.files) if path.startswith("page/")}
        return files

    def manifest(self, files: Mapping[str, bytes], text: bytes | None = None, *signers: Signer) -> bytes:
        head = b"c1/manifest\n" + self.head_text(len(self.entries))
        lines = "".join(f"{sha(data).hex()} {len(data)} {path}\n" for path, data in files.items())
        return self.signed(text if text is not None else head + lines.encode(), *signers)

    def bundle(self, public: bool = False) -> bytes:
        return self.pack(self.evidence(public))

    def pack(self, files: Mapping[str, bytes]) -> bytes:
        """An archive with a manifest made for exactly these files."""
        return tar({**files, "manifest.note": self.manifest(files)})

    def receipt(self, index: int, size: int) -> bytes:
        proof = "".join(f"{b64(node)}\n" for node in path_to(index, self.leaves()[:size]))
        return f"c2sp.org/tlog-proof@v1\nindex {index}\n{proof}\n".encode() + self.head_note(size, self.now)
