"""A witness's keys: one for cosignatures, and for a notary another one for statements and a third for sealed serials.

Kept in one file, `notary.keys` (0600), locked by a passphrase: Argon2id makes a key of it, XSalsa20-Poly1305 seals the
seeds (PyNaCl's `pwhash` and `secret`).  Names and public keys stand in the clear beside the sealed part, so that a key
sheet can be printed again without the passphrase.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nacl.exceptions
import nacl.public
import nacl.pwhash
import nacl.secret
import nacl.signing
import nacl.utils

from audience_server.notary import verify as v
from audience_server.notary.said import Refused

SHORTEST_PASSPHRASE = 8
OPSLIMIT = nacl.pwhash.argon2id.OPSLIMIT_MODERATE
MEMLIMIT = nacl.pwhash.argon2id.MEMLIMIT_MODERATE
ROLES = ("notary", "observer")
SEED_BYTES = 32
_NAME = re.compile(r"[a-z0-9.-]{1,64}/[a-z0-9-]{1,32}\Z")


class KeysRefused(Refused):
    """The keys cannot be made, opened or used."""


@dataclass(frozen=True, slots=True)
class NotaryKeys:
    """Opened keys.  `label` is how people call the holder; `name` the key name under signatures."""

    label: str
    name: str
    role: str
    _witness: bytes
    _statement: bytes
    _box: bytes

    @property
    def witness_vkey(self) -> str:
        return _vkey(self.name, v.WITNESS_KEY, _public(self._witness))

    @property
    def statement_vkey(self) -> str | None:
        """None for observers, who sign no statements."""
        return _vkey(self.name, v.LOG_KEY, _public(self._statement)) if self.role == "notary" else None

    @property
    def box_public(self) -> str | None:
        """base64 X25519, to which the serials of cards are sealed."""
        if self.role != "notary":
            return None
        return v.b64(bytes(nacl.public.PrivateKey(self._box).public_key))

    def cosign(self, text: str, time: int) -> str:
        """The signature line of a cosignature (C2SP tlog-cosignature, type 0x04) at unix seconds `time`."""
        signed = f"cosignature/v1\ntime {time}\n{text}".encode()
        blob = time.to_bytes(8, "big") + nacl.signing.SigningKey(self._witness).sign(signed).signature
        return self._line(v.WITNESS_KEY, self._witness, blob)

    def sign(self, text: str) -> str:
        """The signature line of a statement or manifest (C2SP signed-note, type 0x01)."""
        if self.role != "notary":
            raise KeysRefused("keys_observer")
        return self._line(
            v.LOG_KEY, self._statement, nacl.signing.SigningKey(self._statement).sign(text.encode()).signature
        )

    def open_box(self, sealed: bytes) -> bytes:
        """What was sealed to this notary's box key."""
        try:
            return bytes(nacl.public.SealedBox(nacl.public.PrivateKey(self._box)).decrypt(sealed))
        except nacl.exceptions.CryptoError:
            raise KeysRefused("keys_not_sealed_here") from None

    def _line(self, kind: int, seed: bytes, blob: bytes) -> str:
        identifier = v.key_id(self.name, kind, _public(seed))
        return f"\u2014 {self.name} {v.b64(identifier + blob)}\n"


def _public(seed: bytes) -> bytes:
    return bytes(nacl.signing.SigningKey(seed).verify_key)


def _vkey(name: str, kind: int, public: bytes) -> str:
    return f"{name}+{v.key_id(name, kind, public).hex()}+{v.b64(bytes([kind]) + public)}"


