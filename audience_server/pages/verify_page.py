"""The page of the second verifier, `/verify`: one HTML file, made of pages/verify and the vendored noble modules.

A notary opens it from a disk, where a browser loads no module, so the modules are joined into plain scripts. The joiner
understands the few forms that the modules keep to, and refuses everything else rather than guess. The engine's script
is text of its own, because workers are started from it (`VERIFY_WORKER_SOURCE`).
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERIFY_FOLDER = Path(__file__).parent / "verify"
ENGINE, PAGE = "engine.js", "ui.js"
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {style}; img-src data:; worker-src blob:; "
    "base-uri 'none'; form-action 'none'"
)
WORKER_SOURCE = 'globalThis.VERIFY_WORKER_SOURCE = document.getElementById("engine").textContent;'
ENDS_A_SCRIPT = re.compile(r"</script|<!--|\r|\0|/\*# sourceMappingURL", re.IGNORECASE)

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_IMPORT_ALL = re.compile(r'^import \* as (\w+) from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function\*? (\w+)|class (\w+)|const (\w+) )", re.MULTILINE)
_EXPORT_LIST = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)
_DECLARED = re.compile(r"^(?:async )?(?:function\*?|class|const|let|var) (\w+|[\[{])", re.MULTILINE)
_ELSEWHERE = re.compile(r"^(?:import|export)\b.*|\bimport(?:\.meta|\s*\().*", re.MULTILINE)


class JoinError(ValueError):
    """Modules that cannot be joined into one script as they are written."""


@dataclass(frozen=True, slots=True)
class Module:
    """One module without its imports and exports; `takes` are the names it takes from others."""

    path: Path
    body: str
    takes: tuple[tuple[Path, tuple[str, ...]], ...]
    exports: tuple[str, ...]

    @property
    def is_vendored(self) -> bool:
        return "vendor" in self.path.parts


@cache
def verify_page() -> bytes:
    """The file as served, and as it is kept beside the evidence."""
    return compose(VERIFY_FOLDER)


def compose(folder: Path) -> bytes:
    """index.html with style and scripts inside, and a policy that lets nothing else run and nothing be loaded."""
    engine = in_import_order(folder / ENGINE)
    page = [module for module in in_import_order(folder / PAGE) if module not in engine]
    refuse_shared_names([*engine, *page])
    lent: dict[str, str] = {}
    licences = "".join(f"/*\n{text.strip()}\n*/\n" for text in licences_of([*engine, *page]))
    scripts = (
        f'\n"use strict";\n{licences}{joined(engine, lent)}',
        f'\n"use strict";\n{WORKER_SOURCE}\n{joined(page, lent)}',
    )
    style = "\n" + (folder / "verify.css").read_text("utf-8")
    for text in (*scripts, style):
        if found := ENDS_A_SCRIPT.search(text):
            raise JoinError(f"{found[0]!r} may not stand in a script or style of a page")
    policy = POLICY.format(scripts=" ".join(map(hash_of, scripts)), style=hash_of(style))
    parts = {
        "<!--policy-->": f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        "<!--style-->": f"<style>{style}</style>",
        "<!--scripts-->": f'<script id="engine">{scripts[0]}</script>\n<script>{scripts[1]}</script>',
    }
    return filled((folder / "index.html").read_text("utf-8"), parts).encode()


def filled(html: str, parts: Mapping[str, str]) -> str:
    """The page with each part in its place, which must be there once."""
    for place in parts:
        if html.count(place) != 1:
            raise JoinError(f"index.html has {place} {html.count(place)} times, not once")
    return re.sub("|".join(map(re.escape, parts)), lambda found: parts[found[0]], html)


def hash_of(text: str) -> str:
    """As a policy names a script or style that stands in the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def in_import_order(entry: Path) -> list[Module]:
    """The module and all it imports, each after those that it needs."""
    done: dict[Path, Module] = {}
    _visit(entry, done, ())
    return list(done.values())


def _visit(path: Path, done: dict[Path, Module], above: Sequence[Path]) -> None:
    if path in above:
        raise JoinError(f"{path.name} imports itself by way of {', '.join(other.name for other in above)}")
    if path in done:
        return
    module = read_module(path)
    for other, names in module.takes:
        _visit(other, done, (*above, path))
        missing = [name for name in names if name not in (*done[other].exports, "*")]
        if missing:
            raise JoinError(f"{path.name} takes {', '.join(missing)} from {other.name}, which exports no such name")
    done[path] = module


