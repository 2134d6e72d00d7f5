from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.access import Access
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Subject
from bot.domain.duplicates import SHOWN, Twin, Twins, TwinsCard, TwinsPage, Undoable
from bot.domain.identity import AccountId, MemberId, MergeId, TwinsId
from bot.domain.members import Person
from bot.i18n import Translator
from bot.views import duplicates as views
from bot.views.blocks import Message, View

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NAME = "Ségolène-Charlotte von und zu Württemberg-Hohenlohe <!channel> *x*"
LEA, LEFT = Person(MemberId("ULEA"), "Lea Brunner"), Person(MemberId("ULEFT"), NAME, left=True)
OPEN = AccountRef(AccountId(1), "Helvetia Pumpen")
HIDDEN = AccountRef(AccountId(2**63 - 1), NAME, Access.RESTRICTED)
ONE, OTHER = Twin(1, "Helvetia Pumpn", OPEN, LEA, notes=1), Twin(2, "Helvetia Pumpen", OPEN, notes=120)
LONG = Twin(2**63 - 1, NAME, HIDDEN, LEFT, NAME, NAME, 10**6)
TWINS = Twins(TwinsId(17), Subject.ACCOUNT, ONE, OTHER)
PEOPLE = Twins(TwinsId(2**63 - 1), Subject.CONTACT, LONG, replace(LONG, id=3))
MERGED = replace(TWINS, merged_by=LEA, merged_at=NOW, survivor=2)
UNDOABLE = Undoable(MergeId(2**63 - 1), Subject.ACCOUNT, NAME, NAME, LEFT, NOW)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "card": lambda t: views.card(TwinsCard(TWINS, may_decide=True, others=0), t),
    "card · all of it": lambda t: views.card(TwinsCard(PEOPLE, may_decide=True, others=1000, leads=True), t),
    "card · a restricted account": lambda t: views.card(
        TwinsCard(replace(TWINS, first=replace(ONE, account=HIDDEN)), may_decide=True, others=1), t
    ),
    "card · two": lambda t: views.card(
        TwinsCard(replace(TWINS, dismissed_by=LEFT, dismissed_at=NOW), may_decide=False, others=0), t
    ),
    "card · two, by nobody any more": lambda t: views.card(
        TwinsCard(replace(TWINS, dismissed_at=NOW), may_decide=False, others=0), t
    ),
    "card · merged": lambda t: views.card(TwinsCard(MERGED, may_decide=False, others=3), t),
    "card · merged by nobody any more": lambda t: views.card(
        TwinsCard(replace(MERGED, merged_by=None, survivor=1), may_decide=False, others=0), t
    ),
    "card · one of them merged elsewhere": lambda t: views.card(
        TwinsCard(replace(MERGED, survivor=99), may_decide=False, others=0), t
    ),
    "page": lambda t: views.page(TwinsPage((TWINS,), 0, 1), t),
    "page · nothing": lambda t: views.page(TwinsPage((), 0, 0), t),
    "page · only what was merged": lambda t: views.page(TwinsPage((), 0, 0, (UNDOABLE,)), t),
    "page · all of it": lambda t: views.page(TwinsPage((PEOPLE,) * SHOWN, SHOWN, 1000, (UNDOABLE,) * 3), t),
}
