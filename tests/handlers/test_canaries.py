"""Canaries: a restricted account whose every text carries one, asked for by everybody on every surface (F50, P14)."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.access import Access
from bot.domain.members import Member, Role, Standing
from bot.services import search_rebuild
from handlers.routes import ROUTES, Kind
from storage.store import SqlStore
from storage.tables import (
    AssessmentRow,
    DecisionRow,
    DemandRow,
    EscalationRow,
    FavourRow,
    HypothesisRow,
    NextStepRow,
    PromiseRow,
    RequestRow,
)
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Slack, words

CANARY = "Zyxwvut"
"""Nobody types it, so nobody sees it but who may."""
SECRET = "Qwopxyz"
"""In everything but the account's name and the one request."""
PERSONAS = ("stranger", "guest", "admin", "team of another", "department", "named in a request")
_TYPED = ("", "Medtech", "Montage", "Vertrag Eva", "R-1", "E-1", "I-1", "Eva Kern", "Medtech: Besuch")
_ENTITLED = {"named in a request": (CANARY,)}
"""Whoever is named in one request reads the account's name in it, and nothing else."""


@pytest.fixture
def medtech(store: SqlStore, company: Company, slack: Slack) -> Mapping[str, Member]:
    """The restricted account with all that can be known of it, and everybody who asks."""
    kam = company.member("Kim")
    people = {
        "stranger": company.member("Otto"),
        "guest": company.member("Gast", standing=Standing.GUEST),
        "admin": company.member("Ada", role=Role.ADMIN),
        "team of another": company.member("Tim"),
        "department": company.member("Dora"),
        "named in a request": company.member("Nina"),
        "lead": company.member("Lisa", role=Role.KAM_LEAD),
        "kam": kam,
    }
    other = company.account("Helvetia Pumpen", kam=company.member("Lea"))
    company.team(other, people["team of another"])
    company.department("Logistik", people["department"])
    production = company.department("Produktion", company.member("Cora"))
    account = company.account(
        f"Medtech {CANARY}", f"Medi {CANARY}", kam=kam, access=Access.RESTRICTED, mission=f"Montage {SECRET} {CANARY}"
    )
    contact = company.contact(
        account, f"Eva Kern {CANARY}", title=f"Einkauf {SECRET}", aims=f"Vertrag {SECRET}", owner_id=kam.id
    )
    slack.command(kam, f"/kam-log Medtech {CANARY}: Besuch wegen Montage {SECRET} {CANARY}")
    here: dict[str, Any] = {"workspace_id": WORKSPACE, "account_id": account, "version": 1}
    due = {"first_due_on": NOW.date(), "due_on": NOW.date(), "owner_id": kam.id, "author_id": kam.id}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (PromiseRow, {**here, "id": 1, "text": f"Vertrag {SECRET} {CANARY}", "created_at": NOW, **due}),
        (NextStepRow, {**here, "id": 2, "text": f"Vertrag {SECRET} {CANARY}", "created_at": NOW, **due}),
        (
            FavourRow,
            {
                **here, "id": 3, "contact_id": contact, "kind": "introduction", "direction": "given",
                "text": f"Vertrag {SECRET} {CANARY}", "on": NOW.date(), "member_id": kam.id, "author_id": kam.id,
                "visibility": "company", "created_at": NOW,
            },
        ),
        (
            DemandRow,
            {
                **here, "id": 4, "source": "customer", "text": f"Montage {SECRET} {CANARY}", "author_id": kam.id,
                "visibility": "company", "created_at": NOW, "state": "new",
            },
        ),
        (
            RequestRow,
            {
                **here, "id": 5, "number": 1, "department_id": production, "requester_id": kam.id, "kind": "date",
                "what": f"Gerüst {CANARY}", "why": f"Gerüst {CANARY}", "needed_by": NOW.date(),
                "visibility": "company", "state": "accepted", "created_at": NOW,
                "assignee_id": people["named in a request"].id,
            },
        ),
        (
            EscalationRow,
            {
                **here, "id": 6, "number": 1, "raiser_id": kam.id, "party_a_id": kam.id, "party_b_id": kam.id,
                "state": "decided", "created_at": NOW,
                **dict.fromkeys(
                    ("our_goal", "their_goal", "tried", "effect", "options", "decision_wanted"), f"Montage {SECRET} {CANARY}"
                ),
            },
        ),
        (
            DecisionRow,
            {
                "workspace_id": WORKSPACE, "escalation_id": 6, "decided_by_id": kam.id, "kind": "advice",
                "text": f"Montage {SECRET} {CANARY}", "reason": f"Vertrag {SECRET} {CANARY}", "at": NOW,
            },
        ),
        (
            AssessmentRow,
            {
                "workspace_id": WORKSPACE, "id": 7, "account_id": account, "contact_id": contact, "measure": "attitude",
                "value": 1, "reason": f"Montage {SECRET} {CANARY}", "by_id": kam.id, "at": NOW,
            },
        ),
        (
            HypothesisRow,
            {
                "workspace_id": WORKSPACE, "id": 8, "account_id": account, "contact_id": contact, "text": f"Montage {SECRET} {CANARY}",
                "basis": f"Vertrag {SECRET} {CANARY}", "by_id": kam.id, "at": NOW,
            },
        ),
    ]  # fmt: skip
    with store.engine.begin() as connection:
        for table, row in rows:
            connection.execute(insert(table).values(**row))
    search_rebuild.rebuild(store, WORKSPACE, lambda _: None)
    slack.deliver()
    return people


