"""Search: ask what is known, page through it, and who may know where nothing is."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from bot.domain import names, questions
from bot.domain import search as rules
from bot.domain.access import Viewer, sees_account
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject, card_at
from bot.domain.drafts import Draft, Purpose
from bot.domain.escalations import Escalation
from bot.domain.identity import AccountId, DraftId, MemberId
from bot.domain.members import Person, Standing
from bot.domain.questions import Colleague, Named, Narrowed
from bot.domain.search import (
    FIRST_PAGE,
    ITSELF,
    SHOWN,
    Answer,
    Answered,
    Ask,
    AskColleague,
    AskMore,
    Filter,
    Nearby,
    NothingAsked,
    Page,
    PassedOn,
    Query,
)
from bot.ports import Store, Transaction
from bot.services import drafts, search_direct
from bot.services.readers import recipient

_log = logging.getLogger("scharnier.search")


def ask(store: Store, now: datetime, command: Ask) -> Answered | NothingAsked:
    """Answer a question with what this reader may know; it is kept if there is anything to press.

    When it cannot be kept because others are writing, its first page is the whole answer.
    """
    question = names.tidy(command.question)
    if not question:
        return NothingAsked()
    with store.read(command.actor.workspace_id) as tx:
        if command.people:
            question = questions.with_names(question, command.people, tx.members.people(command.people))
        answered = _answer(tx, now, tx.access.viewer(command.actor), question, FIRST_PAGE)
    if not isinstance(answered, Answered) or not (answered.more or answered.is_narrowed or answered.who_may_know):
        return answered
    fields = {"question": question}
    kept = Draft(DraftId(0), command.actor.id, Purpose.QUESTION, now, fields, command.channel_id)
    try:
        with store.begin(command.actor.workspace_id) as tx:
            earlier = drafts.kept(tx, command.key, command.actor.id, Purpose.QUESTION)
            draft_id = (earlier or drafts.keep(tx, command.key, kept, now)).id
    except Exception as error:  # noqa: BLE001  whatever keeps us from writing, what was read is still true
        _log.warning("A question is answered without further pages: %s", type(error).__name__)
        return answered
    return answered.kept_as(draft_id)


def ask_more(store: Store, now: datetime, command: AskMore) -> None:
    """Put another page of an answer on its way, or the answer without one of its filters.

    Raises:
        errors.DraftGone: the question is not kept any more, or is somebody else's.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        drafts.mine(tx, command.draft_id, command.actor.id, Purpose.QUESTION)
        about = Ref(Subject.DRAFT, command.draft_id)
        _reply(tx, about, command.reply_to, command.page, now)
        tx.inbox.record(command.key, about, now)


def ask_colleague(store: Store, now: datetime, command: AskColleague) -> None:
    """Pass a question on to somebody who may know, once, and show whom it was passed on to.

    Who may not be asked any more is not: the answer that takes the place of the old one names who may know now.

    Raises:
        errors.DraftGone: the question is not kept any more, or is somebody else's.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.QUESTION)
        about = Ref(Subject.DRAFT, command.draft_id)
        answered = _answer(tx, now, tx.access.viewer(command.actor), draft.fields["question"], FIRST_PAGE)
        known = answered.who_may_know if isinstance(answered, Answered) else ()
        if any(person.id == command.member_id for person in known) and not _is_asked(tx, about, command.member_id):
            tx.outbox.put(card_at(command.member_id, PASSED_ON, about, Priority.REQUEST), now)
        _reply(tx, about, command.reply_to, FIRST_PAGE, now)
        tx.inbox.record(command.key, about, now)


def _reply(tx: Transaction, about: Ref, reply_to: ReplyTo, page: Page, now: datetime) -> None:
    reply = Outgoing(Form.REPLY, "search.answered", about, Priority.REPLY, reply_to=reply_to, detail=page.number)
    tx.outbox.put(reply, now)


PASSED_ON = "search.passed_on"


def _is_asked(tx: Transaction, about: Ref, member_id: MemberId) -> bool:
    return tx.outbox.card(PASSED_ON, about, member_id) is not None or tx.outbox.card_waits(PASSED_ON, about, member_id)


def passed_on(tx: Transaction, row: Claimed, _now: datetime) -> PassedOn | None:
    """Load a question for a colleague who may know; not from somebody who has left since."""
    draft = tx.drafts.question(DraftId(row.outgoing.about.id))
    asker = tx.members.get(draft.author_id) if draft else None
    if recipient(tx, row) is None or draft is None or asker is None or asker.standing is not Standing.MEMBER:
        return None
    channel = tx.channels.get(draft.channel_id) if draft.channel_id else None
    is_public = channel is not None and not channel.is_private and not channel.is_external
    return PassedOn(draft.fields["question"], asker.person, channel.name if channel and is_public else None)


def reply_answered(tx: Transaction, row: Claimed, now: datetime) -> Answered | NothingAsked | None:
    """Load another page, with the reader's rights as they are now."""
    viewer = recipient(tx, row)
    if viewer is None or viewer.member_id is None:
        return None
    draft_id = DraftId(row.outgoing.about.id)
    draft = tx.drafts.get(draft_id, viewer.member_id, Purpose.QUESTION)
    if draft is None:
        return None
    answered = _answer(tx, now, viewer, draft.fields["question"], Page.of(row.outgoing.detail or 0))
    if isinstance(answered, NothingAsked):
        return answered
    asked = [person.id for person in answered.who_may_know if _is_asked(tx, row.outgoing.about, person.id)]
    return replace(answered.kept_as(draft_id), asked=asked)


