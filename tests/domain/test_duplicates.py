"""Which accounts and contacts may be one."""

import random
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.accounts import AccountName, AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.duplicates import (
    Carers,
    Named,
    Pair,
    deciders,
    near_accounts,
    near_contacts,
    same_accounts,
    same_contacts,
)
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.names import match_key

LEA, TOM, ANA = MemberId("ULEA"), MemberId("UTOM"), MemberId("UANA")


def _accounts(*names: str | tuple[str, ...], **values: Any) -> list[Named]:
    spelled = ((name,) if isinstance(name, str) else name for name in names)
    return [Named(at, each, at, "customer", **values) for at, each in enumerate(spelled, 1)]


def _are_one(one: str, other: str) -> bool:
    return bool(same_accounts(_accounts(one, other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Helvetia Pumpen", "HELVETIA  PUMPEN"),
        ("Helvetia Pumpen AG", "Helvetia Pumpen"),
        ("Helvetia Pumpen AG", "Helvetia Pumpen GmbH & Co. KG"),
        ("Müller & Söhne G.m.b.H.", "Mueller und Soehne"),
        ("Helvetia Pumpen", "Pumpen Helvetia"),
        ("Helvetia Pumpen", "Helvetiapumpen"),
        ("Helvetia Pumpen", "Helvetai Pumpn"),
        ("Helvetia Pumpen", "Helvezia Pumpen"),
        ("Ibérica Motores S.A.", "Iberica Motores"),
        ("Oystercatcher", "Oystercacher"),
        ("Stadtwerke Winterthur", "Stadtwerke Wintertur"),
        ("Straßenbau Nord", "Strassenbau Nord"),
    ],
)
def test_names_that_differ_by_form_order_or_slips_may_be_one(one: str, other: str) -> None:
    assert _are_one(one, other)
    assert _are_one(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bosch", "Busch"),
        ("Werk 1 Nord", "Werk 2 Nord"),
        ("Stadtwerke Ost", "Stadtwerke West"),
        ("Helvetia Pumpen", "Helvetia"),
        ("Helvetia Pumpen", "Helvetia Turbinen"),
        ("AG", "SE"),
        ("Quill & Feather", "Brandenberg"),
    ],
)
def test_names_of_two_firms_are_two(one: str, other: str) -> None:
    assert not _are_one(one, other)


def test_an_alias_counts_as_a_name() -> None:
    assert same_accounts(_accounts(("Helvetia Pumpen", "HPU Group"), "HPU-Group AG")) == (Pair(1, 2),)


def test_a_customer_and_a_supplier_of_one_name_are_two_accounts() -> None:
    supplier = Named(2, ("Helvetia Pumpen",), 2, "supplier")

    assert not same_accounts([*_accounts("Helvetia Pumpen"), supplier])


def test_one_name_in_two_countries_is_two_units() -> None:
    here, there = (Named(at, ("Helvetia",), at, "customer", country) for at, country in ((1, "CH"), (2, "DE")))

    assert not same_accounts([here, there])
    assert same_accounts([here, Named(3, ("Helvetia",), 3, "customer")]) == (Pair(1, 3),)


def test_units_of_one_group_bear_similar_names_on_purpose() -> None:
    units = [
        Named(at, (name,), 1, "customer") for at, name in enumerate(("Helvetia AG", "Helvetia GmbH", "helvetia ag"))
    ]

    assert same_accounts(units) == (Pair(0, 2),)


def _people(*people: tuple[str, int, str | None]) -> tuple[Pair, ...]:
    return same_contacts(
        [Named(at, (name,), 1, account=account, email=email) for at, (name, account, email) in enumerate(people)]
    )


def test_one_address_is_one_person_wherever_they_stand() -> None:
    one = Named(1, ("S. Meier",), 10, account=10, email="sandra@x.example")
    other = Named(2, ("Sandra Meier",), 20, account=20, email="Sandra@X.example")

    assert same_contacts([one, other]) == (Pair(1, 2),)


