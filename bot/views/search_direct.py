"""Search: the answer in one line, where a question asks for one thing that is known."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.accounts import Account, OpenMatter
from bot.domain.commitments import Commitment
from bot.domain.delivery import Subject
from bot.domain.matters import Fact
from bot.domain.members import Person
from bot.domain.search import AccountFacts, Direct, LastTime, Promised, Satisfied, Waiting
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import labels
from bot.views.account_sections import picture
from bot.views.blocks import Block, cut, section
from bot.views.labels import N_, label

_LINE = 160
_NAME = 120


def straight(done: Direct | None, t: Translator) -> Block | None:
    """Show what was asked for, before its sources."""
    match done:
        case LastTime():
            return section(_last(done, t))
        case AccountFacts():
            return section(_facts(done, t))
        case Waiting():
            return section(_waiting(done, t))
        case Promised():
            return section(_promised(done, t))
        case Satisfied():
            return section(_satisfied(done, t))
        case None:
            return None


def _last(done: LastTime, t: Translator) -> Words:
    said = t("Last: {person}, {day}", person=t.person(done.person), day=t.local_day(done.at))
    return joined([bold(said), Typed(done.short_id) if done.short_id else NO_WORDS])


def _facts(done: AccountFacts, t: Translator) -> Words:
    name = bold(Typed(cut(done.account.name, _NAME)))
    return joined([name, *(_fact(fact, done, t) for fact in done.asked)], "\n")


def _fact(fact: Fact, done: AccountFacts, t: Translator) -> Words:
    if fact is Fact.SPONSOR:
        return t("{what}: {value}", what=t(_FACT[fact]), value=_somebody(done.sponsor, t))
    return t("{what}: {value}", what=t(_FACT[fact]), value=_VALUE[fact](done.account, t))


def _somebody(person: Person | None, t: Translator) -> Words:
    return t.person(person) if person else t("nobody yet")


def _tier(account: Account, t: Translator) -> Words:
    return label(t, labels.TIER, account.tier) if account.tier else t("none yet")


def _mission(account: Account, t: Translator) -> Words:
    written = Typed(cut(account.mission or "", _LINE))
    return Words(written.plain, written.mrkdwn) if written.plain else t("none yet")


_FACT: Mapping[Fact, str] = {
    Fact.KAM: N_("KAM"),
    Fact.DEPUTY: N_("Deputy"),
    Fact.SPONSOR: N_("Sponsor"),
    Fact.TIER: N_("Tier"),
    Fact.MISSION: N_("Mission"),
}
_VALUE: Mapping[Fact, Callable[[Account, Translator], Words]] = {
    Fact.KAM: lambda account, t: _somebody(account.kam, t),
    Fact.DEPUTY: lambda account, t: _somebody(account.deputy, t),
    Fact.TIER: _tier,
    Fact.MISSION: _mission,
}


def _waiting(done: Waiting, t: Translator) -> Words:
    count, name = done.count, Typed(cut(done.account.name, _NAME))
    if done.subject is Subject.REQUEST:
        said = t.plural(
            "{count} request for {account} waits for an answer",
            "{count} requests for {account} wait for an answer",
            count,
            account=name,
        )
        return _listed(said if count else t("No request for {account} waits for an answer", account=name), done, t)
    said = t.plural("{count} open conflict on {account}", "{count} open conflicts on {account}", count, account=name)
    return _listed(said if count else t("No open conflict on {account}", account=name), done, t)


def _listed(said: Words, done: Waiting, t: Translator) -> Words:
    return _lines(said, [_matter(one, t) for one in done.matters], done.count, t)


def _lines(said: Words, lines: Sequence[Words], count: int, t: Translator) -> Words:
    left = count - len(lines)
    more = t.plural("and {count} more", "and {count} more", left) if left else NO_WORDS
    return joined([bold(said), *lines, more], "\n")


def _matter(one: OpenMatter, t: Translator) -> Words:
    parts = (
        Typed(one.short_id) if one.short_id else NO_WORDS,
        Typed(cut(one.headline, _LINE)) if one.headline else NO_WORDS,
        Typed(one.department) if one.department else NO_WORDS,
        t("by {day}", day=t.local_day(one.due)) if one.due else NO_WORDS,
    )
    return joined(parts)


def _promised(done: Promised, t: Translator) -> Words:
    name, count = Typed(cut(done.account.name, _NAME)), done.count
    if count:
        said = t.plural(
            "{count} open promise to {account}, the nearest date first",
            "{count} open promises to {account}, the nearest date first",
            count,
            account=name,
        )
    else:
        said = t("No open promise to {account}", account=name)
    return _lines(said, [_promise(one, t) for one in done.promises], count, t)


def _promise(one: Commitment, t: Translator) -> Words:
    overdue = one.due_on is not None and one.due_on < t.today
    return joined(
        [
            Typed(cut(one.text, _LINE)),
            t.person(one.owner),
            t("by {day}", day=t.day(one.due_on)) if one.due_on else NO_WORDS,
            t("⏳ late") if overdue else NO_WORDS,
            Typed(one.short_id) if one.short_id else NO_WORDS,
        ]
    )


def _satisfied(done: Satisfied, t: Translator) -> Words:
    name = bold(t("Satisfaction of {account}", account=Typed(cut(done.account.name, _NAME))))
    ours = t("Our impression: {what}", what=picture(done.impressions, t))
    theirs = t("The customer's words: {what}", what=picture(done.customer_words, t))
    return joined([name, ours, theirs], "\n")
