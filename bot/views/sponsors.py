"""Sponsors: who backs whom, the form to assign one, and what is told of it."""

from collections.abc import Sequence
from itertools import pairwise

from bot.domain.accounts import AccountRef
from bot.domain.identity import MemberId
from bot.domain.members import Person
from bot.domain.sponsorships import Backed, Desk, Gaps, MySponsor, SponsorshipForm, SponsorshipTold
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import blocks, labels
from bot.views.blocks import (
    Block,
    Confirm,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    cut,
    divider,
    field,
    link,
    message,
    modal,
    quote,
    section,
)
from bot.views.labels import label, name_of

_NAMED = 4
"""Accounts or people that one line names."""
_NAME = 40
"""Characters of a name in a list."""


def desk(shown: Desk, t: Translator) -> Message:
    """Show who backs the reader, whom they back, and the table for those who assign sponsors."""
    headline = t("Who backs whom")
    parts = [
        *_mine(shown, t),
        *_backing(shown, t),
        *_table(shown, t),
    ]
    return message(
        headline,
        section(bold(headline)),
        *(parts or [section(_nothing(shown, t))]),
        context(t("Only you see this."), t("Talks with your sponsor are not recorded.") if shown.mine else NO_WORDS),
    )


def form(shown: SponsorshipForm, t: Translator) -> View:
    """Ask who backs whom, and who stands in."""
    before = shown.sponsorship
    return modal(
        "sponsor",
        t("Hand over sponsorship") if before else t("Assign sponsor"),
        section(t("Who backs {kam} from now on?", kam=t.person(before.kam)))
        if before
        else field("kam", t("KAM"), blocks.person(placeholder=t("Choose a colleague"))),
        field(
            "sponsor",
            t("Sponsor"),
            blocks.person(_still_here(before.sponsor.person if before else None), placeholder=t("Choose a colleague")),
            hint=t("A senior person of our company who backs the KAM. They hear of it now."),
        ),
        field(
            "deputy",
            t("Deputy"),
            blocks.person(_still_here(before.deputy if before else None), placeholder=t("Choose a colleague")),
            hint=t("Stands in while the sponsor is away or does not answer in time."),
            optional=True,
        ),
        submit=t("Save"),
        close=t("Cancel"),
        metadata={"draft": shown.draft_id},
    )


def changed(told: SponsorshipTold, t: Translator) -> Message:
    """Tell somebody concerned who backs a KAM now, and what that means for them."""
    sentence, meaning = _news(told, t)
    deputy = told.sponsorship.deputy if told.sponsorship else None
    talk = None
    if told.sponsorship and told.reader_id == told.kam.id:
        talk = _dm(told.workspace_id, told.sponsorship.sponsor.person.id, t("Talk to my sponsor"))
    return message(
        sentence,
        section(bold(sentence), talk),
        section(meaning) if meaning else None,
        section(t("Accounts: {accounts}", accounts=_accounts(told.accounts, t))) if told.accounts else None,
        context(
            t("Deputy: {person}", person=t.person(deputy)) if deputy and deputy.id != told.reader_id else NO_WORDS,
            t("{person} changed it", person=t.person(told.by)) if told.by else NO_WORDS,
            t("/kam sponsor shows who backs whom."),
        ),
    )


def _news(told: SponsorshipTold, t: Translator) -> tuple[Words, Words]:
    """Return what is new for this reader, and what comes to them."""
    kam, now = t.person(told.kam), told.sponsorship
    conflicts = t("Goal conflicts on these accounts come to you by direct message.")
    if now is None:
        if told.reader_id == told.kam.id:
            return t("You have no sponsor any more."), t("Until one is assigned, goal conflicts go to the KAM leads.")
        return t("You don't back {kam} any more.", kam=kam), NO_WORDS
    sponsor = t.person(now.sponsor.person)
    if told.reader_id == told.kam.id:
        return t("{sponsor} backs you as sponsor.", sponsor=sponsor), t(
            "Goal conflicts that two sides cannot settle go to them. You can talk to them before it comes to that."
        )
    if told.reader_id == now.sponsor.person.id:
        return t("You back {kam} as sponsor.", kam=kam), conflicts
    if now.deputy is not None and told.reader_id == now.deputy.id:
        sentence = t("You stand in for {sponsor} as sponsor of {kam}.", sponsor=sponsor, kam=kam)
        return sentence, t("Goal conflicts come to you while they are away, or do not answer in time.")
    return t("{sponsor} backs {kam} now; you need not any more.", sponsor=sponsor, kam=kam), NO_WORDS