def read_module(path: Path) -> Module:
    """Take imports and exports out of a module's text; vendored text is not searched for forms that are not there."""
    text = path.read_text("utf-8")
    exports = [next(filter(None, found.groups())) for found in _EXPORT.finditer(text)]
    body = _EXPORT.sub("", text)
    takes, bindings = [], []
    for found in _IMPORT.finditer(body):
        names = _listed(path, found[1])
        takes.append((_beside(path, found[2]), names))
    body = _IMPORT.sub("", body)
    if "vendor" in path.parts:
        for found in _IMPORT_ALL.finditer(body):
            other = _beside(path, found[2])
            takes.append((other, ("*",)))
            bindings.append(f"const {found[1]} = {namespace_of(other)};\n")
        for found in _EXPORT_LIST.finditer(body):
            exports += _listed(path, found[1])
        body = "".join(bindings) + _EXPORT_LIST.sub("", _IMPORT_ALL.sub("", body))
        body = re.sub(r"^//# sourceMappingURL=.*\n?", "", body, flags=re.MULTILINE)
    elif found_elsewhere := _ELSEWHERE.search(_without_comments(body)):
        raise JoinError(f"{path.name}: {found_elsewhere[0]!r} is no form that can be joined")
    return Module(path, body, tuple(takes), tuple(exports))


def _listed(path: Path, text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if renamed := [name for name in names if not re.fullmatch(r"\w+", name)]:
        raise JoinError(f"{path.name}: {renamed[0]!r} is no plain name")
    return names


def _beside(path: Path, relative: str) -> Path:
    return Path(os.path.normpath(path.parent / relative))


def _without_comments(text: str) -> str:
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def joined(modules: Sequence[Module], lent: dict[str, str]) -> str:
    """Modules in one script. `lent`: the names that come from vendored modules, each bound once for all scripts."""
    parts = []
    for module in modules:
        if module.is_vendored:
            parts.append(wrapped(module))
            continue
        for other, names in module.takes:
            if "vendor" in other.parts:
                parts += [f"const {name} = {namespace_of(other)}.{name};\n" for name in names if name not in lent]
                lent.update(dict.fromkeys(names, namespace_of(other)))
        parts.append(module.body)
    return "".join(parts)


def wrapped(module: Module) -> str:
    """A vendored module as a value that holds its exports, so that its other names stay inside."""
    taken = "".join(
        f"const {{ {', '.join(names)} }} = {namespace_of(other)};\n" for other, names in module.takes if names != ("*",)
    )
    inside = f"{taken}{module.body}return {{ {', '.join(module.exports)} }};\n"
    return f"const {namespace_of(module.path)} = (() => {{\n{inside}}})();\n"


def namespace_of(path: Path) -> str:
    """The name of a vendored module's exports."""
    return re.sub(r"\W", "_", f"{path.parent.name}_{path.stem}")


def refuse_shared_names(modules: Sequence[Module]) -> None:
    """In one script a name at the top has one meaning."""
    owner: dict[str, str] = {}
    for module in modules:
        for name, where in top_names(module):
            if owner.setdefault(name, where) != where:
                raise JoinError(f"{name} stands at the top of {owner[name]} and of {where}")


def top_names(module: Module) -> Iterator[tuple[str, str]]:
    """What a module adds to the script that it is joined into, and where each name comes from."""
    if module.is_vendored:
        yield namespace_of(module.path), module.path.name
        return
    for other, names in module.takes:
        if "vendor" in other.parts:
            yield from ((name, namespace_of(other)) for name in names)
    declared = [found[1] for found in _DECLARED.finditer(module.body)]
    for name in declared:
        if name in ("[", "{"):
            raise JoinError(f"{module.path.name}: names at the top are declared one by one")
        if declared.count(name) > 1:
            raise JoinError(f"{name} stands at the top of {module.path.name} twice")
        yield name, module.path.name


def licences_of(modules: Sequence[Module]) -> list[str]:
    """The licence of every vendored package, once: their authors ask for it wherever their text goes."""
    folders = dict.fromkeys(module.path.parent for module in modules if module.is_vendored)
    return [(folder / "LICENSE").read_text("utf-8") for folder in folders]
