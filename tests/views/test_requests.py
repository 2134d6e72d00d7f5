from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.access import Access, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, Subject
from bot.domain.departments import Department
from bot.domain.history import Entry
from bot.domain.identity import AccountId, ChannelId, DepartmentId, DraftId, EntryId, MemberId, RequestId
from bot.domain.members import Person
from bot.domain.request_desks import Desk
from bot.domain.request_life import Because
from bot.domain.request_results import (
    ActionForm,
    HeaderShown,
    RequestCard,
    RequestForm,
    RequestSent,
    RequestShown,
    Told,
)
from bot.domain.request_times import AnswerTime, ShortNotice
from bot.domain.requests import WHAT, Action, Answer, DeclineReason, Effort, Header, Kind, Request, State
from bot.i18n import Translator, translator
from bot.views import request_forms as forms
from bot.views import request_news as news
from bot.views import requests as views
from bot.views.blocks import Message
from tests.slack import words

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NEEDED = date(2026, 12, 4)
LEA, SANDRA, BEN, CARA = (Person(MemberId(f"U{name}"), name) for name in ("Lea", "Sandra", "Ben", "Cara"))
PRODUCTION = Department(DepartmentId(1), "Production", ChannelId("CPROD"), SANDRA, head=BEN)
DESK = Desk(PRODUCTION, (SANDRA, BEN, CARA), (SANDRA, BEN))
NO_DEPARTMENT = Desk(None, (BEN,), (BEN,), stands_in=True)
NOBODY_THERE = Desk(PRODUCTION, (BEN,), (BEN,), stands_in=True)
HELVETIA = AccountRef(AccountId(1), "Helvetia Pumpen")
SECRET = AccountRef(AccountId(2), "Projekt Nachtfalter", Access.RESTRICTED)
OPEN = Request(
    Header(RequestId(5), 12, HELVETIA, PRODUCTION, "Two engineers", State.OPEN, NEEDED, NOW),
    LEA,
    Kind.CAPACITY,
    "Two engineers\nfor a week",
    "It decides",
)
ACCEPTED = replace(
    OPEN,
    header=replace(OPEN.header, state=State.ACCEPTED, promised_on=date(2026, 12, 11), answered_at=NOW),
    answer=Answer(SANDRA, NOW, "Gladly", date(2026, 12, 11), CARA),
)
DECLINED = replace(
    OPEN,
    header=replace(OPEN.header, state=State.DECLINED, answered_at=NOW),
    answer=Answer(SANDRA, NOW, "One from 8 December", reason=DeclineReason.CAPACITY),
)
CAN = (Action.ACCEPT, Action.DECLINE)


@pytest.fixture(params=["en", "de"])
def t(request: pytest.FixtureRequest) -> Translator:
    """A translator of either language."""
    return translator(request.param, NOW, "Europe/Zurich")


@pytest.fixture
def en() -> Translator:
    """English."""
    return translator("en", NOW, "Europe/Zurich")


@pytest.fixture
def de() -> Translator:
    """German."""
    return translator("de", NOW, "Europe/Zurich")


def entry(action: str, said: str | None = "Gladly") -> Entry:
    """Make a history entry."""
    return Entry(EntryId(1), Ref(Subject.REQUEST, 5), action, SANDRA, NOW, said)


def hide(request: Request) -> Request:
    """Make the same of a restricted account."""
    return replace(request, header=replace(request.header, account=SECRET))


