"""Contact forms: new contact, edit, assess, new position, left the company, hypothesis, and who listens to whom."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.accounts import AccountRef
from bot.domain.contact_assessments import Measure
from bot.domain.contact_commands import ContactChoice, ContactForm, Deed
from bot.domain.contacts import LONGEST_LINE, LONGEST_NAME, Contact
from bot.i18n import Translator, Typed, Words, bold
from bot.views import blocks, labels
from bot.views.blocks import Block, Choice, Element, View, actions, button, context, cut, field, modal, section
from bot.views.contact_labels import RHYTHM, STRENGTH, UNKNOWN, VALUES
from bot.views.contacts import lacking
from bot.views.labels import choices, label

Fields = Sequence[Block | None]


def form(shown: ContactForm, t: Translator) -> View:
    """Build the form of one deed."""
    title, fields = _FORMS[shown.deed](shown, t)
    # Only a new contact's name was typed before: its form can be opened again from what is kept.
    kept = "draft" if shown.deed is Deed.NEW else "kept"
    return modal(
        f"contact.{shown.deed}",
        title,
        _who(shown, t),
        *fields,
        submit=t("Save"),
        close=t("Cancel"),
        metadata={kept: shown.draft_id, "more": 1 if shown.more else None},
    )


def _who(shown: ContactForm, t: Translator) -> Block | None:
    """Say whom a form is about, and that only the circle reads what is judged."""
    contact = shown.contact
    if contact is None:
        return None
    who = t("{name} at {account}", name=_name(contact), account=Typed(contact.account.name))
    if shown.deed is Deed.NEW:
        return context(t("Succeeds {contact}; relationship owner, level and who reports are taken over.", contact=who))
    if shown.deed in {Deed.ASSESS, Deed.SUPPOSE}:
        return context(who, t("Only the account's circle reads this. Write it so that the person could read it."))
    return context(who)


def _new(shown: ContactForm, t: Translator) -> tuple[Words, Fields]:
    return t("New contact"), (
        field("name", t("Name"), blocks.text_input(shown.name, example=t("Annegret Thommen"), most=LONGEST_NAME)),
        field("account", t("Account"), _account(shown.account, t), t("Where this person works.")),
        context(
            t(
                "You typed {account}; no single account is called so.",
                account=Typed(cut(shown.unknown_account, LONGEST_NAME)),
            )
        )
        if shown.unknown_account
        else None,
        field(
            "title",
            t("Title or function"),
            blocks.text_input(shown.contact.title or "" if shown.contact else "", most=LONGEST_LINE),
            optional=True,
        ),
        field("email", t("E-mail"), blocks.text_input(most=LONGEST_LINE), optional=True),
    )


def _edit(shown: ContactForm, t: Translator) -> tuple[Words, Fields]:
    contact = _contact(shown)
    return t("Edit contact"), (
        field("name", t("Name"), blocks.text_input(contact.name, most=LONGEST_NAME)),
        field(
            "title", t("Title or function"), blocks.text_input(contact.title or "", most=LONGEST_LINE), optional=True
        ),
        _level(contact.level, shown.suggested_level, t),
        field(
            "roles",
            t("Decision role"),
            blocks.checkboxes(choices(t, labels.DECISION_ROLE), contact.decision_roles),
            optional=True,
        ),
        field(
            "aims",
            t("What does this person aim at?"),
            blocks.text_input(contact.aims or "", many_lines=True, example=t("No surprises with delivery dates")),
            optional=True,
        ),
        field(
            "owner",
            t("Relationship owner"),
            blocks.person(contact.owner.id if contact.owner else None, t("Choose a colleague")),
            t("Hears of it, and belongs to the account's circle from then on."),
            optional=True,
        ),
        field(
            "rhythm",
            t("How often do they wish to hear from us?"),
            blocks.select(_rhythms(contact.wished_days, t), _text(contact.wished_days), t("As usual for their level")),
            optional=True,
        ),
        *(_edit_more(shown, contact, t) if shown.more else (actions(button(t("More"), "contact.more")),)),
    )


def _edit_more(shown: ContactForm, contact: Contact, t: Translator) -> Fields:
    above, counterpart = shown.relations.reports_to, contact.named_counterpart
    return (
        field(
            "counterpart",
            t("Counterpart of ours"),
            blocks.person(counterpart.id if counterpart else None, t("Choose a colleague")),
            t("Our person of the same level; empty means the relationship owner."),
            optional=True,
        ),
        field(
            "reports_to",
            t("Reports to"),
            blocks.search("contact.beside", t("Search a contact"), _beside(above) if above else None),
            optional=True,
        ),
        field("email", t("E-mail"), blocks.text_input(contact.email or "", most=LONGEST_LINE), optional=True),
        field("phone", t("Phone"), blocks.text_input(contact.phone or "", most=LONGEST_LINE), optional=True),
    )


def _assess(shown: ContactForm, t: Translator) -> tuple[Words, Fields]:
    strengths = choices(t, STRENGTH)
    return t("Assess contact"), (
        _judgement(Measure.ATTITUDE, t("Attitude to us"), t),
        _judgement(Measure.INFLUENCE, t("Influence"), t),
        field(
            "member",
            t("Which of us knows them?"),
            blocks.person(None, t("Choose a colleague")),
            t("For how well somebody knows them; leave both empty where it is only about the contact."),
            optional=True,
        ),
        field("strength", t("How well?"), blocks.select(strengths, None, t("Stays as it is")), optional=True),
        field(
            "desired", t("How well do we wish it?"), blocks.select(strengths, None, t("Stays as it is")), optional=True
        ),
        field(
            "reason",
            t("What makes you think so?"),
            blocks.text_input(many_lines=True, example=t("Put our concept before the board without being asked")),
        ),
        *(
            (
                _judgement(Measure.RELATIONSHIP, t("How good is the relationship?"), t),
                _judgement(Measure.PARTNERSHIP, t("How good is the partnership?"), t),
            )
            if shown.more
            else (actions(button(t("More"), "contact.more")),)
        ),
    )


def _move(shown: ContactForm, t: Translator) -> tuple[Words, Fields]:
    contact = _contact(shown)
    return t("New position"), (
        field("account", t("Account"), _account(shown.account, t), t("Where this person works now.")),
        field(
            "title", t("Title or function"), blocks.text_input(contact.title or "", most=LONGEST_LINE), optional=True
        ),
        _level(contact.level, shown.suggested_level, t),
        field("from_on", t("Since when?"), blocks.day(shown.today)),
        context(
            t("Where they stood before is kept. What was judged stays with the circle of the account it was judged at.")
        ),
    )


def _leave(shown: ContactForm, t: Translator) -> tuple[Words, Fields]:
    said = lacking(shown.lacks, t)
    return t("Left the company"), (
        section(bold(said)) if said else None,
        field("left_on", t("Last day"), blocks.day(shown.today)),
        context(t("The KAM hears of it at once. Everything known stays, and a successor can be named afterwards.")),
    )


def _suppose(_shown: ContactForm, t: Translator) -> tuple[Words, Fields]:
    return t("Hypothesis"), (
        field(
            "text",
            t("What may happen?"),
            blocks.text_input(many_lines=True, example=t("May lead the unit next"), most=LONGEST_LINE),
        ),
        field(
            "basis",
            t("What is it based on?"),
            blocks.text_input(many_lines=True, example=t("Runs the new line since May"), most=LONGEST_LINE),
        ),
    )


def _influence(shown: ContactForm, t: Translator) -> tuple[Words, Fields]:
    contact = _contact(shown)
    return t("Who listens to them"), (
        field(
            "influences",
            t("Who listens to {name}?", name=_name(contact)),
            blocks.multi_search(
                "contact.beside", t("Search a contact"), [_beside(one) for one in shown.relations.influences]
            ),
            t("Only the account's circle reads this. Whom you take out does not count any more."),
            optional=True,
        ),
    )


_FORMS: Mapping[Deed, Callable[[ContactForm, Translator], tuple[Words, Fields]]] = {
    Deed.NEW: _new,
    Deed.EDIT: _edit,
    Deed.ASSESS: _assess,
    Deed.MOVE: _move,
    Deed.LEAVE: _leave,
    Deed.SUPPOSE: _suppose,
    Deed.INFLUENCE: _influence,
}


def _contact(shown: ContactForm) -> Contact:
    if shown.contact is None:
        raise LookupError(shown.deed)
    return shown.contact


def _account(account: AccountRef | None, t: Translator) -> Element:
    chosen = (str(account.id), Typed(account.name)) if account else None
    return blocks.search("account.find", t("Search an account"), chosen)


def _level(level: int | None, suggested: int | None, t: Translator) -> Block:
    """Ask for the level; where none is known, the title's words suggest one."""
    hint = None
    if level is None and suggested is not None:
        hint = t("Suggested by the title: {level}. Rank counts, not size.", level=label(t, labels.LEVEL, suggested))
    listed = blocks.select(choices(t, labels.LEVEL), _text(level or suggested), t("Not known yet"))
    return field("level", t("Level"), listed, hint, optional=True)


def _judgement(measure: Measure, asked: Words, t: Translator) -> Block:
    listed = [*choices(t, VALUES[measure]), (UNKNOWN, t("Not known yet"))]
    return field(measure, asked, blocks.select(listed, None, t("Stays as it is")), optional=True)


def _rhythms(wished_days: int | None, t: Translator) -> list[Choice]:
    """Offer the usual rhythms, and the one that is set although it is not usual."""
    usual = choices(t, RHYTHM)
    if wished_days is None or str(wished_days) in RHYTHM:
        return usual
    return [(str(wished_days), t.plural("Every {count} day", "Every {count} days", wished_days)), *usual]


def _beside(contact: ContactChoice) -> Choice:
    return str(contact.id), Typed(contact.name)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _name(contact: Contact) -> Typed:
    return Typed(cut(contact.name, 60))
