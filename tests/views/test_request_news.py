from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.history import Entry
from bot.domain.members import Person
from bot.domain.request_life import RECORDED, Because
from bot.domain.request_results import CardMoved, RequestCard, Told
from bot.domain.requests import Action, Delivery, Offer, Passing, Question, Request, State
from bot.i18n import Translator, translator
from bot.views import request_news as views
from bot.views import requests
from bot.views.request_buttons import buttons
from tests.slack import words
from tests.views.test_requests import ACCEPTED, BEN, CARA, DESK, LEA, NOW, OPEN, PRODUCTION, SANDRA, entry, hide, styles


@pytest.fixture
def en() -> Translator:
    """English."""
    return translator("en", NOW, "Europe/Zurich")


@pytest.fixture
def de() -> Translator:
    """German."""
    return translator("de", NOW, "Europe/Zurich")


def in_state(state: State, **changes: Any) -> Request:
    """Make a request in a state."""
    request = replace(ACCEPTED, header=replace(ACCEPTED.header, state=state))
    return replace(request, **changes)


def by(person: Person | None, action: str, said: str | None = None) -> Entry:
    """Make an entry of somebody."""
    return replace(entry(f"request.{action}", said), actor=person)


OFFER = Offer(SANDRA, NOW, date(2026, 12, 8), CARA, "one engineer")
COUNTERED = in_state(State.COUNTERED, offer=OFFER)
PASSED = replace(OPEN, passing=Passing(replace(PRODUCTION, name="Quality"), SANDRA, NOW))


@pytest.mark.parametrize(
    ("request_", "told", "english", "german"),
    [
        (
            COUNTERED,
            by(SANDRA, "countered"),
            "🔁 Sandra (Production) can offer for R-12: “one engineer”, Cara would do it, by Tue 8 Dec",
            "🔁 Sandra (Production) kann für R-12 anbieten: „one engineer“, Cara würde es übernehmen, bis Di 8. Dez.",
        ),
        (
            OPEN,
            by(SANDRA, "countered"),
            "🔁 Sandra (Production) can offer something else for R-12.",
            "🔁 Sandra (Production) kann für R-12 etwas anderes anbieten.",
        ),
        (
            replace(OPEN, offer=replace(OFFER, by=LEA, by_requester=True, person=None, scope="")),
            by(LEA, "countered_again"),
            "🟡 Lea suggests for R-12: by Tue 8 Dec",
            "🟡 Lea schlägt für R-12 vor: bis Di 8. Dez.",
        ),
        (
            PASSED,
            by(SANDRA, "passed_on"),
            "↪️ Sandra offers R-12 to Quality. Until it is taken over, Production stays responsible.",
            "↪️ Sandra bietet R-12 dem Bereich Quality an. Bis zur Übernahme bleibt Production zuständig.",
        ),
        (
            OPEN,
            by(CARA, "taken_over"),
            "↪️ Cara took over R-12: it is with Production now.",
            "↪️ Cara hat R-12 übernommen: Sie liegt jetzt bei Production.",
        ),
        (
            in_state(State.ACCEPTED),
            by(CARA, "moved"),
            "⏳ Cara moved R-12: it is promised for Fri 11 Dec now.",
            "⏳ Cara hat R-12 verschoben: Sie ist jetzt für Fr 11. Dez. zugesagt.",
        ),
        (
            in_state(State.UNCONFIRMED),
            by(None, "lapsed"),
            "📦 R-12 was delivered and is closed: nobody said otherwise for 5 working days.",
            "📦 R-12 ist geliefert und abgeschlossen: 5 Arbeitstage lang kam kein Widerspruch.",
        ),
        (
            in_state(State.CONFIRMED),
            by(Person(BEN.id, "Ben", left=True), "confirmed"),
            "✅ Ben (left) confirmed R-12.",
            "✅ Ben (ausgeschieden) hat R-12 bestätigt.",
        ),
    ],
)
def test_people_hear_who_did_what(
    request_: Request, told: Entry, english: str, german: str, en: Translator, de: Translator
) -> None:
    assert english in words(views.news(Told(request_, told, because=Because.ASKED), en))
    assert german in words(views.news(Told(request_, told, because=Because.ASKED), de))


@pytest.mark.parametrize("action", RECORDED.values())
def test_a_note_about_a_restricted_account_is_silent_in_the_notification(action: str, en: Translator) -> None:
    told = Told(hide(COUNTERED), entry(action))

    for message in (views.news(told, en), views.thread_line(told, en), views.reminder(told, en)):
        assert "Nachtfalter" not in message["text"]


