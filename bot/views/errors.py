"""Errors of forms and of Slack: what to mend, and a button that tries again."""

from bot.i18n import Translator, Typed, Words
from bot.views.blocks import Message, View, actions, button, message, modal, section


def field_problem(kind: str, t: Translator) -> Words:
    """Say how to mend one field of a form."""
    match kind:
        case "missing":
            return t("Please fill this in.")
        case "string_too_long":
            return t("This is too long. Please shorten it.")
        case "date_parsing" | "date_from_datetime_parsing" | "datetime_parsing":
            return t("Please choose a date.")
        case _:
            return t("Please choose one of the offered values.")


def apology(reference: str, t: Translator) -> Words:
    """Say that the fault is ours, with the reference that stands in the log."""
    return t(
        "Something went wrong on our side and nothing was saved. Please try again; "
        "if it happens again, give your admin the reference {reference}.",
        reference=Typed(reference),
    )


def away(t: Translator, *, in_doubt: bool) -> Words:
    """Say that the database does not answer; ``in_doubt`` when it was cut while it stored."""
    if in_doubt:
        return t(
            "The connection to the database broke while this was being saved. "
            "Please look whether it is there before you send it again."
        )
    return t("Scharnier's database does not answer just now, so this was not saved. Please try again in a moment.")


def with_text(sorry: Words, typed: str, t: Translator) -> Words:
    """Give back what was typed, so that it can be sent again."""
    return t("{sorry} Your text was: {typed}", sorry=sorry, typed=Typed(typed[:1500])) if typed else sorry


def instead(sentence: Words, t: Translator) -> View:
    """Take the place of a modal that has no field to show a sentence at."""
    return modal("notice", t("Scharnier"), section(sentence), close=t("Close"))


def not_opened(purpose: str, draft_id: int | None, t: Translator) -> Message:
    """Offer to open a form again that Slack did not open in time; what was typed is kept."""
    sentence = t("Slack did not open the form in time. What you typed is kept.")
    if draft_id is None:
        sentence = t("Slack did not open the form in time. Please press the button again.")
        return message(sentence, section(sentence))
    again = button(t("Open the form"), f"{purpose}.open", draft_id, style="primary")
    return message(sentence, section(sentence), actions(again))
