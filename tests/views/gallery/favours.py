from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.contact_commands import ContactChoice
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Subject
from bot.domain.favours import PAGE, Direction, Effort, Favour, FavourForm, FavourList, FavoursListed, WhichContact
from bot.domain.identity import AccountId, ContactId, DraftId, FavourId, MemberId
from bot.domain.interactions import Favour as Kind
from bot.domain.members import Person
from bot.domain.worklists import WhichAccount
from bot.i18n import Translator
from bot.views import favours as views
from bot.views.blocks import Message, View

TODAY = date(2026, 11, 20)
HOSTILE = "<!channel> *x* {0} & " * 30
LEA = Person(MemberId("ULEA"), "Lea Brunner")
HELVETIA, ANNA = AccountRef(AccountId(3), "Helvetia Pumpen"), ContactRef(ContactId(4), "Anna Keller")
GIVEN = Favour(
    FavourId(17), HELVETIA, Kind.INTRODUCTION, Direction.GIVEN, "Our laboratory", TODAY, LEA, LEA, ANNA, number=240
)
LONG = Favour(
    FavourId(2**63 - 1),
    AccountRef(AccountId(2**63 - 1), HOSTILE[:120]),
    Kind.EXPERT,
    Direction.RECEIVED,
    HOSTILE[:500],
    date(2024, 1, 1),
    Person(MemberId("ULEFT"), HOSTILE, left=True),
    LEA,
    ContactRef(ContactId(2**63 - 1), HOSTILE[:120]),
    Effort.DAYS,
    3,
    number=None,
)
ME = Viewer(LEA.id)
LAST = FavourList(Subject.CONTACT, 2**63 - 1, 9)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "listed": lambda t: views.listed(FavoursListed(FavourList(), (GIVEN,), has_more=False, viewer=ME), t),
    "listed · nothing": lambda t: views.listed(
        FavoursListed(FavourList(Subject.ACCOUNT, 3), (), has_more=False, viewer=ME, account=HELVETIA), t
    ),
    "listed · all of it": lambda t: views.listed(
        FavoursListed(LAST, (LONG,) * PAGE, has_more=True, viewer=ME, account=LONG.account, contact=LONG.contact), t
    ),
    "listed · which": lambda t: views.listed(WhichAccount(Subject.FAVOUR, HOSTILE, (HELVETIA,)), t),
    "listed · which contact": lambda t: views.listed(
        WhichContact(
            HOSTILE,
            (
                ContactChoice(
                    ContactId(2**63 - 1), HOSTILE[:120], HOSTILE, replace(LONG.account, access=Access.RESTRICTED)
                ),
            )
            * 5,
        ),
        t,
    ),
    "form": lambda t: views.form(FavourForm(DraftId(17), TODAY), t),
    "form · all of it": lambda t: views.form(
        FavourForm(DraftId(2**63 - 1), TODAY, LONG.account, LONG.contact, more=True), t
    ),
}
