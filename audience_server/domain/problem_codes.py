"""The problem codes of 行风 work: what somebody complains of, in three groups.

不作为 (nothing is done, 5), 慢作为 (it is done slowly, 4), 乱作为 (it is done against the rules, 4).  The names are
in the catalogue area `problems` under `problem_<id>` and `problem_group_<group>`.
"""

from __future__ import annotations

from collections.abc import Mapping

PROBLEM_GROUPS: Mapping[str, tuple[str, ...]] = {
    "idle": ("a1", "a2", "a3", "a4", "a5"),
    "slow": ("b1", "b2", "b3", "b4"),
    "wrong": ("c1", "c2", "c3", "c4"),
}
PROBLEM_CODES: Mapping[str, str] = {code: group for group, codes in PROBLEM_GROUPS.items() for code in codes}
