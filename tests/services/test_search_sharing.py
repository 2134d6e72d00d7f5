from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.delivery import ChannelFacts, Ref, Subject
from bot.domain.identity import AccountId, ChannelId
from bot.domain.members import Member
from bot.domain.search_notes import Note
from bot.domain.search_sharing import Audience, ProposeShare, Share, StartShare
from bot.services import channels, search_sharing
from storage.store import SqlStore
from storage.tables import AccountRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.slack import Slack, words

NOTE = Ref(Subject.INTERACTION, 1)
SALES = ChannelId("CSALES")


@pytest.fixture
def helvetia(store: SqlStore, company: Company) -> AccountId:
    """An account with one note that everybody may read."""
    account_id = company.account("Helvetia")
    know(store, account_id, NOTE, company.member("Lea"))
    return account_id


def know(
    store: SqlStore, account_id: AccountId, about: Ref, author: Member, visibility: Visibility = Visibility.COMPANY
) -> None:
    """Index a note."""
    with store.begin(WORKSPACE) as tx:
        tx.search.put(Note(about, account_id, author.id, visibility, NOW, "Liefertermin <!channel> steht", about.id))


def channel(store: SqlStore, channel_id: ChannelId = SALES, **facts: bool) -> None:
    """Know a channel."""
    given = {"is_member": True, **facts}
    with store.begin(WORKSPACE) as tx:
        tx.channels.put(ChannelFacts(channel_id, "sales", checked_at=NOW, **given))


@pytest.mark.usefixtures("helvetia")
@pytest.mark.parametrize(
    ("facts", "read_by"),
    [
        ({}, Audience.COMPANY),
        ({"is_private": True}, Audience.MEMBERS),
        ({"is_member": False}, Audience.UNKNOWN),
        ({"is_member": False, "is_private": True}, Audience.UNKNOWN),
        (None, Audience.UNKNOWN),
    ],
)
def test_who_will_read_it_is_said_before_anything_is_posted(
    store: SqlStore, company: Company, slack: Slack, facts: dict[str, Any] | None, read_by: Audience
) -> None:
    if facts is not None:
        channel(store, **facts)
    seen = search_sharing.propose(store, ProposeShare(company.member("Ben"), NOTE, SALES))
    assert (seen.audience, seen.answer.text) == (read_by, "Liefertermin <!channel> steht")
    slack.deliver()
    assert slack.out.to(SALES) == []


@pytest.mark.usefixtures("helvetia")
def test_of_a_channel_that_changed_nobody_knows_who_is_in_it(store: SqlStore, company: Company) -> None:
    channel(store)
    channels.forget(store, NOW + timedelta(hours=1), WORKSPACE, SALES, new_key())
    seen = search_sharing.propose(store, ProposeShare(company.member("Ben"), NOTE, SALES))
    assert seen.audience is Audience.UNKNOWN


@pytest.mark.usefixtures("helvetia")
def test_a_group_conversation_reads_as_its_members_once_scharnier_is_in_it(store: SqlStore, company: Company) -> None:
    group = ChannelId("G0MPDM")
    ask = ProposeShare(company.member("Ben"), NOTE, group)
    assert search_sharing.propose(store, ask).audience is Audience.UNKNOWN
    channel(store, group, is_private=True)
    assert search_sharing.propose(store, ask).audience is Audience.MEMBERS


def test_what_only_some_may_read_goes_to_no_channel_whoever_is_known_to_be_in_it(
    store: SqlStore, company: Company, helvetia: AccountId
) -> None:
    kam = company.member("Kim")
    hidden = Ref(Subject.INTERACTION, 2)
    know(store, helvetia, hidden, kam, Visibility.TEAM)
    known: tuple[dict[str, bool], ...] = ({}, {"is_private": True}, {"is_member": False})
    for facts in known:
        channel(store, SALES, **facts)
        with pytest.raises(errors.NotForChannels):
            search_sharing.propose(store, ProposeShare(kam, hidden, SALES))
    with pytest.raises(errors.NotForChannels):
        search_sharing.propose(store, ProposeShare(kam, hidden, ChannelId("CNEW")))


