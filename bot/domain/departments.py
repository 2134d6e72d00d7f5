"""Departments: units of our company that receive requests."""

from dataclasses import dataclass

from bot.domain.identity import ChannelId, DepartmentId
from bot.domain.members import Person

ANSWER_HOURS = 16
"""Working hours within which a department answers unless it says otherwise."""
LEAD_DAYS = 5
"""Working days a department needs unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Department:
    """A unit with its channel, its people and what it promises."""

    id: DepartmentId
    name: str
    channel_id: ChannelId
    coordinator: Person
    head: Person | None = None
    deputy: Person | None = None
    answer_hours: int = ANSWER_HOURS
    lead_days: int = LEAD_DAYS
    language: str | None = None
    time_zone: str | None = None
    country: str | None = None
    region: str | None = None
    working_hours: str | None = None

    @property
    def speakers(self) -> tuple[Person, ...]:
        """Return coordinator, head and deputy, each once: they always may answer."""
        people = (self.coordinator, self.head, self.deputy)
        return tuple({person.id: person for person in people if person is not None and not person.left}.values())
