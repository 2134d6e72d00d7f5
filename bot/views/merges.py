"""Merges: the form that shows what will move, and what is told when two became one, or two again."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.domain.accounts import AccountRef
from bot.domain.delivery import Subject
from bot.domain.identity import MergeId
from bot.domain.members import Person
from bot.domain.merges import Differing, Merged, MergeForm, MergeTold, OtherForm, Side
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.i18n.words import Text
from bot.views import contact_labels, labels
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
    field,
    message,
    modal,
    search,
    section,
    select,
)
from bot.views.labels import N_, label

_NAME = 60
_VALUE = 100
_TOLD = 30
"""Characters of what tells two of one name apart: with a name they fit into a choice."""
_COUNTED: Mapping[str, Callable[[Translator, int], Words]] = {
    "interactions": lambda t, n: t.plural("{count} note", "{count} notes", n),
    "interaction_contacts": lambda t, n: t.plural("{count} note", "{count} notes", n),
    "requests": lambda t, n: t.plural("{count} request", "{count} requests", n),
    "escalations": lambda t, n: t.plural("{count} goal conflict", "{count} goal conflicts", n),
    "promises": lambda t, n: t.plural("{count} promise", "{count} promises", n),
    "next_steps": lambda t, n: t.plural("{count} next step", "{count} next steps", n),
    "contacts": lambda t, n: t.plural("{count} contact", "{count} contacts", n),
    "favours": lambda t, n: t.plural("{count} favour", "{count} favours", n),
    "demands": lambda t, n: t.plural("{count} demand", "{count} demands", n),
    "hypotheses": lambda t, n: t.plural("{count} hypothesis", "{count} hypotheses", n),
    "contact_positions": lambda t, n: t.plural("{count} position", "{count} positions", n),
    "account_team": lambda t, n: t.plural("{count} team member", "{count} team members", n),
    "accounts": lambda t, n: t.plural("{count} unit", "{count} units", n),
}
"""How many of what, by table; what is not here needs no number."""
_LABEL = {
    "access": N_("Access"),
    "account_id": N_("Account"),
    "aims": N_("Aims"),
    "attitude": N_("Attitude"),
    "channel_id": N_("Channel"),
    "counterpart_id": N_("Counterpart"),
    "country": N_("Country"),
    "coverage": N_("Coverage"),
    "decision_roles": N_("Decision role"),
    "deputy_id": N_("Deputy"),
    "email": N_("E-mail"),
    "influence": N_("Influence"),
    "jour_fixe_weeks": N_("Jour fixe"),
    "kam_id": N_("KAM"),
    "kind": N_("Kind"),
    "language": N_("Language"),
    "left_on": N_("Last day"),
    "level": N_("Level"),
    "mission": N_("Mission"),
    "owner_id": N_("Relationship owner"),
    "parent_id": N_("Part of"),
    "phone": N_("Phone"),
    "reports_to_id": N_("Reports to"),
    "sponsor_id": N_("Sponsor"),
    "stage": N_("Stage"),
    "tier": N_("Tier"),
    "title": N_("Title"),
}
_KEYS: Mapping[str, Mapping[str, str]] = {
    "access": labels.ACCESS,
    "attitude": contact_labels.ATTITUDE,
    "coverage": labels.COVERAGE,
    "influence": contact_labels.INFLUENCE,
    "kind": labels.ACCOUNT_KIND,
    "level": labels.LEVEL,
    "stage": labels.STAGE,
    "tier": labels.TIER,
}
"""Values that are keys of a list."""
_WRITTEN: Mapping[str, Callable[[Translator, Any], Words]] = {
    "channel_id": lambda _t, channel: Words(channel, f"<#{channel}>"),
    "decision_roles": lambda t, roles: t.all_of([label(t, labels.DECISION_ROLE, role) for role in roles]),
    "jour_fixe_weeks": lambda t, weeks: t.plural("every week", "every {count} weeks", weeks),
}
"""Values that are written in a way of their own."""
_TELLING = ("title", "email", "kam_id", "tier", "country")
"""What tells two of one name apart, the clearest first."""


def form(shown: MergeForm, t: Translator) -> View:
    """Show which one stays, what moves and what of the two differs, before anything happens."""
    one, other = _by_id(shown)
    return modal(
        "merge",
        _title(shown.stays.about.subject, t),
        field(
            "stays",
            t("Which one stays?"),
            select(
                [(str(side.id), _option(side, its, t)) for side, its in _choices(shown)],
                str(shown.stays.id),
                action_id="merge.stays",
            ),
            hint=_kept_name(shown, t),
            asks_at_once=True,
        ),
        section(_moves(shown, t)),
        _differences(shown, t),
        section(hidden) if (hidden := _hidden(shown, t)) else None,
        section(
            t(
                "On the account team from then on: {people}. So nobody loses sight of what they work on.",
                people=t.all_of([t.person(person) for person in shown.joins]),
            )
        )
        if shown.joins
        else None,
        context(t("It can be taken back for 30 days. Those who look after one of the two hear of it.")),
        submit=t("Merge"),
        close=t("Cancel"),
        metadata={
            "draft": shown.draft_id,
            "one": one.id,
            "one_version": one.version,
            "other": other.id,
            "other_version": other.version,
        },
    )


def other_form(shown: OtherForm, t: Translator) -> View:
    """Ask which other account or contact is the same."""
    is_account = shown.one.about.subject is Subject.ACCOUNT
    name = Typed(cut(shown.one.name, _NAME))
    return modal(
        "merge.other",
        _title(shown.one.about.subject, t),
        section(
            t("Which account is the same as {name}?", name=bold(name))
            if is_account
            else t("Which contact is the same as {name}?", name=bold(name))
        ),
        field(
            "other",
            t("The other one"),
            search("merge.find_account", t("Choose an account"))
            if is_account
            else search("merge.find_contact", t("Choose a contact")),
            hint=t("Nothing happens yet: the next step shows what would move."),
        ),
        submit=t("Go on"),
        close=t("Cancel"),
        metadata={"draft": shown.draft_id},
    )


def done(told: MergeTold, t: Translator) -> Message:
    """Tell whoever merged two what moved, and until when it can be taken back."""
    merge = told.merge
    name, into = _names(merge)
    sentence = became_one(name, into, t) if merge.undone_at is None else _two_again(merge, t)
    is_alike = told.alike > 0 and merge.undone_at is None
    return message(
        _quietly(merge, sentence, t),
        section(bold(sentence)),
        _moved(told, t),
        section(_alike(told, t)) if is_alike else None,
        context(_until(told, t)),
        actions(
            undo_button(merge.id, name, into, t) if told.may_undo else None,
            button(t("Compare the contacts"), "merge.twins") if is_alike else None,
            button(t("Show the account"), "account.pick0", merge.account.id),
        ),
    )


def told(shown: MergeTold, t: Translator) -> Message:
    """Tell who looks after one of the two that somebody merged them."""
    merge = shown.merge
    name, into = _names(merge)
    by = t.person(merge.by)
    if name == into:
        sentence = t("{person} merged the two entries called {name}.", person=by, name=name)
    else:
        sentence = t("{person} merged {name} into {into}.", person=by, name=name, into=into)
    return message(
        _quietly(merge, sentence, t),
        section(bold(sentence)),
        _moved(shown, t),
        context(t("You get this because you look after one of the two."), _until(shown, t)),
        actions(undo_button(merge.id, name, into, t) if shown.may_undo else None),
    )


def undone(told: MergeTold, t: Translator) -> Message:
    """Tell whoever took a merge back what is as before, and what stays."""
    sentence = _two_again(told.merge, t)
    return message(_quietly(told.merge, sentence, t), section(bold(sentence)), section(_stayed(told, t)))


def restored(shown: MergeTold, t: Translator) -> Message:
    """Tell who looks after one of the two that somebody took the merge back."""
    merge = shown.merge
    name, into = _names(merge)
    by = t.person(merge.undone_by or merge.by)
    if name == into:
        sentence = t("{person} took back that the two entries called {name} are one.", person=by, name=name)
    else:
        sentence = t("{person} took back that {name} is part of {into}.", person=by, name=name, into=into)
    return message(
        _quietly(merge, sentence, t),
        section(bold(sentence)),
        section(_stayed(shown, t)),
        context(t("You get this because you look after one of the two.")),
    )


def became_one(name: Text, into: Text, t: Translator) -> Words:
    """Say that two are one now."""
    if name == into:
        return t("✅ The two entries called {name} are one now.", name=name)
    return t("✅ {name} is now part of {into}.", name=name, into=into)


def undo_button(merge_id: MergeId, name: Text, into: Text, t: Translator) -> Element:
    """Offer to take a merge back."""
    if name == into:
        what = t("There are two entries called {name} again. What was added since stays with the one kept.", name=name)
    else:
        what = t("{name} gets back what it had. What was added since stays with {into}.", name=name, into=into)
    return button(
        t("Undo"),
        "merge.undo",
        merge_id,
        confirm=Confirm(
            t("Take the merge back?"),
            what,
            t("Yes"),
            t("No"),
        ),
    )


def _title(subject: Subject, t: Translator) -> Words:
    return t("Merge accounts") if subject is Subject.ACCOUNT else t("Merge contacts")


def _by_id(shown: MergeForm) -> tuple[Side, Side]:
    stays, goes = shown.stays, shown.goes
    return (stays, goes) if stays.id < goes.id else (goes, stays)


def _choices(shown: MergeForm) -> tuple[tuple[Side, Side], ...]:
    """Return each that may stay, beside the other one."""
    one, other = _by_id(shown)
    return ((shown.stays, shown.goes),) if shown.is_fixed else ((one, other), (other, one))


def _option(side: Side, other: Side, t: Translator) -> Text:
    what = _apart(side, other, t)
    if side.about.subject is Subject.CONTACT:
        what = what or Typed(cut(side.account.name, _TOLD))
    return t("{name} ({what})", name=Typed(cut(side.name, 38)), what=what) if what else Typed(side.name)


def _named(side: Side, other: Side, t: Translator) -> Text:
    """Name one of the two so that it cannot be taken for the other."""
    name, what = Typed(cut(side.name, _NAME)), _apart(side, other, t)
    return t("{name} ({what})", name=name, what=what) if what else name


def _apart(side: Side, other: Side, t: Translator) -> Text:
    """Say what tells one from the other where their names do not."""
    if side.name != other.name:
        return NO_WORDS
    for mine, theirs in zip(_told_by(side, t), _told_by(other, t), strict=True):
        if mine.plain and mine.plain != theirs.plain:
            return mine
    if side.entered_at == other.entered_at:
        return NO_WORDS
    return t("entered first") if side.entered_at < other.entered_at else t("entered later")


def _told_by(side: Side, t: Translator) -> list[Text]:
    """Return what may tell this one from another of the same name, the clearest first."""
    names = {(name, side.values[name]): who for name, who in side.named.items()}
    values = [_value(name, side.values.get(name), names, t) for name in _TELLING]
    counts = side.counts
    notes = counts.get("interactions", counts.get("interaction_contacts", 0))
    return [
        *(Typed(cut(text, _TOLD)) for text in (side.account.name, *(value.plain for value in values))),
        t("known since {day}", day=t.local_day(side.entered_at)),
        t.plural("{count} note", "{count} notes", notes),
    ]


def _moves(shown: MergeForm, t: Translator) -> Words:
    name, into = bold(_named(shown.goes, shown.stays, t)), bold(_named(shown.stays, shown.goes, t))
    things = _things(shown.goes.counts, t)
    if not things.plain:
        return t("{name} becomes part of {into}; nothing refers to it that you can see.", name=name, into=into)
    return t("{name} becomes part of {into}, with {things}.", name=name, into=into, things=things)


def _things(counts: Mapping[str, int], t: Translator) -> Words:
    return t.all_of([say(t, counts[table]) for table, say in _COUNTED.items() if counts.get(table)])


def _differences(shown: MergeForm, t: Translator) -> Block | None:
    if not shown.differing:
        return None
    names = _called(shown)
    lines = [joined([bold(t(_LABEL[one.field])), _difference(one, names, t)], ": ") for one in shown.differing]
    return section(joined([t("What differs, and what is kept:"), *lines], "\n"))


def _difference(one: Differing, names: Mapping[tuple[str, Any], Any], t: Translator) -> Words:
    kept, given_up = (_value(one.field, value, names, t) for value in (one.kept, one.given_up))
    if not given_up.plain:
        return joined([kept])
    if not kept.plain:
        return t("{other} is not kept", other=given_up)
    return t("{value} instead of {other}", value=kept, other=given_up)


def _called(shown: MergeForm) -> dict[tuple[str, Any], Any]:
    """Return whom the ids among the values name."""
    return {(name, side.values[name]): who for side in (shown.stays, shown.goes) for name, who in side.named.items()}


def _value(name: str, value: Any, names: Mapping[tuple[str, Any], Any], t: Translator) -> Text:
    """Write a stored value as its reader knows it."""
    if value is None or value == "":
        return NO_WORDS
    if name in _KEYS:
        return label(t, _KEYS[name], value)
    if name in _WRITTEN:
        return _WRITTEN[name](t, value)
    if name.endswith("_id"):
        return _who(names.get((name, value)), t)
    return t.day(value) if isinstance(value, date) else Typed(cut(str(value), _VALUE))


def _who(who: Person | AccountRef | str | None, t: Translator) -> Text:
    match who:
        case Person():
            return t.person(who)
        case AccountRef():
            return Typed(cut(who.name, _NAME))
        case str():
            return Typed(cut(who, _NAME))
    return t("something you can't see")


def _kept_name(shown: MergeForm, t: Translator) -> Words | None:
    """Say what becomes of the other name, or why there is no choice."""
    if shown.is_fixed:
        return t("The one at the restricted account stays, so that what is hidden stays hidden.")
    if shown.stays.about.subject is Subject.ACCOUNT:
        return t("The name of the other one stays as an alias.")
    return None


def _hidden(shown: MergeForm, t: Translator) -> Words | None:
    """Say who sees what from then on, where not everybody does."""
    stays, goes = shown.stays, shown.goes
    if not (stays.is_restricted or goes.is_restricted) or stays.account == goes.account:
        return None
    if stays.about.subject is Subject.CONTACT:
        return t(
            "🔒 From then on only those who see {account} see this contact, with everything that is known of both.",
            account=Typed(cut(stays.account.name, _NAME)),
        )
    if stays.is_restricted and goes.is_restricted:
        return t("🔒 Both are restricted: whoever sees one of them sees everything of both from then on.")
    hidden, seen = (stays, goes) if stays.is_restricted else (goes, stays)
    names = {"hidden": _named(hidden, seen, t), "seen": _named(seen, hidden, t)}
    return t(
        "🔒 {hidden} is restricted, so both are from then on: only KAM, deputies, account team, relationship owners, "
        "sponsor and KAM leads see them. Account team and relationship owners of {seen} then see all of {hidden}. "
        "What stands in channels about {seen} already stays there, and who is named in a request or conflict goes on "
        "seeing that one.",
        **names,
    )


def _names(merge: Merged) -> tuple[Typed, Typed]:
    return Typed(cut(merge.name, _NAME)), Typed(cut(merge.into, _NAME))


def _two_again(merge: Merged, t: Translator) -> Words:
    name, into = _names(merge)
    if name == into:
        return t("↩️ There are two entries called {name} again.", name=name)
    return t("↩️ {name} stands on its own again.", name=name)


def _quietly(merge: Merged, sentence: Words, t: Translator) -> Words:
    """Return the notification's sentence, without a name from a restricted account."""
    if not merge.account.restricted:
        return sentence
    if merge.subject is Subject.CONTACT:
        return t("Two contacts of a restricted account were merged or taken apart.")
    return t("Two restricted accounts were merged or taken apart.")