def commands() -> Iterator[str]:
    """Yield every command and verb of the registry once per listener, so that a new one is asked here by itself."""
    heard = set()
    for (kind, name), listener in ROUTES.items():
        if kind in {Kind.COMMAND, Kind.VERB} and listener not in heard:
            heard.add(listener)
            yield name if kind is Kind.COMMAND else f"/kam {name}".rstrip()


def elements(shown: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield everything that can be pressed."""
    for block in shown.get("blocks", ()):
        yield from (one for one in [*block.get("elements", ()), block.get("accessory") or {}] if one.get("action_id"))


def pressed(slack: Slack, actor: Member, shown: Mapping[str, Any]) -> None:
    """Press each button, and choose each option of each menu."""
    for one in elements(shown):
        if one["type"] == "button":
            slack.click(actor, one["action_id"], one.get("value", ""))
        elif one["type"] == "overflow":
            for option in one["options"]:
                slack.click(actor, one["action_id"], option["value"])


def seen_by(slack: Slack, actor: Member, typed: Iterable[str]) -> str:
    """Type every command, press what is shown, search in every form, and return all that this person saw."""
    before = len(slack.modals.opened), len(slack.modals.answers), len(slack.out.posts), len(slack.out.replies)
    shown: list[Any] = []
    for command in commands():
        for text in typed:
            shown.append(slack.command(actor, f"{command} {text}".rstrip()))
            pressed(slack, actor, shown[-1])
    for kind, name in ROUTES:
        if kind is Kind.OPTIONS:
            shown.append([slack.search(actor, name, part) for part in ("", "Med", "Eva")])
    slack.deliver()
    for reply in slack.out.replies[before[3] :]:
        pressed(slack, actor, reply)
    slack.deliver()
    shown += [slack.modals.opened[before[0] :], slack.modals.answers[before[1] :], slack.out.replies[before[3] :]]
    shown += [one for one in slack.out.posts[before[2] :] if one["place"] not in {"UKIM", "ULISA"}]
    return json.dumps(shown, ensure_ascii=False, default=str)


@pytest.mark.parametrize("persona", PERSONAS)
def test_nobody_sees_a_byte_of_what_is_not_theirs(slack: Slack, medtech: Mapping[str, Member], persona: str) -> None:
    shown = seen_by(slack, medtech[persona], _TYPED)
    assert SECRET not in shown, _around(shown, SECRET)
    if CANARY not in _ENTITLED.get(persona, ()):
        assert CANARY not in shown, _around(shown, CANARY)


def test_whoever_may_see_it_sees_it_on_the_same_way(slack: Slack, medtech: Mapping[str, Member]) -> None:
    for persona in ("lead", "kam"):
        shown = seen_by(slack, medtech[persona], ("", "Medtech", "Montage"))
        assert SECRET in shown
        assert CANARY in shown


@pytest.mark.parametrize("persona", [one for one in PERSONAS if one != "named in a request"])
def test_it_is_answered_in_the_same_words_as_what_does_not_exist(
    slack: Slack, medtech: Mapping[str, Member], persona: str
) -> None:
    actor = medtech[persona]
    for command in commands():
        for typed in ("Medtech {}", "Medi {}", "Eva Kern {}", "Medtech {} Montage"):
            here, nowhere = (
                _said(slack.command(actor, f"{command} {typed.format(name)}"), name) for name in (CANARY, "Stuvwxy")
            )
            assert here == nowhere, (command, typed)


def _said(answer: Mapping[str, Any], name: str) -> str:
    """Return what is shown without the name that was typed, and without numbers, which count up."""
    return re.sub(r"\d+", "0", words(answer)).replace(name, "…") if answer else ""


def _around(shown: str, word: str) -> str:
    at = shown.find(word)
    return shown[max(at - 300, 0) : at + 100]
