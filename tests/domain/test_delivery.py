from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import (
    ChannelFacts,
    Claimed,
    Form,
    Outgoing,
    Priority,
    Ref,
    ReplyTo,
    Subject,
    Way,
    card_at,
    lane_of,
    wait_before_retry,
)
from bot.domain.identity import ChannelId, MemberId
from tests.company import NOW

NOTE = Ref(Subject.INTERACTION, 1)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_waiting_grows_to_a_minute_and_never_stops(attempts: int, jitter: float) -> None:
    wait = wait_before_retry(attempts, None, jitter)

    assert timedelta(seconds=1) < wait <= timedelta(minutes=1.25)
    assert wait <= wait_before_retry(attempts + 1, None, jitter)


@given(st.integers(1, 20), st.floats(0, 100_000), st.floats(0, 1))
def test_what_slack_asks_for_is_always_waited(attempts: int, asked: float, jitter: float) -> None:
    assert wait_before_retry(attempts, asked, jitter) >= timedelta(seconds=asked)


@pytest.mark.parametrize(
    ("facts", "usable"),
    [
        (ChannelFacts(ChannelId("C1"), is_member=True), True),
        (ChannelFacts(ChannelId("C1"), is_member=True, is_private=True), True),
        (ChannelFacts(ChannelId("C1")), False),
        (ChannelFacts(ChannelId("C1"), is_member=True, is_archived=True), False),
        (ChannelFacts(ChannelId("C1"), is_member=True, is_external=True), False),
    ],
)
def test_nothing_goes_into_a_closed_archived_or_shared_channel(facts: ChannelFacts, usable: bool) -> None:
    assert facts.usable is usable


def test_a_card_is_edited_where_it_stands() -> None:
    in_channel = card_at("C1", "interaction.line", NOTE, Priority.INTERACTION)
    in_dm = card_at("U1", "interaction.line", NOTE, Priority.INTERACTION)

    assert (in_channel.to_channel, in_channel.to_member) == ("C1", None)
    assert (in_dm.to_channel, in_dm.to_member) == (None, "U1")


@pytest.mark.parametrize(
    ("outgoing", "place"),
    [
        (card_at("C1", "x", NOTE, Priority.REQUEST), "C1"),
        (card_at("W1", "x", NOTE, Priority.REQUEST), "W1"),
        (Outgoing(Form.REPLY, "x", NOTE, Priority.REPLY, reply_to=ReplyTo(MemberId("U9"))), "U9"),
        (Outgoing(Form.NOTE, "x", NOTE, Priority.REPLY), ""),
    ],
)
def test_a_row_knows_its_place(outgoing: Outgoing, place: str) -> None:
    assert Claimed(1, "key", outgoing, NOW, 1, "lease").place == place


def test_posts_of_a_place_share_a_lane_and_edits_and_answers_never_wait_for_them() -> None:
    lanes = [lane_of(way, "C1", row_id) for way in Way for row_id in (1, 2)]
    assert lanes == ["C1", "C1", "C1 edit", "C1 edit", "C1 1", "C1 2"]