@pytest.mark.parametrize("action", RECORDED.values())
@pytest.mark.parametrize("state", State)
def test_whatever_happened_since_a_note_says_what_happened_then(action: str, state: State, en: Translator) -> None:
    bare = replace(OPEN, header=replace(OPEN.header, state=state, department=None))

    assert "R-12" in views.news(Told(bare, entry(action)), en)["text"]


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("reminded", "⏳ R-12 waits for an answer, due"),
        ("overdue", "⏳ R-12 is still open, and the time for an answer is over."),
        ("unanswered", "❗ Production has not answered R-12 yet, long after the usual time."),
        ("due_soon", "⏳ R-12 is promised for Fri 11 Dec."),
        ("late", "⏳ R-12 was promised for Fri 11 Dec and is not delivered yet."),
    ],
)
def test_the_clock_reminds_without_a_reproach(action: str, sentence: str, en: Translator) -> None:
    timed = replace(ACCEPTED, header=replace(ACCEPTED.header, due_at=NOW))

    assert sentence in words(views.reminder(Told(timed, by(None, action)), en))


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (in_state(State.QUESTION, question=Question(SANDRA, NOW, "Which line?")), "💬 Sandra asks back about R-12:"),
        (COUNTERED, "🔁 Sandra can offer for R-12: “one engineer”"),
        (in_state(State.DELIVERED, delivery=Delivery(CARA, NOW)), "📦 Cara delivered R-12."),
        (in_state(State.CONFIRMED), "✅ R-12 is delivered and confirmed."),
        (in_state(State.UNCONFIRMED), "📦 R-12 was delivered and is closed"),
        (in_state(State.REOPENED), "↩️ R-12 is open again: something is still missing."),
        (in_state(State.WITHDRAWN), "↩️ R-12 is withdrawn: it is not needed any more."),
        (PASSED, "↪️ Sandra offers R-12 to Quality."),
        (in_state(State.DECLINED, conflict="E-3"), "🤝 Put before a sponsor as E-3."),
    ],
)
def test_a_card_says_how_it_stands(request_: Request, line: str, en: Translator) -> None:
    assert line in words(requests.card(RequestCard(request_, DESK, ()), en))


def test_an_old_card_says_where_the_request_is_and_nothing_to_whom_it_is_hidden(en: Translator) -> None:
    assert words(requests.card(CardMoved("R-12", PRODUCTION, "Two engineers"), en)) == (
        "↪️ *R-12* · Two engineers is with Production."
    )
    assert words(requests.card(CardMoved("R-12", None), en)) == "↪️ *R-12* is answered elsewhere."


def test_who_joined_is_named_beside_who_asked(en: Translator) -> None:
    assert "Lea, Ben and Cara" in words(requests.card(RequestCard(replace(OPEN, joiners=(BEN, CARA)), DESK, ()), en))


@pytest.mark.parametrize("count", range(1, 10))
def test_whatever_can_be_done_is_shown_in_three_buttons_and_a_menu_of_two_to_five(count: int, en: Translator) -> None:
    can = tuple(one for one in Action if one not in {Action.JOIN, Action.LAPSE})[:count]
    row = buttons(OPEN, can, en)
    assert row is not None
    elements = row._resolve()["elements"]
    menu = [element for element in elements if element["type"] == "overflow"]
    pressed = [element for element in elements if element["type"] == "button"]
    assert len(pressed) <= max(3, count - 5)
    assert len(pressed) + sum(len(element["options"]) for element in menu) == count
    assert all(2 <= len(element["options"]) <= 5 for element in menu)
    assert sum(element.get("style") == "primary" for element in pressed) <= 1


def test_what_needs_no_form_stands_first_and_carries_the_version_that_was_seen(en: Translator) -> None:
    message = views.news(Told(COUNTERED, entry("request.countered"), (Action.TURN_DOWN, Action.TAKE)), en)
    first = message["blocks"][-1]["elements"][0]

    assert (first["action_id"], first["value"]) == ("request.take", "5:1")
    assert styles(message) == {"request.take": "primary", "request.turn_down": None}


@pytest.mark.parametrize(
    ("language", "said"), [("en", "late by 3 days · You get this"), ("de", "verspätet um 3 Tage · Du bekommst das")]
)
def test_a_reminder_that_comes_late_says_by_how_much(language: str, said: str) -> None:
    told = Told(OPEN, by(None, "reminded"), because=Because.ANSWERS, late=timedelta(days=3))
    t = translator(language, NOW, "Europe/Zurich")
    assert said in words(views.reminder(told, t))
    assert said[:8] not in words(views.reminder(replace(told, late=timedelta(0)), t))


def test_who_answers_for_the_department_is_told_so(en: Translator) -> None:
    told = Told(OPEN, by(LEA, "answered", "The early one"), because=Because.ANSWERS)
    assert "You get this because you answer for Production." in words(views.news(told, en))


def test_what_was_said_before_stands_on_a_new_departments_card_as_quotes(en: Translator) -> None:
    hostile = "<!channel> *Approved by Martin*"
    card = RequestCard(
        PASSED, DESK, (), before=(by(SANDRA, "questioned", "Which shift?"), by(LEA, "answered", hostile))
    )
    shown = requests.card(card, en)
    assert "Sandra asked back\nWhich shift?\nLea answered\n" + hostile in words(shown)
    quoted = [
        block for block in shown["blocks"] if block["type"] == "rich_text" and hostile in words({"blocks": [block]})
    ]
    assert len(quoted) == 1, "typed text is no markup"
