from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import accounts, names
from bot.domain.access import Access
from bot.domain.accounts import AccountName, AccountRef, Found, Unclear
from bot.domain.identity import AccountId

HELVETIA = AccountRef(AccountId(1), "Helvetia")
PUMPS = AccountRef(AccountId(2), "Helvetia Pumpen")
ALPINA = AccountRef(AccountId(3), "Alpina")
TWIN = AccountRef(AccountId(4), "Alpina", Access.RESTRICTED)
COLON = AccountRef(AccountId(5), "Foo: Bar GmbH")
KNOWN = (HELVETIA, PUMPS, COLON)


def read(text: str, known: Iterable[AccountRef] = KNOWN, channel: AccountRef | None = None) -> Found | Unclear:
    named = [AccountName(names.match_key(account.name), account) for account in known]
    wanted = accounts.candidate_keys(text)
    by_key = {key: [name.account for name in named if name.key == key] for key in wanted}
    return accounts.read(text, {key: found for key, found in by_key.items() if found}, channel, near=named)


@pytest.mark.parametrize(
    ("text", "account", "rest"),
    [
        ("Helvetia: Besuch", HELVETIA, "Besuch"),
        ("helvetia  pumpen:Besuch: gut", PUMPS, "Besuch: gut"),
        ("Helvetia Pumpen Besuch", PUMPS, "Besuch"),
        ("Helvetia, Besuch\nbeim Einkauf", HELVETIA, "Besuch\nbeim Einkauf"),
        ("Foo: Bar GmbH Besuch", COLON, "Besuch"),
        ("Hel\u200bvetia: Besuch", HELVETIA, "Besuch"),
        ("Helvetia:", HELVETIA, ""),
        ("Helvetia: \u200b", HELVETIA, ""),
        ("Helvetia Pumpen", PUMPS, ""),
    ],
)
def test_a_name_before_the_colon_or_the_longest_run_of_first_words_is_the_account(
    text: str, account: AccountRef, rest: str
) -> None:
    assert read(text) == Found(account, rest)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Besuch beim Einkauf", Found(ALPINA, "Besuch beim Einkauf")),
        ("Helvetia Besuch", Found(HELVETIA, "Besuch")),
        ("Helvetia: Besuch", Found(HELVETIA, "Besuch")),
        ("Helvetia:", Found(HELVETIA, "")),
        ("Helvetia", Found(HELVETIA, "")),
        ("Helvetia Pumpen", Found(PUMPS, "")),
        ("Neukunde: Besuch", Found(ALPINA, "Neukunde: Besuch")),
        ("", Found(ALPINA, "")),
    ],
)
def test_in_a_bound_channel_first_words_are_the_account_and_a_name_alone_never_is_a_note(
    text: str, read_as: Found
) -> None:
    assert read(text, channel=ALPINA) == read_as


def test_a_longer_name_before_a_colon_is_taken_apart_and_said_to_be_guessed() -> None:
    assert read("Helvetia Nova AG: Erstgespräch") == Found(HELVETIA, "Nova AG: Erstgespräch", guessed=True)


@pytest.mark.parametrize("text", ["Helvetai Pumpen: Besuch", "Helvetia Pumpn: Besuch", "Ηelvetia Pumpen: Besuch"])
def test_a_single_near_name_before_a_colon_is_taken_and_said_to_be_guessed(text: str) -> None:
    assert read(text) == Found(PUMPS, "Besuch", guessed=True)


def test_a_near_name_without_a_colon_is_not_taken() -> None:
    assert read("Helvetai Pumpen Besuch") == Unclear("", "Helvetai Pumpen Besuch")


def test_of_two_near_names_none_is_taken() -> None:
    near = (AccountRef(AccountId(7), "Alpina A"), AccountRef(AccountId(8), "Alpina B"))

    assert read("Alpina C: Besuch", near) == Unclear("Alpina C", "Besuch")


def test_two_letters_are_never_guessed_into_a_name() -> None:
    assert read("XY: Besuch", [AccountRef(AccountId(9), "AB")]) == Unclear("XY", "Besuch")


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("Neukunde AG: Besuch", Unclear("Neukunde AG", "Besuch")),
        ("Neukunde AG:", Unclear("Neukunde AG", "")),
        ("Besuch beim Einkauf", Unclear("", "Besuch beim Einkauf")),
        (": Besuch", Unclear("", ": Besuch")),
        ("Termin um 10:30 verschoben", Unclear("", "Termin um 10:30 verschoben")),
        ("Siehe https://example.org", Unclear("", "Siehe https://example.org")),
        ("Werk 4: 30 Muster um 10:30", Unclear("Werk 4", "30 Muster um 10:30")),
        ("Neuwerk:Besuch", Unclear("Neuwerk", "Besuch")),
        (f"{'x' * 121}: Besuch", Unclear("", f"{'x' * 121}: Besuch")),
        ("", Unclear("", "")),
    ],
)
def test_what_names_no_account_stays_whole(text: str, unclear: Unclear) -> None:
    assert read(text) == unclear


@pytest.mark.parametrize("text", ["Alpina: Besuch", "Alpina Besuch"])
def test_two_accounts_of_one_name_are_a_question(text: str) -> None:
    assert read(text, [ALPINA, TWIN]) == Unclear("Alpina", "Besuch")


@given(st.text(max_size=60), st.sampled_from(["", ":", " : ", "::"]), st.text(max_size=60))
def test_no_text_raises_and_no_word_of_it_is_lost(before: str, colon: str, after: str) -> None:
    text = names.tidy(before + colon + after)
    reading = read(text)

    kept = reading.rest if isinstance(reading, Found) else f"{reading.wanted} {reading.rest}"
    named = reading.account.name if isinstance(reading, Found) else ""
    assert len(names.match_key(f"{named}:{kept}")) >= len(names.match_key(text)) - 3


def test_a_hundred_thousand_characters_are_read_at_once() -> None:
    text = "Helvetia Pumpen " + "wort " * 20_000

    assert read(text) == Found(PUMPS, text.partition("Pumpen ")[2])


def test_the_exact_name_is_offered_before_those_that_begin_so() -> None:
    many = [AccountRef(AccountId(10 + number), f"Alpina {number}") for number in range(9)]
    known = [AccountName(names.match_key(account.name), account) for account in (*many, ALPINA, PUMPS)]

    offered = accounts.closest("Alpina", known)

    assert offered[0] == ALPINA
    assert len(offered) == accounts.OFFERED
    assert PUMPS not in offered


@pytest.mark.parametrize(
    ("typed", "meant"), [("Helvetai Pumpn", True), ("HPU", True), ("Termin um 10", False), ("Moved to 10", False)]
)
def test_first_words_are_dropped_only_if_they_were_meant_as_the_picked_account(typed: str, meant: bool) -> None:
    known = [AccountName("helvetia pumpen", PUMPS), AccountName("hpu", PUMPS), AccountName("termin um 10", ALPINA)]

    assert accounts.is_name_of(PUMPS.id, typed, known) is meant
