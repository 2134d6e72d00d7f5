from collections.abc import Callable, Mapping

from bot.domain.delivery import Ref, Subject
from bot.domain.history import Entry, Past
from bot.domain.identity import EntryId
from bot.i18n import Translator
from bot.views import histories as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import LEA, NOW

REQUEST, CONFLICT = Ref(Subject.REQUEST, 12), Ref(Subject.ESCALATION, 3)


def entries(about: Ref, words: str | None) -> tuple[Entry, ...]:
    """Return an entry of every action."""
    return tuple(
        Entry(EntryId(number), about, action, LEA, NOW, words)
        for number, action in enumerate(views.SENTENCES)
        if action.startswith(about.subject)
    )


SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "whole": lambda t: views.whole(Past(REQUEST, "R-12", entries(REQUEST, None)), t),
    "whole · long": lambda t: views.whole(Past(CONFLICT, "E-3", entries(CONFLICT, "Wort & Satz " * 300) * 60), t),
}
