from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.access import Access
from bot.domain.accounts import AccountRef
from bot.domain.escalation_commands import ConflictForm, Preview
from bot.domain.escalation_seen import HeaderSeen, Left, Seen, StepForm, Told, Unaddressed
from bot.domain.escalations import (
    Action,
    Case,
    Confirmation,
    Decision,
    Escalation,
    Gate,
    Header,
    Kind,
    Party,
    PartyChoice,
    Side,
    Standpoint,
    State,
    Statement,
)
from bot.domain.identity import AccountId, DepartmentId, DraftId, EscalationId, MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Considered, Route, Skipped, Step
from bot.i18n import Translator, translator
from bot.views import escalation_forms as forms
from bot.views import escalation_notes as notes
from bot.views import escalation_steps as steps
from bot.views import escalations as views
from tests.slack import words

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MESSAGE, FIELD, SECTION = 11_000, 2000, 3000
"""Slack's limits: a whole message, a field, a section."""
LEA, SANDRA, KELLER = (Person(MemberId(f"U{name.upper()}"), name) for name in ("Lea", "Sandra", "Keller"))
LANGUAGES = [translator(language, NOW, "Europe/Zurich") for language in ("en", "de")]


def conflict(text: str = "words", name: str = "Helvetia", *, person: Person = LEA, decided: bool = False) -> Escalation:
    state = State.DECIDED if decided else State.RAISED
    account = AccountRef(AccountId(1), name)
    return Escalation(
        Header(
            EscalationId(1), 3, account, (name, "Production"), state, NOW, date(2026, 12, 1), NOW if decided else None
        ),
        person,
        Side(person, name),
        Side(SANDRA, "Production"),
        Case(text, text, text, text, date(2026, 12, 1), text, text, text),
        (Considered(Step.OWN_SPONSOR, KELLER),),
        request_short_id="R-12",
        anyway_reason=text,
        decision=Decision(KELLER, Kind.SETTLEMENT, text, text, NOW) if decided else None,
    )


def texts(part: Any) -> list[tuple[str, str]]:
    """Return every text with the type of the object it stands in."""
    found = []
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            found.append((str(part.get("type")), part["text"]))
        for value in part.values():
            found += texts(value)
    elif isinstance(part, list):
        for value in part:
            found += texts(value)
    return found


_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200).map(lambda part: part * 15)
_name = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=120)


@settings(max_examples=60, deadline=None)
@given(_text, _name, st.booleans(), st.sampled_from(LANGUAGES))
def test_no_text_and_no_name_breaks_slacks_limits(text: str, name: str, decided: bool, t: Translator) -> None:
    escalation = conflict(text, name, person=Person(MemberId("U1"), name), decided=decided)
    seen = Seen(escalation, Standpoint.ADDRESSEE, tuple(Action))
    told = Told(escalation, Standpoint.KAM, KELLER, NOW)
    header = HeaderSeen(escalation.header)
    messages = [
        *(show(seen, t) for show in (views.card, views.invite, views.shown, views.decided)),
        *(show(told, t) for show in (notes.raised, notes.acknowledged)),
        *(show(header, t) for show in (views.header_card, notes.request_line, views.shown)),
    ]
    for message in messages:
        assert len(message["blocks"]) <= 50
        assert sum(len(said) for _, said in texts(message)) <= MESSAGE
        assert all(len(said) <= SECTION for _, said in texts(message))
    for view in (
        views.whole(seen, t),
        steps.decision_form(StepForm(seen, Action.DECIDE), t),
        steps.statement_form(StepForm(seen, Action.STATE), t),
    ):
        assert len(view["title"]["text"]) <= 24
        assert len(view["blocks"]) <= 100


@pytest.mark.parametrize("t", LANGUAGES)
def test_titles_and_buttons_are_never_cut(t: Translator) -> None:
    seen = Seen(conflict(), Standpoint.ADDRESSEE, tuple(Action))
    form = ConflictForm(DraftId(1), {}, more=True)
    shown = [
        views.card(seen, t),
        views.whole(seen, t),
        steps.decision_form(StepForm(seen, Action.DECIDE), t),
        steps.statement_form(StepForm(seen, Action.STATE), t),
        forms.form(form, t),
        forms.preview(proposed(), t),
    ]
    for part in shown:
        assert not any("…" in said for _, said in texts(part))


def proposed(**values: Any) -> Preview:
    preview = Preview(
        DraftId(1),
        "Helvetia",
        False,
        False,
        Side(LEA),
        Side(SANDRA, "Production"),
        Route((Considered(Step.OWN_SPONSOR, KELLER),)),
        (LEA, SANDRA, KELLER),
        (),
        None,
    )
    return replace(preview, **values)


