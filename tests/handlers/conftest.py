"""Who and what the tests of the handlers begin with."""

import pytest

from bot.domain.identity import AccountId
from bot.domain.members import Member
from tests.company import Company


@pytest.fixture
def helvetia(company: Company, tobias: Member) -> AccountId:
    """An account with a channel of its own."""
    return company.account("Helvetia Pumpen", "HPU", kam=tobias, channel_id="CHPU")
