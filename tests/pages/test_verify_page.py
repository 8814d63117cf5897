"""The verifier's page as one file: what is joined, what is refused, what its policy lets through."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from audience_server.pages.verify_page import (
    ENGINE,
    PAGE,
    VERIFY_FOLDER,
    JoinError,
    compose,
    in_import_order,
    verify_page,
)

HTML = "<!doctype html>\n<head><!--policy--><!--style--></head><body><!--scripts--></body>\n"
VENDORED = """import { half } from "./utils.js";
import * as all from "./utils.js";
const own = half(all.twice(21));
export const answer = own;
export { own as default_ };
"""


def folder_with(place: Path, **modules: str) -> Path:
    """A folder to be composed: an engine, a page, and modules by name."""
    files = {"engine": "export const engine = 1;\n", "ui": "const page = 1;\n"} | modules
    folder = place / "verify"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    (folder / "index.html").write_text(HTML, "utf-8")
    (folder / "verify.css").write_text("p { margin: 0 }\n", "utf-8")
    return folder


def vendor(place: Path) -> None:
    """A package of two modules with names that others have too."""
    folder = place / "phone" / "vendor" / "noble-9.9"
    folder.mkdir(parents=True)
    (folder / "LICENSE").write_text("The MIT License\n", "utf-8")
    utils = "const own = 2;\nexport function half(n) {\n  return n / own;\n}\nexport const twice = (n) => n * own;\n"
    (folder / "utils.js").write_text(utils, "utf-8")
    (folder / "index.js").write_text(VENDORED.replace("export { own as default_ };\n", "export { own };\n"), "utf-8")


def script_of(page: bytes) -> str:
    """Both scripts, one behind the other."""
    return "".join(re.findall(r"<script[^>]*>(.*?)</script>", page.decode(), re.DOTALL))


def test_modules_stand_behind_those_that_they_import(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path,
        engine='import { low } from "./low.js";\nimport { high } from "./high.js";\nexport const engine = high;\n',
        high='import { low } from "./low.js";\nexport const high = low;\n',
        low="export const low = 1;\n",
    )
    assert ["low.js", "high.js", "engine.js"] == [module.path.name for module in in_import_order(folder / "engine.js")]
    script = script_of(compose(folder))
    assert "import" not in script
    assert "export" not in script
    assert script.index("const low = 1;") < script.index("const high = low;") < script.index("const engine = ")
    assert 1 == script.count("const low = 1;")


def test_names_inside_a_vendored_module_stay_inside(tmp_path: Path) -> None:
    """Its exports are bound once, however many modules take them; its licence goes along."""
    vendor(tmp_path)
    take = 'import { answer } from "../phone/vendor/noble-9.9/index.js";\n'
    folder = folder_with(
        tmp_path,
        engine=f'import {{ low }} from "./low.js";\n{take}export const engine = [low, answer];\n',
        low=f"{take}const own = 3;\nexport const low = own;\n",
    )
    script = script_of(compose(folder))
    assert 1 == script.count("const answer = noble_9_9_index.answer;")
    assert "return { answer, own };" in script
    assert "const all = noble_9_9_utils;" in script
    assert "const { half } = noble_9_9_utils;" in script
    assert 1 == script.count("The MIT License")


@pytest.mark.parametrize(
    "source",
    [
        'import engine from "./low.js";\n',
        'import { low as high } from "./low.js";\n',
        'import * as low from "./low.js";\n',
        'import "./low.js";\n',
        'import { low } from "https://elsewhere.example/low.js";\n',
        'import { lower } from "./low.js";\n',
        'const later = await import("./low.js");\n',
        "const here = import.meta.url;\n",
        "export default 1;\n",
        "export { engine };\n",
        'export { low } from "./low.js";\n',
        "export let engine = 1;\n",
        "const { one, two } = {};\n",
        "const text = '</script>';\n",
        "const text = '<!--';\n",
        "const low = 2;\nconst low = 3;\n",
        'import { low } from "./low.js";\nconst low = 2;\n',
        'import { round } from "./ring.js";\nexport const engine = round;\n',
    ],
)
def test_what_the_joiner_does_not_know_is_refused(tmp_path: Path, source: str) -> None:
    folder = folder_with(
        tmp_path,
        engine=source,
        low="export const low = 1;\n",
        ring='import { engine } from "./engine.js";\nexport const round = engine;\n',
    )
    with pytest.raises(JoinError):
        compose(folder)


def test_a_name_at_the_top_of_two_modules_is_refused(tmp_path: Path) -> None:
    """Of engine and page too: their scripts share one scope."""
    with pytest.raises(JoinError, match="engine stands at the top of"):
        compose(folder_with(tmp_path, ui="function engine() {}\n"))


def test_a_page_without_a_place_for_its_parts_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "index.html").write_text(HTML.replace("<!--style-->", ""), "utf-8")
    with pytest.raises(JoinError, match="style"):
        compose(folder)


def test_words_about_imports_in_a_comment_are_no_imports(tmp_path: Path) -> None:
    engine = "// import nothing, export less: import() and import.meta stay away.\nexport const engine = 1;\n"
    assert b"import nothing" in compose(folder_with(tmp_path, engine=engine))


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    assert compose(folder) == compose(folder)


def test_the_policy_names_what_stands_in_the_page_and_nothing_else(tmp_path: Path) -> None:
    check_policy(compose(folder_with(tmp_path)).decode())


def check_policy(page: str) -> None:
    """Scripts and style by their digests; nothing is loaded, nothing is sent; workers only from the page's own text."""
    policy = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    rules = dict(rule.strip().split(" ", 1) for rule in policy[0].split(";"))
    inside = [re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page, re.DOTALL) for tag in ("script", "style")]
    stated = [
        [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts]
        for texts in inside
    ]
    assert 1 == len(policy)
    assert {
        "default-src": "'none'",
        "script-src": " ".join(stated[0]),
        "style-src": " ".join(stated[1]),
        "img-src": "data:",
        "worker-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    } == rules
    assert page.index("Content-Security-Policy") < min(page.index("<style"), page.index("<script"))


def test_the_real_page_states_its_own_policy() -> None:
    check_policy(verify_page().decode())


def test_the_real_page_has_every_module_of_its_folder_and_nothing_twice() -> None:
    """A module that nobody imports would not be in the file that a notary opens."""
    modules = [*in_import_order(VERIFY_FOLDER / ENGINE), *in_import_order(VERIFY_FOLDER / PAGE)]
    taken = {module.path.name for module in modules if module.path.parent == VERIFY_FOLDER}
    assert {path.name for path in VERIFY_FOLDER.glob("*.js")} == taken


def test_the_real_page_is_made_once() -> None:
    assert verify_page() is verify_page()
    assert verify_page() == compose(VERIFY_FOLDER)


@pytest.mark.parametrize(
    "forbidden",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "http://", "https://"],
)
def test_modules_of_the_page_never_use(forbidden: str) -> None:
    """Markup from texts, text as program, other places."""
    assert [] == [path.name for path in VERIFY_FOLDER.glob("*.js") if forbidden in path.read_text("utf-8")]


def test_modules_of_the_page_are_of_the_house_size() -> None:
    for path in VERIFY_FOLDER.glob("ui*.js"):
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= 400, path.name
        assert max(map(len, lines)) <= 120, path.name
