"""``scharnier doctor``: everything that is needed, one line each."""

import sys

import click

from bot.console import AS_JSON, DATA_WRONG, print_json


@click.command()
@AS_JSON
def doctor(*, as_json: bool) -> None:
    """Look at everything Scharnier needs, one line each, and say what to do next.

    Nothing is changed and nothing is posted. ✓ is right, ! works for now, ✗ does not work.

    Exit codes: 0 nothing is wrong, 1 something is (✗).
    """
    from bot.clock import utc_now
    from bot.doctor import Mark, examine

    findings = []
    for finding in examine(utc_now):
        findings.append(finding)
        if not as_json:
            click.echo(f"{finding.mark.value} {finding.what}: {finding.says}")
    wrong = any(finding.mark is Mark.WRONG for finding in findings)
    if as_json:
        marks = {Mark.RIGHT: "right", Mark.DOUBT: "doubt", Mark.WRONG: "wrong"}
        print_json(
            ok=not wrong,
            findings=[{"mark": marks[one.mark], "what": one.what, "says": one.says} for one in findings],
        )
    if wrong:
        sys.exit(DATA_WRONG)
