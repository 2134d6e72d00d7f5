"""Accounts: their card, the question which one is meant, and the notice about a new one."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.account_cards import AccountCard
from bot.domain.account_edits import Deed, Part, PartGiven
from bot.domain.accounts import (
    AccountCreated,
    AccountQuestion,
    AccountRef,
    Because,
    LastInteraction,
    OpenMatter,
    Scope,
    TeamMember,
)
from bot.domain.briefings import Wanted
from bot.domain.commitments import Commitment
from bot.domain.contact_touch import Lapse
from bot.domain.contacts import ContactOnMap
from bot.domain.delivery import Ref, Subject
from bot.domain.members import Person
from bot.domain.menu import BY_NAME
from bot.domain.sponsors import Considered
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.i18n.words import Text
from bot.views import account_sections, labels
from bot.views.blocks import (
    OPTIONS,
    Block,
    Choice,
    Element,
    Message,
    actions,
    button,
    context,
    cut,
    facts,
    message,
    overflow,
    quote,
    section,
    select,
)
from bot.views.labels import N_, label

_NAME = 80
_LINE = 120
_MISSION = 600
_NAMES = 6
"""Units or people that one fact names."""
_LIST = 1200
"""Characters of one list; all lists and facts together stay below ``blocks.MESSAGE_TEXT``."""
_BECAUSE = {
    Because.KAM: N_("you are its KAM"),
    Because.DEPUTY: N_("you stand in for its KAM"),
    Because.SPONSOR: N_("you back it as sponsor or stand in for its sponsor"),
    Because.TEAM: N_("you are on its team or look after one of its contacts"),
    Because.KAM_LEAD: N_("you lead the KAMs"),
}
_DEED = {
    Deed.EDIT: N_("Edit"),
    Deed.STAGE: N_("Relationship stage"),
    Deed.RATE: N_("Rate the relationship"),
    Deed.TEAM: N_("Account team"),
}
_GIVEN = {
    Part.KAM: N_("{person} made you KAM of {account}."),
    Part.DEPUTY: N_("{person} named you as deputy of the KAM of {account}."),
    Part.SPONSOR: N_("{person} named you as sponsor of {account}."),
    Part.TEAM: N_("{person} put you on the account team of {account}."),
}
_TAKEN = {
    Part.KAM: N_("{person} made somebody else KAM of {account}."),
    Part.DEPUTY: N_("You are not the deputy of the KAM of {account} any more; {person} changed it."),
    Part.SPONSOR: N_("You are not the sponsor of {account} any more; {person} changed it."),
    Part.TEAM: N_("You are not on the account team of {account} any more; {person} changed it."),
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
        section(joined([bold(name), kind, t("🔒 restricted") if restricted else NO_WORDS]), _units(found, t)),
        account_sections.flags(found, t),
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
        account_sections.relationship(found, t),
        *account_sections.satisfaction(found, t),
        _matters(t("Open requests"), found.matters.requests, found.matters.request_count, labels.REQUEST_STATE, t),
        _matters(t("Open conflicts"), found.matters.conflicts, found.matters.conflict_count, labels.CONFLICT_STATE, t),
        _promises(found, t),
        *_interactions(found, t),
        context(_who_sees(found, t)),
        actions(
            button(t("Log"), "log.start", account.id, style="primary"),
            button(t("Request"), "request.start", account.id),
            button(t("Escalate"), "escalation.start", account.id),
            _menu(found, t),
        ),
    )


def question(asked: AccountQuestion, t: Translator, action_id: str = "account.pick", verb: str = "account") -> Message:
    """Ask which account is meant: the near one, the closest ones, or the reader's latest; its button answers the verb."""
    name = Typed(asked.typed)
    if not asked.typed and not asked.matches:
        sentence = t(
            "There is no account yet. The first log creates one: type /kam-log, its name, a colon and what happened."
        )
    elif not asked.typed:
        command = Typed(f"/kam {BY_NAME[verb].in_language(t.language)}")
        sentence = t("Which account? Choose one, or type {command} and its name.", command=command)
    elif asked.is_shared:
        sentence = t("Several accounts are called {name}. Which one?", name=name)
    elif asked.near:
        near = bold(Typed(asked.near.name))
        sentence = t("I don't know an account called {name}. Did you mean {near}?", name=name, near=near)
    else:
        sentence = t("I don't know an account called {name}. Is it one of these?", name=name)
    picks = [button(_label(account), f"{action_id}{at}", account.id) for at, account in enumerate(asked.matches)]
    return message(sentence, section(sentence), actions(*picks))


def created(told: AccountCreated, t: Translator) -> Message:
    """Tell a KAM lead that an account needs a KAM."""
    sentence = t(
        "{person} created the account {account}. It has no KAM yet.",
        person=t.person(told.by),
        account=Typed(told.account.name),
    )
    return message(sentence, section(sentence), context(t("You get this because you lead the KAMs.")))


def part_given(told: PartGiven, t: Translator) -> Message:
    """Tell somebody that they have a part for an account now, or not any more."""
    said = (_TAKEN if told.is_over else _GIVEN)[told.part]
    sentence = t(said, person=t.person(told.by), account=_short(told.account.name))
    return message(
        sentence,
        section(bold(sentence)),
        context(t("You get this because your part changed. The card shows everything: /kam account.")),
        None if told.is_over else actions(button(t("Show the account"), "account.pick0", told.account.id)),
    )


