"""The ledger: what the database holds and what stands in Slack, held against each other and against what people said."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import httpx
from sqlalchemy import Connection, Select, func, select

from bot.clock import utc_now
from bot.domain.delivery import Claimed, Priority, Ref, Subject, card_at
from bot.domain.identity import WorkspaceId
from bot.i18n import translator
from bot.services import delivery
from bot.views import delivery as views
from playground.blocks import Payload
from storage.store import SqlStore
from storage.tables import (
    AuditRow,
    CardRow,
    DecisionRow,
    EscalationRow,
    InteractionRow,
    OutboxRow,
    RequestRow,
)
from tests.torture.deeds import Deeds, Record, Told
from tests.torture.people import words
from tests.torture.world import WORKSPACE, World

_LOOK_SECONDS = 0.5
_FACTS: dict[str, tuple[Any, Any, str, tuple[str, ...]]] = {
    "log": (InteractionRow.id, InteractionRow.text, "interaction", ("interaction.logged",)),
    "request": (RequestRow.id, RequestRow.what, "request", ("request.sent",)),
    "accept": (RequestRow.id, RequestRow.answer_words, "request", ("request.accepted", "request.declined")),
    "decline": (RequestRow.id, RequestRow.answer_words, "request", ("request.accepted", "request.declined")),
    "conflict": (EscalationRow.id, EscalationRow.decision_wanted, "escalation", ("escalation.raised",)),
    "decision": (DecisionRow.escalation_id, DecisionRow.text, "escalation", ("escalation.decided",)),
}


@dataclass
class Findings:
    """What was looked at, and what is wrong with it."""

    facts: int = 0
    """Facts that people were told are saved."""
    messages: int = 0
    """Messages of the bot that stand in Slack."""
    cards: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Return everything that breaks a promise."""
        return [
            *(f"lost: {one}" for one in self.lost),
            *(f"doubled: {one}" for one in self.doubled),
            *(f"wrong: {one}" for one in self.wrong),
        ]


def drained(world: World, seconds: float) -> bool:
    """Wait until nothing waits to be sent."""
    waiting = select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(["pending", "sending"]))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with world.engine.connect() as connection:
            if connection.execute(waiting).scalar_one() == 0:
                return True
        time.sleep(_LOOK_SECONDS)
    return False


def check(world: World, record: Record) -> Findings:
    """Hold everything against everything, once the outbox is drained."""
    found, slack = Findings(), Said(world)
    _facts(world, record, slack, found)
    _messages(world, slack, found)
    _cards(world, slack, found)
    return found


def holds(world: World, deeds: Deeds, seconds: float = 90.0) -> None:
    """Wait until all is told, and assert that the world keeps what people were told."""
    assert drained(world, seconds), "the outbox is not drained"
    found = check(world, deeds.record)
    assert found.facts > 0
    assert found.all == [], found.all[:20]


class Said:
    """Every message of the bot in every channel, thread and direct message, read through the Web API."""

    def __init__(self, world: World) -> None:
        self._token = world.environment["SLACK_BOT_TOKEN"]
        self._http = httpx.Client(base_url=f"{world.slack.url}/api/", timeout=30, trust_env=False)
        directory = world.slack.get("directory")
        rooms = {channel["id"]: channel["name"] for channel in directory["channels"]}
        people = [person["id"] for person in directory["people"] if not (person["is_bot"] or person["deleted"])]
        rooms |= {self._dm(user): user for user in people}
        self.by_room: dict[str, list[Payload]] = {name: [*self._of(room)] for room, name in rooms.items()}
        self.by_place = {(one["channel"], one["ts"]): one for said in self.by_room.values() for one in said}
        self._http.close()

    def where(self, token: str) -> Counter[str]:
        """Count the messages that hold a word, by room."""
        return Counter(
            room for room, said in self.by_room.items() for one in said if any(token in word for word in words(one))
        )

    def counts(self, place: tuple[str, ...], texts: tuple[str, ...]) -> bool:
        """Tell whether a message shows some of these texts and counts exactly the others: "... and 4 more"."""
        message = self.by_place.get((place[0], place[1])) if place else None
        if message is None:
            return False
        # The sentence for notifications is cut where Slack would cut it; the blocks are whole.
        lines = words(message["blocks"])
        missing = sum(not any(text in line for line in lines) for text in texts)
        return missing > 0 and lines[-1].startswith("…") and str(missing) in lines[-1].split()

    def _dm(self, user: str) -> str:
        return str(self._ask("conversations.open", users=user)["channel"]["id"])

    def _of(self, room: str) -> Iterator[Payload]:
        try:
            said = [*self._pages("conversations.history", channel=room)]
        except LookupError:
            return
        for message in said:
            yield from self._own(room, [message])
            if message.get("reply_count"):
                replies = [*self._pages("conversations.replies", channel=room, ts=message["ts"])]
                yield from self._own(room, replies[1:])

    @staticmethod
    def _own(room: str, said: Iterable[Payload]) -> Iterator[Payload]:
        return ({**message, "channel": room} for message in said if message.get("bot_id"))

    def _pages(self, method: str, **query: Any) -> Iterator[Payload]:
        cursor = ""
        while True:
            answer = self._ask(method, limit=999, include_all_metadata=True, cursor=cursor, **query)
            yield from answer["messages"]
            cursor = answer.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return

    def _ask(self, method: str, **query: Any) -> Payload:
        answer = self._http.post(method, json=query, headers={"Authorization": f"Bearer {self._token}"}).json()
        if not answer["ok"]:
            raise LookupError(method, answer["error"])
        return dict(answer)


