"""The stage of the sample's story: each use case in one call, some days from now, told to nobody."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, TypeVar

from bot.domain import commitments as due
from bot.domain import contact_commands as person
from bot.domain import demands as wish
from bot.domain import errors, names
from bot.domain import favours as favour
from bot.domain.access import ITSELF, Visibility
from bot.domain.account_edits import Deed, Facts, OpenAccountForm, SaveFacts, SaveRatings, SaveStage
from bot.domain.account_shape import Stage
from bot.domain.contact_assessments import Measure
from bot.domain.contacts import Contact, DecisionRole
from bot.domain.delivery import Outgoing, Ref, ReplyTo, Subject
from bot.domain.identity import CommitmentId, DemandId, MemberId, WorkspaceId
from bot.domain.interactions import Details, SaveLog, StartLog
from bot.domain.members import Member, Workspace
from bot.domain.requests import DeclineReason
from bot.domain.timers import Moment, Timer
from bot.domain.worklists import Scope, Worklist
from bot.services import account_edits, commitments, contact_forms, demands, duplicates, favours, interactions
from storage.outbox import Outbox
from storage.session import Session
from storage.store import SqlStore, Transaction

T = TypeVar("T")
_SATURDAY = 5
_MORNING = 9


class _Untold(Outbox):
    """An outbox that keeps nothing: what happened weeks ago was told weeks ago."""

    def put(self, outgoing: Outgoing, now: datetime) -> None:
        """Tell nobody."""


class _OneTransaction:
    """A store whose transactions are all the same one: the story is stored whole, or not at all."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    @contextmanager
    def begin(self, _workspace_id: WorkspaceId, /) -> Iterator[Transaction]:
        """Go on in the one transaction."""
        yield self._tx

    read = begin

    def knows(self, workspace_id: WorkspaceId) -> bool:
        """Tell whether the story is played there."""
        return workspace_id == self._tx.workspace.id

    def workspaces(self) -> tuple[Workspace, ...]:
        """Return where the story is played."""
        return (self._tx.workspace,)


@contextmanager
def opened(store: SqlStore, workspace: Workspace, now: datetime) -> Iterator["Scene"]:
    """Open the stage for one transaction."""
    with store.engine.begin() as connection:
        session = Session(connection, workspace)
        tx = Transaction(session)
        tx.outbox = _Untold(session)
        yield Scene(tx, now)


def _there(found: T | None) -> T:
    """Return what the story made or relies on.

    Raises:
        LookupError: it is not there.
    """
    if found is None:
        raise LookupError
    return found


@dataclass(frozen=True, slots=True)
class _Form:
    """An open form: who fills it in, when, and what every command about it holds."""

    actor: Member
    now: datetime
    key: str
    reply_to: ReplyTo

    @property
    def opening(self) -> dict[str, Any]:
        """Return what the command holds that opens it."""
        return {"actor": self.actor, "key": f"{self.key}:open", "reply_to": self.reply_to}

    @property
    def saving(self) -> dict[str, Any]:
        """Return what the command holds that saves it."""
        return {"actor": self.actor, "key": self.key}


