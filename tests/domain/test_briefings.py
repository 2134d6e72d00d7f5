from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import briefings as rules
from bot.domain import errors
from bot.domain.account_flags import Flag
from bot.domain.accounts import Account, AccountRef
from bot.domain.briefings import SUGGESTED, Heard, Offer, Part, Suggestion, Topic, Wanted
from bot.domain.contacts import ContactOnMap, ContactRef, DecisionRole
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.interactions import Category
from bot.domain.members import Person

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LEA = Person(MemberId("ULEA"), "Lea Brunner")
HELVETIA = AccountRef(AccountId(17), "Helvetia Pumpen")
DECIDER = (DecisionRole.DECIDER,)


def contact(number: int, name: str = "Simon Ashworth", days_ago: float | None = 1, **values: Any) -> ContactOnMap:
    touched = None if days_ago is None else NOW - timedelta(days=days_ago)
    known = ContactOnMap(ContactId(number), name, HELVETIA, "a", level=4, owner=LEA, last_touch=touched)
    return replace(known, **values)


def heard(days_ago: float, category: Category | None = None, **values: Any) -> Heard:
    told = Heard(1, "visit", category, LEA, NOW - timedelta(days=days_ago), "So", HELVETIA)
    return replace(told, **values)


def topics(suggested: tuple[Suggestion, ...]) -> list[Topic]:
    return [one.topic for one in suggested]


class TestWhatWasTyped:
    @pytest.mark.parametrize(
        ("typed", "name", "is_short"),
        [
            ("Helvetia Pumpen", "Helvetia Pumpen", False),
            ("Helvetia Pumpen exec", "Helvetia Pumpen", True),
            ("Helvetia Pumpen: EXEC", "Helvetia Pumpen", True),
            ("exec", "", True),
            ("Executive Partners", "Executive Partners", False),
            ("", "", False),
        ],
    )
    def test_the_last_word_may_ask_for_the_short_page(self, typed: str, name: str, is_short: bool) -> None:
        assert rules.read(typed) == (name, is_short)


class TestButtons:
    @given(st.sampled_from([Subject.ACCOUNT, Subject.CONTACT]), st.integers(0, 2**63 - 1), st.booleans())
    def test_what_a_button_carries_is_read_as_it_was_written(
        self, subject: Subject, number: int, is_short: bool
    ) -> None:
        wanted = Wanted(Ref(subject, number), is_short)

        assert Wanted.of(wanted.key) == wanted

    @given(
        st.text()
        | st.sampled_from(
            ["account:", "member:1", "account:1:exec:exec", "contact:-1", "account:" + "9" * 40, f"account:{2**63}"]
        )
    )
    def test_whatever_else_it_carries_is_out_of_date(self, key: str) -> None:
        with suppress(errors.OutOfDate):
            assert Wanted.of(key).about.subject in {Subject.ACCOUNT, Subject.CONTACT}


class TestWhoIsMet:
    def test_deciders_come_first_then_levels_then_whom_we_met_last(self) -> None:
        met, longer_ago, never = contact(1, "B", 2), contact(2, "A", 9), contact(3, "C", None)
        boss, decider = contact(4, level=1), contact(5, decision_roles=DECIDER, level=None)

        assert rules.to_meet([never, longer_ago, met, boss, decider]) == [decider, boss, met, longer_ago, never]


class TestWhatWasSaid:
    def test_what_happened_and_what_is_planned_are_told_apart(self) -> None:
        later, soon, now, before = heard(-9), heard(-2), heard(0), heard(2)
        newest_first = [later, soon, now, before]

        assert rules.latest(newest_first, NOW) == [now, before]
        assert rules.planned(newest_first, NOW) == [soon, later]

    def test_wishes_are_needs_ideas_risks_competitors_and_complaints_that_happened(self) -> None:
        wanted = [heard(1, one) for one in (Category.NEED, Category.IDEA, Category.RISK, Category.COMPETITOR)]
        complaint = heard(2, Category.SATISFACTION, is_complaint=True)
        others = [heard(3), heard(4, Category.TREND), heard(-1, Category.NEED)]

        assert rules.wishes([*wanted, complaint, *others], NOW) == [*wanted, complaint]


class TestFlags:
    def test_what_is_ours_to_mend_at_home_is_left_out(self) -> None:
        bare = Account(AccountId(17), "Helvetia Pumpen", tier="a")

        assert [one.flag for one in rules.flags(bare, [], 0, NOW)] == [Flag.NO_KAM, Flag.NO_CONTACTS]

    def test_overdue_uncovered_lapsing_and_unequal_are_told(self) -> None:
        account = Account(AccountId(17), "Helvetia Pumpen", kam=LEA)
        people = [
            contact(1, "Decider", None, decision_roles=DECIDER, owner=None),
            contact(2, "Lapsing", 400),
            contact(3, "Unequal", level=1, counterpart=LEA, counterpart_level=4),
        ]

        raised = {one.flag: one.names for one in rules.flags(account, people, 2, NOW)}

        assert raised == {
            Flag.OVERDUE_PROMISE: (),
            Flag.UNCOVERED_DECIDER: ("Decider",),
            Flag.LAPSING: ("Lapsing",),
            Flag.MISMATCHED: ("Unequal",),
        }


