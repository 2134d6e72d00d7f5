from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given

from bot.domain.identity import MemberId
from bot.domain.members import Person
from bot.i18n import NO_WORDS, Translator, Typed, Words, translator
from tests.company import NOW
from tests.domain.test_names import ANY_TEXT

ANA, BEN, CEM = (Person(MemberId(f"U{name}"), name) for name in ("Ana", "Ben", "Cem"))


def english() -> Translator:
    return translator("en", NOW, "Europe/Zurich")


def german() -> Translator:
    return translator("de", NOW, "Europe/Zurich")


@pytest.mark.parametrize(
    ("day", "in_english", "in_german"),
    [
        (date(2026, 12, 11), "Fri 11 Dec", "Fr 11. Dez."),
        (date(2026, 3, 1), "Sun 1 Mar", "So 1. März"),
        (date(2027, 1, 4), "Mon 4 Jan 2027", "Mo 4. Jan. 2027"),
        (date(2025, 12, 31), "Wed 31 Dec 2025", "Mi 31. Dez. 2025"),
    ],
)
def test_a_day_has_its_year_only_if_it_is_another(day: date, in_english: str, in_german: str) -> None:
    assert english().day(day).plain == in_english
    assert german().day(day).plain == in_german


def test_this_year_is_the_readers() -> None:
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert translator("en", at, "Europe/Zurich").day(date(2027, 1, 1)).plain == "Fri 1 Jan"
    assert translator("en", at, "America/New_York").day(date(2027, 1, 1)).plain == "Fri 1 Jan 2027"


def test_a_moment_is_the_readers_wall_time_and_a_slack_date_for_everybody_else() -> None:
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

    said = german().moment(at)

    assert said.plain == "Sa 21. Nov., 00:30"
    assert said.mrkdwn == f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|Sa 21. Nov., 00:30>"
    assert german().local_day(at).plain == "Sa 21. Nov."


@pytest.mark.parametrize("zone", ["", None, "Nowhere/Land", "Europe", "../etc/passwd", "\0", "\ud800", "x" * 500])
def test_an_unknown_zone_is_read_as_utc(zone: str | None) -> None:
    assert translator("en", NOW, zone).moment(NOW).plain == "Fri 20 Nov, 09:30"


def test_numbers_are_written_as_the_reader_does() -> None:
    assert english().number(1234567.5).plain == "1,234,567.5"
    assert german().number(1234567.5).plain == "1.234.567,5"
    assert german().number(-0.0).plain != german().number(0).plain == "0"


def test_plurals_follow_the_language() -> None:
    def said(t: Translator, count: int) -> str:
        return t.plural("{count} note of {name}", "{count} notes of {name}", count, name=Typed("Ana")).plain

    assert [said(english(), count) for count in (0, 1, 2, 1000)] == [
        "0 notes of Ana",
        "1 note of Ana",
        "2 notes of Ana",
        "1,000 notes of Ana",
    ]
    assert german().plural("… and {count} more", "… and {count} more", 2).plain == "… und 2 weitere"


@pytest.mark.parametrize(
    ("people", "either"),
    [
        ([], ""),
        ([ANA], "Ana"),
        ([ANA, BEN], "Ana oder Ben"),
        ([ANA, BEN, CEM], "Ana, Ben oder Cem"),
    ],
)
def test_several_people_are_listed_with_or(people: list[Person], either: str) -> None:
    assert german().either(people).plain == either


def test_several_things_are_listed_with_and_and_who_left_is_marked() -> None:
    gone = Person(MemberId("U9"), "Dora <!here>", left=True)

    assert (
        english().all_of([english().person(ANA), english().person(gone)]).mrkdwn == "Ana and Dora &lt;!here&gt; (left)"
    )


def test_an_unknown_language_is_read_as_english_and_a_missing_sentence_says_its_source() -> None:
    assert translator("tlh", NOW).language == "en"
    assert german()("Nobody translated this {what}.", what=Typed("yet")).plain == "Nobody translated this yet."


@given(ANY_TEXT, ANY_TEXT)
def test_braces_and_markup_in_typed_text_never_break_a_sentence(one: str, two: str) -> None:
    said = english()("{a} wrote {b}", a=Typed(one + "{b}{0}{a.x}%s"), b=Typed(two))

    assert said.plain == f"{Typed(one + '{b}{0}{a.x}%s').plain} wrote {Typed(two).plain}"


def test_a_sentence_that_ends_with_a_date_has_one_full_stop() -> None:
    german, english = translator("de", NOW), translator("en", NOW)
    said = "{person} moved {id}: it is promised for {day} now."
    ends = "You take on {id}, promised for {day}."
    day, number = date(2026, 12, 1), Typed("R-1")
    assert german(ends, id=number, day=german.day(day)).plain == "Du übernimmst R-1, zugesagt für Di 1. Dez."
    assert english(ends, id=number, day=english.day(day)).plain == "You take on R-1, promised for Tue 1 Dec."
    assert english(said, id=number, day=english.day(day), person=Typed("Dr. A.")).plain.endswith("Tue 1 Dec now.")


def test_numbers_stand_in_sentences_as_they_are() -> None:
    assert english()("{count} of {all}", count=3, all=NO_WORDS) == Words("3 of ", "3 of ")


def test_time_zones_without_summer_time_errors() -> None:
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert english().moment(night).plain == "Sun 25 Oct, 02:30"
    assert english().moment(night + timedelta(hours=1)).plain == "Sun 25 Oct, 02:30"


def test_a_country_is_named_in_the_readers_language_and_strange_letters_stay() -> None:
    assert [translator(language, NOW).country("CH").plain for language in ("de", "en")] == ["Schweiz", "Switzerland"]
    assert translator("de", NOW).country("QX").plain == "QX"