class Scene:
    """What people do, by name; days count from today, and what is past has negative ones."""

    def __init__(self, tx: Transaction, now: datetime) -> None:
        self._tx, self._now = tx, now
        self._store = _OneTransaction(tx)
        self._keys = map("story:{}".format, count())
        self._actor = cache(lambda who: _there(tx.members.get(MemberId(who))))
        self._account_id = cache(lambda name: tx.accounts.named(names.match_key(name), ITSELF, 1)[0].id)

    def day(self, days: int) -> date:
        """Return a working day some days from now: before a weekend in the past, after it in the future."""
        day = (self._now + timedelta(days=days)).date()
        while day.weekday() >= _SATURDAY:
            day += timedelta(days=1 if days > 0 else -1)
        return day

    def at(self, days: int) -> datetime:
        """Return the morning of that day."""
        day = self.day(days)
        return datetime(day.year, day.month, day.day, _MORNING, tzinfo=UTC)

    def knows(self, account: str, name: str) -> bool:
        """Tell whether there is a contact of that name."""
        return bool(self._named(account, name))

    def logs(self, who: str, days: int, account: str, text: str, *contacts: str, **details: Any) -> None:
        """Log an interaction; ``planned`` and the dates of step and promise are days from now."""
        form = self._form(who, min(days, -1))
        opening = StartLog(account_id=None, **form.opening)
        draft = interactions.start(self._store, form.now, opening).draft_id
        for name in ("next_step_due", "promise_due"):
            if name in details:
                details[name] = self.day(details[name])
        filled = Details(
            self._account_id(account),
            text,
            occurred_at=self.at(days) if days > 0 else None,
            contact_ids=tuple(self._contact(account, name).id for name in contacts),
            **details,
        )
        interactions.save(self._store, form.now, SaveLog(details=filled, draft_id=draft, **form.saving))

    def promises(
        self, who: str, days: int, account: str, text: str, on: int, *, to: str | None = None, owner: str | None = None
    ) -> Ref:
        """Give the customer a date."""
        return self._commit(due.Kind.PROMISE, who, days, account, text, on, to, owner)

    def plans(
        self, who: str, days: int, account: str, text: str, on: int | None = None, *, owner: str | None = None
    ) -> Ref:
        """Write down a next step."""
        return self._commit(due.Kind.NEXT_STEP, who, days, account, text, on, None, owner)

    def keeps(self, who: str, days: int, about: Ref) -> None:
        """Finish a promise or next step."""
        form = self._form(who, days)
        act = due.Act(pressed=self._pressed(about, due.Deed.DONE), **self._pressing(form))
        commitments.finish(self._store, form.now, act)

    def moves(self, who: str, days: int, about: Ref, on: int, why: str) -> None:
        """Give a promise another date."""
        form, pressed = self._form(who, days), self._pressed(about, due.Deed.MOVE)
        draft = commitments.open_form(self._store, form.now, due.Act(pressed=pressed, **form.opening)).draft_id
        moved = due.SaveDeed(draft_id=draft, words=why, due_on=self.day(on), **form.saving)
        commitments.save_deed(self._store, form.now, moved)

    def does_favour(self, who: str, days: int, account: str, contact: str, text: str, **values: Any) -> None:
        """Give a contact a favour, or receive one."""
        form, person_id = self._form(who, days), self._contact(account, contact).id
        opening = favour.StartFavour(asked=favour.FavourList(Subject.CONTACT, person_id), **form.opening)
        draft = favours.open_form(self._store, form.now, opening).draft_id
        account_id = self._account_id(account)
        filled = {"draft_id": draft, "account_id": account_id, "contact_id": person_id, "text": text, **values}
        favours.save(self._store, form.now, favour.SaveFavour(on=self.day(days), **filled, **form.saving))

    def demands(
        self, who: str, days: int, account: str, text: str, source: wish.Source, contact: str | None = None
    ) -> DemandId:
        """Pass a wish on to whoever answers for the account."""
        form, account_id = self._form(who, days), self._account_id(account)
        asked = Worklist(Subject.DEMAND, Scope.ACCOUNT, account_id)
        draft = demands.open_new(self._store, form.now, wish.StartDemand(asked=asked, **form.opening)).draft_id
        contact_id = self._contact(account, contact).id if contact else None
        new = wish.SaveDemand(
            draft_id=draft, account_id=account_id, source=source, text=text, contact_id=contact_id, **form.saving
        )
        demands.save(self._store, form.now, new)
        return DemandId(_there(self._tx.inbox.effect_of(form.key)).id)

    def decides(
        self,
        who: str,
        days: int,
        demand: DemandId,
        deed: wish.Deed,
        on: int,
        text: str = "",
        reason: DeclineReason | None = None,
    ) -> None:
        """Say what becomes of a wish."""
        form, found = self._form(who, days), _there(self._tx.demands.whole(demand))
        pressed = wish.Pressed(deed, demand, found.version)
        draft = demands.open_form(self._store, form.now, wish.Act(pressed=pressed, **form.opening)).draft_id
        decided = wish.Decide(draft_id=draft, text=text, on=self.day(on), reason=reason, **form.saving)
        demands.decide(self._store, form.now, decided)

    def adds(self, who: str, days: int, account: str, name: str, title: str) -> None:
        """Add a contact, also one like another: whoever is told so and goes on means it."""
        form = self._form(who, days)
        account_id = self._account_id(account)
        opening = person.OpenContactForm(
            deed=person.Deed.NEW, contact_id=None, version=0, account_id=account_id, **form.opening
        )
        draft = contact_forms.open_form(self._store, form.now, opening).draft_id
        new = person.CreateContact(draft_id=draft, name=name, account_id=account_id, title=title, **form.saving)
        with suppress(errors.NearContacts):
            contact_forms.create(self._store, form.now, new)
        contact_forms.create(self._store, form.now, new)

    def describes(
        self, who: str, days: int, account: str, name: str, *, roles: tuple[DecisionRole, ...], **values: Any
    ) -> None:
        """Write down what everybody may know of a contact."""
        contact = self._contact(account, name)
        form, draft = self._open(who, days, contact, person.Deed.EDIT)
        profile = person.Profile(
            **{"name": name, "title": contact.title, "decision_roles": roles, "email": contact.email, **values}
        )
        command = person.EditContact(draft_id=draft, profile=profile, has_more=True, **form.saving)
        contact_forms.edit(self._store, form.now, command)

    def judges(
        self, who: str, days: int, account: str, name: str, values: Mapping[Measure, int | None], reason: str
    ) -> None:
        """Judge a contact, with the reason."""
        form, draft = self._open(who, days, self._contact(account, name), person.Deed.ASSESS)
        command = person.AssessContact(draft_id=draft, values=values, reason=reason, **form.saving)
        contact_forms.assess(self._store, form.now, command)

    def knows_well(
        self, who: str, days: int, account: str, name: str, colleague: str, strength: int, desired: int, reason: str
    ) -> None:
        """Judge how well one of our people knows a contact."""
        form, draft = self._open(who, days, self._contact(account, name), person.Deed.ASSESS)
        command = person.AssessContact(
            draft_id=draft,
            values={},
            reason=reason,
            member_id=MemberId(colleague),
            strength=strength,
            desired=desired,
            **form.saving,
        )
        contact_forms.assess(self._store, form.now, command)

    def supposes(self, who: str, days: int, account: str, name: str, text: str, basis: str) -> None:
        """Write down what may happen with a contact."""
        form, draft = self._open(who, days, self._contact(account, name), person.Deed.SUPPOSE)
        command = person.Suppose(draft_id=draft, text=text, basis=basis, **form.saving)
        contact_forms.suppose(self._store, form.now, command)

    def draws(self, who: str, days: int, account: str, name: str, *listeners: str) -> None:
        """Say who at the customer listens to a contact."""
        form, draft = self._open(who, days, self._contact(account, name), person.Deed.INFLUENCE)
        on_ids = tuple(self._contact(account, listener).id for listener in listeners)
        command = person.DrawInfluence(draft_id=draft, on_ids=on_ids, **form.saving)
        contact_forms.draw(self._store, form.now, command)

    def relocates(self, who: str, days: int, account: str, name: str, to: str, title: str, level: int) -> None:
        """Let a contact stand elsewhere."""
        form, draft = self._open(who, days, self._contact(account, name), person.Deed.MOVE)
        command = person.MoveContact(
            draft_id=draft,
            account_id=self._account_id(to),
            title=title,
            level=level,
            from_on=self.day(days),
            **form.saving,
        )
        contact_forms.move(self._store, form.now, command)

    def leaves(self, who: str, days: int, account: str, name: str) -> None:
        """Let a contact leave the customer."""
        form, draft = self._open(who, days, self._contact(account, name), person.Deed.LEAVE)
        command = person.LetContactGo(draft_id=draft, left_on=self.day(days), **form.saving)
        contact_forms.let_go(self._store, form.now, command)

    def stages(
        self, who: str, days: int, account: str, stage: Stage, desired: Stage, reason: str, *, at_risk: bool = False
    ) -> None:
        """Say where the relationship stands."""
        form, draft = self._open_account(who, days, account, Deed.STAGE)
        command = SaveStage(
            draft_id=draft, stage=stage, desired=desired, is_at_risk=at_risk, reason=reason, **form.saving
        )
        account_edits.save_stage(self._store, form.now, command)

    def rates(self, who: str, days: int, account: str, relationship: int, partnership: int, reason: str) -> None:
        """Say how good relationship and partnership are."""
        form, draft = self._open_account(who, days, account, Deed.RATE)
        values = {Measure.RELATIONSHIP: relationship, Measure.PARTNERSHIP: partnership}
        command = SaveRatings(draft_id=draft, values=values, reason=reason, **form.saving)
        account_edits.save_ratings(self._store, form.now, command)

    def covers(self, who: str, days: int, account: str, **facts: Any) -> None:
        """Say who faces the customer, and how often the jour fixe is held."""
        form, draft = self._open_account(who, days, account, Deed.EDIT)
        command = SaveFacts(draft_id=draft, facts=Facts(**facts), shown=frozenset(facts), **form.saving)
        account_edits.save_facts(self._store, form.now, command)

    def looks_for_twins(self) -> None:
        """Do the weekly round that finds who may be one."""
        keep = duplicates.look(self._store, self._tx.workspace.id)
        now = self.at(-1)
        tuple(keep(self._tx, Timer(Ref(Subject.WORKSPACE, 0), "duplicates.look", Moment(now)), now))

    def _form(self, who: str, days: int) -> _Form:
        return _Form(self._actor(who), self.at(days), next(self._keys), ReplyTo(MemberId(who)))

    def _pressing(self, form: _Form) -> dict[str, Any]:
        return {**form.saving, "reply_to": form.reply_to}

    def _named(self, account: str, name: str) -> tuple[person.ContactChoice, ...]:
        return self._tx.contacts.named(names.match_key(name), [self._account_id(account)], ITSELF, 1)

    def _contact(self, account: str, name: str) -> Contact:
        (found,) = self._named(account, name)
        return _there(self._tx.contacts.get(found.id, ITSELF))

    def _commit(
        self,
        kind: due.Kind,
        who: str,
        days: int,
        account: str,
        text: str,
        on: int | None,
        to: str | None,
        owner: str | None,
    ) -> Ref:
        form, account_id = self._form(who, days), self._account_id(account)
        asked = Worklist(Subject(kind), Scope.ACCOUNT, account_id)
        draft = commitments.open_new(self._store, form.now, due.StartNew(asked=asked, **form.opening)).draft_id
        new = due.SaveNew(
            draft_id=draft,
            account_id=account_id,
            text=text,
            due_on=None if on is None else self.day(on),
            owner_id=MemberId(owner) if owner else None,
            visibility=Visibility.COMPANY,
            contact_id=self._contact(account, to).id if to else None,
            **form.saving,
        )
        commitments.save_new(self._store, form.now, new)
        return _there(self._tx.inbox.effect_of(form.key))

    def _pressed(self, about: Ref, deed: due.Deed) -> due.Pressed:
        found = _there(self._tx.commitments.whole(due.Kind(about.subject), CommitmentId(about.id)))
        return due.Pressed(deed, found.kind, found.id, found.version)

    def _open(self, who: str, days: int, contact: Contact, deed: person.Deed) -> tuple[_Form, Any]:
        form = self._form(who, days)
        opening = person.OpenContactForm(deed=deed, contact_id=contact.id, version=contact.version, **form.opening)
        return form, contact_forms.open_form(self._store, form.now, opening).draft_id

    def _open_account(self, who: str, days: int, account: str, deed: Deed) -> tuple[_Form, Any]:
        form = self._form(who, days)
        opening = OpenAccountForm(account_id=self._account_id(account), deed=deed, **form.opening)
        return form, account_edits.open_form(self._store, form.now, opening).draft_id