def _facts(world: World, record: Record, slack: Said, found: Findings) -> None:
    """Every acknowledged fact is stored once, told once where it belongs, and audited once; others at most once."""
    with world.engine.connect() as connection:
        audited = Counter(
            (row.subject, row.object_id, row.action)
            for row in connection.execute(select(AuditRow.subject, AuditRow.object_id, AuditRow.action))
        )
        stored = {what: connection.execute(_all(what)).all() for what in _FACTS}
        bursts = _bursts(connection)
    for told in record.said:
        _, _, subject, actions = _FACTS[told.what]
        ids = [row.id for row in stored[told.what] if told.token in (row.words or "")]
        found.facts += told.acked
        _stored(told, len(ids), found)
        for object_id in ids:
            times = sum(audited[subject, object_id, action] for action in actions)
            if times != 1:
                found.wrong.append(f"{told.what} {told.token} has {times} audit rows")
        if ids:
            hidden = told.what == "log" and slack.counts(*bursts.get(ids[0], ((), ())))
            _told(told, slack.where(told.token), found, hidden=hidden)
    for (subject, object_id, action), times in audited.items():
        if action in _ONCE and times > 1:
            found.wrong.append(f"{action} of {subject} {object_id} is audited {times} times")
        if action == "request.accepted" and audited[subject, object_id, "request.declined"]:
            found.wrong.append(f"{subject} {object_id} was accepted and declined")


_ONCE = {action for _, _, _, actions in _FACTS.values() for action in actions}


def _stored(told: Told, times: int, found: Findings) -> None:
    if told.acked and not times:
        found.lost.append(f"{told.what} {told.token} was acknowledged and is not stored")
    if told.refused and times:
        found.wrong.append(f"{told.what} {told.token} is stored although the person was told that it is not")
    if times > 1:
        found.doubled.append(f"{told.what} {told.token} is stored {times} times")


def _all(what: str) -> Select[Any]:
    key, column, _, _ = _FACTS[what]
    return select(key.label("id"), column.label("words"))


Place = tuple[str, str] | tuple[()]


def _bursts(connection: Connection) -> dict[int, tuple[Place, tuple[str, ...]]]:
    """Return for each interaction where its channel's message stands, and the texts that this message is about."""
    columns = select(InteractionRow.id, InteractionRow.burst_id, InteractionRow.text)
    rows = connection.execute(columns.where(InteractionRow.burst_id.is_not(None))).all()
    cards = connection.execute(select(CardRow.__table__).where(CardRow.topic == "interaction.line")).all()
    places: dict[int, Place] = {card.object_id: (card.channel_id, card.ts) for card in cards}
    texts: dict[int, list[str]] = {}
    for row in rows:
        texts.setdefault(row.burst_id, []).append(row.text)
    return {row.id: (places.get(row.burst_id, ()), tuple(texts[row.burst_id])) for row in rows}


