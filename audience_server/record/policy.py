"""`policy.txt`: whose signatures a checkpoint of this session needs (C2SP tlog-policy, FORMAT.md)."""

from __future__ import annotations

from collections.abc import Sequence


def policy_text(
    log_vkey: str,
    notaries: Sequence[str] = (),
    observers: Sequence[str] = (),
    notary_quorum: int = 0,
    observer_quorum: int = 0,
) -> str:
    """`notaries` and `observers`: witness vkeys in file order."""
    if not notaries and not observers:
        return f"log {log_vkey}\nquorum none\n"
    lines = [f"log {log_vkey}"]
    lines += [f"witness n{number} {key}" for number, key in enumerate(notaries, 1)]
    lines += [f"witness o{number} {key}" for number, key in enumerate(observers, 1)]
    groups = []
    for name, letter, keys, quorum in (
        ("notaries", "n", notaries, notary_quorum),
        ("observers", "o", observers, observer_quorum),
    ):
        if quorum:
            members = " ".join(f"{letter}{number}" for number in range(1, len(keys) + 1))
            lines.append(f"group {name} {quorum} {members}")
            groups.append(name)
    lines += [f"group all-of all {' '.join(groups)}", "quorum all-of"]
    return "\n".join(lines) + "\n"
