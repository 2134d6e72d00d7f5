"""Refused: how a refusal finds its sentence; the modules that end in ``refusals`` have them."""

from functools import singledispatch

from bot.domain import errors
from bot.i18n import Translator, Words


@singledispatch
def sentence(refusal: errors.Refusal, t: Translator) -> Words:
    """Say why something cannot be done and what can.

    Raises:
        TypeError: the refusal has no sentence; a test holds the list complete.
    """
    del t
    raise TypeError(type(refusal).__name__)