def make_keys(path: Path, label: str, name: str, role: str, passphrase: str) -> NotaryKeys:
    """New keys in a new file.  `name` is `authority/id`, as the field's origins are."""
    if path.exists():
        raise KeysRefused("keys_exist", path=path)
    if role not in ROLES:
        raise KeysRefused("keys_role", roles=", ".join(ROLES))
    if not label.strip() or not label.isprintable() or len(label) > 60:
        raise KeysRefused("keys_label")
    if not _NAME.match(name):
        raise KeysRefused("keys_name", name=name)
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise KeysRefused("keys_passphrase_short", least=SHORTEST_PASSPHRASE)
    keys = NotaryKeys(label.strip(), name, role, *(nacl.utils.random(SEED_BYTES) for _ in range(3)))
    salt = nacl.utils.random(nacl.pwhash.argon2id.SALTBYTES)
    box = _box(passphrase, salt, OPSLIMIT, MEMLIMIT)
    sealed = box.encrypt(keys._witness + keys._statement + keys._box)
    body = {
        "version": 1,
        "label": keys.label,
        "name": name,
        "role": role,
        "witness": keys.witness_vkey,
        "statement": keys.statement_vkey,
        "box": keys.box_public,
        "kdf": {"name": "argon2id", "salt": v.b64(salt), "opslimit": OPSLIMIT, "memlimit": MEMLIMIT},
        "sealed": v.b64(bytes(sealed)),
    }
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # exclusive: of two that make keys at once, one is refused; a crash while writing leaves a file that does not open
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(body, handle, ensure_ascii=False, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    return keys


def read_public(path: Path) -> dict[str, Any]:
    """The part in the clear: label, name, role, witness, statement, box."""
    try:
        body = json.loads(path.read_text("utf-8"))
        if body["version"] != 1 or body["kdf"]["name"] != "argon2id":
            raise KeysRefused("file_version", path=path)
        return {name: body[name] for name in ("label", "name", "role", "witness", "statement", "box", "kdf", "sealed")}
    except OSError as error:
        raise KeysRefused("keys_missing", path=path, reason=error) from None
    except (ValueError, KeyError, TypeError):
        raise KeysRefused("keys_no_file", path=path) from None


def load_keys(path: Path, passphrase: str) -> NotaryKeys:
    """Open the keys.  Raises KeysRefused, also for a wrong passphrase."""
    body = read_public(path)
    try:
        kdf = body["kdf"]
        salt, sealed = base64.b64decode(kdf["salt"]), base64.b64decode(body["sealed"])
        seeds = _box(passphrase, salt, int(kdf["opslimit"]), int(kdf["memlimit"])).decrypt(sealed)
    except nacl.exceptions.CryptoError:
        raise KeysRefused("keys_passphrase_wrong") from None
    except (ValueError, KeyError, TypeError):
        raise KeysRefused("keys_damaged", path=path) from None
    parts = [seeds[place : place + SEED_BYTES] for place in range(0, 3 * SEED_BYTES, SEED_BYTES)]
    keys = NotaryKeys(str(body["label"]), str(body["name"]), str(body["role"]), *parts)
    if keys.witness_vkey != body["witness"]:
        raise KeysRefused("keys_mismatch", path=path)
    return keys


def _box(passphrase: str, salt: bytes, opslimit: int, memlimit: int) -> nacl.secret.SecretBox:
    key = nacl.pwhash.argon2id.kdf(
        nacl.secret.SecretBox.KEY_SIZE, passphrase.encode(), salt, opslimit=opslimit, memlimit=memlimit
    )
    return nacl.secret.SecretBox(key)


def session_file_fields(public: dict[str, Any]) -> list[tuple[str, str]]:
    """What the session file's `[witnesses]` table says of this holder."""
    names = ("witness", "statement", "box") if public["role"] == "notary" else ("witness",)
    return [("name", str(public["label"])), *((name, str(public[name])) for name in names)]


def session_file_line(public: dict[str, Any]) -> str:
    """The line for the session file's `[witnesses]` table."""
    fields = (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in session_file_fields(public))
    return "{ " + ", ".join(fields) + " }"


def anchor(public: dict[str, Any]) -> str | None:
    """What cards carry so that a phone knows the notary; observers have none."""
    if public["role"] != "notary":
        return None
    return v.anchor_of(str(public["witness"]), str(public["statement"]))


def key_digest(vkey: str) -> str:
    """A key as it is compared by voice: 32 hex digits of its SHA-256."""
    return hashlib.sha256(vkey.encode()).hexdigest()[:32]
