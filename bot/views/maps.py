"""Maps: the tree of a group and who faces whom on each level, what is missing, and what of it the customer may see."""

from collections.abc import Sequence

from bot.domain import maps
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactOnMap
from bot.domain.maps import MOST_IN_PICTURE, PAGE, AccountMap, CustomerMap, Facing, Hints, Unit
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.i18n.words import Text
from bot.views import labels
from bot.views.blocks import Block, Message, actions, button, context, cut, message, overflow, section, table
from bot.views.labels import label, name_of

_NAME = 50
"""Characters of a name; many of them stand in one message."""
_UNITS = 15
"""Units that the tree names."""
_NAMED = 5
"""People, levels or units that one hint names."""
_INDENT = "\u2003"
_SIGNS = Words("🔴", "🔴"), Words("🟠", "🟠")


def shown(found: AccountMap, t: Translator) -> Message:
    """Show the map of an account: units, who faces whom, and hints."""
    account = found.account
    name = _short(account.name)
    restricted = account.ref.restricted
    told = t("The map of a restricted account") if restricted else t("The map of {account}", account=name)
    return message(
        told,
        section(joined([bold(name), t("Map"), t("🔒 restricted") if restricted else NO_WORDS])),
        section(t("Part of: {account}", account=_short(found.parent.name))) if found.parent else None,
        None if found.offset else _tree(found.units, t),
        *_mirror(found, t),
        None if found.offset else _hints(found.hints, t),
        context(_who_sees(found, t), _size(found, t)),
        _pages(found.account.ref, found.offset, len(found.contacts), "map.back", "map.more", t),
        _ways(found, t),
    )


def for_customer(found: CustomerMap, t: Translator) -> Message:
    """Show what of a map may be shown to the customer: names, function and level."""
    name = _short(found.account.name)
    restricted = found.account.restricted
    told = (
        t("What the customer may see of a restricted account")
        if restricted
        else t("Who works with whom: {account}", account=name)
    )
    pairs = found.pairs[found.offset : found.offset + PAGE]
    rows = [(_theirs(pair), _ours(pair, t), label(t, labels.LEVEL, pair.level)) for pair in pairs]
    return message(
        told,
        section(joined([bold(name), t("Who works with whom")])),
        table((name, Typed(found.company), t("Level")), rows) if rows else section(_nobody_known(t)),
        section(t("You may show this to the customer: it holds names, function and level, and nothing we judge.")),
        context(t("Only you see this."), t("Units that are hidden in our company are left out.")),
        _pages(found.account, found.offset, len(found.pairs), "map.customer_back", "map.customer_more", t),
        actions(
            button(t("Picture"), "map.customer_picture", found.account.id, style="primary")
            if rows and len(found.pairs) <= MOST_IN_PICTURE
            else None,
            button(t("Back to the map"), "map.open", found.account.id),
        ),
    )


def sent(account: AccountRef, t: Translator) -> Message:
    """Say where the picture goes."""
    said = t("The picture comes to you as a direct message; nobody else gets it.")
    if account.restricted:
        return message(said, section(said))
    named = t(
        "{account}: the picture comes to you as a direct message; nobody else gets it.", account=_short(account.name)
    )
    return message(named, section(named))


def _tree(units: Sequence[Unit], t: Translator) -> Block | None:
    if len(units) < 2:
        return None
    lines = [_unit(unit, t) for unit in units[:_UNITS]]
    rest = len(units) - _UNITS
    more = t.plural("and {count} more", "and {count} more", rest) if rest > 0 else NO_WORDS
    return section(joined([*lines, more], "\n"))


def _unit(unit: Unit, t: Translator) -> Words:
    name = bold(_short(unit.account.name)) if not unit.depth else _short(unit.account.name)
    what = joined(
        [
            joined([name, label(t, labels.RELATION, unit.relation), Typed(cut(unit.country or "", 20))], ", "),
            t("KAM {person}", person=name_of(t, unit.kam, _NAME)) if unit.kam else NO_WORDS,
            t("🔒 restricted") if unit.account.restricted else NO_WORDS,
            t("nobody looks after it") if unit.depth and not unit.has_carer else NO_WORDS,
        ]
    )
    before = _INDENT * min(unit.depth, 6) + ("└ " if unit.depth else "")
    return Words(before + what.plain, before + what.mrkdwn)


def _mirror(found: AccountMap, t: Translator) -> list[Block | None]:
    """Show who faces whom: one row a contact, the highest level first."""
    contacts = found.contacts[found.offset : found.offset + PAGE]
    if not contacts:
        return [section(_nobody_known(t))]
    uncovered = {contact.id for contact in found.hints.uncovered}
    # Who faces whom comes first: a phone shows two columns at once.
    head = (t("At the customer"), t("Of us"), t("Level"), t("Decision role"), t("Last contact"))
    rows = [
        (
            _contact(contact, found.account.ref),
            _faced(contact, t, is_uncovered=contact.id in uncovered),
            label(t, labels.LEVEL, contact.level),
            joined([label(t, labels.DECISION_ROLE, role) for role in contact.decision_roles], ", "),
            t.local_day(contact.last_touch) if contact.last_touch else t("not met yet"),
        )
        for contact in contacts
    ]
    return [table(head, rows)]


