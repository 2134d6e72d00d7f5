"""Networks: departments with their key persons and vacancies, and who of us knows somebody at a customer."""

from collections.abc import Sequence
from functools import partial

from bot.domain.contact_commands import ContactChoice
from bot.domain.networks import PAGE, Branch, Met, Network, Post, Seat, Topic, WhoKnows, WhoQuestion
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.i18n.words import Text
from bot.views.blocks import Block, Message, actions, button, context, cut, message, search, section
from bot.views.labels import N_, name_of

_NAME = 60
_TOPICS = 4
"""Topics that one line names."""
_MOST = 8
"""Key persons, or topics, of one department; there is a line for each."""
_BUTTON = 70
_POST = {Post.HEAD: N_("Head"), Post.DEPUTY: N_("Deputy"), Post.COORDINATOR: N_("Coordinator")}


def network(found: Network, t: Translator) -> Message:
    """Show departments with their posts, topics and vacancies."""
    headline = t("Who answers for what")
    if found.topic:
        headline = t("Who answers for {topic}", topic=_short(found.topic))
    elif not found.branches and found.typed:
        headline = t("No department and no topic is called {name}.", name=_short(found.typed))
    elif not found.branches:
        headline = t("There are no departments yet; an admin brings them in with “scharnier import”.")
    return message(
        headline,
        section(bold(headline)),
        section(t("There are: {departments}.", departments=_all([_short(name) for name in found.closest], t)))
        if found.closest
        else None,
        *[_branch(branch, found.topic, t) for branch in found.branches],
        actions(
            search("network.account", t("Who of us knows …")),
            button(t("Back"), "network.back", str(max(found.offset - PAGE, 0))) if found.offset else None,
            button(t("More departments"), "network.more", found.offset + PAGE)
            if not found.typed and found.offset + PAGE < found.count
            else None,
        ),
        context(
            t(
                "/kam network and a department or topic shows just that; “/kam network who knows” and a name, who met them."
            )
        ),
    )


def known(found: WhoKnows, t: Translator) -> Message:
    """Say who of us met a contact, or anybody of an account, the last contact first."""
    contact, restricted = found.contact, found.account.restricted
    name = _short(contact.name if contact else found.account.name)
    told = t("Who of us knows them: a restricted account") if restricted else t("Who of us knows {name}", name=name)
    about = joined([_short(contact.title or ""), _short(found.account.name)], ", ") if contact else NO_WORDS
    return message(
        told,
        section(joined([bold(t("Who of us knows {name}", name=name)), about, _lock(restricted=restricted, t=t)])),
        _cares(found, t),
        section(joined([_met(met, t) for met in found.people], "\n"))
        if found.people
        else section(t("Nobody has logged meeting them yet, as far as you may read the notes.")),
        context(t("By the last contact, from the notes you may read; it rates nobody.")),
        actions(
            button(t("Map"), "map.open", found.account.id),
            button(t("Account card"), "map.card", found.account.id),
        ),
    )


def question(asked: WhoQuestion, t: Translator) -> Message:
    """Ask whom is asked for."""
    if not asked.contacts and not asked.accounts:
        name = _short(asked.typed)
        sentence = (
            t("I know neither a contact nor an account called {name}.", name=name)
            if asked.typed
            else t("Whom do you ask for? Type “/kam network who knows” and a name.")
        )
    elif asked.typed:
        sentence = t("Whom do you mean by {name}?", name=_short(asked.typed))
    else:
        sentence = t("Whom do you ask for? Choose, or type “/kam network who knows” and a name.")
    return message(
        sentence,
        section(sentence),
        actions(*[button(_choice(one), f"network.contact{at}", one.id) for at, one in enumerate(asked.contacts)]),
        actions(
            *[
                button(
                    Typed(cut(f"{one.name} 🔒" if one.restricted else one.name, _BUTTON)),
                    f"network.account{at}",
                    one.id,
                )
                for at, one in enumerate(asked.accounts)
            ]
        ),
    )