def _answer(tx: Transaction, now: datetime, viewer: Viewer, question: str, page: Page) -> Answered | NothingAsked:
    objects = questions.read_objects(question)
    if objects and (named := _named_by_id(tx, viewer, objects)):
        return Answered(question, _linked(tx, viewer, named))
    read = _read(tx, now, viewer, question, page.without)
    if read.query.is_empty:
        return NothingAsked(question)
    found = tx.search.find(read.query, viewer, now, page.offset, SHOWN)
    is_first = page.offset == 0
    straight = search_direct.answer(tx, now, viewer, read.asked, found.answers) if is_first else None
    # A time alone is no question that a colleague could answer.
    is_question = bool(read.query.wanted or read.query.scope)
    nobody_knows = is_first and not found.answers and straight is None and is_question
    return replace(
        read.answered,
        answers=_linked(tx, viewer, found.answers),
        more=found.more,
        page=page,
        direct=straight,
        who_may_know=_who_may_know(tx, viewer, read.answered, read.query) if nobody_knows else (),
        nearby=_nearby(tx, now, viewer, read.query, found.answers) if is_first and straight is None else None,
    )


def _nearby(tx: Transaction, now: datetime, viewer: Viewer, query: Query, found: Sequence[Answer]) -> Nearby | None:
    """Return what comes nearest where nothing was found beside the entry of the person asked for."""
    known = {answer.about for answer in found}
    own = {Ref(Subject.CONTACT, query.person)} if query.person else set()
    for dropped, looser in query.looser if known <= own else ():
        near = tx.search.find(looser, viewer, now, 0, rules.NEAREST + len(known)).answers
        exact = (answer for answer in near if answer.about not in known and not answer.similar_to)
        if left := list(islice(exact, rules.NEAREST)):
            return Nearby(_linked(tx, viewer, left), dropped, is_wordless=looser.wanted != query.wanted)
    return None


