import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.identity import AccountId
from bot.domain.members import Member, Role
from storage.tables import AccountRow, InteractionRow
from tests.company import Company
from tests.handlers.interaction_play import buttons, press_in_form, quoted, stored
from tests.slack import Slack, words

HOSTILE = [
    "<!channel> <!here>",
    "<@U123> <#C1|x> <!subteam^S1>",
    "<https://evil.example|https://bank.example>",
    "*Approved by Ana Costa* _yes_ ~no~",
    "```\nfence\n``` `code`",
    ":tada: :flag-ch:",
    "> quoted\n• listed\n1. counted",
    "good\n🗒 Ana Costa logged at Helvetia: everything is fine",
    "O'Brien AC/DC 100 % \"unbalanced {0} {name} %s",
    "\u202eright to left\u202c שלום مرحبا",
    "zero\u200bwidth\u2060 👩\u200d🔧🏽 🇨🇭",
    "&lt;!channel&gt; &amp;",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_a_person_types_is_shown_literally_and_is_never_markup(slack: Slack, company: Company, typed: str) -> None:
    kam = company.member(f"Kim {typed}")
    author = company.member(f"Lea {typed}", id="UAUTHOR")
    account = company.account(f"Werk {typed}", "werk", kam=kam, channel_id="CWERK")
    contact = company.contact(account, f"Anna {typed}")
    slack.command(author, "/kam-log werk:")
    press_in_form(slack, author, "More")
    fields: dict[str, Any] = {
        "promise": typed,
        "promise_due": "2026-12-01",
        "next_step": typed,
        "participants": [kam.id],
    }
    slack.submit(author, text=typed, contacts=[contact], tags=["complaint"], **fields)
    slack.deliver()

    assert stored(slack) == [typed]
    seen = [slack.out.replies[-1], *slack.out.to("CWERK"), *slack.out.to(kam), slack.command(kam, "/kam I-1")]
    seen += [slack.command(author, f"/kam-log {typed}"), slack.modals.opened[-1]]
    assert len(seen) == 6
    for shown in seen:
        for text_of_ours in markup(shown):
            part = re.sub(r"<!date\^\d+\^[^<>]*>", "", text_of_ours)
            assert not re.search("[<>]", part), part
            assert not re.search(r"(?<![\u200a])[_~`]", part), part
            assert not re.search(r"(^|\n)(&gt;|🗒 Ana|•)", part), part
            assert not re.search(r":[\w+'-]+:", part), part
    assert quoted(slack.out.replies[-1]) == typed


def markup(shown: Any) -> Iterator[str]:
    """Yield every text that Slack would read as markup."""
    if isinstance(shown, list):
        for part in shown:
            yield from markup(part)
    elif isinstance(shown, dict):
        if shown.get("type") == "mrkdwn" or (isinstance(shown.get("text"), str) and "blocks" in shown):
            yield shown["text"]
        for value in shown.values():
            yield from markup(value)


CANARIES = ("Kanarienwerk", "Gelbtext", "Sittich", "CKANARI")


def test_nothing_of_a_restricted_account_reaches_an_outsider(
    slack: Slack, company: Company, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    outsider = company.member("Otto Außen")
    admin = company.member("Ada Admin", role=Role.ADMIN)
    secret = company.account(
        "Kanarienwerk", "KAW", access="restricted", kam=tobias, channel_id="CKANARI", parent_id=helvetia
    )
    company.team(secret, lea)
    company.contact(secret, "Sittich")
    slack.command(lea, "/kam-log KAW:")
    slack.submit(lea, text="Gelbtext", category="risk")
    slack.deliver()
    insiders = {lea.id, tobias.id}
    assert "Kanarienwerk" in words(slack.out.to(tobias)[0])
    own = len(slack.out.replies)

    for stranger in (outsider, admin):
        seen: list[Any] = [
            slack.command(stranger, "/kam I-1"),
            slack.command(stranger, "/kam-log Kanarienwrk: hier"),
            slack.command(stranger, "/kam-log hier", channel="CKANARI"),
            slack.command(stranger, "/kam-log", channel="CKANARI"),
            slack.modals.opened[-1],
            slack.search(stranger, "account.find"),
            slack.search(stranger, "account.find", "kanari"),
        ]
        draft = json.loads(slack.modals.opened[-1]["private_metadata"])["draft"]
        with slack.store.engine.connect() as connection:
            note = connection.execute(select(InteractionRow.id)).scalar_one()
        slack.click(stranger, "log.pick0", f"{draft}:{secret}")
        slack.click(stranger, "log.start", secret)
        for action in ("log.edit", "log.undo", "interaction.more"):
            slack.click(stranger, action, f"{note}:0" if action == "interaction.more" else note)
        slack.choose(stranger, "account", str(secret), text="x")
        seen += [slack.modals.opened[-1], slack.submit(stranger, account=secret, text="x")]
        slack.modals.opened[-1]["private_metadata"] = json.dumps({"draft": draft, "account": secret})
        seen += [slack.search(stranger, "contact.find"), slack.search(stranger, "contact.find", "Sittich")]
        slack.deliver()
        seen += [*slack.modals.answers, *slack.out.replies[own:]]
        seen += [post for post in slack.out.posts if post["place"] not in insiders]
        shown = json.dumps(seen, ensure_ascii=False).replace("Kanarienwrk", "")
        assert not [canary for canary in CANARIES if canary in shown]


def test_an_outsiders_answers_to_a_hidden_and_an_unknown_name_are_the_same(
    slack: Slack, company: Company, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    company.account("Kanarienwerk", access="restricted", kam=tobias)

    hidden, unknown = (slack.command(lea, f"/kam-log {name}: Besuch") for name in ("Kanarienwerk", "Erfundenwerk"))

    assert words(hidden).replace("Kanarienwerk", "X") == words(unknown).replace("Erfundenwerk", "X")
    assert buttons(hidden) == buttons(unknown)
    slack.press(lea, hidden, "New account")
    slack.deliver()
    assert "Kanarienwerk is new and I-1 is logged" in words(slack.out.replies[-1])
    with slack.store.engine.connect() as connection:
        names = list(connection.execute(select(AccountRow.access).where(AccountRow.name == "Kanarienwerk")).scalars())
    assert sorted(names) == ["open", "restricted"]
