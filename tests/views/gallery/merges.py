from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.access import Access
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, DraftId, MemberId, MergeId
from bot.domain.members import Person
from bot.domain.merges import Differing, Merged, MergeForm, MergeTold, OtherForm, Side, differing
from bot.i18n import Translator
from bot.views import merges as views
from bot.views.blocks import Message, View

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NAME = "Ségolène-Charlotte von und zu Württemberg-Hohenlohe <!channel> *x*"
LEA, LEFT = Person(MemberId("ULEA"), "Lea Brunner"), Person(MemberId("ULEFT"), NAME, left=True)
OPEN = AccountRef(AccountId(1), "Helvetia Pumpen")
HIDDEN = AccountRef(AccountId(2**63 - 1), NAME, Access.RESTRICTED)
EVERY = (
    "interactions requests escalations promises next_steps contacts favours demands hypotheses contact_positions "
    "account_team accounts"
)
COUNTS = dict.fromkeys(EVERY.split(" "), 10**6)
ACCOUNT: dict[str, Any] = {
    "access": "open",
    "kind": "customer",
    "kam_id": "ULEA",
    "deputy_id": None,
    "sponsor_id": None,
    "tier": "a",
    "parent_id": 5,
    "relation": "division",
    "country": "CH",
    "language": None,
    "channel_id": "C1",
    "mission": "m",
    "stage": "basic",
    "desired_stage": None,
    "is_at_risk": False,
    "stage_reason": None,
    "stage_at": None,
    "coverage": None,
    "jour_fixe_weeks": 1,
    "created_at": NOW,
}
OTHERS = {
    **ACCOUNT,
    "access": "restricted",
    "kind": "supplier",
    "kam_id": "ULEFT",
    "deputy_id": "ULEA",
    "sponsor_id": "UNKNOWN",
    "tier": "b",
    "parent_id": 6,
    "country": "DE",
    "language": "de",
    "channel_id": "C2",
    "mission": NAME * 10,
    "stage": "integrated",
    "coverage": "mixed",
    "jour_fixe_weeks": 4,
}
CONTACT: dict[str, Any] = {
    "account_id": 1,
    "title": "CEO",
    "level": 1,
    "email": "a@x.example",
    "phone": None,
    "decision_roles": ["decider"],
    "attitude": 5,
    "influence": 3,
    "aims": None,
    "owner_id": None,
    "counterpart_id": None,
    "reports_to_id": 3,
    "wished_days": None,
    "left_on": date(2026, 11, 2),
    "created_at": NOW,
}
ONE = Side(Ref(Subject.ACCOUNT, 1), "Helvetia Pumpen", OPEN, 1, ACCOUNT, named={"kam_id": LEA, "parent_id": OPEN})
OTHER = Side(
    Ref(Subject.ACCOUNT, 2),
    NAME,
    HIDDEN,
    2**40,
    OTHERS,
    named={"kam_id": LEFT, "deputy_id": LEA, "parent_id": HIDDEN},
    counts=COUNTS,
)
SANDRA = Side(
    Ref(Subject.CONTACT, 3), "Sandra Meier", OPEN, 1, CONTACT, named={"account_id": OPEN, "reports_to_id": NAME}
)
PERSON = Side(
    Ref(Subject.CONTACT, 2**63 - 1),
    NAME,
    HIDDEN,
    1,
    {**CONTACT, "account_id": 2, "level": 5, "decision_roles": ["buyer"]},
)
SHOWN = MergeForm(DraftId(17), ONE, OTHER, differing(ONE, OTHER), (LEFT, LEA))
MERGE = Merged(MergeId(17), Subject.ACCOUNT, 2, 1, "Helvetia Pumpn", "Helvetia Pumpen", OPEN, LEA, NOW, {"contacts": 1})
LONG = replace(MERGE, name=NAME, into=NAME, account=HIDDEN, by=LEFT, counts=COUNTS)
UNDONE = replace(LONG, undone_by=LEFT, undone_at=NOW)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "form": lambda t: views.form(MergeForm(DraftId(17), ONE, replace(OTHER, counts={}), ()), t),
    "form · all of it": lambda t: views.form(SHOWN, t),
    "form · a value that is given up for nothing": lambda t: views.form(
        replace(SHOWN, differing=(Differing("mission", None, NAME),)), t
    ),
    "form · contacts": lambda t: views.form(
        MergeForm(DraftId(17), PERSON, SANDRA, differing(PERSON, SANDRA), is_fixed=True), t
    ),
    "form · contacts of one name": lambda t: views.form(
        MergeForm(DraftId(17), PERSON, replace(SANDRA, name=NAME), ()), t
    ),
    "other_form": lambda t: views.other_form(OtherForm(DraftId(17), OTHER), t),
    "other_form · contact": lambda t: views.other_form(OtherForm(DraftId(17), PERSON), t),
    "done": lambda t: views.done(MergeTold(MERGE, may_undo=True), t),
    "done · all of it": lambda t: views.done(MergeTold(LONG, may_undo=True), t),
    "done · contacts alike": lambda t: views.done(MergeTold(MERGE, may_undo=True, alike=2), t),
    "done · taken back since": lambda t: views.done(MergeTold(UNDONE), t),
    "told": lambda t: views.told(MergeTold(MERGE), t),
    "told · all of it": lambda t: views.told(MergeTold(LONG, may_undo=True), t),
    "undone": lambda t: views.undone(MergeTold(UNDONE), t),
    "undone · some was changed since": lambda t: views.undone(MergeTold(UNDONE, left=1000), t),
    "restored": lambda t: views.restored(MergeTold(UNDONE), t),
    "restored · by nobody any more": lambda t: views.restored(MergeTold(replace(UNDONE, undone_by=None), left=1), t),
}
