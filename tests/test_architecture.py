"""The house as law: who may import whom, how large a file or function may be, what may not be left behind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("console", "audience_server")
LONGEST_FILE = 400
LONGEST_FUNCTION = 40

DOMAIN_ORDER = (
    "refusals",
    "rundown",
    "roles",
    "ballots",
    "toml_lines",
    "scene_names",
    "rundown_tables",
    "rundown_parts",
    "rundown_defaults",
    "rundown_rounds",
    "rundown_asking",
    "rundown_check",
    "rundown_file",
    "objections",
    "session",
    "admission",
    "running_order",
    "acts",
    "audit",
    "tally",
    "hand",
    "channels",
    "results",
    "score_bounds",
    "rules_page",
    "problem_codes",
    "question_text",
    "questions",
    "question_deeds",
    "question_board",
    "scenes",
    "scene_facts",
    "recount",
    "working_days",
    "cases",
    "case_steps",
    "case_promises",
    "case_statistics",
)

LIVE = "audience_server.live"
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "audience_server.domain": ("audience_server.domain",),
    "audience_server.record": ("audience_server.record",),
    "audience_server.stores": ("audience_server.stores",),
    "audience_server.wire": ("audience_server.wire", "audience_server.domain"),
    "audience_server.locale": ("audience_server.locale",),
    "audience_server.pages": ("audience_server.pages", "audience_server.locale"),
    "audience_server.matching": ("audience_server.matching",),
    "audience_server.pictures": ("audience_server.pictures",),
    "audience_server.notary": ("audience_server.notary",),
    "audience_server.examples": (),
    "audience_server.clock": (),
    "audience_server.collector": (),
    "audience_server.fanout": (),
    "audience_server.lan_address": (),
    "audience_server.settings": (),
    "audience_server.session_directory": (),
    LIVE: (
        LIVE,
        "audience_server.domain",
        "audience_server.record",
        "audience_server.stores.port",
        "audience_server.stores.journal",
        "audience_server.matching",
        "audience_server.fanout",
        "audience_server.clock",
    ),
    "audience_server.endpoints": (
        "audience_server.endpoints",
        LIVE,
        "audience_server.domain",
        "audience_server.wire",
        "audience_server.record.forms",
        "audience_server.fanout",
        "audience_server.settings",
        "audience_server.locale",
        "audience_server.pages",
        "audience_server.pictures",
    ),
    "audience_server.reports": (
        "audience_server.reports",
        "audience_server.domain",
        "audience_server.record",
        "audience_server.locale",
    ),
    "audience_server.audience": (
        "audience_server.audience",
        "audience_server.record",
        "audience_server.wire",
        "audience_server.domain",
    ),
    "audience_server.main": ("audience_server",),
    "audience_server.evidence": ("audience_server",),
    "audience_server.exports": ("audience_server",),
    "audience_server.carry": ("audience_server",),
    "audience_server.reports_of_misconduct": ("audience_server",),
    "audience_server.forgetting": ("audience_server",),
    "console.commands": (
        "console",
        "audience_server",
    ),
    "console.notary": ("console", "audience_server.notary", "audience_server.locale"),
    "console.cli": ("console.commands",),
    "console.__main__": ("console.cli",),
    "console": (
        "console",
        "audience_server.wire",
        "audience_server.domain",
        "audience_server.locale",
        "audience_server.settings",
    ),
}

THIRD_PARTIES: dict[str, tuple[str, ...]] = {
    "textual": ("console",),
    "rich": ("console",),
    "websockets": (
        "audience_server.endpoints",
        "audience_server.audience",
        "audience_server.notary.link",
        "console",
    ),
    "msgspec": (
        "audience_server.wire",
        "audience_server.domain.rundown",
        "audience_server.endpoints",
        "audience_server.audience",
        "console",
    ),
    "nacl": ("audience_server.record", "audience_server.notary"),
    "aiosqlite": ("audience_server.stores.sqlite", "audience_server.stores.journal_sqlite"),
    "qrcode": ("audience_server.reports", "console"),
    "fpdf": ("audience_server.reports",),
    "xlsxwriter": ("audience_server.reports",),
    "rapidfuzz": ("audience_server.matching",),
    "opencc": ("audience_server.matching",),
    "PIL": ("audience_server.pictures",),
    "fontTools": ("audience_server.reports",),
    "uvloop": ("audience_server.main", "audience_server.audience", "console.commands.audience"),
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def rule_for(module: str, table: dict[str, tuple[str, ...]]) -> str | None:
    """The longest entry that the module's name begins with, at a dot (or, for live_*, anywhere)."""
    fitting = [prefix for prefix in table if module == prefix or module.startswith((prefix + ".", prefix + "_"))]
    return max(fitting, key=len, default=None)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def allowed(target: str, prefixes: tuple[str, ...]) -> bool:
    return any(target == prefix or target.startswith((prefix + ".", prefix + "_")) for prefix in prefixes)


ALL = [pytest.param(module, path, id=module) for module, path in modules()]


@pytest.mark.parametrize(("module", "path"), ALL)
def test_every_module_imports_only_what_the_house_allows(module: str, path: Path) -> None:
    """The law is closed-world: a module that is not in the table fails."""
    rule = rule_for(module, MAY_IMPORT)
    if path.name == "__init__.py":
        return
    assert rule is not None, f"{module} has no place in the house"
    ours = [name for name in imports(path) if name.split(".")[0] in PACKAGES]
    known = {found for found, _ in modules()}
    wrong = [name for name in ours if name in known and not allowed(name, MAY_IMPORT[rule])]
    assert [] == wrong


@pytest.mark.parametrize(("module", "path"), ALL)
def test_third_parties_are_met_only_where_the_house_says(module: str, path: Path) -> None:
    """Swapping a library must touch one place."""
    wrong = []
    for name in imports(path):
        places = THIRD_PARTIES.get(name.split(".")[0])
        if places is not None and not allowed(module, places):
            wrong.append(name)
    assert [] == wrong


def test_the_domain_has_an_order_and_nothing_looks_upwards() -> None:
    """Rules build on each other one way only."""
    prefix = "audience_server.domain."
    wrong = []
    for module, path in modules():
        if not module.startswith(prefix) or path.name == "__init__.py":
            continue
        name = module.removeprefix(prefix)
        assert name in DOMAIN_ORDER, f"{module} has no place in the domain's order"
        for target in imports(path):
            other = target.removeprefix(prefix).split(".")[0]
            if target.startswith(prefix) and DOMAIN_ORDER.index(other) > DOMAIN_ORDER.index(name):
                wrong.append((name, other))
    assert [] == wrong


@pytest.mark.parametrize(("module", "path"), ALL)
def test_files_and_functions_stay_small(module: str, path: Path) -> None:
    """400 lines and 40 are the walls; the verifier is one file on purpose, so that it can be read alone."""
    source = path.read_text("utf-8")
    if module != "audience_server.notary.verify":
        assert source.count("\n") <= LONGEST_FILE
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert [] == long


@pytest.mark.parametrize(("module", "path"), ALL)
def test_every_module_says_what_it_is_for(module: str, path: Path) -> None:
    """A docstring at the top; `__init__.py` holds nothing else."""
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree)
    if path.name == "__init__.py":
        assert 1 == len(tree.body)


@pytest.mark.parametrize(("module", "path"), ALL)
def test_no_failure_is_swallowed(module: str, path: Path) -> None:
    """`except Exception: pass` is a defect."""
    silent = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and all(isinstance(statement, ast.Pass) for statement in node.body)
    ]
    assert [] == silent
