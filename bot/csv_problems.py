"""What is wrong with set-up data, in plain sentences."""

from collections.abc import Mapping, Sequence

from bot.domain import names
from bot.domain.setup import Flaw, Problem

SHOWN = 100
"""Problems that are listed; of the rest only their number."""


def sentences(problems: Sequence[Problem]) -> list[str]:
    """Say where each problem is and what to write instead; the first 100, then how many more there are."""
    shown = [f"{_place(problem)}: {sentence(problem)}" for problem in problems[:SHOWN]]
    if more := len(problems) - len(shown):
        shown.append(f"… and {more} more.")
    return shown


def sentence(problem: Problem) -> str:
    """Say what is wrong and what to write instead."""
    typed = names.one_line(problem.typed)
    return SENTENCES[problem.flaw].format(
        typed=typed if len(typed) <= 80 else f"{typed[:79]}…",
        hints=", ".join(problem.hints),
        maybe=f" Did you mean {_either(problem.hints)}?" if problem.hints else "",
        line=problem.other_line,
    )


def _place(problem: Problem) -> str:
    line = f", line {problem.line}" if problem.line is not None else ""
    column = f", column {problem.column}" if problem.column is not None else ""
    return f"{problem.file}{line}{column}"


def _either(hints: Sequence[str]) -> str:
    return " or ".join(f'"{hint}"' for hint in hints)


SENTENCES: Mapping[Flaw, str] = {
    Flaw.UNREADABLE: "The file cannot be read ({typed}); check what it is and who may read it.",
    Flaw.MISNAMED: "No file of this name is read; rename it to {hints}, or take it out of the folder.",
    Flaw.NO_HEADER: "The file is empty; its first line must name the columns, at least {hints}.",
    Flaw.NOT_UTF8: "The byte {typed} is not UTF-8; save the file as “CSV UTF-8”.",
    Flaw.NUL: "The line holds a NUL character; delete it, or export the file again as plain CSV.",
    Flaw.OPEN_QUOTE: "A quotation mark that begins a cell here is never closed; close it, or double it if it is part "
    "of the text (a cell holds at most 131,072 characters).",
    Flaw.STRAY_QUOTE: "A closing quotation mark is followed by more text; double quotation marks that are part of the "
    "text.",
    Flaw.UNKNOWN_COLUMN: 'There is no column "{typed}"; the closest is "{hints}".',
    Flaw.COLUMN_TWICE: "The column is named twice; keep one of them.",
    Flaw.COLUMN_MISSING: "This column is compulsory and missing; add it to the first line and fill it in every row.",
    Flaw.CELL_COUNT: "The row has {typed} cells, the first line names {hints}; put text that holds the delimiter in "
    "quotation marks, and write a delimiter for every empty cell.",
    Flaw.EMPTY: "The cell is empty; this column must be filled in every row.",
    Flaw.TOO_LONG: "The text is too long; write at most {hints} characters.",
    Flaw.NOT_ONE_OF: '"{typed}" is not known here; write one of {hints}.',
    Flaw.NOT_A_NUMBER: '"{typed}" is not a whole number in the allowed range; write one from {hints}.',
    Flaw.NOT_A_SLACK_ID: '"{typed}" is not a Slack user id; write it as in the profile under “Copy member ID”, such as '
    "U012AB3CD.",
    Flaw.NOT_A_PERSON: '"{typed}" is neither a Slack user id nor an e-mail address; write one of them, such as '
    "U012AB3CD or lea@example.com.",
    Flaw.NOT_A_CHANNEL: '"{typed}" is not a Slack channel id; write the id from the end of the channel’s details, such '
    "as C012AB3CD.",
    Flaw.NOT_AN_EMAIL: '"{typed}" is not an e-mail address; write one such as lea@example.com.',
    Flaw.NOT_A_COUNTRY: '"{typed}" is not a country code; write the two letters of ISO 3166, such as DE, CH or GB.',
    Flaw.NOT_A_REGION: '"{typed}" is no region of this country that has holidays of its own; empty the cell, or write '
    "one of {hints}.",
    Flaw.NOT_A_ZONE: '"{typed}" is not a time zone; write a name such as Europe/Berlin.{maybe}',
    Flaw.NOT_WORKING_HOURS: '"{typed}" cannot be read as working hours; write days and hours such as '
    "Mo-Fr 08:00-17:00 or Mo-Th 08:00-17:00; Fr 08:00-15:00.",
    Flaw.NOT_A_MOMENT: '"{typed}" is not a date; write 2026-03-31, 2026-03-31 14:30 or 2026-03-31T14:30+02:00.',
    Flaw.SOURCE_ALONE: "A source without a value says nothing; write the satisfaction from 1 to 5, or empty this cell.",
    Flaw.TWO_ATTITUDES: '"{typed}" says another attitude than the row does elsewhere; champion means 5, opponent means '
    "1, so keep one of them.",
    Flaw.RELATION_ALONE: '"{typed}" says how a unit belongs to its parent; name the parent, or empty this cell.',
    Flaw.TWICE: "This repeats line {line}; keep one of the two rows.",
    Flaw.UNKNOWN_EMAIL: '"{typed}" belongs to nobody in members.csv or known from Slack; write the Slack user id, or add '
    "the address in members.csv.",
    Flaw.SHARED_EMAIL: '"{typed}" belongs to several members; write the Slack user id of one: {hints}.',
    Flaw.UNKNOWN_DEPARTMENT: 'There is no department "{typed}"; add it to departments.csv, or correct the name.{maybe}',
    Flaw.UNKNOWN_ACCOUNT: 'There is no account "{typed}"; add it to accounts.csv, or correct the name.{maybe}',
    Flaw.SHARED_ALIAS: '"{typed}" is an alias of several accounts; write the name of one: {hints}.',
    Flaw.UNKNOWN_CONTACT: 'There is no contact "{typed}" at this account; add the row to contacts.csv, or correct the '
    "name.{maybe}",
    Flaw.SHARED_CONTACT: 'Several contacts of this group are called "{typed}"; add the one who is meant to this account '
    "in contacts.csv.",
    Flaw.CIRCLE: '"{typed}" leads back to this row in a circle; empty the cell in one of the rows.',
    Flaw.OWN_SPONSOR: '"{typed}" would back themselves; name somebody else, or take the row out.',
}