def styles(message: Message) -> dict[str, str | None]:
    """Return the buttons with their styles."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return {button["action_id"]: button.get("style") for row in rows for button in row}


def test_a_card_shows_headline_facts_words_who_sees_it_and_what_can_be_done(en: Translator) -> None:
    full = replace(OPEN, effort=Effort.DAYS, importance=3)
    card = views.card(RequestCard(full, DESK, CAN, ShortNotice(2, 5, date(2026, 11, 27)), calls=SANDRA), en)
    shown = words(card)
    assert "🟡 *R-12* · Two engineers" in shown
    for fact in (
        "Helvetia Pumpen",
        "Lea",
        "Fri 4 Dec",
        "🟡 Open",
        "Capacity · Days of work · Stops their work",
        "It decides",
    ):
        assert fact in shown
    assert "Two engineers\nfor a week" in shown
    assert "<@USandra>, please answer." in shown
    assert "⏳ Short notice: that is in 2 working days, Production asks for 5 working days (Fri 27 Nov" in shown
    assert "Visible to everyone in the company" in shown
    asked = entry("request.sent", None)
    assert "· last change: Sandra" in words(views.card(RequestCard(full, DESK, CAN, last=asked), en))
    assert styles(card) == {"request.accept": "primary", "request.decline": None}
    assert card["text"] == "Helvetia Pumpen: Lea asks: Two engineers (R-12)"


def test_an_answered_card_keeps_the_result_and_loses_the_buttons(en: Translator) -> None:
    accepted = views.card(RequestCard(ACCEPTED, DESK, ()), en)
    assert "🟢 Sandra accepted R-12, promised for Fri 11 Dec. Cara takes it on." in words(accepted)
    assert accepted["text"] == "Helvetia Pumpen: Sandra accepted R-12, promised for Fri 11 Dec. Cara takes it on."
    declined = views.card(RequestCard(DECLINED, DESK, ()), en)
    assert "⚪ Sandra cannot do R-12 this time: no capacity by then." in words(declined)
    assert "One from 8 December" in words(declined)
    assert (styles(accepted), styles(declined)) == ({}, {})


def test_a_request_that_is_all_headline_is_not_said_twice(en: Translator) -> None:
    short = replace(OPEN, what="Two engineers")
    assert words(views.card(RequestCard(short, DESK, CAN), en)).count("Two engineers") == 1


@pytest.mark.parametrize(
    ("because", "desk", "sentence"),
    [
        (Because.ANSWERS, DESK, "You get this because you answer for Production."),
        (Because.NO_DEPARTMENT, NO_DEPARTMENT, "You get this because no department is set up yet."),
        (Because.NOBODY_THERE, NOBODY_THERE, "because nobody answers for Production at the moment."),
    ],
)
def test_a_card_by_dm_says_why_one_gets_it(en: Translator, because: Because, desk: Desk, sentence: str) -> None:
    assert sentence in words(views.card(RequestCard(OPEN, desk, CAN, because=because), en))


def test_no_notification_names_a_restricted_account_or_what_is_asked_for_it(t: Translator) -> None:
    told = Told(hide(ACCEPTED), entry("request.accepted"))
    notices = [
        views.card(RequestCard(hide(OPEN), DESK, CAN), t),
        views.card(RequestCard(hide(DECLINED), DESK, ()), t),
        views.shown(RequestShown(hide(ACCEPTED)), t),
        views.sent(RequestSent(hide(OPEN), DESK), t),
        news.news(told, t),
        news.news(Told(hide(DECLINED), entry("request.declined")), t),
        news.assigned(told, t),
        news.thread_line(told, t),
    ]
    for notice in notices:
        assert "Nachtfalter" not in notice["text"]
        assert "engineers" not in notice["text"]
    assert "R-12" in notices[0]["text"]


def test_nothing_typed_becomes_markup(t: Translator) -> None:
    evil = "<!channel> *Approved by Ben* <@U1> <https://evil|bank>\n🟢 *Sandra* accepted"
    name = evil.splitlines()[0]
    request = replace(ACCEPTED, what=evil, why=evil, requester=replace(LEA, name=name))
    request = replace(
        request,
        header=replace(
            request.header,
            headline=name,
            account=replace(HELVETIA, name=name),
            department=replace(PRODUCTION, name=name),
        ),
        answer=Answer(replace(SANDRA, name=name), NOW, evil, NEEDED, CARA),
    )
    desk = Desk(request.department, (LEA,), (replace(LEA, name=name),))
    shown = [
        views.card(RequestCard(request, desk, CAN, because=Because.ANSWERS), t),
        views.shown(RequestShown(request, CAN, (entry("request.sent", evil),)), t),
        views.sent(RequestSent(request, desk, AnswerTime(3, measured=True)), t),
        news.news(Told(request, entry("request.accepted", evil)), t),
        news.assigned(Told(request, entry("request.accepted", evil)), t),
        views.shown(HeaderShown(request.header), t),
    ]
    for message in shown:
        raw = str([block for block in message["blocks"] if block["type"] != "rich_text"]) + message["text"]
        for markup in ("<!channel>", "<@U1>", "<https://evil", "*Approved by Ben*"):
            assert markup not in raw
    facts = next(block for block in shown[0]["blocks"] if block["type"] == "section" and "fields" in block)
    assert all(len(field["text"].splitlines()) == 2 for field in facts["fields"]), "a line break starts no line of ours"


def test_the_requester_hears_who_and_when_and_that_it_is_late(en: Translator) -> None:
    message = news.news(Told(ACCEPTED, entry("request.accepted"), because=Because.ASKED), en)
    shown = words(message)
    assert "🟢 Sandra (Production) accepted R-12, promised for Fri 11 Dec. Cara takes it on." in shown
    assert "⏳ That is later than Fri 4 Dec, when you need it." in shown
    assert "Gladly" in shown
    assert "You get this because you asked." in shown
    assert message["text"].startswith("Helvetia Pumpen: Sandra (Production) accepted R-12")
    in_time = replace(ACCEPTED, answer=Answer(SANDRA, NOW, "", NEEDED, SANDRA))
    told = Told(in_time, entry("request.accepted", None))
    assert "later than" not in words(news.news(told, en))
    assert "🟢 Sandra (Production) accepted R-12, promised for Fri 4 Dec.\n" in words(news.news(told, en))


def test_a_line_about_a_request_that_is_open_again_says_so(en: Translator) -> None:
    assert words(news.thread_line(Told(OPEN, entry("request.accepted", None)), en)) == "🟡 R-12 · Open"


def test_without_a_department_the_answer_names_the_person_alone(en: Translator) -> None:
    alone = replace(DECLINED, header=replace(DECLINED.header, department=None))
    message = news.news(Told(alone, entry("request.declined")), en)
    assert "⚪ Sandra cannot do R-12 this time: no capacity by then." in words(message)


@pytest.mark.parametrize(("reason", "style"), [(DeclineReason.VALUE, None), (DeclineReason.GOAL, "primary")])
def test_a_decline_offers_to_escalate_first_where_goals_collide(
    en: Translator, reason: DeclineReason, style: str | None
) -> None:
    declined = replace(DECLINED, answer=Answer(SANDRA, NOW, "no", reason=reason))
    message = news.news(Told(declined, entry("request.declined"), (Action.ESCALATE,)), en)
    assert styles(message) == {"escalation.from_request": style}
    button = message["blocks"][-1]["elements"][0]
    assert button["value"] == "5"
    assert styles(news.news(Told(declined, entry("request.declined")), en)) == {}


def test_whoever_takes_it_on_reads_what_by_when_and_who_named_them(en: Translator, de: Translator) -> None:
    told = Told(ACCEPTED, entry("request.accepted"))
    shown = words(news.assigned(told, en))
    assert "You take on R-12, promised for Fri 11 Dec." in shown
    assert "You get this because Sandra named you." in shown
    assert "Du übernimmst R-12, zugesagt für Fr 11. Dez." in words(news.assigned(told, de))
    unsigned = replace(told, request=OPEN, entry=replace(told.entry, actor=None))
    assert "named you" not in words(news.assigned(unsigned, en))


def test_a_shown_request_tells_its_history(en: Translator) -> None:
    happened = tuple(entry(f"request.{what}") for what in ("sent", "accepted", "declined"))
    history = words(views.shown(RequestShown(DECLINED, (Action.ESCALATE,), happened), en))
    for line in ("Sandra asked", "Sandra accepted", "Sandra said not this time"):
        assert line in history


def test_a_header_names_no_person_and_no_reason(t: Translator) -> None:
    for request in (ACCEPTED, DECLINED, replace(OPEN, header=replace(OPEN.header, department=None))):
        shown = words(views.shown(HeaderShown(request.header), t))
        assert "R-12" in shown
        assert "Helvetia Pumpen" in shown
        for hidden in ("Lea", "Sandra", "Cara", "It decides", "for a week", "capacity", "Gladly"):
            assert hidden not in shown


def test_the_answer_says_with_whom_it_is_and_how_soon_an_answer_comes(en: Translator) -> None:
    usual = words(views.sent(RequestSent(OPEN, DESK, AnswerTime(1, measured=True)), en))
    assert "R-12 is with Production" in usual
    assert "Production usually answers within 1 working hour · Visible to everyone in the company" in usual
    promised = words(views.sent(RequestSent(OPEN, DESK, AnswerTime(16, measured=False)), en))
    assert "Production wants to answer within 16 working hours" in promised
    alone = replace(OPEN, header=replace(OPEN.header, department=None))
    assert "No department is set up yet, so R-12 is with Ben" in words(
        views.sent(RequestSent(alone, NO_DEPARTMENT), en)
    )
    gone = words(views.sent(RequestSent(OPEN, NOBODY_THERE), en))
    assert "Nobody answers for Production at the moment, so R-12 is with Ben" in gone
    soon = RequestSent(OPEN, DESK, None, ShortNotice(1, 1, NEEDED))
    assert "that is in 1 working day, Production asks for 1 working day (Fri 4 Dec" in words(views.sent(soon, en))


@pytest.mark.parametrize(
    ("request_", "desk", "sentence"),
    [
        (hide(OPEN), DESK, "🔒 Restricted account: besides its own people only Sandra and Ben and who is named"),
        (replace(OPEN, visibility=Visibility.TEAM), DESK, "Visible to Production and the account team"),
        (replace(OPEN, visibility=Visibility.TEAM), NO_DEPARTMENT, "Visible to Ben and the account team"),
        (replace(OPEN, visibility=Visibility.LEADERSHIP), DESK, "Visible to Sandra and Ben, KAM, deputy, sponsor"),
    ],
)
def test_the_answer_says_who_sees_it(en: Translator, request_: Request, desk: Desk, sentence: str) -> None:
    assert sentence in words(views.sent(RequestSent(request_, desk), en))


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (RequestForm(DraftId(1)), "The card and its answer are visible to everyone in the company."),
        (RequestForm(DraftId(1), department=PRODUCTION, desk=DESK), "visible to everyone in the company."),
        (RequestForm(DraftId(1), departments=False, desk=NO_DEPARTMENT), "so this goes to Ben. The card"),
        (RequestForm(DraftId(1), department=PRODUCTION, desk=NOBODY_THERE), "at the moment, so this goes to Ben. The"),
        (RequestForm(DraftId(1), departments=False, desk=Desk(None, (), ())), "Nobody is set up yet who could"),
        (RequestForm(DraftId(1), account=SECRET), "only the department's coordinator and head will see this."),
        (RequestForm(DraftId(1), account=SECRET, desk=DESK), "only Sandra and Ben will see this."),
        (RequestForm(DraftId(1), visibility=Visibility.TEAM), "coordinator and head get it by direct message."),
        (RequestForm(DraftId(1), desk=DESK, visibility=Visibility.TEAM), "Sandra and Ben get it by direct message."),
    ],
)
def test_the_form_says_beforehand_where_it_goes_and_who_sees_it(
    en: Translator, form: RequestForm, sentence: str
) -> None:
    assert sentence in words(forms.form(form, en))


def test_at_first_sight_the_form_has_six_fields_and_more_keeps_them(t: Translator) -> None:
    def fields(form: RequestForm) -> list[str]:
        return [block["block_id"] for block in forms.form(form, t)["blocks"] if block["type"] == "input"]

    first = ["department", "account", "kind", "what", "why", "needed_by"]
    assert fields(RequestForm(DraftId(1))) == first
    assert fields(RequestForm(DraftId(1), departments=False)) == first[1:]
    more = fields(RequestForm(DraftId(1), more=True))
    assert set(more) - set(first) == {"new_account", "effort", "importance", "visibility"}
    assert [name for name in more if name in first] == first


def test_a_text_too_long_for_the_form_is_cut_visibly(en: Translator) -> None:
    view = forms.form(RequestForm(DraftId(1), "w" * (WHAT + 1)), en)
    assert "its first 3,000 characters are here" in words(view)
    assert "are here" not in words(forms.form(RequestForm(DraftId(1), "w" * WHAT), en))


def test_the_promise_defaults_to_the_date_it_is_needed_unless_that_is_over(en: Translator) -> None:
    def preset(request: Request) -> str | None:
        view = forms.of_action(ActionForm(Action.ACCEPT, request, SANDRA), en)
        found: str | None = view["blocks"][1]["element"].get("initial_date")
        return found

    assert preset(OPEN) == "2026-12-04"
    assert preset(replace(OPEN, header=replace(OPEN.header, needed_by=date(2026, 11, 1)))) is None


def test_who_names_somebody_for_a_restricted_account_is_told_that_they_will_see_it(en: Translator) -> None:
    assert "They will see this request." in words(forms.of_action(ActionForm(Action.ACCEPT, hide(OPEN), SANDRA), en))
    assert "They will see this request." not in words(forms.of_action(ActionForm(Action.ACCEPT, OPEN, SANDRA), en))


def test_german_is_german(de: Translator) -> None:
    card = words(views.card(RequestCard(DECLINED, DESK, ()), de))
    assert "⚪ Sandra kann R-12 diesmal nicht erfüllen: bis dann keine Kapazität." in card
    assert "Sichtbar für alle im Unternehmen" in card
    form = words(forms.of_action(ActionForm(Action.DECLINE, OPEN, SANDRA), de))
    assert "Zu einem Nein gehört, was stattdessen geht." in form
