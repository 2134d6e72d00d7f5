"""Account forms: what an account is, where the relationship stands, how good it is, and who is on the team."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from bot.domain.account_edits import COUNTRIES, RHYTHMS, AccountForm, Deed
from bot.domain.account_shape import FIRST, Stage
from bot.domain.accounts import LONGEST_NAME
from bot.domain.members import Person
from bot.i18n import Translator, Typed, Words, bold, joined
from bot.views import blocks, labels
from bot.views.blocks import Block, Choice, Element, View, actions, button, field, modal, section, select, text_input
from bot.views.labels import N_, choices, label

NONE = "none"
"""What a list carries for nothing: Slack lets nobody take a choice back."""
_MISSION = 600
_REASON = 500
_SEEN_BY = {
    Stage.EXPLORATORY: N_("no regular business, fewer than 3 contacts"),
    Stage.BASIC: N_("one pair carries it, the price leads"),
    Stage.COOPERATIVE: N_("preferred, but one of several; 3 or more functions in touch"),
    Stage.INTERDEPENDENT: N_("pairs on 3 or more levels, a joint plan, leaving would be costly"),
    Stage.INTEGRATED: N_("shared systems and teams, leaving would be hard for both"),
}


def form(shown: AccountForm, t: Translator) -> View:
    """Ask for what is changed."""
    match shown.deed:
        case Deed.EDIT:
            return _edit(shown, t)
        case Deed.STAGE:
            return _stage(shown, t)
        case Deed.RATE:
            return _rate(shown, t)
        case Deed.TEAM:
            return _team(shown, t)
        case _:
            assert_never(shown.deed)


def _modal(shown: AccountForm, t: Translator, title: Words, *parts: Block | None) -> View:
    return modal(
        f"account.{shown.deed}",
        title,
        section(bold(Typed(shown.account.name))),
        *parts,
        submit=t("Save"),
        close=t("Cancel"),
        metadata={"draft": shown.draft_id},
    )


def _edit(shown: AccountForm, t: Translator) -> View:
    account = shown.account
    rhythms = [(str(weeks), t.plural("every week", "every {count} weeks", weeks)) for weeks in RHYTHMS]
    return _modal(
        shown,
        t,
        t("Edit account"),
        *(_appointments(shown, t) if shown.assigns else ()),
        _choice("tier", t("Tier"), choices(t, labels.TIER), account.tier, t("Not a key account")),
        field(
            "mission",
            t("Mission"),
            text_input(account.mission or "", many_lines=True, most=_MISSION),
            t("What the relationship is for, in one or two sentences."),
            optional=True,
        ),
        _choice(
            "jour_fixe",
            t("Jour fixe"),
            rhythms,
            str(account.jour_fixe_weeks) if account.jour_fixe_weeks else None,
            t("No jour fixe"),
        ),
        _choice(
            "coverage", t("Who faces the customer?"), choices(t, labels.COVERAGE), account.coverage, t("Not chosen yet")
        ),
        field(
            "access",
            t("Who may see it?"),
            blocks.radio(choices(t, labels.ACCESS), account.access),
            t(
                "Restricted: for all but KAM, deputy, team, relationship owners, sponsor and KAM leads it is as if it did "
                "not exist, its notes included. Its channel hears nothing more; what was posted before stays there."
            ),
        ),
        *(_rarer(shown, t) if shown.more else [actions(button(t("More"), "account.more"))]),
    )


def _appointments(shown: AccountForm, t: Translator) -> tuple[Block, ...]:
    account = shown.account
    return (
        field("kam", t("KAM"), _person(account.kam, t), t("They hear of it at once."), optional=True),
        field("deputy", t("Deputy"), _person(account.deputy, t), optional=True),
    )


def _rarer(shown: AccountForm, t: Translator) -> list[Block]:
    account = shown.account
    known = {*COUNTRIES, *([account.country] if account.country else [])}
    countries = sorted(((code, t.country(code)) for code in known), key=lambda choice: choice[1].plain)
    parent = (str(shown.parent.id), Typed(shown.parent.name)) if shown.parent else None
    return [
        field("name", t("Name"), text_input(account.name, most=LONGEST_NAME), t("The old name stays as an alias.")),
        field(
            "aliases",
            t("Other names"),
            text_input("\n".join(shown.aliases), many_lines=True),
            t("One a line. Everything that is typed with them finds this account."),
            optional=True,
        ),
        field("kind", t("Kind"), select(choices(t, labels.ACCOUNT_KIND), account.kind)),
        field(
            "parent",
            t("Part of"),
            blocks.search("account.parent", t("Search an account"), parent),
            optional=True,
        ),
        _relation(shown, t),
        _choice("country", t("Country"), countries, account.country, t("Not known")),
        _choice("language", t("Language"), _languages(t), account.language, t("Not known")),
        field(
            "channel",
            t("Channel"),
            blocks.channel(account.channel_id, t("Choose a channel")),
            t(
                "News of this account goes there, for everyone to read. Into a private channel, please invite Scharnier."
            ),
            optional=True,
        ),
        *(
            [
                field(
                    "sponsor",
                    t("Own sponsor"),
                    _person(account.sponsor, t),
                    t("Only if it is not the one who backs its KAM; those are assigned with /kam sponsor."),
                    optional=True,
                )
            ]
            if shown.assigns
            else []
        ),
    ]


def _relation(shown: AccountForm, t: Translator) -> Block:
    """Ask how it belongs to its parent; what it is of a parent that is hidden would reveal that there is one."""
    nothing = (NONE, t("Part of no group"))
    first = shown.account.relation if shown.parent else NONE
    return field("relation", t("As what?"), select([*choices(t, labels.RELATION), nothing], first, t("Choose")))


def _stage(shown: AccountForm, t: Translator) -> View:
    account = shown.account
    steps = [joined([bold(label(t, labels.STAGE, stage)), t(seen_by)], ": ") for stage, seen_by in _SEEN_BY.items()]
    at_risk = [("yes", t("At risk: it may fall back"))]
    return _modal(
        shown,
        t,
        t("Relationship stage"),
        section(joined([Words(f"• {step.plain}", f"• {step.mrkdwn}") for step in steps], "\n")),
        # A new unit starts with the first (S66).
        field("stage", t("Where do we stand?"), select(choices(t, labels.STAGE), account.stage or FIRST)),
        _choice(
            "desired",
            t("Where do we want to be?"),
            choices(t, labels.STAGE),
            account.desired_stage,
            t("Not chosen yet"),
            t("Higher is not better: the top is rare and costly."),
        ),
        field(
            "at_risk", t("And now?"), blocks.checkboxes(at_risk, ["yes"] if account.is_at_risk else []), optional=True
        ),
        _why(t, t("What did you see? Needed when something changes; kept with the day and your name.")),
    )


def _rate(shown: AccountForm, t: Translator) -> View:
    stored = {rating.measure: rating for rating in shown.ratings}
    questions: Mapping[str, str] = {
        "relationship": N_("How good is the relationship?"),
        "partnership": N_("How much of a partnership is it?"),
    }
    asked = [
        _choice(
            key,
            t(question),
            choices(t, labels.RATING[key]),
            next((str(rating.value) for measure, rating in stored.items() if measure == key), None),
            t("Not known yet"),
        )
        for key, question in questions.items()
    ]
    return _modal(
        shown,
        t,
        t("Rate the relationship"),
        *asked,
        _why(t, t("One sentence, so that they could read it. Only the account's own people see it.")),
    )


def _team(shown: AccountForm, t: Translator) -> View:
    here = [member.person.id for member in shown.team if not member.person.left]
    return _modal(
        shown,
        t,
        t("Account team"),
        field(
            "people",
            t("Who is on the team?"),
            blocks.people(here, t("Choose colleagues")),
            t("Everybody involved. Whoever joins hears of it, and sees all of a restricted account."),
            optional=True,
        ),
        _choice("role", t("Part of those who join"), choices(t, labels.TEAM_ROLE), None, t("None in particular")),
        field(
            "topic",
            t("Topic of those who join"),
            text_input(most=80, example=t("Couplings")),
            optional=True,
        ),
    )


def _choice(
    name: str,
    said: Words,
    known: Sequence[Choice | tuple[str, Words]],
    initial: str | None,
    nothing: Words,
    hint: Words | None = None,
) -> Block:
    """Ask for one of a list, in which nothing is a choice of its own."""
    offered: list[Choice] = [*known, (NONE, nothing)]
    return field(name, said, select(offered, NONE if initial is None else initial), hint)


def _why(t: Translator, hint: Words) -> Block:
    return field("reason", t("Why?"), text_input(many_lines=True, most=_REASON), hint, optional=True)


def _person(person: Person | None, t: Translator) -> Element:
    initial = None if person is None or person.left else person.id
    return blocks.person(initial, t("Choose a colleague"))


def _languages(t: Translator) -> list[Choice]:
    return [("en", t("English")), ("de", t("German"))]
