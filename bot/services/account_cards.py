"""Account cards: put together for one reader in few statements."""

from datetime import datetime

from bot.domain import account_flags, account_shape, accounts, satisfaction, sponsors
from bot.domain.access import Viewer, sees_assessments
from bot.domain.account_cards import AccountCard
from bot.domain.account_edits import deeds
from bot.domain.account_shape import Stage, Standing
from bot.domain.accounts import Account, Scope
from bot.domain.commitments import Kind
from bot.domain.contacts import ContactOnMap
from bot.domain.interactions import Source
from bot.ports import Transaction

_CONTACTS = 8
_INTERACTIONS = 5
_PROMISES = 5
_MATTERS = 5
_LAST = 9
"""Whose level is not known comes last."""


def card(tx: Transaction, viewer: Viewer, account: Account, now: datetime, scope: Scope = Scope.GROUP) -> AccountCard:
    """Put the card together; every statement covers the account and, for a group, all units the reader may see."""
    links = tx.sponsors.links(account.id)
    family = tx.accounts.family(account, viewer, links.keys())
    ids = [account.id, *(family.ids if scope is Scope.GROUP else ())]
    # A hidden parent ends the walk: whoever would back the account from there would reveal it.
    seen = {account.id, *family.above}
    sponsor = sponsors.backer(account.id, {key: link for key, link in links.items() if key in seen})
    inside = sees_assessments(viewer, account.id)
    team, ratings = tx.account_cards.circle(account.id, judged=inside)
    contacts = tx.contacts.mirror(ids, viewer, now, with_influences=False)
    counted = tx.account_cards.counted(ids, viewer, now)
    interactions = tx.account_cards.last_interactions(ids, viewer, _INTERACTIONS + 1)
    promises = tx.commitments.due(ids, viewer, tx.workspace.today(now), _PROMISES, kinds=[Kind.PROMISE])
    return AccountCard(
        account=account,
        because=accounts.because(account, viewer),
        sponsor=sponsor,
        family=family,
        scope=scope,
        team=team,
        flags=account_flags.flags(account, sponsor, contacts, promises.late, now),
        contacts=tuple(sorted(contacts, key=_first))[:_CONTACTS],
        contact_count=len(contacts),
        impressions=satisfaction.picture(counted.values[Source.OURS], now),
        customer_words=satisfaction.picture(counted.values[Source.CUSTOMER], now),
        carried=account_shape.shape(counted.met),
        standing=standing(account, inside=inside),
        ratings=ratings if inside else None,
        interactions=interactions[:_INTERACTIONS],
        more_interactions=len(interactions) > _INTERACTIONS,
        promises=promises.commitments,
        promise_count=promises.total,
        matters=tx.briefings.open_matters(ids, viewer, _MATTERS),
        deeds=deeds(viewer, account.id),
    )


def standing(account: Account, *, inside: bool) -> Standing:
    """Return where the relationship stands; its reason is for the account's circle."""
    return Standing(
        Stage(account.stage) if account.stage else None,
        Stage(account.desired_stage) if account.desired_stage else None,
        account.is_at_risk,
        account.stage_reason if inside else None,
        account.stage_at,
    )


def _first(contact: ContactOnMap) -> tuple[bool, int, float]:
    """Order contacts: deciders, then the higher levels, then whom somebody met last."""
    met = contact.last_touch.timestamp() if contact.last_touch else 0.0
    return not contact.is_decider, contact.level or _LAST, -met
