"""What briefings read that no other page does."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.access import Viewer
from bot.domain.accounts import OpenMatters
from bot.domain.briefings import Heard, Hypothesis, Judgement
from bot.domain.identity import AccountId, ContactId
from bot.domain.requests import UNDER_WAY, State


class Briefings(Protocol):
    """What is known before a meeting, as far as the reader may know it."""

    def heard(
        self,
        account_ids: Collection[AccountId],
        contact_id: ContactId | None,
        viewer: Viewer,
        now: datetime,
        most: int,
    ) -> tuple[Heard, ...]:
        """Return the newest notes of each category and those planned next, in one statement; the newest first.

        With a contact only notes in which they took part, whatever account these are about.
        """

    def open_matters(
        self,
        account_ids: Collection[AccountId],
        viewer: Viewer,
        most: int,
        asked_in: tuple[State, ...] = UNDER_WAY,
    ) -> OpenMatters:
        """Return headers of requests in these states and of open conflicts, at most so many of each, in one statement.

        Without a state it reads no requests. Of a request that the reader sees whole the header names who works on it.
        """

    def judged(
        self, account_ids: Collection[AccountId], contact_id: ContactId | None, now: datetime
    ) -> tuple[tuple[Judgement, ...], tuple[Hypothesis, ...]]:
        """Return the newest judgement of each measure, and the hypotheses that are open, the newest first.

        Of contacts only what was judged where they stand now, and nothing of those who left.
        For the circle of these accounts: whoever asks has made sure of it. With a contact only theirs, and those of the
        account as a whole.
        """
