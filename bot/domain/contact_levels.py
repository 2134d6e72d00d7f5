"""Contact levels: which level a title suggests, and when two people's levels are too far apart."""

import re
import unicodedata

from bot.domain import names

APART = 2
"""Levels from which on a pair is a hint, never a block (S112; reference data, section 4)."""

_SUGGESTIONS: tuple[tuple[int, str], ...] = (
    # The first that fits counts: whoever assists the board is not on it, and a vice president is no president.
    (5, r"assist(enz|ent|ant)(?! (vice|director|manager))|\bpa to\b|sekretar|\bsecretary\b(?! general)"),
    (5, r"empfang|rezeption|\breception|\boffice manage"),
    (4, r"\b(key account|product|project|produkt|projekt|process|prozess) ?(manage|owner|leit)"),
    (1, r"\bc[efotimps]o\b|\bchro\b|\bchief \w+( \w+)? officer\b|geschaftsfuhr|geschaftsleit|vorst[ae]nd|vorsitz"),
    (
        1,
        r"inhaber|\b(co-?)?owner\b|\bfounder|grunder|\bmanaging (director|partner)|\bchair(man|woman|person)?\b|\bboard\b",
    ),
    (1, r"(?<!vice )(?<!vize)(?<!vice-)prasident|(?<!vice )(?<!vice-)\bpresident\b"),
    (2, r"\b[se]?vp\b|\bvice[ -]president|vizeprasident|\bdirector\b|direkt(or|ion)|\bhead of\b|\bgeneral manager"),
    (2, r"(bereichs|sparten|divisions|werks?|standort|niederlassungs)leit|\b(plant|site|division) manager"),
    (3, r"leit(er|ung)\b|leiterin\b|\bteam ?lead|\bsupervisor|\bforeman|\bforewoman|\blead\b"),
    (3, r"\b(werk|schicht|industrie|betriebs|maschinen)?meister(in)?\b"),
    (4, r"ingenieur|\bengineer\b|einkauf|\bbuyer\b|\bpurchaser\b|analyst|sachbearbeit|konstrukteur|spezialist"),
    (4, r"\bspecialist|fachkraft|referent|technik(er|erin)\b|\btechnician|\bplanner|disponent|berater|consultant"),
    (4, r"entwickler|\bdeveloper|\bdesigner|innendienst|controller"),
    (3, r"\bmanager(in)?\b|\bmanagement\b"),
)
_READ = tuple((level, re.compile(pattern)) for level, pattern in _SUGGESTIONS)


def suggested(title: str | None) -> int | None:
    """Return the level a title's words suggest, 1 executive to 5 office; None where they suggest none.

    It is a suggestion for a form, never a fact: level is rank, and titles differ from firm to firm.
    """
    folded = _folded(title or "")
    return next((level for level, pattern in _READ if pattern.search(folded)), None)


def mismatch(theirs: int | None, ours: int | None) -> bool:
    """Tell whether the levels of a pair lie so far apart that a hint is due; unknown levels say nothing."""
    return theirs is not None and ours is not None and abs(theirs - ours) >= APART


def _folded(title: str) -> str:
    """Fold case and accents: ``Geschäftsführerin`` reads as ``geschaftsfuhrerin``."""
    decomposed = unicodedata.normalize("NFD", names.match_key(title))
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