class TestQuestions:
    KNOWN = (contact(1, level=1, decision_roles=DECIDER), contact(2), contact(3))

    def suggested(
        self, said: list[Heard], *, is_insider: bool = False, guessed: datetime | None = None
    ) -> tuple[Suggestion, ...]:
        return rules.suggestions(said, self.KNOWN, guessed, NOW, is_insider=is_insider)

    def test_what_nobody_ever_heard_of_comes_before_what_was_heard_long_ago(self) -> None:
        said = [heard(100 + at, category) for at, category in enumerate(Category) if category is not Category.RISK]

        chosen = self.suggested(said)

        assert len(chosen) == SUGGESTED
        assert chosen[-1] == Suggestion(Topic.RISK)
        longest_ago = [Topic.TREND, Topic.DEVELOPMENT, Topic.ENVIRONMENT, Topic.COMPETITOR]
        assert {*topics(chosen)} <= {*longest_ago, Topic.RISK}

    def test_their_business_is_asked_first_and_our_performance_last(self) -> None:
        assert topics(self.suggested([])) == [Topic.ENVIRONMENT, Topic.TREND, Topic.DEVELOPMENT, Topic.NEED]
        said = [heard(1, category) for category in Category if category not in {Category.SATISFACTION, Category.TREND}]
        assert topics(self.suggested(said)) == [Topic.TREND, Topic.SATISFACTION]

    def test_what_was_heard_lately_is_not_asked_again_and_plans_are_not_hearing(self) -> None:
        lately = [heard(90, category) for category in Category]
        assert self.suggested(lately) == ()
        assert len(self.suggested([heard(-1, category) for category in Category])) == SUGGESTED

    def test_each_says_when_it_was_heard_last(self) -> None:
        said = [heard(1, one) for one in Category if one is not Category.NEED]

        assert self.suggested([*said, heard(100, Category.NEED), heard(300, Category.NEED)]) == (
            Suggestion(Topic.NEED, NOW - timedelta(days=100)),
        )

    def test_who_decides_is_asked_where_nobody_is_known_and_of_the_circle_where_no_guess_is_fresh(self) -> None:
        lately = [heard(1, category) for category in Category]
        nobody = rules.suggestions(lately, self.KNOWN[1:], None, NOW, is_insider=False)
        old, fresh = NOW - timedelta(days=181), NOW - timedelta(days=180)

        assert Topic.DECIDERS in topics(nobody)
        assert topics(self.suggested(lately, is_insider=True)) == [Topic.DECIDERS]
        assert self.suggested(lately, is_insider=True, guessed=old) == (Suggestion(Topic.DECIDERS, old),)
        assert self.suggested(lately, is_insider=True, guessed=fresh) == ()

    def test_a_guess_shows_nothing_to_who_may_not_see_it(self) -> None:
        shown = rules.suggestions([], [], NOW - timedelta(days=400), NOW, is_insider=False)

        assert Suggestion(Topic.DECIDERS, None) in shown

    def test_whom_to_get_to_know_is_asked_while_few_or_no_executives_are_known(self) -> None:
        lately = [heard(1, category) for category in Category]
        few = rules.suggestions(lately, self.KNOWN[:2], None, NOW, is_insider=False)
        low = rules.suggestions(lately, [replace(one, level=3) for one in self.KNOWN], None, NOW, is_insider=False)

        assert topics(few) == [Topic.PEOPLE]
        assert topics(low) == [Topic.PEOPLE]


def test_what_is_older_than_half_a_year_may_be_otherwise_now() -> None:
    assert not rules.is_stale(NOW - timedelta(days=180), NOW)
    assert rules.is_stale(NOW - timedelta(days=180, seconds=1), NOW)


class TestNames:
    def test_accounts_and_contacts_are_offered_side_by_side_the_most_alike_first(self) -> None:
        simon = Offer(HELVETIA, ContactRef(ContactId(3), "Simon Ashworth"))
        other = AccountRef(AccountId(18), "Ashford Valves")

        assert rules.closest("ashwort", [HELVETIA, other], [simon])[0] == simon
        assert rules.closest("zzz", [HELVETIA, other], [simon]) == ()
        assert len(rules.closest("ash", [other] * 9, [simon] * 9)) == 5

    def test_a_part_of_more_lines_than_are_shown_counts_them_all(self) -> None:
        assert Part.of(range(7), 3) == Part((0, 1, 2), 7)