def _contact(contact: ContactOnMap, shown_account: AccountRef) -> Words:
    name = contact.account.name + (" 🔒" if contact.account.restricted else "")
    elsewhere = _short(name) if contact.account.id != shown_account.id else NO_WORDS
    return joined([_short(contact.name), _short(contact.title or ""), elsewhere], ", ")


def _faced(contact: ContactOnMap, t: Translator, *, is_uncovered: bool) -> Words:
    """Say who of us faces a contact, and mark what is a hint, in words as well."""
    red, amber = _SIGNS
    person = maps.faces(contact)
    if person is None:
        return joined([red, t("decider, nobody of us")], " ") if is_uncovered else t("nobody yet")
    who = joined([name_of(t, person, _NAME), label(t, labels.LEVEL, contact.counterpart_level)], ", ")
    if not contact.is_mismatched:
        return who
    return joined([amber, who, _levels_apart(contact, t)], " ")


def _levels_apart(contact: ContactOnMap, t: Translator) -> Words:
    apart = abs((contact.level or 0) - (contact.counterpart_level or 0))
    return t.plural("({count} level apart)", "({count} levels apart)", apart)


def _hints(hints: Hints, t: Translator) -> Block | None:
    """Say what is missing and what helps; none of it stops anybody."""
    if not hints:
        return None
    lines = [
        t(
            "🔴 Deciders nobody looks after: {people}. Who could get to know them?",
            people=_some([_short(contact.name) for contact in hints.uncovered], t),
        )
        if hints.uncovered
        else NO_WORDS,
        t(
            "🟠 Levels apart: {pairs}. Somebody of the same level may help.",
            pairs=_some([_pair(contact, t) for contact in hints.apart], t),
        )
        if hints.apart
        else NO_WORDS,
        t(
            "Levels where nobody of us faces anybody: {levels}.",
            levels=_some([label(t, labels.LEVEL, level) for level in hints.alone], t),
        )
        if hints.alone
        else NO_WORDS,
        t(
            "Units nobody looks after: {units}.",
            units=_some([_short(unit.name) for unit in hints.forgotten], t),
        )
        if hints.forgotten
        else NO_WORDS,
    ]
    return section(joined([bold(t("Hints")), *lines], "\n"))


def _pair(contact: ContactOnMap, t: Translator) -> Words:
    return joined([_short(contact.name), name_of(t, maps.faces(contact), _NAME)], " ↔ ")


def _theirs(pair: Facing) -> Words:
    return joined([_short(pair.name), _short(pair.function or "")], ", ")


def _ours(pair: Facing, t: Translator) -> Words:
    level = label(t, labels.LEVEL, pair.our_level) if pair.ours else NO_WORDS
    return joined([name_of(t, pair.ours, _NAME), _short(pair.our_function or ""), level], ", ")


def _who_sees(found: AccountMap, t: Translator) -> Words:
    if found.account.ref.restricted:
        return t(
            "🔒 Only KAM, deputy, account team, relationship owners, sponsor and KAM leads see this account; you are one of them."
        )
    if found.has_hidden_units:
        return t("🔒 Not everybody sees all of these units: what stands here is for you.")
    return t("Visible to everyone in the company; last contacts count as far as you may read the notes.")


def _size(found: AccountMap, t: Translator) -> Words:
    if len(found.contacts) <= MOST_IN_PICTURE:
        return NO_WORDS
    return t("A picture shows up to {most} contacts: choose a unit with /kam map.", most=MOST_IN_PICTURE)


def _pages(account: AccountRef, offset: int, count: int, back: str, more: str, t: Translator) -> Block | None:
    return actions(
        button(t("Back"), back, f"{account.id}:{max(offset - PAGE, 0)}") if offset else None,
        button(t("More contacts"), more, f"{account.id}:{offset + PAGE}") if offset + PAGE < count else None,
    )


def _ways(found: AccountMap, t: Translator) -> Block | None:
    """Offer what to do with a map."""
    account_id, parent = found.account.id, found.parent
    drawable = 0 < len(found.contacts) <= MOST_IN_PICTURE
    choices = [
        (f"known:{account_id}", t("Who of us knows this account?")),
        (f"network:{account_id}", t("Our network inside")),
        *([(f"open:{parent.id}", t("Map of the group above"))] if parent else []),
    ]
    return actions(
        button(t("Picture"), "map.picture", account_id, style="primary") if drawable else None,
        button(t("For the customer"), "map.customer", account_id) if found.contacts else None,
        button(t("Account card"), "map.card", account_id),
        overflow("map.menu", choices),
    )


def _nobody_known(t: Translator) -> Words:
    return t("No contact is known here yet. /kam contact and a name adds one.")


def _some(named: Sequence[Text], t: Translator) -> Words:
    rest = len(named) - _NAMED
    more = [t.plural("{count} more", "{count} more", rest)] if rest > 0 else []
    return t.all_of([*(Words(one.plain, one.mrkdwn) for one in named[:_NAMED]), *more])


def _short(text: str) -> Typed:
    return Typed(cut(text, _NAME))