def _linked(tx: Transaction, viewer: Viewer, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Add where Slack messages of the answers are opened, as far as this reader can."""
    links = tx.search.links([answer.about for answer in answers], viewer)
    return tuple(replace(answer, link=links.get(answer.about)) for answer in answers)


@dataclass(frozen=True, slots=True)
class _Read:
    """A question as it was understood."""

    query: Query
    answered: Answered
    """Without answers yet: the filters that apply."""
    asked: search_direct.Asked


def _read(tx: Transaction, now: datetime, viewer: Viewer, question: str, without: Filter) -> _Read:
    """Read a question as this reader means it; a filter that was dropped narrows nothing, its words tell nothing.

    Where nothing else is left, they are looked for like any other words.
    """
    zone = tx.members.calendar(viewer.member_id).zone if viewer.member_id else UTC
    reading = questions.read_account(question, tx.accounts.by_keys(_keys(question), viewer))
    days, rest = questions.read_days(reading.rest, now.astimezone(zone).date())
    matter, rest = questions.read_matter(rest)
    if matter is not None and Filter.MATTER in without:
        matter = None
    own = questions.asks_for_own(rest)
    rest = rest if own is None else own
    words = questions.person_words(rest)
    namesakes = tx.search.contacts_named(words, viewer)
    members = tx.search.members_named([word.typed for word in questions.telling_words(rest)])
    named = questions.read_person(rest, namesakes, members)
    colleague = _colleague(tx, viewer, rest, named, namesakes, members, own=own is not None)
    account = None if Filter.ACCOUNT in without else reading.account
    narrowed = Narrowed(
        tx.search.units(account.id, viewer) if account else (),
        None if Filter.PERSON in without else named,
        None if Filter.COLLEAGUE in without else colleague,
        None if Filter.TIME in without else days,
        matter.matter if matter else None,
    )
    facts = questions.read_facts(rest) if account and matter is None else ()
    people = {*(named.words if named else ()), *(colleague.words if colleague else ())}
    query = questions.read_question(rest, narrowed, zone, ignored=people)
    if facts:
        query = replace(query, wanted=(), scope=(*query.scope, ITSELF))
    elif matter is not None and matter.is_last:
        query = replace(query, until=min(query.until or now, now))
    if query.is_empty and without:
        query = questions.read_question(question)
    if reading.account is None and len(query.wanted) <= questions.MOST_ALIAS_WORDS:
        keys = {names.match_key(one.typed) for one in query.wanted}
        query = questions.with_aliases(query, tx.accounts.by_alias(keys, viewer))
    return _Read(
        query,
        Answered(
            question,
            (),
            account=account,
            person=narrowed.named.contact if narrowed.named else None,
            colleague=narrowed.colleague.person if narrowed.colleague else None,
            days=narrowed.days,
            matter=narrowed.matter,
        ),
        search_direct.Asked(
            query, account, narrowed.account_ids, narrowed.matter, facts, is_last=matter is not None and matter.is_last
        ),
    )


def _keys(question: str) -> set[str]:
    return {key for run in questions.name_runs(question) for key in run.keys}


def _colleague(
    tx: Transaction,
    viewer: Viewer,
    question: str,
    named: Named | None,
    namesakes: Iterable[ContactRef],
    members: Iterable[Person],
    *,
    own: bool,
) -> Colleague | None:
    """Find the member whose notes are asked for: oneself, or whom the question names besides the contact."""
    if own and viewer.member_id is not None:
        me = tx.members.people([viewer.member_id]).get(viewer.member_id)
        return Colleague(me, (), in_full=True) if me else None
    return questions.read_colleague(question, members, namesakes, named.words if named else ())


def _named_by_id(tx: Transaction, viewer: Viewer, objects: Sequence[tuple[Subject, int]]) -> tuple[Answer, ...]:
    """Return the objects that a question names by their short ids, as far as this reader may see them."""
    found: dict[Ref, Answer | None] = {}
    for subject, number in objects:
        if subject is Subject.ESCALATION:
            found.update(_conflict(tx, viewer, number))
        elif subject is Subject.REQUEST and (request := tx.requests.by_number(number, viewer)) is not None:
            found[Ref(subject, request.id)] = None
        elif subject is Subject.INTERACTION and (met := tx.interactions.by_number(number, viewer)) is not None:
            found[Ref(subject, met.id)] = None
    words = (Ref(Subject.DECISION, one.id) for one in found if one.subject is Subject.ESCALATION)
    for answer in tx.search.about((*found, *words), viewer):
        is_words = answer.about.subject is Subject.DECISION
        found[Ref(Subject.ESCALATION, answer.about.id) if is_words else answer.about] = answer
    return tuple(answer for answer in found.values() if answer is not None)


def _conflict(tx: Transaction, viewer: Viewer, number: int) -> dict[Ref, Answer | None]:
    """Show a conflict by its header; the index knows those that are decided."""
    seen = tx.escalations.by_number(number, viewer)
    if seen is None:
        return {}
    header = seen.header if isinstance(seen, Escalation) else seen
    about, sides = Ref(Subject.ESCALATION, header.id), " · ".join(header.departments)
    return {about: Answer(header.short_id, about, header.account, None, header.raised_at, sides, "")}


def _who_may_know(tx: Transaction, viewer: Viewer, read: Answered, query: Query) -> tuple[Person, ...]:
    """Name people close to the question: by topic, by what they wrote on the account, and who answers for it (S126).

    Who looks after the contact it names comes first; without an account it is about theirs. Of a restricted account
    only those are named for whom it exists: they may be asked.
    """
    contact = tx.contacts.get(read.person.id, viewer) if read.person else None
    account = read.account or (contact.account if contact else None)
    people = [person for person in (contact.owner, contact.named_counterpart) if person is not None] if contact else []
    people.extend(person for person, topics in tx.search.topics() if any(_fits(topic, query) for topic in topics))
    whole = tx.accounts.get(account.id, viewer) if account else None
    if whole is not None:
        team = tx.accounts.team(whole.id)
        people.extend(member.person for member in team if member.topic and _fits(member.topic, query))
        people.extend(person for person in (whole.kam, whole.deputy) if person is not None)
        people.extend(tx.search.authors(whole.id, viewer, rules.MOST_PEOPLE))
        people.extend(member.person for member in team)
    named = [one for one in (account, contact.account if contact else None) if one is not None]
    close = _others(tx, people, viewer.member_id, named)
    return close or _others(tx, tx.members.kam_leads(), viewer.member_id, named)


def _fits(topic: str, query: Query) -> bool:
    return rules.topic_matches(topic, query.wanted)


def _others(
    tx: Transaction, people: Iterable[Person], me: MemberId | None, named: Iterable[AccountRef]
) -> tuple[Person, ...]:
    once = {person.id: person for person in people if not person.left and person.id != me}
    hidden = {account.id: account for account in named if account.restricted}
    return tuple(islice((one for one in once.values() if _may_hear(tx, one, hidden)), rules.MOST_PEOPLE))


def _may_hear(tx: Transaction, person: Person, hidden: Mapping[AccountId, AccountRef]) -> bool:
    """Tell whether everything that the question names exists for this person."""
    if not hidden:
        return True
    member = tx.members.get(person.id)
    if member is None:
        return False
    viewer = tx.access.viewer(member)
    return all(sees_account(viewer, account.id, account.access) for account in hidden.values())