def test_a_shared_mailbox_is_not_one_person() -> None:
    assert not _people(("Sandra Meier", 1, "info@x.example"), ("Tom Frei", 1, "info@x.example"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sandra Meier", "Meier, Sandra"),
        ("Dr. Sandra Meier", "Sandra Meier"),
        ("S. Meier", "Sandra Meier"),
        ("Sandra Meier", "Sanda Meier"),
        ("Jürg Müller", "Juerg Mueller"),
    ],
)
def test_one_person_at_one_account_in_two_spellings(one: str, other: str) -> None:
    assert _people((one, 1, None), (other, 1, None)) == (Pair(0, 1),)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Martin Keller", "Martina Keller"), ("Andrea Huber", "Andreas Huber"), ("Sandra Meier", "Sandra Huber")],
)
def test_a_letter_more_or_another_surname_is_another_person(one: str, other: str) -> None:
    assert not _people((one, 1, None), (other, 1, None))


def test_a_full_name_counts_in_the_whole_group_and_a_similar_one_at_one_account_only() -> None:
    assert _people(("Sandra Meier", 1, None), ("Sandra Meier", 2, None)) == (Pair(0, 1),)
    assert not _people(("Sandra Meier", 1, None), ("S. Meier", 2, None))


def test_one_name_in_two_groups_is_two_people() -> None:
    one, other = (Named(at, ("Sandra Meier",), at, account=at) for at in (1, 2))

    assert not same_contacts([one, other])


def test_two_addresses_tell_similar_names_apart() -> None:
    assert not _people(("S. Meier", 1, "sandra@x.example"), ("Sandra Meier", 1, "stefanie@x.example"))


def test_a_crowd_of_one_name_is_not_compared_all_with_all() -> None:
    crowd = _accounts(*["Helvetia Pumpen"] * 500)

    assert len(same_accounts(crowd)) == 499


def test_who_looks_after_both_decides() -> None:
    assert deciders(Carers(kam=LEA), Carers(kam=LEA, deputy=TOM)) == (LEA,)
    assert deciders(Carers(kam=LEA, deputy=TOM), Carers(kam=TOM)) == (TOM,)
    assert deciders(Carers(kam=ANA, owner=TOM), Carers(kam=LEA, owner=TOM)) == (TOM,)
    assert deciders(Carers(kam=LEA), Carers(kam=TOM)) == ()
    assert deciders(Carers(), Carers()) == ()


def test_accounts_like_a_typed_name_are_offered_each_once() -> None:
    helvetia = AccountRef(AccountId(1), "Helvetia Pumpen")
    known = [AccountName(match_key(name), helvetia) for name in ("Helvetia Pumpen", "Helvetia Pumpen AG")]

    assert near_accounts("Helvetai Pumpen GmbH", known, 5) == (helvetia,)
    assert near_accounts("Brandenberg", known, 5) == ()
    assert near_accounts("", known, 5) == ()
    assert near_accounts("Arven", [AccountName("!!!", helvetia)], 5) == ()


def test_contacts_like_a_typed_name_are_offered() -> None:
    sandra = ContactRef(ContactId(1), "Sandra Meier")

    assert near_contacts("Meier, S.", [sandra], 5) == (sandra,)
    assert near_contacts("Sandra Meier", [sandra], 5) == (sandra,)
    assert near_contacts("Tom Frei", [sandra], 5) == ()
    assert near_contacts("Sandra Anna Meier", [sandra], 5) == ()
    assert near_contacts("!!!", [sandra], 5) == ()


@given(st.text(), st.text())
def test_no_name_in_any_language_is_too_strange(one: str, other: str) -> None:
    accounts = _accounts(one or "x", other or "y")
    people = [Named(at, (name,), 1, account=1, email=name) for at, name in enumerate((one, other))]

    assert set(same_accounts(accounts)) <= {Pair(1, 2)}
    assert set(same_contacts(people)) <= {Pair(0, 1)}


@given(
    st.lists(
        st.sampled_from(["helvetia", "pumpen", "arven", "motoren", "winterthur", "brugg", "kessel"]),
        min_size=2,
        max_size=4,
    ),
    st.data(),
)
def test_the_blocks_lose_nothing_that_one_slip_makes(words: list[str], data: st.DataObject) -> None:
    name = " ".join(words)
    at = data.draw(st.integers(1, len(name) - 2))
    slipped = name[:at] + name[at + 1 :] if name[at] != " " and name[at - 1] != " " else name
    noise = random.Random(7)
    others = ["".join(noise.choices(string.ascii_lowercase, k=12)) for _ in range(60)]

    assert Pair(1, 2) in same_accounts(_accounts(name, slipped, *others)) or not _are_one(name, slipped)
