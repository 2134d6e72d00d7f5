"""Accounts: their card, the question which one is meant, and the notice about a new one."""

from collections.abc import Callable, Mapping, Sequence
from math import floor

from bot.domain.accounts import (
    AccountCard,
    AccountCreated,
    AccountQuestion,
    AccountRef,
    Because,
    ContactTouch,
    DatedPromise,
    Gap,
    LastInteraction,
    OpenMatter,
    TeamMember,
)
from bot.domain.members import Person
from bot.domain.satisfaction import Picture, Trend
from bot.domain.sponsors import Considered
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.i18n.words import Text
from bot.views import labels
from bot.views.blocks import Block, Message, actions, button, context, cut, facts, message, quote, section
from bot.views.labels import N_, label

_NAME = 80
_LINE = 120
_MISSION = 600
_NAMES = 6
"""Units or people that one fact names."""
_MATTERS = 5
_LIST = 1200
"""Characters of one list; all lists and facts together stay below ``blocks.MESSAGE_TEXT``."""
_GAP = {
    Gap.NO_KAM: N_("nobody is KAM"),
    Gap.NO_DEPUTY: N_("nobody stands in for the KAM"),
    Gap.NO_SPONSOR: N_("nobody backs it as sponsor"),
    Gap.NO_CONTACTS: N_("no contact is known"),
    Gap.UNCOVERED_DECIDER: N_("a decider whom nobody looks after or has met"),
}
_BECAUSE = {
    Because.KAM: N_("you are its KAM"),
    Because.DEPUTY: N_("you stand in for its KAM"),
    Because.SPONSOR: N_("you back it as sponsor or stand in for its sponsor"),
    Because.TEAM: N_("you are on its team or look after one of its contacts"),
    Because.KAM_LEAD: N_("you lead the KAMs"),
}
_TREND = {
    Trend.UP: N_("↗ better than the half-year before"),
    Trend.STEADY: N_("→ as in the half-year before"),
    Trend.DOWN: N_("↘ worse than the half-year before"),
}


def card(found: AccountCard, t: Translator) -> Message:
    """Show everything about an account that its reader may see."""
    account = found.account
    name = _short(account.name)
    restricted = account.ref.restricted
    told = t("The card of a restricted account") if restricted else t("The card of {account}", account=name)
    kind = label(t, labels.TIER, account.tier) or label(t, labels.ACCOUNT_KIND, account.kind)
    return message(
        told,
        section(joined([bold(name), kind, t("🔒 restricted") if restricted else NO_WORDS])),
        _gaps(found.gaps, t),
        facts(
            [
                (t("KAM"), _person(account.kam, t)),
                (t("Deputy"), _person(account.deputy, t)),
                (t("Sponsor"), _sponsor(found.sponsor, t)),
                (t("Part of"), _parent(found, t)),
                (t("Units"), _names([_short(unit.name) for unit in found.family.units], t)),
                (t("Account team"), _names([_member(member, t) for member in found.team], t)),
            ]
        ),
        section(bold(t("Mission"))) if account.mission else None,
        quote(Typed(account.mission), _MISSION) if account.mission else None,
        _contacts(found, t),
        _satisfaction(found, t),
        _matters(t("Open requests"), found.requests, labels.REQUEST_STATE, t),
        _matters(t("Open conflicts"), found.conflicts, labels.CONFLICT_STATE, t),
        _promises(found, t),
        _interactions(found, t),
        context(_who_sees(found, t)),
        actions(
            button(t("Log"), "log.start", account.id, style="primary"),
            button(t("Request"), "request.start", account.id),
            button(t("Escalate"), "escalation.start", account.id),
        ),
    )


def question(asked: AccountQuestion, t: Translator) -> Message:
    """Ask which account is meant: the near one, the closest ones, or the reader's latest."""
    name = Typed(asked.typed)
    if not asked.typed and not asked.matches:
        sentence = t(
            "There is no account yet. The first log creates one: type /kam-log, its name, a colon and what happened."
        )
    elif not asked.typed:
        sentence = t("Which account? Choose one, or type /kam account and its name.")
    elif asked.is_shared:
        sentence = t("Several accounts are called {name}. Which one?", name=name)
    elif asked.near:
        near = bold(Typed(asked.near.name))
        sentence = t("I don't know an account called {name}. Did you mean {near}?", name=name, near=near)
    else:
        sentence = t("I don't know an account called {name}. Is it one of these?", name=name)
    picks = [button(_label(account), f"account.pick{at}", account.id) for at, account in enumerate(asked.matches)]
    return message(sentence, section(sentence), actions(*picks))


