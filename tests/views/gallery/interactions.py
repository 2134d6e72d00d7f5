from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.access import Access, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.identity import AccountId, ChannelId, ContactId, DraftId, InteractionId, MemberId
from bot.domain.interactions import (
    AccountUnclear,
    Alert,
    Category,
    ChannelLine,
    Favour,
    Interaction,
    InteractionLogged,
    InteractionPage,
    InteractionShown,
    InteractionWithdrawn,
    Kind,
    LogForm,
    NextStep,
    Promise,
    SaidTwice,
    Source,
    Tag,
)
from bot.domain.members import Person
from bot.i18n import Translator
from bot.views import interactions as views
from bot.views.blocks import Message, View

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LEA = Person(MemberId("U1"), "Lea Brunner")
GONE = Person(MemberId("U2"), "Tobias Seidel", left=True)
HELVETIA = AccountRef(AccountId(1), "Helvetia Pumpen")
SECRET = AccountRef(AccountId(2), "Geheimwerk", Access.RESTRICTED)
SHORT = Interaction(InteractionId(1), 240, HELVETIA, LEA, NOW, NOW, "Besuch beim Einkauf")
FULL = replace(
    SHORT,
    text="Wort " * 4000,
    kind=Kind.EVENT,
    category=Category.RISK,
    tags=(Tag.REVIEW, Tag.COMPLAINT),
    satisfaction=1,
    satisfaction_source=Source.CUSTOMER,
    contacts=(ContactRef(ContactId(1), "Gerd Häußler"),),
    participants=(LEA, GONE),
    next_step=NextStep("Angebot", LEA, date(2026, 12, 1)),
    promise=Promise("Zwei Musterteile", date(2027, 1, 4), LEA),
    favour=Favour.RECOMMENDATION,
    visibility=Visibility.LEADERSHIP,
)
WITHDRAWN = replace(SHORT, withdrawn_at=NOW, account=SECRET)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "logged": lambda t: views.logged(InteractionLogged(SHORT, kam=LEA, line_goes_to=ChannelId("C1")), t),
    "logged · new account": lambda t: views.logged(InteractionLogged(SHORT, new_account=True), t),
    "logged · edited, all fields": lambda t: views.logged(InteractionLogged(FULL, edited=True, kam=GONE), t),
    "logged · guessed, not mine": lambda t: views.logged(
        InteractionLogged(replace(SHORT, account=SECRET), may_edit=False, guessed_account=True), t
    ),
    "shown": lambda t: views.shown(InteractionShown(FULL, may_edit=True), t),
    "shown · withdrawn": lambda t: views.shown(InteractionShown(WITHDRAWN, may_edit=False), t),
    "continued": lambda t: views.continued(InteractionPage(FULL, 4500), t),
    "continued · last": lambda t: views.continued(InteractionPage(FULL, 10**6), t),
    "withdrawn · by a KAM": lambda t: views.withdrawn(InteractionWithdrawn(None), t),
    "withdrawn": lambda t: views.withdrawn(InteractionWithdrawn(WITHDRAWN), t),
    "account_unclear": lambda t: views.account_unclear(AccountUnclear(DraftId(1), "", (HELVETIA, SECRET), "Text"), t),
    "account_unclear · new": lambda t: views.account_unclear(AccountUnclear(DraftId(1), "Neuwerk", (), "Text"), t),
    "account_unclear · shared name": lambda t: views.account_unclear(
        AccountUnclear(DraftId(1), "Helvetia", (HELVETIA, SECRET), "Text", is_shared=True), t
    ),
    "said_twice": lambda t: views.said_twice(SaidTwice(DraftId(1), SHORT), t),
    "said_twice · long, restricted": lambda t: views.said_twice(
        SaidTwice(DraftId(1), replace(FULL, account=SECRET)), t
    ),
    "form · new account": lambda t: views.form(LogForm(DraftId(1), new_account="Neuwerk", text="Wort " * 4000), t),
    "form · edit by a KAM": lambda t: views.form(
        LogForm(DraftId(1), SHORT, account=SECRET, may_hide=False, version=3), t
    ),
    "form": lambda t: views.form(LogForm(DraftId(1)), t),
    "form · leaves a restricted account": lambda t: views.form(
        LogForm(DraftId(1), replace(SHORT, account=SECRET), account=HELVETIA), t
    ),
    "form · edit, all fields": lambda t: views.form(
        LogForm(DraftId(1), FULL, account=HELVETIA, contacts=FULL.contacts, more=True), t
    ),
    "channel_line": lambda t: views.channel_line(ChannelLine(HELVETIA, (SHORT,)), t),
    "channel_line · planned": lambda t: views.channel_line(
        ChannelLine(HELVETIA, (replace(FULL, occurred_at=NOW + timedelta(days=30)),)), t
    ),
    "channel_line · burst": lambda t: views.channel_line(ChannelLine(HELVETIA, (SHORT, FULL) * 30), t),
    "alert": lambda t: views.alert(Alert(FULL), t),
    "alert · restricted": lambda t: views.alert(Alert(replace(FULL, account=SECRET)), t),
    "alert · corrected": lambda t: views.alert(Alert(SHORT), t),
    "alert · moved": lambda t: views.alert(Alert(FULL, is_theirs=False), t),
    "alert · withdrawn": lambda t: views.alert(Alert(None), t),
}