@pytest.mark.usefixtures("helvetia")
def test_a_shared_answer_stands_in_the_channel_once_with_its_source_and_who_shared_it(
    store: SqlStore, company: Company, slack: Slack
) -> None:
    channel(store)
    command = Share(company.member("Ben"), NOTE, SALES, new_key())
    for _ in range(2):
        search_sharing.share(store, NOW, command)
    slack.deliver()
    (posted,) = slack.out.to(SALES)
    said = words(posted)
    assert "Ben shares what is known about Helvetia" in said
    assert "Lea" in said
    assert "I-1" in said
    assert "<!channel>" not in posted["text"]


def test_what_only_some_may_read_is_refused_in_words_and_never_posted(
    store: SqlStore, company: Company, slack: Slack
) -> None:
    kam = company.member("Kim")
    channel(store)
    open_ = company.account("Helvetia", kam=kam)
    hidden = company.account("Medtech", kam=kam, access="restricted")
    know(store, open_, Ref(Subject.INTERACTION, 1), kam, Visibility.TEAM)
    know(store, open_, Ref(Subject.INTERACTION, 2), kam, Visibility.PRIVATE)
    know(store, hidden, Ref(Subject.INTERACTION, 3), kam)
    objects = tuple(Ref(Subject.INTERACTION, one) for one in (1, 2, 3))
    with pytest.raises(errors.NotForChannels):
        search_sharing.form(store, StartShare(kam, objects, SALES))
    for about in objects:
        with pytest.raises(errors.NotForChannels):
            search_sharing.propose(store, ProposeShare(kam, about, SALES))
        with pytest.raises(errors.NotForChannels):
            search_sharing.share(store, NOW, Share(kam, about, SALES, new_key()))
    slack.deliver()
    assert slack.out.to(SALES) == []


def test_only_what_everybody_may_read_is_offered(store: SqlStore, company: Company, helvetia: AccountId) -> None:
    kam = company.member("Kim")
    know(store, helvetia, Ref(Subject.INTERACTION, 2), kam, Visibility.PRIVATE)
    channel(store)
    objects = (NOTE, Ref(Subject.INTERACTION, 2), Ref(Subject.INTERACTION, 3))
    offered = search_sharing.form(store, StartShare(kam, objects, SALES))
    assert ([one.about for one in offered.answers], offered.kept_back, offered.channel_id) == ([NOTE], 1, SALES)
    assert search_sharing.form(store, StartShare(kam, objects, ChannelId("CUNKNOWN"))).channel_id is None


@pytest.mark.usefixtures("helvetia")
def test_what_does_not_exist_for_a_reader_cannot_be_shared(store: SqlStore, company: Company) -> None:
    with pytest.raises(errors.UnknownObject):
        search_sharing.form(store, StartShare(company.member("Ben"), (Ref(Subject.INTERACTION, 9),), SALES))


@pytest.mark.usefixtures("helvetia")
def test_a_person_is_no_channel_and_one_with_other_companies_takes_nothing(store: SqlStore, company: Company) -> None:
    ben = company.member("Ben")
    for place in (ben.id, "D123"):
        with pytest.raises(errors.NotAChannel):
            search_sharing.propose(store, ProposeShare(ben, NOTE, ChannelId(place)))
    channel(store, is_external=True)
    with pytest.raises(errors.SharedOutside):
        search_sharing.share(store, NOW, Share(ben, NOTE, SALES, new_key()))


@pytest.mark.parametrize("facts", [{"is_external": True}, {"is_member": False}])
@pytest.mark.usefixtures("helvetia")
def test_a_channel_that_takes_nothing_is_told_to_whoever_shared(
    store: SqlStore, company: Company, slack: Slack, facts: dict[str, bool]
) -> None:
    ben = company.member("Ben")
    slack.out.channels[SALES] = ChannelFacts(SALES, "sales", checked_at=NOW, **{"is_member": True, **facts})
    search_sharing.share(store, NOW, Share(ben, NOTE, SALES, new_key()))
    slack.deliver()
    slack.deliver()
    assert slack.out.to(SALES) == []
    (told,) = slack.out.to(ben)
    assert "Your answer about Helvetia is not in" in words(told)


@pytest.mark.usefixtures("helvetia")
def test_what_was_hidden_before_it_was_posted_is_not_posted(store: SqlStore, company: Company, slack: Slack) -> None:
    channel(store)
    search_sharing.share(store, NOW, Share(company.member("Ben"), NOTE, SALES, new_key()))
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(access="restricted"))
    slack.deliver()
    assert slack.out.to(SALES) == []
