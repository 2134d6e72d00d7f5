import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import NO_WORDS, Typed, Words, bold, joined, mention
from tests.domain.test_names import ANY_TEXT

PARTS = st.lists(
    st.sampled_from(
        [
            "<!channel>",
            "<@U1|x>",
            "<https://evil.example|https://bank.example>",
            "*",
            "_",
            "~",
            "`",
            "```",
            ":",
            "smile",
            ":tada:",
            "&lt;",
            "&",
            ">",
            "\n",
            "> ",
            "a",
            " ",
            "\u202e",
            "שלום",
            "مرحبا",
            "\u200b",
            "\ud800",
            "\0",
            "👩\u200d🔧",
        ]
    )
).map("".join)
TYPED = ANY_TEXT | PARTS


@given(TYPED)
def test_no_entity_and_no_emphasis_ever_comes_from_what_a_person_typed(text: str) -> None:
    shown = Typed(text).mrkdwn

    assert not set("<>") & set(shown)
    assert "&" not in re.sub("&(amp|lt|gt);", "", shown)
    assert not re.search(r"(?<!\u200a)[*_~]|[*_~](?!\u200a)|`", shown)
    assert not re.search(r":[\w+'-]+:", shown)
    assert not shown.startswith("&gt;")


@given(TYPED)
def test_typed_text_is_one_line_in_a_sentence_and_turns_no_direction_but_its_own(text: str) -> None:
    shown = Typed(text).plain

    assert len(shown.splitlines()) <= 1
    assert not re.search("[\u202a-\u202e\u2066\u2067]", shown)
    has_rtl = any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text)
    assert (shown[:1], shown[-1:]) == ("\u2068", "\u2069") or not has_rtl


@given(TYPED)
def test_the_words_a_person_typed_are_all_still_there(text: str) -> None:
    def visible(shown: str) -> str:
        return re.sub("[\\s\u2060\u2066-\u2069\u202a-\u202e\u200e\u200f\u061c]", "", shown)

    mrkdwn = Typed(text).mrkdwn.replace("\u02cb", "`").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert visible(mrkdwn) == visible(text) == visible(Typed(text).plain)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("R&D <b>", "R&amp;D &lt;b&gt;"),
        ("*Approved by Ana*", "\u200a*\u200aApproved by Ana\u200a*\u200a"),
        ("line one\n> quoted", "line one &gt; quoted"),
        ("> quoted", "\u2060&gt;\u2060 quoted"),
        (":tada:", "\u2060:\u2060tada:"),
        ("O'Brien, AC/DC, 100 %, \"unbalanced", "O'Brien, AC/DC, 100 %, \"unbalanced"),
    ],
)
def test_forged_markup_is_shown_literally(typed: str, shown: str) -> None:
    assert Typed(typed).mrkdwn == shown


def test_bold_joined_and_mention_speak_both_of_slacks_notations() -> None:
    assert bold(Typed("A*B")) == Words("A*B", "*A\u200a*\u200aB*")
    assert bold(Typed("*A*")).mrkdwn == "*\u2060\u200a*\u200aA\u200a*\u200a\u2060*"
    assert bold(Words(" ", " ")) == Words(" ", " ")
    assert joined([Typed("a<"), NO_WORDS, Words("b", "*b*")]) == Words("a< · b", "a&lt; · *b*")
    assert mention("U1", "Ana") == Words("Ana", "<@U1>")
    assert not NO_WORDS
    assert Words("x", "x")


def test_every_letter_that_is_written_from_right_to_left_keeps_its_direction_to_itself() -> None:
    turning = [char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.bidirectional(char) in {"R", "AL"}]

    open_ones = [char for char in turning if Typed(char).plain not in {"", f"\u2068{char}\u2069"}]

    assert len(turning) > 1000
    assert open_ones == []
