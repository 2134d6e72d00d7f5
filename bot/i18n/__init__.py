"""Languages: our sentences, dates and numbers as the reader knows them."""

from bot.i18n.translator import Translator, translator
from bot.i18n.words import NO_WORDS, Typed, Words, bold, joined, linked, mention

__all__ = ["NO_WORDS", "Translator", "Typed", "Words", "bold", "joined", "linked", "mention", "translator"]
