from dataclasses import replace

import pytest

from bot.domain.accounts import AccountRef
from bot.domain.identity import DraftId
from bot.domain.interactions import LogForm
from bot.i18n import translator
from bot.views import interactions as views
from tests.slack import words
from tests.views.gallery.interactions import HELVETIA, NOW, SECRET, SHORT


@pytest.mark.parametrize(
    ("before", "account", "said"),
    [
        (None, SECRET, "only its own people see this"),
        (SECRET, HELVETIA, "leaves a restricted account"),
        (SECRET, SECRET, "only its own people see this"),
    ],
)
def test_the_form_says_beforehand_who_reads_a_note_of_a_restricted_account(
    before: AccountRef | None, account: AccountRef, said: str
) -> None:
    old = replace(SHORT, account=before) if before else None

    assert said in words(views.form(LogForm(DraftId(1), old, account=account), translator("en", NOW)))


def test_the_form_of_an_open_account_says_nothing_of_restriction() -> None:
    form = views.form(LogForm(DraftId(1), SHORT, account=HELVETIA), translator("en", NOW))

    assert "restricted" not in words(form).casefold()