def _moved(told: MergeTold, t: Translator) -> Block | None:
    things = _things(told.merge.counts, t)
    return section(t("It brought {things}.", things=things)) if things.plain and told.merge.undone_at is None else None


def _alike(told: MergeTold, t: Translator) -> Words:
    return t.plural(
        "{count} pair of contacts stands there now that may be one person.",
        "{count} pairs of contacts stand there now that may be one person each.",
        told.alike,
    )


def _until(told: MergeTold, t: Translator) -> Words:
    if not told.may_undo:
        return NO_WORDS
    return t("Can be taken back until {day}.", day=t.local_day(told.merge.may_be_undone_until()))


def _stayed(told: MergeTold, t: Translator) -> Words:
    name, into = _names(told.merge)
    if name == into:
        stays = t("What was added since the merge stays with the entry that was kept.")
    else:
        stays = t("What was added since the merge stays with {into}.", into=into)
    if not told.left:
        return stays
    left = t.plural(
        "{count} value was changed since and stays as it is.",
        "{count} values were changed since and stay as they are.",
        told.left,
    )
    hidden = told.merge.subject is Subject.ACCOUNT and told.merge.account.restricted
    return joined([stays, left, t("🔒 {into} stays restricted.", into=into) if hidden else NO_WORDS], " ")
