"""Map pictures: the map of an account, and what of it the customer may see, as sheets that can be drawn."""

from bot.domain import maps
from bot.domain.contacts import ContactOnMap
from bot.domain.maps import LEVELS, MOST_IN_PICTURE, AccountMap, CustomerMap, Facing, Placed, Unit
from bot.drawing.painting import png
from bot.drawing.sheets import Row, Section, Sheet, Sign, Tile, Tone
from bot.i18n import NO_WORDS, Translator, Typed, Words, joined
from bot.i18n.words import Text
from bot.views import labels
from bot.views.blocks import Picture, message, section
from bot.views.labels import label


def picture(found: AccountMap, t: Translator) -> Picture:
    """Draw the map: units, lines of reporting and of influence, and who of us faces whom."""
    name = Typed(found.account.name)
    restricted = found.account.ref.restricted
    if restricted:
        said = t("The map of a restricted account, for you alone.")
    elif found.has_hidden_units:
        said = t("The map of {account}, for you alone: not everybody sees all of its units.", account=name)
    else:
        said = t("The map of {account}. It is for our company, not for the customer.", account=name)
    return _picture(sheet(found, t), t("Map"), said, restricted=restricted, name=name, t=t)


def customer_picture(found: CustomerMap, t: Translator) -> Picture:
    """Draw what of a map may be shown to the customer."""
    name = Typed(found.account.name)
    restricted = found.account.restricted
    said = (
        t("Who works with whom: you may show this to the customer.")
        if restricted
        else t("Who works with whom: {account}. You may show this to the customer.", account=name)
    )
    drawn = customer_sheet(found, t)
    return _picture(drawn, t("Who works with whom"), said, restricted=restricted, name=name, t=t)


def _picture(drawn: Sheet, what: Words, said: Words, *, restricted: bool, name: Typed, t: Translator) -> Picture:
    # A file's title stands in searches and lists of files: it names no restricted account.
    title = what if restricted else joined([name, what])
    instead = t("Slack did not take the picture. /kam map shows the same as a table.")
    return Picture(png(drawn), title, said, message(instead, section(instead)))


def sheet(found: AccountMap, t: Translator) -> Sheet:
    """Say what the picture of a map shows, in the words of its reader."""
    contacts = found.contacts[:MOST_IN_PICTURE]
    rest = len(found.contacts) - len(contacts)
    known = {contact.id for contact in contacts}
    uncovered = {contact.id for contact in found.hints.uncovered}
    influences = [
        (int(contact.id), int(other)) for contact in contacts for other in contact.influences if other in known
    ]
    sections = []
    for unit in found.units:
        theirs = [contact for contact in contacts if contact.account.id == unit.account.id]
        rows = tuple(_row(placed, t, is_uncovered=placed.contact.id in uncovered) for placed in maps.reporting(theirs))
        if rows or not unit.depth or not unit.has_carer:
            sections.append(Section(Typed(unit.account.name).plain, rows, unit.depth, _note(unit, t)))
    reports = any(row.above is not None for one in sections for row in one.rows)
    alerts = any(row.left.tone is Tone.ALERT for one in sections for row in one.rows)
    hints = any(row.right and row.right.tone is Tone.HINT for one in sections for row in one.rows)
    legend = [
        (reports, Sign.REPORTS, t("reports to")),
        (bool(influences), Sign.INFLUENCES, t("has influence on")),
        (alerts, Sign.ALERT, t("decider, nobody of us")),
        (hints, Sign.HINT, t("two levels apart or more")),
    ]
    return Sheet(
        title=Typed(found.account.name).plain,
        lines=(
            t("Map of {day} · theirs on the left, ours on the right", day=t.day(t.today)).plain,
            t("Internal: not for the customer").plain,
        ),
        legend=tuple((sign, words.plain) for is_there, sign, words in legend if is_there),
        sections=tuple(sections),
        influences=tuple(influences),
        foot=(t.plural("and {count} more", "and {count} more", rest).plain,) if rest > 0 else (),
    )


def customer_sheet(found: CustomerMap, t: Translator) -> Sheet:
    """Say what the customer's picture shows: levels, names and function."""
    pairs = found.pairs[:MOST_IN_PICTURE]
    rest = len(found.pairs) - len(pairs)
    sections = []
    for level in (*LEVELS, None):
        rows = tuple(_facing(at, pair, t) for at, pair in enumerate(pairs) if pair.level == level)
        if rows:
            title = label(t, labels.LEVEL, level) if level else t("Level not known")
            sections.append(Section(title.plain, rows))
    return Sheet(
        title=t("Who works with whom").plain,
        lines=(
            joined([Typed(found.account.name), Typed(found.company)], " · ").plain,
            t.day(t.today).plain,
        ),
        sections=tuple(sections),
        foot=(t.plural("and {count} more", "and {count} more", rest).plain,) if rest > 0 else (),
    )


def _row(placed: Placed, t: Translator, *, is_uncovered: bool) -> Row:
    contact = placed.contact
    roles = [label(t, labels.DECISION_ROLE, role) for role in contact.decision_roles]
    level = label(t, labels.LEVEL, contact.level)
    tone = Tone.ALERT if is_uncovered else Tone.THEIRS
    return Row(
        key=contact.id,
        left=_tile(Typed(contact.name), Typed(contact.title or ""), level, *roles, tone=tone),
        right=_counterpart(contact, t),
        depth=placed.depth,
        above=placed.above_id,
    )


def _counterpart(contact: ContactOnMap, t: Translator) -> Tile:
    ours = maps.faces(contact)
    if ours is None:
        return _tile(t("nobody yet"), tone=Tone.NOBODY)
    tone = Tone.HINT if contact.is_mismatched else Tone.OURS
    return _tile(t.person(ours), label(t, labels.LEVEL, contact.counterpart_level), tone=tone)


def _facing(key: int, pair: Facing, t: Translator) -> Row:
    right = None
    if pair.ours is not None:
        function, level = Typed(pair.our_function or ""), label(t, labels.LEVEL, pair.our_level)
        right = _tile(t.person(pair.ours), function, level, tone=Tone.OURS)
    return Row(key, _tile(Typed(pair.name), Typed(pair.function or "")), right)


def _tile(name: Text, *about: Text, tone: Tone = Tone.THEIRS) -> Tile:
    return Tile(name.plain, tuple(line.plain for line in about if line.plain), tone)


def _note(unit: Unit, t: Translator) -> str:
    if unit.depth and not unit.has_carer:
        return t("nobody looks after it").plain
    hidden = t("restricted") if unit.account.restricted else NO_WORDS
    return joined([label(t, labels.RELATION, unit.relation), Typed(unit.country or ""), hidden], ", ").plain
