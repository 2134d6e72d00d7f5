"""Duplicates: two that may be one, as a card and in the list."""

from bot.domain.delivery import Subject
from bot.domain.duplicates import SHOWN, Twin, Twins, TwinsCard, TwinsPage, Undoable
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views.blocks import Block, Element, Message, actions, button, context, cut, message, section
from bot.views.labels import name_of
from bot.views.merges import became_one, undo_button

_NAME = 60
_WORDS = 40
"""Characters of a title, a person or an address."""


def card(shown: TwinsCard, t: Translator) -> Message:
    """Ask whoever decides whether two are one; once somebody answered, say who and what."""
    twins = shown.twins
    why = (
        t("You get this because you lead the KAMs.") if shown.leads else t("You get this because you look after both.")
    )
    more = t.plural(
        "{count} more pair waits: /kam duplicates", "{count} more pairs wait: /kam duplicates", shown.others
    )
    return message(
        _asked(twins, t),
        section(bold(_question(twins, t))),
        section(joined([_line(twin, twins.subject, t) for twin in (twins.first, twins.second)], "\n")),
        section(_result(twins, t)) if not twins.is_open else None,
        context(why, more if shown.others else NO_WORDS),
        actions(*_buttons(twins, t, is_card=True)) if shown.may_decide else None,
    )


def page(shown: TwinsPage, t: Translator) -> Message:
    """List what waits for somebody, and what was merged lately."""
    if not shown.twins and not shown.undoable:
        nothing = t("No duplicates wait for you.")
        return message(nothing, section(nothing), context(_how(t)))
    headline = (
        t.plural("{count} pair may be one and the same", "{count} pairs may be one and the same", shown.count)
        if shown.count
        else t("No duplicates wait for you.")
    )
    return message(
        headline,
        section(bold(headline)),
        *(block for twins in shown.twins for block in _listed(twins, t)),
        _pages(shown, t),
        section(bold(t("Merged lately"))) if shown.undoable else None,
        *(_undoable(one, t) for one in shown.undoable),
        context(t("Only you see this."), _how(t)),
    )


def _question(twins: Twins, t: Translator) -> Words:
    first, second = (Typed(cut(twin.name, _NAME)) for twin in (twins.first, twins.second))
    if first == second:
        return t("Are the two entries called {name} one and the same?", name=first)
    return t("Are {first} and {second} one and the same?", first=first, second=second)


def _asked(twins: Twins, t: Translator) -> Words:
    """Return the notification's sentence, without the name of a restricted account."""
    if any(twin.account.restricted for twin in (twins.first, twins.second)):
        if twins.subject is Subject.ACCOUNT:
            return t("Two accounts may be one and the same.")
        return t("Two contacts may be one and the same.")
    return _question(twins, t)


def _line(twin: Twin, subject: Subject, t: Translator) -> Words:
    name = bold(Typed(cut(twin.name, _NAME)))
    restricted = t("🔒 restricted") if twin.account.restricted else NO_WORDS
    notes = t.plural("{count} note", "{count} notes", twin.notes)
    kam = t("KAM {person}", person=name_of(t, twin.kam, _WORDS)) if twin.kam else t("no KAM yet")
    if subject is Subject.ACCOUNT:
        return joined([name, kam, notes, restricted])
    title, at, email = (Typed(cut(text or "", _WORDS)) for text in (twin.title, twin.account.name, twin.email))
    return joined([name, title, at, email, kam, notes, restricted])


def _result(twins: Twins, t: Translator) -> Words:
    """Say who answered what, when."""
    if twins.merged_at is not None:
        gone, kept = (twins.first, twins.second) if twins.survivor != twins.first.id else (twins.second, twins.first)
        name, into = (Typed(cut(twin.name, _NAME)) for twin in (gone, kept))
        if twins.survivor not in {twins.first.id, twins.second.id}:
            return t("✅ {name} is part of another one since {day}.", name=name, day=t.local_day(twins.merged_at))
        if twins.merged_by is None:
            return became_one(name, into, t)
        if name == into:
            return t(
                "✅ {person} merged the two entries called {name}, {day}.",
                person=name_of(t, twins.merged_by, _WORDS),
                name=name,
                day=t.local_day(twins.merged_at),
            )
        return t(
            "✅ {person} merged {name} into {into}, {day}.",
            person=name_of(t, twins.merged_by, _WORDS),
            name=name,
            into=into,
            day=t.local_day(twins.merged_at),
        )
    if twins.dismissed_by is None or twins.dismissed_at is None:
        return t("⚪ Two different ones.")
    day = t.local_day(twins.dismissed_at)
    return t("⚪ Two different ones, says {person}, {day}.", person=name_of(t, twins.dismissed_by, _WORDS), day=day)


def _buttons(twins: Twins, t: Translator, *, is_card: bool = False) -> tuple[Element, Element]:
    return (
        button(t("Same: merge"), "merge.form", twins.id, style="primary" if is_card else None),
        button(t("Two different ones"), "twins.dismiss", twins.id),
    )


def _listed(twins: Twins, t: Translator) -> tuple[Block | None, ...]:
    lines = [_line(twin, twins.subject, t) for twin in (twins.first, twins.second)]
    return section(joined(lines, "\n")), actions(*_buttons(twins, t))


def _pages(shown: TwinsPage, t: Translator) -> Block | None:
    back = max(shown.offset - SHOWN, 0)
    on = shown.offset + SHOWN
    return actions(
        button(t("Back"), "twins.back", back) if shown.offset else None,
        button(t("More"), "twins.more", on) if on < shown.count else None,
    )


def _undoable(one: Undoable, t: Translator) -> Block:
    name, into = (Typed(cut(name, _NAME)) for name in (one.name, one.into))
    by, day = name_of(t, one.by, _WORDS), t.local_day(one.at)
    if name == into:
        said = t("two entries called {name}, {person}, {day}", name=name, person=by, day=day)
    else:
        said = t("{name} into {into}, {person}, {day}", name=name, into=into, person=by, day=day)
    return section(said, undo_button(one.merge_id, name, into, t))


def _how(t: Translator) -> Words:
    return t(
        "Scharnier looks for duplicates every Monday. Same as another one … on the card of an account or contact "
        "merges two by hand."
    )
