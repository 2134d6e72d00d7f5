"""Search: where a Slack message of what was found stands, for those who can open it."""

from collections.abc import Iterable

from sqlalchemy import and_, false, func, or_, select

from bot.domain.delivery import Ref, Subject
from bot.domain.identity import ChannelId, MemberId
from storage.session import Session
from storage.tables import CardRow, ChannelRow, InteractionRow


def links(session: Session, abouts: Iterable[Ref], reader: MemberId | None) -> dict[Ref, str]:
    """Return a link for each object with a message that this reader can open, a channel's before their own.

    Only of a public channel it is known that everybody can open it; a direct message only its reader opens.
    """
    objects = tuple(abouts)
    if not objects or session.workspace.url is None:
        return {}
    here = session.workspace_id
    met = [one.id for one in objects if one.subject is Subject.INTERACTION]
    carried = {}
    if met:
        bursts = select(InteractionRow.id, InteractionRow.burst_id).where(
            InteractionRow.workspace_id == here, InteractionRow.id.in_(met)
        )
        carried = {row.id: row.burst_id for row in session.rows(bursts)}
    cards = {one: _card_of(one, carried) for one in objects}
    is_public = and_(ChannelRow.is_private.is_(False), ChannelRow.is_external.is_(False), ChannelRow.name.is_not(None))
    standing = session.rows(
        select(CardRow.subject, CardRow.object_id, CardRow.channel_id, CardRow.ts)
        .outerjoin(
            ChannelRow, and_(ChannelRow.workspace_id == CardRow.workspace_id, ChannelRow.id == CardRow.channel_id)
        )
        .where(
            CardRow.workspace_id == here,
            or_(*(and_(CardRow.subject == card.subject, CardRow.object_id == card.id) for card in set(cards.values()))),
            or_(func.coalesce(is_public, false()), CardRow.place == (reader or "")),
        )
        # Of several the oldest: where the others answered.
        .order_by(ChannelRow.id.is_(None), CardRow.ts)
    )
    first: dict[Ref, str] = {}
    for row in standing:
        link = session.workspace.link(ChannelId(row.channel_id), row.ts)
        if link is not None:
            first.setdefault(Ref(Subject(row.subject), row.object_id), link)
    return {one: first[card] for one, card in cards.items() if card in first}


def _card_of(one: Ref, carried: dict[int, int | None]) -> Ref:
    """Return the object whose card carries this one: the first interaction of a burst, the conflict of a decision."""
    if one.subject is Subject.DECISION:
        return Ref(Subject.ESCALATION, one.id)
    if one.subject is Subject.INTERACTION:
        return Ref(one.subject, carried.get(one.id) or one.id)
    return one