def _units(found: AccountCard, t: Translator) -> Element | None:
    """Let the reader choose the whole group, the account alone, a unit of it, or what it belongs to."""
    account, family = found.account, found.family
    choices: list[Choice] = []
    if family.units:
        choices.append((f"{Scope.GROUP}:{account.id}", t("The whole group")))
        choices.append((f"{Scope.ALONE}:{account.id}", t("Only {account}", account=_short(account.name))))
    elif family.parent:
        choices.append((f"{Scope.GROUP}:{account.id}", _short(account.name)))
    if family.parent:
        parent = _short(family.parent.name)
        choices.append((f"{Scope.GROUP}:{family.parent.id}", Words(f"↑ {parent.plain}", f"↑ {parent.mrkdwn}")))
    choices += [(f"{Scope.GROUP}:{unit.id}", _short(unit.name)) for unit in family.units]
    if not choices:
        return None
    return select(choices[:OPTIONS], f"{found.scope}:{account.id}", t("Choose a unit"), "account.unit")


def _menu(found: AccountCard, t: Translator) -> Element | None:
    """Offer what this reader may change; Slack wants a menu to have at least two choices."""
    account_id = found.account.id
    if len(found.deeds) == 1:
        return button(t(_DEED[found.deeds[0]]), "account.menu", f"{found.deeds[0]}:{account_id}")
    choices = [(f"{deed}:{account_id}", t(_DEED[deed])) for deed in found.deeds]
    if Deed.TEAM in found.deeds:
        choices.append((f"merge:{account_id}", t("Same as another one …")))
    return overflow("account.menu", choices) if choices else None


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
    lines = [_contact(contact, found.account.ref, t) for contact in found.contacts]
    return _list(t("Key contacts"), lines, _more(found.contact_count - len(lines), t))


def _contact(contact: ContactOnMap, shown: AccountRef, t: Translator) -> Words:
    roles = t.all_of([label(t, labels.DECISION_ROLE, role) for role in contact.decision_roles])
    met = t("last contact {day}", day=t.local_day(contact.last_touch)) if contact.last_touch else t("not met yet")
    late = contact.lapse(t.now) in {Lapse.SOFT, Lapse.HARD}
    return joined(
        [
            joined([_short(contact.name), _short(contact.title or "")], ", "),
            label(t, labels.LEVEL, contact.level),
            roles,
            Words(f"⏳ {met.plain}", f"⏳ {met.mrkdwn}") if late else met,
            _elsewhere(contact.account, shown),
        ]
    )


def _matters(
    title: Words, matters: Sequence[OpenMatter], count: int, states: Mapping[str, str], t: Translator
) -> Block | None:
    return _list(title, [_matter(matter, states, t) for matter in matters], _more(count - len(matters), t))


def _more(left_out: int, t: Translator) -> Callable[[int], Words]:
    """Return what says how many there are more than fit, and than are listed."""
    return lambda hidden: _and_more(left_out + hidden, t)


def _and_more(count: int, t: Translator) -> Words:
    return t.plural("and {count} more", "and {count} more", count) if count > 0 else NO_WORDS


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
    return _list(t("Open promises to the customer"), lines, _more(found.promise_count - len(lines), t))


def _promise(promise: Commitment, shown: AccountRef, t: Translator) -> Words:
    return joined(
        [
            _due(promise, t),
            _one_line(promise.text),
            _person(promise.owner, t),
            Typed(promise.short_id or ""),
            _elsewhere(promise.account, shown),
        ]
    )


def _due(promise: Commitment, t: Translator) -> Words:
    if promise.due_on is None:
        return NO_WORDS
    day = t.day(promise.due_on)
    return t("⏳ overdue since {day}", day=day) if promise.overdue(t.today) else day


def _interactions(found: AccountCard, t: Translator) -> list[Block | None]:
    """Show the last ones; the button stands beside their title, as on a phone it takes a third of what it stands beside."""
    lines = [_interaction(interaction, found.account.ref, t) for interaction in found.interactions]

    def more(hidden: int) -> Words:
        return t("Older ones: /kam-ask") if found.more_interactions or hidden else NO_WORDS

    briefing = button(t("Briefing"), "briefing.add", Wanted(Ref(Subject.ACCOUNT, found.account.id)).key)
    title = section(bold(t("Last interactions")), briefing) if lines else None
    return [title, _list(NO_WORDS, lines, more)]


def _interaction(interaction: LastInteraction, shown: AccountRef, t: Translator) -> Words:
    what = joined(
        [
            Typed(f"I-{interaction.number}"),
            t.local_day(interaction.at),
            t("planned") if interaction.at > t.now else NO_WORDS,
            label(t, labels.KIND, interaction.kind),
            _person(interaction.author, t),
            _elsewhere(interaction.account, shown),
            labels.narrowed(t, interaction.visibility),
        ]
    )
    return joined([what, _one_line(interaction.text)], ": ")


def _who_sees(found: AccountCard, t: Translator) -> Words:
    if found.because is None:
        return t("Visible to everyone in the company; notes count as far as you may read them.")
    return t(
        "🔒 Only KAM, deputy, account team, relationship owners, sponsor and KAM leads see this account. You see it because {reason}.",
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
    return joined([joined(names[:_NAMES], ", "), _and_more(len(names) - _NAMES, t)], " ")


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
