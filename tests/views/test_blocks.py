import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import Typed, Words, bold, translator
from bot.views import blocks
from tests.company import NOW
from tests.i18n.test_words import TYPED

GRAPHEMES = [
    "a",
    " ",
    "e\u0301",
    "n\u0303\u0323",
    "👩\u200d🔧",
    "👨\u200d👩\u200d👧",
    "👍🏽",
    "🇨🇭",
    "🇩🇪",
    "1\ufe0f\u20e3",
    "❤️",
    "नि",
    "கி",
    "한",
    "\u1112\u1161\u11ab",
    "🏴\U000e0067\U000e0062\U000e007f",
    "<",
    "&",
    ">",
    "字",
]
LIMITS = {"header": 150, "button": 75, "option": 75, "label": 2000, "title": 24, "section": 3000}


@given(st.lists(st.sampled_from(GRAPHEMES), max_size=60), st.integers(2, 80))
def test_a_text_is_cut_between_graphemes_and_within_its_limit(graphemes: list[str], most: int) -> None:
    text = "".join(graphemes)
    ends = {sum(map(len, graphemes[:count])) for count in range(len(graphemes) + 1)}

    shown = blocks.cut(text, most)

    assert len(shown) <= most
    if len(text) <= most:
        assert shown == text
    else:
        kept = shown.removesuffix("…")
        following = text[len(kept) :]
        assert any(
            text.startswith(kept) and len(kept) + blank in ends
            for blank in range(len(following) + 1)
            if not following[:blank].strip()
        )


@given(TYPED, st.integers(2, 300))
def test_cut_markup_never_ends_inside_an_entity(text: str, most: int) -> None:
    told = translator("en", NOW)("{who} at {when}: {what}", who=bold(Typed(text)), when=_now(), what=Typed(text))

    shown = blocks._cut_markup(told.mrkdwn, most)

    assert len(shown) <= most
    assert shown.count("<") == shown.count(">")
    assert "&" not in re.sub("&(amp|lt|gt);", "", shown)


def test_an_entity_of_ours_is_kept_whole_or_left_out() -> None:
    when = _now().mrkdwn

    assert blocks._cut_markup(f"due {when} then", len(when) + 5) == f"due {when}…"
    assert blocks._cut_markup(f"due {when} then", len(when)) == "due…"
    assert blocks._cut_markup("R&amp;D at &lt;b&gt;", 6) == "R…"
    assert blocks._cut_markup("R&amp;D at &lt;b&gt;", 7) == "R&amp;…"


def test_a_less_than_sign_in_a_long_text_hides_nothing_after_it() -> None:
    text = "price < 3 " + "x" * 5000

    assert len(blocks.cut(text, 3000)) == 3000


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("Availability is 95 %. More follows", 22, "Availability is 95 %…"),
        ("The date: Friday, then more", 18, "The date: Friday…"),
        ("first line\nsecond", 14, "first line…"),
        ("Helvetia Pumpen AG", 12, "Helvetia…"),
        ("Helvetia Pumpen AG", 16, "Helvetia Pumpen…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("A Donaudampfschifffahrt", 12, "A Donaudamp…"),
        ("(see “the plan”) and so on", 7, "(see…"),
        ("What next? Nobody knows", 11, "What next…"),
        (".....................", 5, "....…"),
        ("字" * 30, 10, "字" * 9 + "…"),
    ],
)
def test_what_is_cut_ends_with_a_whole_word_and_no_mark_before_the_ellipsis(text: str, most: int, shown: str) -> None:
    assert blocks.cut(text, most) == shown


@given(st.lists(st.sampled_from(["lead", "95 %.", "no,", "so;", "&", "<b>", "x" * 9]), min_size=3), st.integers(12, 60))
def test_no_sentence_ends_before_the_ellipsis_in_markup_either(words: list[str], most: int) -> None:
    typed = " ".join(words)
    for shown in (blocks.cut(typed, most), blocks._cut_markup(Typed(typed).mrkdwn, most)):
        if shown.endswith("…"):
            assert not re.search(r"(?<!&amp)(?<!&lt)(?<!&gt)[.,;:]…$", shown)


def test_flags_are_cut_between_flags_and_an_endless_grapheme_is_given_up() -> None:
    assert blocks.cut("🇨🇭" * 100, 10) == "🇨🇭" * 4 + "…"
    assert blocks.cut("a" + "\u0301" * 100, 10) == "…"