def created(told: AccountCreated, t: Translator) -> Message:
    """Tell a KAM lead that an account needs a KAM."""
    sentence = t(
        "{person} created the account {account}. It has no KAM yet.",
        person=t.person(told.by),
        account=Typed(told.account.name),
    )
    return message(sentence, section(sentence), context(t("You get this because you lead the KAMs.")))


def _gaps(gaps: Sequence[Gap], t: Translator) -> Block | None:
    if not gaps:
        return None
    return section(t("🚩 Gaps: {gaps}", gaps=joined([t(_GAP[gap]) for gap in gaps])))


def _sponsor(sponsor: Considered | None, t: Translator) -> Words:
    if sponsor is None:
        return NO_WORDS
    what = label(t, labels.SPONSOR_STEP, sponsor.step)
    return t("{name} ({what})", name=_person(sponsor.person, t), what=what)


def _parent(found: AccountCard, t: Translator) -> Words:
    if found.family.parent is None:
        return NO_WORDS
    return joined([_short(found.family.parent.name), label(t, labels.RELATION, found.account.relation)], ", ")


def _member(member: TeamMember, t: Translator) -> Words:
    what = Typed(cut(member.topic, _NAME)) if member.topic else label(t, labels.TEAM_ROLE, member.role)
    name = _person(member.person, t)
    return t("{name} ({what})", name=name, what=what) if what.plain else name


def _contacts(found: AccountCard, t: Translator) -> Block | None:
    contacts = found.contacts
    lines = [_contact(contact, found.account.ref, t) for contact in contacts.first]

    def more(hidden: int) -> Words:
        count = contacts.count - len(lines) + hidden
        return t.plural("and {count} more", "and {count} more", count) if count else NO_WORDS

    return _list(t("Key contacts"), lines, more)


def _contact(contact: ContactTouch, shown: AccountRef, t: Translator) -> Words:
    roles = t.all_of([label(t, labels.DECISION_ROLE, role) for role in contact.decision_roles])
    met = t("last contact {day}", day=t.local_day(contact.last_touch)) if contact.last_touch else t("not met yet")
    return joined(
        [
            joined([_short(contact.name), _short(contact.title or "")], ", "),
            label(t, labels.LEVEL, contact.level),
            roles,
            met,
            _elsewhere(contact.account, shown),
        ]
    )


def _satisfaction(found: AccountCard, t: Translator) -> Block | None:
    return facts(
        [
            (label(t, labels.SOURCE, "ours"), _picture(found.impressions, t)),
            (label(t, labels.SOURCE, "customer"), _picture(found.customer_words, t)),
        ]
    )


def _picture(picture: Picture, t: Translator) -> Words:
    """Say what the values say, in words and figures: few of them one by one (reference data, section 6)."""
    if not picture.count:
        return t("no value within a year")
    if picture.middle is None:
        return joined(
            [
                t(
                    "{value} ({day})",
                    value=label(t, labels.SATISFACTION, single.value),
                    day=t.local_day(single.at),
                )
                for single in picture.single
            ],
            ", ",
        )
    figure = joined([t.number(round(picture.middle, 1)), label(t, labels.MOOD, floor(picture.middle + 0.5))])
    if picture.is_average:
        said = t.plural(
            "{figure}, average of {count} value", "{figure}, average of {count} values", picture.count, figure=figure
        )
    else:
        said = t.plural(
            "{figure}, median of {count} value from {lowest} to {highest}",
            "{figure}, median of {count} values from {lowest} to {highest}",
            picture.count,
            figure=figure,
            lowest=picture.lowest,
            highest=picture.highest,
        )
    return joined([said, t(_TREND[picture.trend]) if picture.trend else NO_WORDS], "\n")