def _told(told: Told, where: Counter[str], found: Findings, *, hidden: bool) -> None:
    """What people must read stands once in each place that it belongs to; of very many lines the rest is counted."""
    team = told.team
    room = {"log": team.account_channel, "request": team.department_channel}.get(told.what)
    reader = {"accept": team.kam, "decline": team.kam}.get(told.what)
    names = {name: where[name] for name in where}
    for place in (room, reader):
        if place is not None:
            times = names.get(ROOMS.get(place, place), 0)
            if times == 0 and not hidden:
                found.lost.append(f"{told.what} {told.token} is not told in {place}: {names}")
            elif times > 1 and told.what != "request":
                found.doubled.append(f"{told.what} {told.token} stands {times} times in {place}")
    if told.what in {"conflict", "decision"} and not names:
        found.lost.append(f"{told.what} {told.token} is told to nobody")


ROOMS = {
    "C0HELVPUMP": "acc-helvetia-pumpen",
    "C0HARROWME": "acc-harrowmere",
    "C0SERVICE1": "partner-service",
    "C0TRAUTWYL": "acc-trautwyl",
    "C0PRODUKT1": "produktion",
    "C0FINANCE1": "finance",
    "C0LOGISTIC": "logistics",
    "C0QUALITY1": "qualität",
}


def _messages(world: World, slack: Said, found: Findings) -> None:
    """Each post of the outbox stands once, by its key; nothing stands that the outbox does not know."""
    with world.engine.connect() as connection:
        rows = connection.execute(select(OutboxRow.__table__)).all()
    keys = Counter(_key(message) for message in slack.by_place.values())
    found.messages = len(slack.by_place)
    known = {row.key for row in rows}
    for row in rows:
        name = f"row {row.id} ({row.topic} of {row.subject} {row.object_id} to {row.place})"
        if row.state != "sent":
            found.lost.append(f"{name} is {row.state}: {row.cause}")
        elif row.sent_ts is not None and (row.sent_channel, row.sent_ts) not in slack.by_place:
            found.lost.append(f"{name} stands nowhere")
        if keys[row.key] > 1:
            found.doubled.append(f"{name} stands {keys[row.key]} times")
    # The answer to a click takes the place of the message it came from, and bears no key.
    places = {(row.sent_channel, row.sent_ts) for row in rows}
    for place, message in slack.by_place.items():
        if _key(message) not in known and place not in places:
            found.wrong.append(f"a message of no row: {message['text'][:80]!r} in {message['channel']}")


def _key(message: Payload) -> str:
    return str(message.get("metadata", {}).get("event_payload", {}).get("key"))


def _cards(world: World, slack: Said, found: Findings) -> None:
    """Every card shows what the database says now, and an object has one card in a place."""
    store, now = SqlStore(world.engine), utc_now()
    with world.engine.connect() as connection:
        cards = connection.execute(select(CardRow.__table__)).all()
    for card in cards:
        name = f"card {card.topic} of {card.subject} {card.object_id} in {card.place}"
        about = Ref(Subject(card.subject), card.object_id)
        row = Claimed(0, "", card_at(card.place, card.topic, about, Priority.REQUEST), now, 1, "")
        with store.read(WorkspaceId(WORKSPACE)) as tx:
            parcel = delivery.load(tx, row, now, "en")
        shown = slack.by_place.get((card.channel_id, card.ts))
        found.cards += 1
        if shown is None or parcel.told is None:
            found.wrong.append(f"{name} {'is gone' if shown is None else 'should be gone'}")
            continue
        wanted = views.show(card.topic, parcel.told, translator(parcel.language, now, parcel.time_zone))
        assert isinstance(wanted, dict), "a card is a message"
        expected, seen = _look(dict(wanted)), _look(shown)
        if expected != seen:
            differ = [pair for pair in zip_longest(expected, seen) if pair[0] != pair[1]]
            found.wrong.append(f"{name} differs: (as it should be, as it is) {differ[:3]}")


def _look(message: dict[str, Any]) -> list[str]:
    """Return text, buttons and their values, without what is new with every rendering.

    Who must act is mentioned in the first version of a card and never in edits.
    """
    blocks = json.loads(json.dumps(message.get("blocks", []), default=str))
    kept = [block for block in blocks if not str((block.get("text") or {}).get("text")).startswith("<@")]
    return [str(message.get("text")), *_leaves(kept)]


def _leaves(thing: Any) -> list[str]:
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, list):
        return [leaf for item in thing for leaf in _leaves(item)]
    if isinstance(thing, dict):
        return [leaf for key in sorted(thing) if key != "block_id" for leaf in _leaves(thing[key])]
    return []
