"""Search forms: which answers a button carries, and what the form of sharing holds."""

import re
from typing import Annotated, Self

from pydantic import Field

from bot.domain.delivery import Ref, Subject
from bot.domain.identity import LARGEST_ID
from bot.domain.search_sharing import SORTS
from bot.domain.setup import member_of
from handlers.forms import Form
from handlers.payloads import View

_OBJECT = re.compile(r"([a-z_]{1,20}):([0-9]{1,19})")
_MOST = 10


_SUBJECTS = frozenset(Subject)


class ShareForm(Form):
    """The modal "Share an answer"."""

    answer: str
    channel: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}$")]

    @classmethod
    def of_metadata(cls, view: View) -> Self:
        """Read what the preview carries: ids only.

        Raises:
            pydantic.ValidationError: it carries something else.
        """
        sort, number, channel = (view.number(name) or 0 for name in ("sort", "object", "channel"))
        about = f"{SORTS[sort]}:{number}" if 0 <= sort < len(SORTS) else ""
        return cls.model_validate({"answer": about, "channel": member_of(channel)})

    @staticmethod
    def objects(carried: str) -> tuple[Ref, ...]:
        """Read the objects that a button carries; whatever is strange names nothing."""
        found = (_OBJECT.fullmatch(part) for part in carried.split()[:_MOST])
        return tuple(
            Ref(Subject(one[1]), int(one[2]))
            for one in found
            if one and one[1] in _SUBJECTS and int(one[2]) <= LARGEST_ID
        )

    @property
    def about(self) -> Ref:
        """Return the chosen answer; a strange one names nothing."""
        return next(iter(self.objects(self.answer)), Ref(Subject.MESSAGE, 0))
