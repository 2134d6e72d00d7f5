from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.domain.accounts import AccountRef
from bot.domain.identity import AccountId, DraftId, MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Backer
from bot.domain.sponsorships import PAGE, Backed, Desk, Gaps, MySponsor, Sponsorship, SponsorshipForm, SponsorshipTold
from bot.i18n import Translator
from bot.views import sponsors as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import HELVETIA, SECRET

NAME = "Ségolène-Charlotte von und zu Württemberg-Hohenlohe <!channel> *x*"
LEA, ANA = Person(MemberId("ULEA"), "Lea Brunner"), Person(MemberId("UANA"), NAME)
MARTIN = Backer(Person(MemberId("UMARTIN"), "Martin Keller"), level=1)
LEFT = Backer(Person(MemberId("ULEFT"), NAME, left=True), is_reachable=False, level=4)
ONE = Sponsorship(LEA, MARTIN, ANA)
MANY = tuple(AccountRef(AccountId(number), f"Account {number} " + "x" * 140) for number in range(40))
MINE = MySponsor(MARTIN.person, 1, ANA, (HELVETIA,))
LINE = Backed(MARTIN, 1, ONE, (HELVETIA, SECRET))
LONG = Backed(LEFT, 1000, Sponsorship(ANA, LEFT), MANY)
PEOPLE = (ANA,) * 20
NONE = SponsorshipTold("T1", MARTIN.person.id, LEA, ANA)


def told(reader: Person, **values: Any) -> SponsorshipTold:
    return SponsorshipTold("T1", reader.id, LEA, ANA, ONE, **values)


SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "desk": lambda t: views.desk(Desk("T1", (MINE,), ("E-3",)), t),
    "desk · nobody": lambda t: views.desk(Desk("T1", assigned_by=(ANA, LEA)), t),
    "desk · away": lambda t: views.desk(
        Desk(
            "T1",
            (
                MySponsor(MARTIN.person, is_away=True, away_until=date(2026, 12, 11), stands_in=ANA),
                MySponsor(LEFT.person, is_away=True, accounts=(HELVETIA,)),
            ),
        ),
        t,
    ),
    "desk · a sponsor's": lambda t: views.desk(Desk("T1", backing=(LINE, Backed(MARTIN, 0, None, (HELVETIA,)))), t),
    "desk · a lead's": lambda t: views.desk(Desk("T1", table=(LINE, LINE), gaps=Gaps()), t),
    "desk · all of it": lambda t: views.desk(
        Desk(
            "T1",
            (MINE, MySponsor(LEFT.person, 5, ANA, MANY)),
            ("E-1", "E-2", "E-3", "E-4", "E-5"),
            (LONG,) * 40,
            (LONG, LINE) * (PAGE // 2) + (LONG,),
            Gaps(PEOPLE, PEOPLE, PEOPLE, MANY),
            0,
            2 * PAGE,
        ),
        t,
    ),
    "form": lambda t: views.form(SponsorshipForm(DraftId(17)), t),
    "form · hand over": lambda t: views.form(SponsorshipForm(DraftId(17), ONE), t),
    "form · who left": lambda t: views.form(SponsorshipForm(DraftId(17), Sponsorship(ANA, LEFT, LEFT.person)), t),
    "changed": lambda t: views.changed(told(LEA), t),
    "changed · sponsor": lambda t: views.changed(told(MARTIN.person, accounts=MANY), t),
    "changed · deputy": lambda t: views.changed(told(ANA), t),
    "changed · former": lambda t: views.changed(told(LEFT.person), t),
    "changed · end": lambda t: views.changed(NONE, t),
    "changed · end for the KAM": lambda t: views.changed(SponsorshipTold("T1", LEA.id, LEA, None), t),
}