def _now() -> Words:
    return translator("en", NOW, "Europe/Zurich").moment(NOW)


BUILDERS: dict[str, Callable[[Typed], Any]] = {
    "header": blocks.header,
    "section": lambda text: blocks.section(text, blocks.button(text, "a.b", 1), name="x"),
    "quote": blocks.quote,
    "context": lambda text: blocks.context(text, text),
    "facts": lambda text: blocks.facts([(Words("Label", "Label"), text)] * 6),
    "actions": lambda text: blocks.actions(
        blocks.button(text, "a.b", 1, "danger", blocks.Confirm(*[Words(text.plain, text.mrkdwn)] * 4)),
        blocks.overflow("a.more", [("1", text), ("2", text)]),
    ),
    "select": lambda text: blocks.field(
        "x", _words(text), blocks.select([("1", text)], "1", _words(text)), _words(text)
    ),
    "radio": lambda text: blocks.field("x", _words(text), blocks.radio([("1", text), ("2", text)], "2")),
    "checkboxes": lambda text: blocks.field("x", _words(text), blocks.checkboxes([("1", text)], ["1"])),
    "search": lambda text: blocks.field("x", _words(text), blocks.search("a.find", _words(text), ("1", text))),
    "searches": lambda text: blocks.field(
        "x", _words(text), blocks.multi_search("a.find", _words(text), [("1", text)])
    ),
    "text": lambda text: blocks.field("x", _words(text), blocks.text_input(text.text, example=_words(text))),
}


def _words(text: Typed) -> Words:
    return Words(text.plain, text.mrkdwn)


@pytest.mark.parametrize("builder", BUILDERS)
@given(text=TYPED.map(Typed), times=st.sampled_from([1, 400]))
def test_no_typed_text_breaks_a_limit_or_raises(builder: str, text: Typed, times: int) -> None:
    shown = BUILDERS[builder](Typed(text.text * times))

    if shown is not None:
        for part in _texts(shown._resolve()):
            assert 1 <= len(part["text"]) <= {"plain_text": 2000, "mrkdwn": 3000, "text": 3000}[part["type"]]


@given(TYPED)
def test_a_modals_title_and_buttons_are_short_and_its_metadata_carries_no_empty_values(text: str) -> None:
    words = Words(Typed(text).plain, Typed(text).mrkdwn)

    view = blocks.modal(
        "log", words, blocks.section(Typed(text)), submit=words, close=words, metadata={"a": 1, "b": None}
    )

    assert all(1 <= len(view[name]["text"]) <= 24 for name in ("title", "submit", "close") if name in view)
    assert view["private_metadata"] == '{"a": 1}'


@given(TYPED)
def test_a_notification_is_short_enough_to_be_edited(text: str) -> None:
    words = Words(Typed(text * 300).plain, Typed(text * 300).mrkdwn)

    assert len(blocks.only(words)["text"]) <= 4000


@given(st.lists(TYPED, max_size=130))
def test_a_search_offers_at_most_a_hundred_options(texts: list[str]) -> None:
    offered = blocks.options((str(number), Typed(text)) for number, text in enumerate(texts))["options"]

    assert len(offered) == min(len(texts), 100)
    assert all(1 <= len(option["text"]["text"]) <= 75 for option in offered)


def test_what_has_nothing_to_say_is_left_out() -> None:
    assert blocks.facts([(Words("Label", "Label"), Typed(" "))]) is None
    assert blocks.context(Typed("")) is None
    assert blocks.actions(None) is None
    assert [block["type"] for block in blocks.message(Words("x", "x"), None, blocks.divider())["blocks"]] == ["divider"]


def test_dates_and_people_are_preset() -> None:
    assert blocks.day(NOW.date())._resolve()["initial_date"] == "2026-11-20"
    assert blocks.day_and_time(NOW)._resolve()["initial_date_time"] == int(NOW.timestamp())
    assert blocks.person("U1", Words("Who", "Who"))._resolve()["initial_user"] == "U1"
    assert blocks.people(["U1"], Words("Who", "Who"))._resolve()["initial_users"] == ["U1"]
    assert "initial_date" not in blocks.day()._resolve()


def _texts(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [text for item in part for text in _texts(item)]
    if not isinstance(part, dict):
        return []
    mine = [part] if isinstance(part.get("text"), str) else []
    return mine + [text for value in part.values() for text in _texts(value)]