def _branch(branch: Branch, topic: str, t: Translator) -> Block:
    name = _short(branch.name) if branch.department else t("Without a department")
    posts = [t("{post}: {person}", post=t(_POST[post]), person=_seat(seat, t)) for post, seat in branch.posts]
    lines = [
        bold(name),
        joined(posts),
        *(map(partial(_topic, t=t), branch.topics[:_MOST]) if topic else _people(branch, t)),
        _single(branch, t),
        _vacancies(branch, t),
    ]
    return section(joined(lines, "\n"))


def _topic(topic: Topic, t: Translator) -> Words:
    people = _all([_seat(seat, t) for seat in topic.people[:_MOST]], t, len(topic.people) - _MOST)
    return t("• {topic}: {people}", topic=_short(topic.name), people=people)


def _people(branch: Branch, t: Translator) -> list[Words]:
    """Name each key person once, with what they are asked for."""
    seats = {seat.person.id: seat for topic in branch.topics for seat in topic.people}
    lines = []
    for member_id, seat in seats.items():
        topics = [topic.name for topic in branch.topics if member_id in {one.person.id for one in topic.people}]
        named = _all([_short(topic) for topic in topics[:_TOPICS]], t, len(topics) - _TOPICS)
        lines.append(t("• {person}: {topics}", person=_seat(seat, t), topics=named))
    rest = len(lines) - _MOST
    more = [t.plural("and {count} more", "and {count} more", rest)] if rest > 0 else []
    return [*lines[:_MOST], *more]


def _single(branch: Branch, t: Translator) -> Words:
    """Say what nobody could take over."""
    single = [_short(topic.name) for topic in branch.topics if topic.is_single]
    if not single:
        return NO_WORDS
    topics = _all(single[:_TOPICS], t, len(single) - _TOPICS)
    return t("One person only: {topics}", topics=topics)


def _vacancies(branch: Branch, t: Translator) -> Words:
    if not branch.vacant:
        return NO_WORDS
    return t("🚩 Vacant: {posts}", posts=t.all_of([t(_POST[post]) for post in branch.vacant]))


def _cares(found: WhoKnows, t: Translator) -> Block | None:
    if not found.cares:
        return None
    people = _all([_seat(seat, t) for seat in found.cares], t)
    said = (
        t("Looks after them: {people}", people=people)
        if found.contact
        else t("KAM and deputy: {people}", people=people)
    )
    return section(said)


def _met(met: Met, t: Translator) -> Words:
    who = _seat(met.seat, t) if met.seat else name_of(t, met.person, _NAME)
    return joined(
        [
            Words(f"• {who.plain}", f"• {who.mrkdwn}"),
            t("last contact {day}", day=t.local_day(met.last)),
            t.plural("in {count} note", "in {count} notes", met.count),
        ]
    )


def _seat(seat: Seat, t: Translator) -> Words:
    """Name somebody, and who acts for them while they are away."""
    who = name_of(t, seat.person, _NAME)
    if not seat.is_away:
        return who
    until = t("away until {day}", day=t.day(seat.until)) if seat.until else t("away")
    acts = t("{person} stands in", person=name_of(t, seat.stands_in, _NAME)) if seat.stands_in else NO_WORDS
    return t("{person} ({note})", person=who, note=joined([until, acts], ", "))


def _choice(contact: ContactChoice) -> Typed:
    account = contact.account.name + (" 🔒" if contact.account.restricted else "")
    return Typed(cut(f"{contact.name}, {account}", _BUTTON))


def _lock(*, restricted: bool, t: Translator) -> Words:
    return t("🔒 restricted") if restricted else NO_WORDS


def _all(parts: Sequence[Text], t: Translator, rest: int = 0) -> Words:
    more = [t.plural("{count} more", "{count} more", rest)] if rest > 0 else []
    return t.all_of([*(Words(part.plain, part.mrkdwn) for part in parts), *more])


def _short(text: str) -> Typed:
    return Typed(cut(text, _NAME))
