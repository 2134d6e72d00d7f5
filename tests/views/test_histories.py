from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.delivery import Ref, Subject
from bot.domain.history import Entry, Past
from bot.domain.identity import EntryId, MemberId
from bot.domain.members import Person
from bot.i18n import Translator, translator
from bot.views import histories
from bot.views.blocks import message
from bot.views.histories import SENTENCES
from tests.slack import words

NOW = datetime(2026, 12, 2, 9, 14, tzinfo=UTC)
SANDRA, GONE = Person(MemberId("U1"), "Sandra Meier"), Person(MemberId("U2"), "Tobias", left=True)
REQUEST, CONFLICT = Ref(Subject.REQUEST, 12), Ref(Subject.ESCALATION, 3)
ENGLISH, GERMAN = (translator(language, NOW, "Europe/Zurich") for language in ("en", "de"))


def entry(action: str, actor: Person | None = SANDRA, said: str | None = None, hours: int = 0) -> Entry:
    """Make an entry."""
    about = REQUEST if action.startswith("request") else CONFLICT
    return Entry(EntryId(hours), about, action, actor, NOW + timedelta(hours=hours), said)


def plain(recorded: Entry, t: Translator) -> str:
    return histories.lines([recorded], t)[0].plain


def shown(*entries: Entry) -> dict[str, Any]:
    return {**message(ENGLISH("Page {page} of {pages}", page=1, pages=1), histories.recent(REQUEST, entries, ENGLISH))}


@pytest.mark.parametrize(
    ("t", "said"),
    [
        (ENGLISH, "Wed 2 Dec, 10:14 · Sandra Meier asked back: “Which line?”"),
        (GERMAN, "Mi 2. Dez., 10:14 · Sandra Meier hat zurückgefragt: „Which line?“"),
    ],
)
def test_a_line_says_when_who_what_and_in_which_words(t: Translator, said: str) -> None:
    assert plain(entry("request.questioned", said="Which line?"), t) == said


def test_whoever_left_is_marked_and_the_clock_names_nobody() -> None:
    assert "Tobias (left) accepted" in plain(entry("request.accepted", GONE), ENGLISH)
    assert plain(entry("request.reminded", None), ENGLISH) == "Wed 2 Dec, 10:14 · The department was reminded"


@pytest.mark.parametrize("action", SENTENCES)
def test_every_sentence_says_something_of_its_own_in_both_languages(action: str) -> None:
    english, german = plain(entry(action), ENGLISH), plain(entry(action), GERMAN)

    assert english.partition(" · ")[2] != german.partition(" · ")[2]
    assert ("{person}" in SENTENCES[action]) == ("Sandra Meier" in english) == ("Sandra Meier" in german)


def test_words_are_one_line_and_no_markup_and_cut_on_a_card_only() -> None:
    hostile = entry("request.sent", said="<!channel> *x*\n> quoted " + "and so on " * 40)
    on_card, whole = histories.lines([hostile], ENGLISH)[0], histories.lines([hostile], ENGLISH, 2000)[0]

    assert "<!channel>" not in on_card.mrkdwn + whole.mrkdwn
    assert "\n" not in on_card.mrkdwn + whole.mrkdwn
    assert on_card.plain.endswith("…”")
    assert whole.plain.count("and so on") == 40


def test_what_only_a_later_release_understands_is_left_out() -> None:
    assert histories.lines([entry("request.dreamt")], ENGLISH) == []
    assert histories.recent(REQUEST, [entry("request.dreamt")], ENGLISH) is None
    assert histories.recent(REQUEST, [], ENGLISH) is None
    assert "earlier" not in words(shown(entry("request.dreamt"), entry("request.sent", hours=1)))


def test_a_short_history_is_shown_whole_oldest_first() -> None:
    said = words(shown(entry("request.sent"), entry("request.accepted", hours=1), entry("request.delivered", hours=2)))

    assert said.index("asked") < said.index("accepted") < said.index("delivered")
    assert "See all" not in said
    assert "earlier" not in said


def test_a_long_one_is_cut_to_its_end_with_a_button_that_opens_all_of_it() -> None:
    block = shown(*(entry("request.moved", hours=hours) for hours in range(9)))["blocks"][0]

    assert block["accessory"]["action_id"] == "request.history"
    assert block["accessory"]["value"] == "12"
    assert "… 3 earlier entries" in block["text"]["text"]
    assert block["text"]["text"].count("moved") == 6


def test_long_words_leave_room_for_the_rest_of_a_card() -> None:
    block = shown(*(entry("request.moved", said="& " * 200, hours=hours) for hours in range(6)))["blocks"][0]

    assert len(block["text"]["text"]) < 2000
    assert "earlier entries" in block["text"]["text"]


def test_the_whole_history_stands_in_a_modal_oldest_first() -> None:
    first, *middle, last = (entry("escalation.reminded", None, hours=hours) for hours in range(60))
    entries = (entry("escalation.raised"), first, *middle, last, entry("escalation.kept", hours=99))

    view = histories.whole(Past(CONFLICT, "E-3", entries), ENGLISH)

    said = words(view)
    assert view["title"]["text"] == "History of E-3"
    assert said.index("asked for backing") < said.index("reminded") < said.index("the decision is kept")
    assert said.count("reminded") == 60
    assert "earlier" not in said


def test_of_a_history_without_end_the_newest_part_is_shown_and_the_rest_counted() -> None:
    entries = tuple(entry("request.moved", said="words " * 300, hours=hours) for hours in range(500))

    view = histories.whole(Past(REQUEST, "R-12", entries), ENGLISH)

    told = sum(block["text"]["text"].count("moved the promised date") for block in view["blocks"])
    assert 0 < told < 500
    assert f"… {500 - told} earlier entries" in view["blocks"][0]["text"]["text"]
    assert len(str(view).encode()) < 250_000