def test_a_preview_names_the_sponsor_of_an_unknown_account_and_does_not_tell_of_the_account() -> None:
    t, above = LANGUAGES[0], AccountId(9)
    steps = (
        Considered(Step.OWN_SPONSOR, skipped=Skipped.EMPTY, of=AccountId(1)),
        Considered(Step.PARENT_SPONSOR, SANDRA, Skipped.PARTY, of=above),
        Considered(Step.PARENT_KAM_SPONSOR, skipped=Skipped.EMPTY, of=above),
        Considered(Step.PARENT_SPONSOR, KELLER, of=above),
    )
    said = words(forms.preview(proposed(route=Route(steps), unknown_above=frozenset({above})), t))
    assert "It goes to Keller." in said
    assert "Skipped: Sandra – takes a side." in said
    assert "Skipped: the account's own sponsor – nobody is set." in said
    assert "an account above" not in said


def test_a_preview_says_who_comes_after_whom_was_skipped() -> None:
    t = LANGUAGES[0]
    steps = (
        Considered(Step.OWN_SPONSOR, SANDRA, Skipped.PARTY),
        Considered(Step.KAM_SPONSOR, LEA, Skipped.RAISER),
        Considered(Step.PARENT_SPONSOR, skipped=Skipped.EMPTY),
        Considered(Step.PARENT_KAM_SPONSOR, KELLER),
    )
    said = words(forms.preview(proposed(route=Route(steps)), t))
    assert "It goes to Keller: the sponsor of the KAM of an account above." in said
    assert "Skipped: the account's own sponsor, Sandra – takes a side." in said
    assert "Skipped: the KAM's sponsor, Lea – raises it." in said
    assert "Skipped: the sponsor of an account above – nobody is set." in said


def test_a_complete_preview_asks_nothing() -> None:
    assert [
        block["type"] for block in forms.preview(proposed(), LANGUAGES[0])["blocks"] if block["type"] == "input"
    ] == []
    missing = forms.preview(proposed(missing=tuple(Gate)), LANGUAGES[0])
    assert [block["block_id"] for block in missing["blocks"] if block["type"] == "input"] == ["anyway"]
    assert "our goal, their goal, what was tried, the decision wanted and by when" in words(missing)


def test_the_form_keeps_what_was_chosen() -> None:
    form = ConflictForm(
        DraftId(5),
        {"our_goal": "ours", "decide_by": "2026-12-01", "on_behalf_of": "U9", "urgent_reason": "audit"},
        AccountRef(AccountId(7), "Helvetia"),
        other_party=PartyChoice(Party(member_id=MemberId("U2")), "Sandra", "Production"),
        more=True,
    )
    shown = {
        block["block_id"]: block["element"]
        for block in forms.form(form, LANGUAGES[0])["blocks"]
        if block["type"] == "input"
    }
    assert shown["account"]["initial_option"]["value"] == "7"
    assert shown["other_party"]["initial_option"]["text"]["text"] == "Sandra · Production"
    assert shown["decide_by"]["initial_date"] == "2026-12-01"
    assert shown["on_behalf_of"]["initial_user"] == "U9"
    assert shown["urgent_reason"]["initial_value"] == "audit"


def test_a_new_account_may_be_left_empty() -> None:
    form = ConflictForm(DraftId(5), {}, new_account="Nordwind")
    blocks = forms.form(form, LANGUAGES[0])["blocks"]
    account = next(block for block in blocks if block.get("block_id") == "account")
    assert account["optional"] is True
    assert "Leave this empty to create the account Nordwind." in words({"blocks": blocks})


def test_a_party_is_offered_with_its_key() -> None:
    key, label = forms.party(PartyChoice(Party(department_id=DepartmentId(4)), "Production"))
    assert (key, label.plain) == ("department:4", "Production")


def test_both_sides_stand_in_their_own_words() -> None:
    own = conflict("words")
    stated = replace(own, statements=(Statement(SANDRA, "we see it differently", NOW),))
    said = words(views.card(Seen(stated, Standpoint.ADDRESSEE), LANGUAGES[0]))
    assert "The goal of Sandra, in their own words" in said
    assert "we see it differently" in said
    assert "as Lea understands it" not in said


def test_what_nobody_wrote_is_not_shown() -> None:
    said = words(
        views.card(Seen(replace(conflict(), case=Case(), anyway_reason=""), Standpoint.ADDRESSEE), LANGUAGES[0])
    )
    for heading in ("What was tried", "Effect on the customer", "Urgent", "Sent without"):
        assert heading not in said


def test_the_notification_of_a_restricted_account_names_neither_account_nor_content() -> None:
    hidden = conflict("secret words", "Secret Holding")
    header = replace(hidden.header, account=AccountRef(AccountId(1), "Secret Holding", Access.RESTRICTED))
    message = views.card(Seen(replace(hidden, header=header), Standpoint.ADDRESSEE), LANGUAGES[0])
    assert "ecret" not in message["text"]
    assert "🔒 Only those named here and the KAM leads see it." in words(message)