def _mine(shown: Desk, t: Translator) -> list[Block | None]:
    """Show the reader's own sponsor with first words for a talk, and those of other accounts in a line each."""
    if not shown.mine:
        return []
    first, *others = shown.mine
    talk, stand_in = t("Talk to my sponsor"), first.stands_in
    deputy = t("Talk to the deputy")
    return [
        section(_backs_me(first, t)),
        actions(
            _dm(shown.workspace_id, first.sponsor.id, talk),
            _dm(shown.workspace_id, stand_in.id, deputy, "sponsor.talk_deputy") if stand_in else None,
        ),
        context(t("For your first message, to copy:")),
        quote(Typed(_opening(first, shown, t).plain)),
        *[section(_backs_me(one, t), _dm(shown.workspace_id, one.sponsor.id, talk)) for one in others[:_NAMED]],
    ]


def _backs_me(one: MySponsor, t: Translator) -> Words:
    lines = [
        joined(
            [bold(t("{sponsor} backs you", sponsor=name_of(t, one.sponsor, _NAME))), label(t, labels.LEVEL, one.level)]
        ),
        t("Accounts: {accounts}", accounts=_accounts(one.accounts, t)) if one.accounts else NO_WORDS,
        _absence(one, t),
        t("Deputy: {person}", person=name_of(t, one.deputy, _NAME)) if one.deputy else NO_WORDS,
    ]
    return joined(lines, "\n")


def _absence(one: MySponsor, t: Translator) -> Words:
    if not one.is_away:
        return NO_WORDS
    stand_in = (
        t("{person} stands in", person=name_of(t, one.stands_in, _NAME)) if one.stands_in else t("nobody stands in")
    )
    until = t("Away until {day}", day=t.day(one.away_until)) if one.away_until else t("Away")
    return joined([until, stand_in])


def _opening(one: MySponsor, shown: Desk, t: Translator) -> Words:
    """Write the first words of a talk, in the reader's language: they send them, or others."""
    about = _accounts(one.accounts, t)
    ids = t.all_of([Words(short_id, short_id) for short_id in shown.open_ids])
    if not about:
        return t("Hello {sponsor}, do you have a quarter of an hour for me?", sponsor=name_of(t, one.sponsor, _NAME))
    if not ids:
        return t(
            "Hello {sponsor}, do you have a quarter of an hour for me? It is about {accounts}.",
            sponsor=name_of(t, one.sponsor, _NAME),
            accounts=about,
        )
    return t(
        "Hello {sponsor}, do you have a quarter of an hour for me? It is about {accounts}; open just now: {ids}.",
        sponsor=name_of(t, one.sponsor, _NAME),
        accounts=about,
        ids=ids,
    )


def _backing(shown: Desk, t: Translator) -> list[Block | None]:
    lines = [_backs(line, t, by_reader=True) for line in shown.backing[: 2 * _NAMED]]
    rest = len(shown.backing) - len(lines)
    more = [t.plural("and {count} more", "and {count} more", rest)] if rest else []
    return [section(joined([bold(t("You back or stand in")), *lines, *more], "\n"))] if lines else []


def _table(shown: Desk, t: Translator) -> list[Block | None]:
    if shown.table is None:
        return []
    return [
        divider() if shown.mine or shown.backing else None,
        _gaps(shown.gaps, t) if shown.gaps else None,
        *[
            block
            for before, line in pairwise([None, *shown.table])
            if line is not None
            for block in _line(line, t, is_first=before is None or before.sponsor.person != line.sponsor.person)
        ],
        actions(
            button(t("Assign sponsor"), "sponsor.assign", style="primary"),
            button(t("Back"), "sponsor.back", shown.before) if shown.before is not None else None,
            button(t("Show more"), "sponsor.more", shown.after) if shown.after is not None else None,
        ),
    ]