def _matters(title: Words, matters: Sequence[OpenMatter], states: Mapping[str, str], t: Translator) -> Block | None:
    def more(hidden: int) -> Words:
        count = max(len(matters) - _MATTERS, 0) + hidden
        return t.plural("and {count} more", "and {count} more", count) if count else NO_WORDS

    return _list(title, [_matter(matter, states, t) for matter in matters[:_MATTERS]], more)


def _matter(matter: OpenMatter, states: Mapping[str, str], t: Translator) -> Words:
    return joined(
        [
            bold(Typed(matter.short_id or "")),
            _one_line(matter.headline or ""),
            label(t, states, matter.state),
            _short(matter.department or ""),
            _person(matter.owner, t),
            t("by {day}", day=t.local_day(matter.due)) if matter.due else NO_WORDS,
        ]
    )


def _promises(found: AccountCard, t: Translator) -> Block | None:
    lines = [_promise(promise, found.account.ref, t) for promise in found.promises]

    def more(hidden: int) -> Words:
        return t("and more later") if found.more_promises or hidden else NO_WORDS

    return _list(t("Promises to the customer"), lines, more)


def _promise(promise: DatedPromise, shown: AccountRef, t: Translator) -> Words:
    return joined(
        [
            t.day(promise.due_on),
            _one_line(promise.text),
            _person(promise.owner, t),
            Typed(f"I-{promise.number}"),
            _elsewhere(promise.account, shown),
        ]
    )


def _interactions(found: AccountCard, t: Translator) -> Block | None:
    lines = [_interaction(interaction, found.account.ref, t) for interaction in found.interactions]

    def more(hidden: int) -> Words:
        return t("Older ones: /kam-ask") if found.more_interactions or hidden else NO_WORDS

    return _list(t("Last interactions"), lines, more)


def _interaction(interaction: LastInteraction, shown: AccountRef, t: Translator) -> Words:
    what = joined(
        [
            Typed(f"I-{interaction.number}"),
            t.local_day(interaction.at),
            t("planned") if interaction.at > t.now else NO_WORDS,
            label(t, labels.KIND, interaction.kind),
            _person(interaction.author, t),
            _elsewhere(interaction.account, shown),
        ]
    )
    return joined([what, _one_line(interaction.text)], ": ")


def _who_sees(found: AccountCard, t: Translator) -> Words:
    if found.because is None:
        return t("Visible to everyone in the company; notes count as far as you may read them.")
    return t(
        "🔒 Only KAM, deputy, account team, sponsor and KAM leads see this account. You see it because {reason}.",
        reason=t(_BECAUSE[found.because]),
    )


def _list(title: Words, lines: Sequence[Words], more: Callable[[int], Words]) -> Block | None:
    """Show as many lines as fit, and how many do not."""
    if not lines:
        return None
    shown, length = 0, 0
    while shown < len(lines) and length + len(lines[shown].mrkdwn) <= _LIST:
        length += len(lines[shown].mrkdwn) + 1
        shown += 1
    points = [Words(f"• {line.plain}", f"• {line.mrkdwn}") for line in lines[:shown]]
    return section(joined([bold(title), *points, more(len(lines) - shown)], "\n"))


def _names(names: Sequence[Text], t: Translator) -> Words:
    rest = len(names) - _NAMES
    more = t.plural("and {count} more", "and {count} more", rest) if rest > 0 else NO_WORDS
    return joined([joined(names[:_NAMES], ", "), more], " ")


def _person(person: Person | None, t: Translator) -> Words:
    return t.person(Person(person.id, cut(person.name, _NAME), person.left)) if person else NO_WORDS


def _elsewhere(account: AccountRef, shown: AccountRef) -> Text:
    return NO_WORDS if account.id == shown.id else _short(account.name)


def _label(account: AccountRef) -> Typed:
    return Typed(f"{account.name} 🔒" if account.restricted else account.name)


def _short(text: str) -> Typed:
    return Typed(cut(text, _NAME))


def _one_line(text: str) -> Typed:
    # A line break in a note must not start a line that looks like ours.
    return Typed(cut(" ".join(text.split()), _LINE))