def test_a_header_says_nothing_of_people_goals_or_reasons() -> None:
    decided = conflict("secret", person=Person(MemberId("U1"), "Lea"), decided=True)
    for message in (
        views.header_card(HeaderSeen(decided.header), LANGUAGES[0]),
        notes.request_line(HeaderSeen(decided.header), LANGUAGES[0]),
    ):
        for secret in ("secret", "Lea", "Sandra", "Keller"):
            assert secret not in words(message) + message["text"]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_decision_says_what_it_means_and_only_a_settlement_who_confirmed(kind: Kind) -> None:
    decision = Decision(KELLER, kind, "so", "because", NOW)
    decided = replace(conflict(decided=True), decision=decision, confirmations=(Confirmation(SANDRA, NOW),))
    said = words(views.decided(Seen(decided, Standpoint.RAISER), LANGUAGES[0]))
    assert ("Sandra confirmed it" in said) == (kind is Kind.SETTLEMENT)
    assert ("Lea has not answered" in said) == (kind is Kind.SETTLEMENT)


@pytest.mark.parametrize(("as_lead", "why"), [(True, "you lead the KAMs"), (False, "you are an admin")])
def test_a_call_for_a_sponsor_has_id_and_age(*, as_lead: bool, why: str) -> None:
    said = words(notes.unaddressed(Unaddressed("E-3", NOW, as_lead), LANGUAGES[0]))
    assert "E-3 has no sponsor: please assign one." in said
    assert why in said


def test_the_alarm_that_nobody_took_care_of_a_conflict_has_id_and_age() -> None:
    said = [words(notes.unwatched(Unaddressed("E-3", NOW, as_kam_lead=False), t)) for t in LANGUAGES]
    assert "E-3 was with nobody who can be reached, or had no next step." in said[0]
    assert "you are an admin" in said[0]
    assert "E-3 lag bei niemandem, der erreichbar ist" in said[1]


def test_who_left_a_conflict_reads_so_and_finds_no_button() -> None:
    for shown in (views.card, views.shown):
        said = [shown(Left("E-3"), t) for t in LANGUAGES]
        assert "You left E-3 where it was" in words(said[0])
        assert "Du hast E-3 gelassen, wo es war" in words(said[1])
        assert [block["type"] for one in said for block in one["blocks"]] == ["section", "section"]


@pytest.mark.parametrize("reopened", [True, False])
def test_once_the_time_of_a_decision_is_over_its_day_is_named(*, reopened: bool) -> None:
    decision = Decision(KELLER, Kind.ADVICE, "so", "because", NOW, valid_until=date(2026, 12, 11))
    decided = replace(conflict(decided=not reopened), decision=decision)
    if reopened:
        decided = replace(decided, decision=None, earlier_decision=decision)
    may = () if reopened else (Action.REOPEN, Action.CONFIRM)
    told = Told(decided, Standpoint.KAM, None, NOW, "escalation.validity_over", "", may)
    said = [words(notes.note(told, t)) for t in LANGUAGES]
    assert "It was decided until Fri 11 Dec; does it still hold?" in said[0]
    assert "Es war bis Fr 11. Dez. entschieden; gilt das noch?" in said[1]
    assert ("Reopen" in said[0]) is not reopened


def test_a_decision_that_was_replaced_by_one_without_end_still_reads() -> None:
    told = Told(conflict(decided=True), Standpoint.KAM, None, NOW, "escalation.validity_over")
    assert "The time is over for which it was decided" in words(notes.note(told, LANGUAGES[0]))


def test_an_acknowledgement_without_a_known_actor_still_reads() -> None:
    assert "Lea has seen it" in words(notes.acknowledged(Told(conflict(), Standpoint.KAM, None, NOW), LANGUAGES[0]))


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("count", [1, 3, 60, 300])
def test_a_preview_names_everybody_who_will_see_it_however_many(count: int, *, restricted: bool) -> None:
    people = tuple(Person(MemberId(f"U{number}"), f"Maximiliane Oberholzer {number:03}") for number in range(count))
    route = Route((Considered(Step.OWN_SPONSOR, KELLER),))
    proposed = Preview(
        DraftId(1), "Helvetia", False, restricted, Side(LEA), Side(SANDRA), route, people, (), LEA
    )  # fmt: skip
    for t in LANGUAGES:
        shown = forms.preview(proposed, t)
        assert [person.name for person in people if person.name not in words(shown)] == []
        assert all(len(text) <= FIELD for _, text in texts(shown))


def test_who_is_asked_whether_they_mean_it_twice_carries_that_they_were() -> None:
    route = Route((Considered(Step.OWN_SPONSOR, KELLER),))
    proposed = Preview(DraftId(1), "Helvetia", False, False, Side(LEA), Side(SANDRA), route, (LEA,), (), LEA)
    for t in LANGUAGES:
        assert "again" not in forms.preview(proposed, t)["private_metadata"]
        asked = forms.preview(replace(proposed, twice="E-3"), t)
        assert '"again":1' in asked["private_metadata"].replace(" ", "")
        assert "E-3" in words(asked)
