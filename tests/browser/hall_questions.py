"""What the scripted hall does with questions: numbers, codes, follow, lookup, the public list, support, help."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
CODE = "482913"


@dataclass(slots=True, eq=False)
class QuestionBox:
    """Everything that was asked; `refuse_with` answers every `ask` with that code instead."""

    refuse_with: str = ""
    asked: list[Json] = field(default_factory=list)
    own: dict[str, Json] = field(default_factory=dict)
    askers: dict[str, str] = field(default_factory=dict)
    public: list[Json] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def ask(self, request: Json) -> Json:
        if self.refuse_with:
            return {"type": "refused", "code": self.refuse_with, "message": self.refuse_with}
        known = [each for each in self.asked if same(each, request)]
        if not known:
            self.asked.append(request)
        position = self.asked.index(known[0] if known else request) + 1
        number = f"{'R' if request['kind'] == 'report' else 'Q'}{position:04d}"
        if request["kind"] != "report":
            self.own.setdefault(number, own(number, **{key: request[key] for key in ("kind", "text", "unit")}))
            self.askers[number] = request["asker"]
        return {"type": "received", "number": number, "code": CODE}

    def follow(self, request: Json) -> Json:
        asker = b64encode(hashlib.sha256(b64decode(request["secret"])).digest()).decode()
        return self.found([number for number, each in self.askers.items() if each == asker])

    def lookup(self, request: Json) -> Json:
        if request["number"] not in self.own or request["code"] != CODE:
            return {"type": "refused", "code": "unknown_question", "message": "unknown"}
        return self.found([request["number"]])

    def found(self, numbers: list[str]) -> Json:
        return {"type": "own_questions", "questions": [self.own[number] for number in numbers]}

    def list(self, request: Json) -> Json:
        return {"type": "questions", "questions": self.public}

    def support(self, request: Json) -> Json:
        return {"type": "ok"}

    def help(self, request: Json) -> Json:
        self.calls.append(request["where"])
        return {"type": "ok"}


def same(left: Json, right: Json) -> bool:
    return {**left, "id": 0} == {**right, "id": 0}


def own(number: str, **changes: Any) -> Json:
    return {"number": number, "state": "received", "kind": "question", "text": "为什么?", "at": 1} | changes


def public(number: str, **changes: Any) -> Json:
    return {"number": number, "unit": "u1", "text": "为什么?", "supporters": 0, "state": "approved"} | changes
