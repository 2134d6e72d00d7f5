from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.delivery import ReplyTo
from bot.domain.interactions import InteractionLogged, LogLine, WithdrawInteraction
from bot.services import interactions
from storage.store import SqlStore
from tests.company import NOW, Company, channel


def test_an_author_may_undo_for_a_day_and_the_kam_afterwards(store: SqlStore, company: Company) -> None:
    lea, tobias = company.member("Lea"), company.member("Tobias")
    company.account("Helvetia", kam=tobias)
    done = interactions.log_line(
        store, NOW, LogLine(lea, "Helvetia: Besuch", channel("x"), "trigger:1", ReplyTo(lea.id))
    )
    assert isinstance(done, InteractionLogged)
    later = NOW + timedelta(hours=25)
    undo = WithdrawInteraction(lea, done.interaction.id, "trigger:2", ReplyTo(lea.id))

    with pytest.raises(errors.RegretOver) as refused:
        interactions.withdraw(store, later, undo)
    assert refused.value.kam == tobias.person

    withdrawn = interactions.withdraw(store, later, WithdrawInteraction(tobias, done.interaction.id, "trigger:3", ReplyTo(tobias.id)))
    assert withdrawn.interaction.withdrawn_at == later
