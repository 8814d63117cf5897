"""Why something is not done, as the name of a sentence and what belongs into it.

People read it in their own language: whoever shows it looks the sentence up (`console/notary/sentences.py`), for this
program imports nothing of the server's, its catalogues neither.
"""

from __future__ import annotations


class Refused(Exception):
    """`key` names a sentence of the catalogue `notary_refusals`, which says what would be right."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        """For logs and tests."""
        told = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.key}: {told}" if told else self.key
