"""Refusals about briefings."""

from dataclasses import dataclass

from bot.domain.errors.anywhere import Refusal


@dataclass(eq=False)
class UnknownToBrief(Refusal):
    """Neither an account nor a contact of that name, nor any like it, exists for this reader."""

    typed: str
