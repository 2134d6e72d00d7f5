"""Errors of forms and of Slack: what to mend, and a button that tries again."""

from bot.i18n import Translator, Words
from bot.views.blocks import Message, actions, button, message, section


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


def not_opened(purpose: str, draft_id: int | None, t: Translator) -> Message:
    """Offer to open a form again that Slack did not open in time; what was typed is kept."""
    sentence = t("Slack did not open the form in time. What you typed is kept.")
    if draft_id is None:
        sentence = t("Slack did not open the form in time. Please press the button again.")
        return message(sentence, section(sentence))
    again = button(t("Open the form"), f"{purpose}.open", draft_id, style="primary")
    return message(sentence, section(sentence), actions(again))
