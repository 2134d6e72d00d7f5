from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import accounts, names
from bot.domain.access import Access, Viewer
from bot.domain.accounts import (
    Account,
    AccountName,
    AccountRef,
    Because,
    Found,
    Unclear,
)
from bot.domain.identity import AccountId, MemberId
from bot.domain.members import Person

HELVETIA = AccountRef(AccountId(1), "Helvetia Pumpen")
SHORT = AccountRef(AccountId(2), "Helvetia")
TWIN = AccountRef(AccountId(3), "Helvetia Pumpen")
LEA, TOBIAS = Person(MemberId("U1"), "Lea"), Person(MemberId("U2"), "Tobias")


def known(*refs: AccountRef) -> dict[str, list[AccountRef]]:
    found: dict[str, list[AccountRef]] = {}
    for ref in refs:
        found.setdefault(names.match_key(ref.name), []).append(ref)
    return found


def every(*refs: AccountRef) -> list[AccountName]:
    return [AccountName(names.match_key(ref.name), ref) for ref in refs]


class TestReading:
    def test_what_stands_before_the_first_colon_is_the_account(self) -> None:
        assert accounts.read("helvetia pumpen: Besuch: gut", known(HELVETIA), None) == Found(HELVETIA, "Besuch: gut")

    def test_two_accounts_of_one_name_are_a_question(self) -> None:
        assert accounts.read("Helvetia Pumpen: Besuch", known(HELVETIA, TWIN), None) == Unclear(
            "Helvetia Pumpen", "Besuch"
        )
        assert accounts.read("Helvetia Pumpen Besuch", known(HELVETIA, TWIN), None) == Unclear(
            "Helvetia Pumpen", "Besuch"
        )

    def test_the_longest_run_of_first_words_wins(self) -> None:
        both = known(HELVETIA, SHORT)

        assert accounts.read("Helvetia Pumpen war laut", both, None) == Found(HELVETIA, "war laut")
        assert accounts.read("Helvetia war laut", both, None) == Found(SHORT, "war laut")

    def test_a_name_alone_is_the_account_in_a_bound_channel_too(self) -> None:
        assert accounts.read("Helvetia Pumpen", known(HELVETIA), SHORT) == Found(HELVETIA, "")
        assert accounts.read("Helvetia Pumpen", known(HELVETIA), None) == Found(HELVETIA, "")

    def test_a_single_near_match_is_taken_before_a_colon_only(self) -> None:
        near = every(HELVETIA)

        assert accounts.read("Helvetia Pumpn: laut", {}, None, near) == Found(HELVETIA, "laut", guessed=True)
        assert accounts.read("Helvetia Pumpn laut", {}, None, near) == Unclear("", "Helvetia Pumpn laut")

    def test_two_near_matches_are_a_question(self) -> None:
        other = AccountRef(AccountId(9), "Helvetia Pumpan")

        assert accounts.read("Helvetia Pumpn: laut", {}, None, every(HELVETIA, other)) == Unclear(
            "Helvetia Pumpn", "laut"
        )

    def test_an_unknown_name_before_a_colon_in_a_bound_channel_belongs_to_the_note(self) -> None:
        assert accounts.read("Achtung: laut", {}, SHORT) == Found(SHORT, "Achtung: laut")

    @given(st.text(max_size=200), st.booleans())
    def test_no_text_is_lost_and_none_raises(self, typed: str, bound: bool) -> None:
        text = names.tidy(typed)
        read = accounts.read(text, known(HELVETIA), SHORT if bound else None, every(HELVETIA))

        assert read.rest in text
        assert all(accounts.candidate_keys(text))


class TestFindingNames:
    def test_a_slip_of_the_fingers_is_near(self) -> None:
        assert accounts.nearest("Helvetja Pumpen", every(HELVETIA, SHORT)) == HELVETIA

    def test_a_near_match_keeps_more_than_half_of_what_was_typed(self) -> None:
        assert accounts.nearest("abc", every(AccountRef(AccountId(4), "abd"), AccountRef(AccountId(5), "xyz"))) == (
            AccountRef(AccountId(4), "abd")
        )
        assert accounts.nearest("ab", every(AccountRef(AccountId(4), "cd"))) is None
        assert accounts.nearest("", every(HELVETIA)) is None

    def test_the_closest_come_first_and_each_once(self) -> None:
        alias, other = AccountName("helvetia gruppe", HELVETIA), AccountRef(AccountId(6), "Pumpenwerk Nord")
        found = accounts.closest("Helvetja Pumpen", [*every(other, HELVETIA), alias])

        assert found == (HELVETIA, other)

    def test_nothing_alike_is_not_offered(self) -> None:
        assert accounts.closest("zzz", every(HELVETIA)) == ()


class TestWhyAReaderSeesARestrictedAccount:
    ACCOUNT = Account(AccountId(7), "Geheim", access=Access.RESTRICTED, kam=LEA)

    @pytest.mark.parametrize(
        ("viewer", "because"),
        [
            (Viewer(LEA.id, kam_of=frozenset({AccountId(7)})), Because.KAM),
            (Viewer(TOBIAS.id, kam_of=frozenset({AccountId(7)})), Because.DEPUTY),
            (Viewer(TOBIAS.id, leadership=frozenset({AccountId(7)})), Because.SPONSOR),
            (Viewer(TOBIAS.id, circle=frozenset({AccountId(7)})), Because.TEAM),
            (Viewer(TOBIAS.id, is_kam_lead=True), Because.KAM_LEAD),
        ],
    )
    def test_the_closest_tie_is_named(self, viewer: Viewer, because: Because) -> None:
        assert accounts.because(self.ACCOUNT, viewer) is because

    def test_an_open_account_needs_no_reason(self) -> None:
        assert accounts.because(replace(self.ACCOUNT, access=Access.OPEN), Viewer(LEA.id)) is None
