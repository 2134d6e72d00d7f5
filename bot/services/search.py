"""Search: ask what is known, page through it, and who may know where nothing is."""

import logging
from collections.abc import Iterable
from datetime import datetime

from bot.domain import names
from bot.domain import search as rules
from bot.domain.access import Viewer
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.identity import DraftId, MemberId
from bot.domain.members import Person
from bot.domain.search import SHOWN, Answered, Ask, AskMore, NothingAsked, Query
from bot.ports import Store, Transaction
from bot.services import drafts
from bot.services.readers import recipient

_log = logging.getLogger("scharnier.search")


def ask(store: Store, now: datetime, command: Ask) -> Answered | NothingAsked:
    """Answer a question with what this reader may know; a question with more than one page is kept.

    When it cannot be kept because others are writing, its first page is the whole answer.
    """
    question = names.tidy(command.question)
    if not question:
        return NothingAsked()
    with store.read(command.actor.workspace_id) as tx:
        answered = _answer(tx, now, tx.access.viewer(command.actor), question, 0, None)
    if not isinstance(answered, Answered) or not answered.more:
        return answered
    kept = Draft(DraftId(0), command.actor.id, Purpose.QUESTION, now, {"question": question})
    try:
        with store.begin(command.actor.workspace_id) as tx:
            earlier = drafts.kept(tx, command.key, command.actor.id, Purpose.QUESTION)
            draft_id = (earlier or drafts.keep(tx, command.key, kept, now)).id
    except Exception as error:  # noqa: BLE001  whatever keeps us from writing, what was read is still true
        _log.warning("A question is answered without further pages: %s", type(error).__name__)
        return answered
    return answered.kept_as(draft_id)


def ask_more(store: Store, now: datetime, command: AskMore) -> None:
    """Put another page of an answer on its way.

    Raises:
        errors.DraftGone: the question is not kept any more, or is somebody else's.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        drafts.mine(tx, command.draft_id, command.actor.id, Purpose.QUESTION)
        about = Ref(Subject.DRAFT, command.draft_id)
        page = min(max(command.offset, 0), rules.DEEPEST)
        reply = Outgoing(Form.REPLY, "search.answered", about, Priority.REPLY, reply_to=command.reply_to, detail=page)
        tx.outbox.put(reply, now)
        tx.inbox.record(command.key, about, now)


def reply_answered(tx: Transaction, row: Claimed, now: datetime) -> Answered | NothingAsked | None:
    """Load another page, with the reader's rights as they are now."""
    viewer = recipient(tx, row)
    if viewer is None or viewer.member_id is None:
        return None
    draft_id = DraftId(row.outgoing.about.id)
    draft = tx.drafts.get(draft_id, viewer.member_id, Purpose.QUESTION)
    if draft is None:
        return None
    return _answer(tx, now, viewer, draft.fields["question"], row.outgoing.detail or 0, draft_id)


def _answer(
    tx: Transaction, now: datetime, viewer: Viewer, question: str, offset: int, kept_as: DraftId | None
) -> Answered | NothingAsked:
    keys = {key for run in rules.name_runs(question) for key in run.keys}
    reading = rules.read_account(question, tx.accounts.by_keys(keys, viewer))
    named = rules.read_person(reading.rest, tx.search.contacts_named(rules.person_words(reading.rest), viewer))
    account_ids = tx.search.units(reading.account.id, viewer) if reading.account else ()
    query = rules.read_question(reading.rest, account_ids, named)
    if query.is_empty:
        return NothingAsked()
    found = tx.search.find(query, viewer, now, offset, SHOWN)
    nobody_knows = not found.answers and offset == 0
    return Answered(
        question=question,
        answers=found.answers,
        more=found.more,
        offset=offset,
        draft_id=kept_as,
        account=reading.account,
        person=named.contact if named else None,
        who_may_know=_who_may_know(tx, viewer, reading.account, query) if nobody_knows else (),
    )


def _who_may_know(tx: Transaction, viewer: Viewer, account: AccountRef | None, query: Query) -> tuple[Person, ...]:
    """Name people close to the question: by topic, by what they wrote on the account, and who answers for it (S126)."""
    people = [person for person, topics in tx.search.topics() if any(_fits(topic, query) for topic in topics)]
    whole = tx.accounts.get(account.id, viewer) if account else None
    if whole is not None:
        team = tx.accounts.team(whole.id)
        people.extend(member.person for member in team if member.topic and _fits(member.topic, query))
        people.extend(person for person in (whole.kam, whole.deputy) if person is not None)
        people.extend(tx.search.authors(whole.id, viewer, rules.MOST_PEOPLE))
    return _others(people, viewer.member_id) or _others(tx.members.kam_leads(), viewer.member_id)


def _fits(topic: str, query: Query) -> bool:
    return rules.topic_matches(topic, query.wanted)


def _others(people: Iterable[Person], me: MemberId | None) -> tuple[Person, ...]:
    once = {person.id: person for person in people if not person.left and person.id != me}
    return tuple(once.values())[: rules.MOST_PEOPLE]