def _line(line: Backed, t: Translator, *, is_first: bool) -> tuple[Block | None, ...]:
    one = line.sponsorship
    heading = _heading(line, t) if is_first else NO_WORDS
    value = f"{one.kam.id}:{line.sponsor.person.id}" if one else ""
    return (
        section(joined([heading, _backs(line, t)], "\n")),
        actions(
            button(t("Change"), "sponsor.hand_over", value),
            button(t("End"), "sponsor.end", value, confirm=_confirm(one.kam, t)),
        )
        if one
        else None,
    )


def _heading(line: Backed, t: Translator) -> Words:
    conflicts = t.plural("{count} open conflict", "{count} open conflicts", line.conflicts) if line.conflicts else None
    level = label(t, labels.LEVEL, line.sponsor.level)
    if line.is_junior:
        level = t("⚠️ {level}: may not reach far enough", level=level)
    return joined([bold(name_of(t, line.sponsor.person, _NAME)), level, conflicts or NO_WORDS])


def _backs(line: Backed, t: Translator, *, by_reader: bool = False) -> Words:
    accounts = _accounts(line.accounts, t)
    one = line.sponsorship
    if one is None:
        return t("for single accounts: {accounts}", accounts=accounts)
    deputy = NO_WORDS
    if one.deputy is not None:
        deputy = t("deputy {person}", person=name_of(t, one.deputy, _NAME))
    elif not by_reader:
        deputy = t("no deputy")
    who = t(
        "{kam}, backed by {sponsor}", kam=name_of(t, one.kam, _NAME), sponsor=name_of(t, line.sponsor.person, _NAME)
    )
    return joined([who if by_reader else t("backs {kam}", kam=name_of(t, one.kam, _NAME)), deputy, accounts])


def _gaps(gaps: Gaps, t: Translator) -> Block | None:
    lines = [
        (gaps.kams, t("KAMs without a sponsor: {people}", people=_people(gaps.kams, t))),
        (gaps.left, t("Sponsors who left: {people}", people=_people(gaps.left, t))),
        (gaps.without_deputy, t("Their sponsor has no deputy: {people}", people=_people(gaps.without_deputy, t))),
        (gaps.accounts, t("Accounts nobody backs: {accounts}", accounts=_accounts(gaps.accounts, t))),
    ]
    found = [said for missing, said in lines if missing]
    return section(joined([bold(t("🚩 Missing")), *found], "\n")) if found else None


def _nothing(shown: Desk, t: Translator) -> Words:
    said = t("You look after no account, so no sponsor is assigned to you. An account's card names who backs it.")
    people = t.either(list(shown.assigned_by))
    return joined([said, t("Sponsors are assigned by {people}.", people=people) if people else NO_WORDS], " ")


def _confirm(kam: Person, t: Translator) -> Confirm:
    return Confirm(
        t("End this sponsorship?"),
        t(
            "Nobody backs {kam} then: goal conflicts go to the KAM leads until somebody is assigned. "
            "Sponsor, deputy and KAM hear of it.",
            kam=name_of(t, kam, _NAME),
        ),
        t("End"),
        t("Cancel"),
    )


def _dm(workspace_id: str, member_id: MemberId, said: Words, action_id: str = "sponsor.talk") -> Element:
    """Make a button that opens the direct messages with somebody (Slack, "Deep linking into Slack clients")."""
    return link(said, action_id, f"slack://user?team={workspace_id}&id={member_id}")


def _people(people: Sequence[Person], t: Translator) -> Words:
    return _some([name_of(t, person, _NAME) for person in people], t)


def _accounts(accounts: Sequence[AccountRef], t: Translator) -> Words:
    names = (Typed(cut(account.name, _NAME)) for account in accounts)
    return _some([Words(name.plain, name.mrkdwn) for name in names], t)


def _some(names: list[Words], t: Translator) -> Words:
    rest = len(names) - _NAMED
    more = [t.plural("{count} more", "{count} more", rest)] if rest > 0 else []
    return t.all_of([*names[:_NAMED], *more])


def _still_here(person: Person | None) -> str | None:
    return None if person is None or person.left else person.id
