"""Briefing lines: how people, notes, promises and everything else of a briefing are told, one line each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import floor

from bot.domain.account_flags import Flag, RedFlag
from bot.domain.account_shape import Carried
from bot.domain.accounts import Account, AccountRef, OpenMatter
from bot.domain.briefings import Briefing, Heard, Hypothesis, Suggestion, Topic, is_stale
from bot.domain.commitments import Commitment, Kind
from bot.domain.contact_assessments import Measure
from bot.domain.contact_commands import ContactChoice
from bot.domain.contact_touch import Lapse
from bot.domain.contacts import ContactOnMap
from bot.domain.favours import Direction, Favour
from bot.domain.identity import ContactId
from bot.domain.interactions import Tag
from bot.domain.members import Person
from bot.domain.satisfaction import Picture
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import contact_labels, labels
from bot.views.account_sections import average
from bot.views.blocks import cut
from bot.views.labels import N_, label

_NAME, _NAMED, _LINE = 80, 40, 140
_FEW = 2
_WEEKS_FROM, _MONTHS_FROM, _YEARS_FROM = 14, 60, 730
"""Days from which on a time is told in weeks, months, years."""

_ASK = {
    Topic.ENVIRONMENT: N_("What do your own customers ask of you?"),
    Topic.TREND: N_("What will your industry do differently in three years?"),
    Topic.DEVELOPMENT: N_("What changes in your organisation this year?"),
    Topic.DECIDERS: N_("Who decides now, and who may tomorrow?"),
    Topic.PEOPLE: N_("Whom should we get to know?"),
    Topic.NEED: N_("What would make your work easier this quarter?"),
    Topic.IDEA: N_("If we built one thing for you, what would it be?"),
    Topic.COMPETITOR: N_("Whom else do you talk to, and what do you like there?"),
    Topic.RISK: N_("What could keep us from working together next year?"),
    Topic.SATISFACTION: N_("What should we keep, what should we change?"),
}
_COMMITMENT: Mapping[str, str] = {Kind.PROMISE: N_("Promise"), Kind.NEXT_STEP: N_("Next step")}


def flag(raised: RedFlag, t: Translator) -> Words:
    """Say one red flag, and whom it is about."""
    names = Typed(", ".join(cut(name, _NAMED) for name in raised.names))
    return joined([_lacking(raised, t), names], ": ")


def _lacking(raised: RedFlag, t: Translator) -> Words:
    count = raised.count
    match raised.flag:
        case Flag.NO_KAM:
            return t("nobody is KAM")
        case Flag.OVERDUE_PROMISE:
            return t.plural("{count} promise or step is overdue", "{count} promises and steps are overdue", count)
        case Flag.UNCOVERED_DECIDER:
            return t.plural(
                "{count} decider whom nobody looks after", "{count} deciders whom nobody looks after", count
            )
        case Flag.LAPSING:
            return t.plural(
                "{count} contact heard nothing from us for too long",
                "{count} contacts heard nothing from us for too long",
                count,
            )
        case Flag.NO_CONTACTS:
            return t("no contact is known")
        case _:
            return t.plural("{count} pair of unequal levels", "{count} pairs of unequal levels", count)


def several(found: Briefing, people: Sequence[ContactChoice], t: Translator) -> Words:
    """Name some people, and how many more there are."""
    named = [
        joined([short(one.name), short(one.title or ""), elsewhere(one.account, found)], ", ") for one in people[:_FEW]
    ]
    rest = len(people) - len(named)
    more = [t.plural("{count} more", "{count} more", rest)] if rest else []
    return t.all_of([*named, *more])


def person(found: Briefing, contact: ContactOnMap, t: Translator) -> Words:
    """Say who it is, who of us knows them, and how long ago somebody met them."""
    return joined(
        [
            joined([bold(short(contact.name)), short(contact.title or "")], ", "),
            label(t, labels.LEVEL, contact.level),
            roles(contact, t),
            ours(contact, t),
            touch(contact, t),
            judged_of(found, contact, t),
            elsewhere(contact.account, found),
        ]
    )


def roles(contact: ContactOnMap, t: Translator) -> Words:
    """Say what somebody does when the customer decides."""
    return t.all_of([label(t, labels.DECISION_ROLE, role) for role in contact.decision_roles])


def ours(contact: ContactOnMap, t: Translator) -> Words:
    """Name our person, with the level where it is known; a pair of unequal levels is a hint, never a block (S112)."""
    colleague = contact.counterpart or contact.owner
    if colleague is None:
        return t("nobody of us looks after them")
    pair, level = t("with {person}", person=who(colleague, t)), label(t, labels.LEVEL, contact.counterpart_level)
    if level:
        pair = t("with {person} ({level})", person=who(colleague, t), level=level)
    return t("{pair}, levels apart", pair=pair) if contact.is_mismatched else pair


def touch(contact: ContactOnMap, t: Translator) -> Words:
    """Say how long ago anybody met them, and whether that is too long."""
    if contact.last_touch is None:
        return t("nobody has met them yet")
    met = t("met {ago}", ago=ago(contact.last_touch, t))
    match contact.lapse(t.now):
        case Lapse.HARD:
            return t("⏳ {met}, longer than is good", met=met)
        case Lapse.SOFT:
            return t("{met}, due for a contact", met=met)
        case _:
            return met


def judged_of(found: Briefing, contact: ContactOnMap, t: Translator) -> Words:
    """Say what the circle judged of a contact; values without a day, such as imported ones, stand alone."""
    known = found.judgements(contact.id)
    undated = {Measure.ATTITUDE: contact.attitude, Measure.INFLUENCE: contact.influence}
    said = [_value(measure, value, t) for measure, value in undated.items() if value and measure not in known]
    return joined([*said, judged(found, contact.id, t)], ", ")


def judged(found: Briefing, contact_id: ContactId | None, t: Translator) -> Words:
    """Say what was judged, and what is so old that somebody should look at it again."""
    said = []
    for measure, one in found.judgements(contact_id).items():
        old = t("⏳ judged {ago}, still right?", ago=ago(one.at, t)) if is_stale(one.at, t.now) else NO_WORDS
        said.append(joined([_value(measure, one.value, t), old], " "))
    return joined(said, ", ")


def _value(measure: Measure, value: int, t: Translator) -> Words:
    return t(
        "{measure}: {value}",
        measure=label(t, labels.MEASURE, measure),
        value=label(t, contact_labels.VALUES[measure], value),
    )


def note(found: Briefing, one: Heard, t: Translator) -> Words:
    """Tell an interaction: when, how, who met whom, and its first words."""
    author = who(one.author, t)
    met = (
        t("{person} with {contacts}", person=author, contacts=Typed(cut(one.contacts, _NAME)))
        if one.contacts
        else author
    )
    what = joined(
        [
            Typed(f"I-{one.number}"),
            t.local_day(one.at),
            label(t, labels.KIND, one.kind),
            met,
            elsewhere(one.account, found),
            labels.narrowed(t, one.visibility),
        ]
    )
    return joined([what, one_line(one.text)], ": ")


def wish(found: Briefing, one: Heard, t: Translator) -> Words:
    """Tell what they want or what may come between us, and how old that is."""
    what = joined(
        [
            bold(label(t, labels.TAG, Tag.COMPLAINT) if one.is_complaint else label(t, labels.CATEGORY, one.category)),
            t("⏳ {ago}", ago=ago(one.at, t)) if is_stale(one.at, t.now) else t.local_day(one.at),
            Typed(f"I-{one.number}"),
            elsewhere(one.account, found),
            labels.narrowed(t, one.visibility),
        ]
    )
    return joined([what, one_line(one.text)], ": ")


def due(found: Briefing, one: Commitment, t: Translator) -> Words:
    """Tell a promise or next step: by when, what, to whom, who looks after it."""
    day = t.day(one.due_on) if one.due_on else t("no date")
    return joined(
        [
            t("⏳ overdue since {day}", day=day) if one.overdue(t.today) else day,
            label(t, _COMMITMENT, one.kind),
            one_line(one.text),
            t("to {contact}", contact=short(one.contact.name)) if one.contact else NO_WORDS,
            who(one.owner, t),
            Typed(one.short_id or ""),
            elsewhere(one.account, found),
        ]
    )


def matter(one: OpenMatter, t: Translator) -> Words:
    """Tell an open request or goal conflict by its header."""
    short_id = one.short_id or ""
    states = labels.REQUEST_STATE if short_id.startswith("R") else labels.CONFLICT_STATE
    return joined(
        [
            bold(Typed(short_id)),
            one_line(one.headline or ""),
            label(t, states, one.state),
            short(one.department or ""),
            who(one.owner, t),
            t("by {day}", day=t.local_day(one.due)) if one.due else NO_WORDS,
        ]
    )


def favour(found: Briefing, one: Favour, t: Translator) -> Words:
    """Tell of one favour; given and received stand side by side, and nothing is counted up (S54)."""
    colleague, contact = who(one.member, t), short(one.contact.name) if one.contact else None
    is_given = one.direction is Direction.GIVEN
    if contact is None:
        pair = t("given by {person}", person=colleague) if is_given else t("received by {person}", person=colleague)
    elif is_given:
        pair = t("{person} for {contact}", person=colleague, contact=contact)
    else:
        pair = t("{contact} for {person}", person=colleague, contact=contact)
    what = joined([t.day(one.on), label(t, labels.FAVOUR, one.kind), pair, elsewhere(one.account, found)])
    return joined([what, one_line(one.text)], ": ")


def hypothesis(one: Hypothesis, t: Translator) -> Words:
    """Tell what somebody thinks may come of a contact, and what it is based on."""
    when = t("⏳ {ago}, still right?", ago=ago(one.at, t)) if is_stale(one.at, t.now) else ago(one.at, t)
    said = joined([bold(short(one.contact)), one_line(one.text)], ": ")
    return joined([said, t("because: {basis}", basis=one_line(one.basis)), who(one.by, t), when])


def question(one: Suggestion, t: Translator) -> Words:
    """Put a question as one would say it there, with how long ago somebody heard of that."""
    asked = t("“{question}”", question=t(_ASK[one.topic]))
    if one.topic is Topic.PEOPLE:
        return asked
    if one.topic is Topic.DECIDERS:
        heard = t("last thought about {ago}", ago=ago(one.last_heard, t)) if one.last_heard else NO_WORDS
        return joined([asked, heard])
    about = label(t, labels.CATEGORY, one.topic)
    if one.last_heard is None:
        return joined([asked, t("{about}: nothing heard yet", about=about)])
    return joined([asked, t("{about}: last heard {ago}", about=about, ago=ago(one.last_heard, t))])


def stage(account: Account, t: Translator) -> Words:
    """Say where the relationship stands and where it shall go; higher is not better."""
    stage, desired = label(t, labels.STAGE, account.stage), label(t, labels.STAGE, account.desired_stage)
    is_old = account.stage_at is not None and is_stale(account.stage_at, t.now)
    old = t("⏳ judged {ago}", ago=ago(account.stage_at, t)) if account.stage_at and is_old else NO_WORDS
    wish = t("wanted: {stage}", stage=desired) if desired and account.desired_stage != account.stage else NO_WORDS
    return joined([stage, wish, old], ", ")


def shape(carried: Carried | None, t: Translator) -> Words:
    """Say how many pairs carry the relationship."""
    return label(t, labels.SHAPE, carried.shape) if carried else NO_WORDS


def both(found: Briefing, t: Translator) -> Words:
    """Say both sources of satisfaction, never as one figure."""
    pictures = (("ours", found.impressions), ("customer", found.customer_words))
    said = [
        t("{source}: {picture}", source=label(t, labels.SOURCE, source), picture=picture(values, t))
        for source, values in pictures
        if values.count
    ]
    return joined(said, "; ") or t("no value within a year")


def picture(values: Picture, t: Translator) -> Words:
    """Say what the values say in words and n; few of them one by one (reference data, section 6)."""
    if not values.count:
        return t("no value within a year")
    if values.middle is None:
        singles = [
            t("{value} ({day})", value=label(t, labels.SATISFACTION, one.value), day=t.local_day(one.at))
            for one in values.single[:_FEW]
        ]
        rest = values.count - len(singles)
        return joined(
            [*singles, t.plural("{count} more value", "{count} more values", rest) if rest else NO_WORDS], ", "
        )
    figure = joined([t.number(round(values.middle, 1)), label(t, labels.MOOD, floor(values.middle + 0.5))])
    if values.is_average:
        return average(values, figure, t)
    return t.plural(
        "{figure}, median of {count} value", "{figure}, median of {count} values", values.count, figure=figure
    )


def ago(at: datetime, t: Translator) -> Words:
    """Say how long ago something was, in words a person would use."""
    days = (t.today - at.astimezone(t.zone).date()).days
    if days <= 0:
        return t("today")
    if days == 1:
        return t("yesterday")
    if days < _WEEKS_FROM:
        return t.plural("{count} day ago", "{count} days ago", days)
    if days < _MONTHS_FROM:
        return t.plural("{count} week ago", "{count} weeks ago", days // 7)
    if days < _YEARS_FROM:
        return t.plural("{count} month ago", "{count} months ago", round(days / 30.4))
    return t.plural("{count} year ago", "{count} years ago", days // 365)


def who(person: Person | None, t: Translator) -> Words:
    """Name one of us."""
    return t.person(Person(person.id, cut(person.name, _NAME), person.left)) if person else NO_WORDS


def short(text: str) -> Words:
    """Write a name or title that somebody typed."""
    typed = Typed(cut(text, _NAME))
    return Words(typed.plain, typed.mrkdwn)


def one_line(text: str) -> Words:
    """Write the first words of a text; a line break in it must not start a line that looks like ours."""
    typed = Typed(cut(" ".join(text.split()), _LINE))
    return Words(typed.plain, typed.mrkdwn)


def elsewhere(account: AccountRef, found: Briefing) -> Words:
    """Name the unit, where it is not the account of the page, and whether it is hidden from most."""
    if account.id == found.account.id:
        return NO_WORDS
    return joined([short(account.name), Typed("🔒" if account.restricted else "")], " ")
