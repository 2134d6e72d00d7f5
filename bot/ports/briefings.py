"""What briefings read that no other page does."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.access import Viewer
from bot.domain.accounts import OpenMatter
from bot.domain.briefings import Heard, Hypothesis, Judgement, Offer
from bot.domain.identity import AccountId, ContactId


class Briefings(Protocol):
    """What is known before a meeting, as far as the reader may know it."""

    def contacts_named(self, key: str, viewer: Viewer, now: datetime, most: int) -> tuple[Offer, ...]:
        """Return the contacts who bear exactly this name."""

    def contacts_like(self, key: str, viewer: Viewer, now: datetime, most: int) -> tuple[Offer, ...]:
        """Return contacts in whose name one of these words stands, those changed last first; all for no words."""

    def aims(self, contact_id: ContactId, viewer: Viewer, now: datetime) -> tuple[AccountId, str | None] | None:
        """Return a contact's account and aims, if both exist for this reader."""

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

    def open_matters(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[OpenMatter, ...]:
        """Return headers of the requests and conflicts under way, the nearest date first, in one statement.

        Of a request that the reader sees whole the header names who works on it.
        """

    def judged(
        self, account_ids: Collection[AccountId], contact_id: ContactId | None
    ) -> tuple[tuple[Judgement, ...], tuple[Hypothesis, ...]]:
        """Return the newest judgement of each measure, and the hypotheses that are open, the newest first.

        For the circle of these accounts: whoever asks has made sure of it. With a contact only theirs, and those of the
        account as a whole.
        """
