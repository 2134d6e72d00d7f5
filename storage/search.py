"""The index of what is known: FTS5 on SQLite, a GIN index on PostgreSQL, one analyser and one access rule for both."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import chain, combinations, islice
from typing import Any, cast

from sqlalchemy import ColumnElement, Executable, Table, and_, delete, or_, select, text, update

from bot.domain import ranking, search_notes
from bot.domain import search as rules
from bot.domain.access import Viewer
from bot.domain.analyser import is_comparable
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Person
from bot.domain.ranking import Candidate, Span
from bot.domain.search import Answer, Findings, Query, Wanted
from bot.domain.search_notes import Note
from storage.accounts import unit_tree
from storage.kept import listed
from storage.search_answers import as_answer
from storage.search_links import links
from storage.search_named import HiddenAccounts
from storage.search_people import SearchPeople
from storage.search_rights import rights
from storage.search_statements import (
    ADD,
    ADD_TRIGRAMS_POSTGRES,
    ADD_TRIGRAMS_SQLITE,
    DROP,
    DROP_TRIGRAMS_POSTGRES,
    DROP_TRIGRAMS_SQLITE,
    LEARN_POSTGRES,
    LEARN_SQLITE,
    LIKE_IT,
    statements_for,
)
from storage.search_words import EVENT, Match, Notation, author_term, contact_term, name_term, sort_term
from storage.session import Session
from storage.tables import AccountRow, SearchNoteRow, SearchTrigramRow, SearchWordRow

_SAMPLE = 20
"""Newest notes of one word that are looked at when not all words meet."""
_TOGETHER = 40
"""Newest notes with two of the rarest words."""
_CANDIDATES = 250
"""Notes that are ranked at most."""
_NEAR = 24
_NEAR_KEPT = 8
_NEAR_WORDS = 3
"""Words of a question that are compared with the vocabulary."""
_LOOSE_WORDS = 5
"""Words of a question that are looked at one by one."""
_DATED = (EVENT, sort_term(Subject.PROMISE))
"""Terms of what has a day of its own."""
_UNITS = 200
_AT_ONCE = 500
"""Notes or words that are written in one go."""
_KEY_BITS = 20
_TRIES = 100
_LATEST = (1 << 43) - 1
_HIGHEST = (1 << 63) - 1

_NOTES = cast("Table", SearchNoteRow.__table__)


class Search(SearchPeople):
    """Writes and asks the index; whatever is read passes the access rule in SQL before anything is ranked or cut."""

    recent = 8000
    """PostgreSQL looks for what is common among so many of the newest notes."""
    few = 2000
    """PostgreSQL takes what more notes have than this for common."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.since: dict[tuple[int, int], int | None] = {}
        """PostgreSQL: within two keys, where what is recent begins; None if everything is recent."""
        self._rights: dict[Viewer, Mapping[str, Any]] = {}
        self._hidden: dict[Viewer, Sequence[tuple[AccountId, str]]] = {}
        self.words = Notation(session.workspace_id, is_postgres=session.is_postgres)

    # Writing

    def put(self, note: Note) -> None:
        """Index a note, or index it again; one that has nothing to show is left out."""
        self.put_all([note])

    def put_all(self, notes: Iterable[Note]) -> None:
        """Index many notes; of those about the same object the last one stays."""
        left = iter(notes)
        while some := {note.about: note for note in islice(left, _AT_ONCE)}:
            self._take_out(some)
            vocabulary: set[str] = set()
            rows = []
            for note in some.values():
                if note.is_shown:
                    indexed = search_notes.note_index(note)
                    rows.append(self._row(note, indexed.terms))
                    vocabulary |= indexed.vocabulary
            self._insert(rows)
            self._learn(vocabulary)

    def remove(self, about: Ref) -> None:
        """Take a note out of the index.

        Its words stay in the vocabulary until ``scrub``: telling which of them no other note has would cost a search
        for each while others wait to write. They lead nowhere: a near word counts only if a permitted note has it.
        """
        self._take_out([about])

    def number(self, about: Ref, number: int) -> None:
        """Set the short number of a note that was indexed before its number was taken."""
        self._session.run(
            update(SearchNoteRow)
            .where(self._here(), SearchNoteRow.subject == about.subject, SearchNoteRow.object_id == about.id)
            .values(number=number)
        )

    def keep_only(self, subject: Subject, after: int, until: int | None, ids: Collection[int]) -> int:
        """Take out what the index holds of other objects between two ids, the second included; return how many."""
        note = SearchNoteRow.object_id
        held = select(note).where(self._here(), SearchNoteRow.subject == subject, note > after)
        if until is not None:
            held = held.where(note <= until)
        gone = [one for one in self._session.run(held).scalars() if one not in ids]
        for start in range(0, len(gone), _AT_ONCE):
            self._take_out(Ref(subject, one) for one in gone[start : start + _AT_ONCE])
        return len(gone)

    def clear(self) -> None:
        """Empty the index of this workspace, so that it can be built anew."""
        if not self._session.is_postgres:
            for row in self._session.rows(select(SearchNoteRow.id, SearchNoteRow.words).where(self._here())):
                self._session.run(DROP, {"key": row.id, "words": row.words})
        self._session.run(delete(SearchNoteRow).where(self._here()))
        for vocabulary in (SearchWordRow, SearchTrigramRow):
            self._session.run(delete(vocabulary).where(vocabulary.workspace_id == self._session.workspace_id))

    def scrub(self) -> None:
        """Drop words that no note has, and rewrite SQLite's index so that none stays in the file.

        Erasure calls this; it reads everything.
        """
        had = select(SearchNoteRow.words).where(self._here())
        alive = {term for words in self._session.run(had).scalars() for term in self.words.terms(words)}
        known = select(SearchWordRow.word).where(SearchWordRow.workspace_id == self._session.workspace_id)
        dead = sorted(word for word in self._session.run(known).scalars() if word not in alive)
        for start in range(0, len(dead), _AT_ONCE):
            some = dead[start : start + _AT_ONCE]
            statement = DROP_TRIGRAMS_POSTGRES if self._session.is_postgres else DROP_TRIGRAMS_SQLITE
            self._session.run(statement, {"here": self._session.workspace_id, "leads": self.words.listed(_leads(some))})
            here = SearchWordRow.workspace_id == self._session.workspace_id
            self._session.run(delete(SearchWordRow).where(here, SearchWordRow.word.in_(some)))
        if not self._session.is_postgres:
            self._session.run(text("INSERT INTO search_index(search_index) VALUES ('optimize')"))

    def _row(self, note: Note, terms: Collection[str]) -> dict[str, Any]:
        """Return a note as it is stored, with the terms under which it is found."""
        special = {
            rules.account_term(note.account_id),
            *([EVENT] if note.number is not None else []),
            *map(contact_term, note.contact_ids),
            *([author_term(note.author_id)] if note.author_id else []),
            *map(sort_term, {note.about.subject, *note.marks}),
            *map(name_term, search_notes.name_terms(note.name)),
        }
        return {
            "workspace_id": self._session.workspace_id,
            "subject": note.about.subject,
            "object_id": note.about.id,
            "account_id": note.account_id,
            "author_id": note.author_id,
            "visibility": note.visibility,
            "at": note.at,
            "number": note.number,
            "heading": note.heading,
            "text": note.text,
            "words": self.words.stored({*terms, *special}),
        }

    def _insert(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store under keys that grow with time; notes of one millisecond differ by chance or are tried again."""
        left = list(rows)
        for _ in range(_TRIES):
            if not left:
                return
            keyed = {_first_key(row["at"]) | secrets.randbits(_KEY_BITS): row for row in left}
            stored = self._session.run(self._put, [{**row, "id": key} for key, row in keyed.items()]).scalars()
            new = {key: keyed[key] for key in stored}
            if new and not self._session.is_postgres:
                self._session.run(ADD, [{"key": key, "words": row["words"]} for key, row in new.items()])
            taken = {id(row) for row in new.values()}
            left = [row for row in left if id(row) not in taken]
        raise RuntimeError("No free keys.")

    @cached_property
    def _put(self) -> Executable:
        insert = self._session.insert(_NOTES)
        return insert.on_conflict_do_nothing(index_elements=["workspace_id", "id"]).returning(SearchNoteRow.id)

    def _take_out(self, abouts: Iterable[Ref]) -> None:
        """Delete the notes about these objects."""
        by_subject: dict[Subject, list[int]] = {}
        for about in abouts:
            by_subject.setdefault(about.subject, []).append(about.id)
        for subject, ids in by_subject.items():
            these = (self._here(), SearchNoteRow.subject == subject, SearchNoteRow.object_id.in_(ids))
            if self._session.is_postgres:
                self._session.run(delete(SearchNoteRow).where(*these))
                continue
            gone = self._session.run(
                delete(SearchNoteRow).where(*these).returning(SearchNoteRow.id, SearchNoteRow.words)
            )
            if dropped := [{"key": row.id, "words": row.words} for row in gone.all()]:
                self._session.run(DROP, [*dropped])

    def _learn(self, words: Collection[str]) -> None:
        """Add words to the vocabulary; in one order everywhere, so that two writers never wait for each other."""
        if not words:
            return
        statement = LEARN_POSTGRES if self._session.is_postgres else LEARN_SQLITE
        new = self._session.run(
            statement, {"here": self._session.workspace_id, "words": self.words.listed(sorted(words))}
        )
        if leads := _leads(new.scalars()):
            statement = ADD_TRIGRAMS_POSTGRES if self._session.is_postgres else ADD_TRIGRAMS_SQLITE
            self._session.run(statement, {"here": self._session.workspace_id, "leads": self.words.listed(leads)})

    # Asking

    def find(self, query: Query, viewer: Viewer, now: datetime, offset: int, count: int) -> Findings:
        """Return a page of what is known: notes with all words; if these are few, the nearest there is."""
        ask = _Asking(self, query, viewer)
        if query.is_empty:
            return Findings((), more=False)
        deep = min(offset + count, rules.DEEPEST)
        ids = ask.newest([*query.scope, *query.wanted], max(deep, rules.SHOWN) + 1)
        if query.wanted and len(ids) < rules.SHOWN:
            ids = ask.loosely(ids, now)
        elif not query.is_timed and not any(group.marks for group in query.scope):
            ids = ask.first(ids, max(deep, rules.SHOWN) + 1)
        page = tuple(
            replace(answer, similar_to=ask.similar.get(key, ())) for key, answer in ask.load(ids[offset:deep]).items()
        )
        return Findings(page, more=len(ids) > deep and deep < rules.DEEPEST)

    def contacts_named(self, words: Sequence[str], viewer: Viewer, most: int = 20) -> tuple[ContactRef, ...]:
        """Return the contacts one of whose names is among these words."""
        ask = _Asking(self, Query(), viewer)
        return tuple(ask.contacts([name_term(word) for word in words], most * len(words))) if words else ()

    def about(self, objects: Sequence[Ref], viewer: Viewer) -> tuple[Answer, ...]:
        """Return what is known of these objects themselves, as far as this reader may see it."""
        ask = _Asking(self, Query(), viewer)
        found = self._session.run(ask.keys_of(objects)).scalars().all() if objects else []
        by_object = {answer.about: answer for answer in ask.load(found).values()}
        return tuple(by_object[one] for one in objects if one in by_object)

    def links(self, abouts: Iterable[Ref], viewer: Viewer) -> dict[Ref, str]:
        """Return where Slack messages of these objects are opened, those that this reader can open."""
        return links(self._session, abouts, viewer.member_id)

    def authors(self, account_id: AccountId, viewer: Viewer, most: int) -> tuple[Person, ...]:
        """Return who wrote most of the newest notes on an account."""
        ask = _Asking(self, Query(), viewer)
        scope = Wanted("", {}, account_ids=(account_id,))
        counts: dict[Person, int] = {}
        for answer in ask.load(ask.newest([scope], _TOGETHER)).values():
            author = answer.author
            if author is not None and not author.left:
                counts[author] = counts.get(author, 0) + 1
        return tuple(sorted(counts, key=lambda person: -counts[person])[:most])

    def units(self, account_id: AccountId, viewer: Viewer) -> tuple[AccountId, ...]:
        """Return an account and every unit below it that the reader may see; a hidden one hides what is below it."""
        tree = unit_tree(self._session.workspace_id, account_id, viewer)
        rows = self._session.rows(
            select(AccountRow.id)
            .join(tree, tree.c.id == AccountRow.id)
            .where(AccountRow.workspace_id == self._session.workspace_id)
            .order_by(AccountRow.id != account_id, AccountRow.name, AccountRow.id)
            .limit(_UNITS)
        )
        return tuple(AccountId(row.id) for row in rows)

    # The index

    def rights(self, viewer: Viewer) -> Mapping[str, Any]:
        """Return what a reader may read, looked up once in a transaction."""
        if viewer not in self._rights:
            self._rights[viewer] = rights(self._session, viewer)
        return self._rights[viewer]

    def hidden(self, viewer: Viewer) -> Sequence[tuple[AccountId, str]]:
        """Return the names of the accounts that do not exist for a reader, looked up once in a transaction."""
        if viewer not in self._hidden:
            query = statements_for(self._session.is_postgres).hidden
            rows = () if viewer.is_kam_lead else self._session.run(query, self.rights(viewer))
            self._hidden[viewer] = [(AccountId(row.account_id), row.name) for row in rows]
        return self._hidden[viewer]

    def _here(self) -> ColumnElement[bool]:
        return SearchNoteRow.workspace_id == self._session.workspace_id


class _Asking:
    """One question of one reader."""

    def __init__(self, search: Search, query: Query, viewer: Viewer) -> None:
        self._search = search
        self._session = search._session  # noqa: SLF001  the two are one
        self._words = search.words
        self._query = query
        self._sql = statements_for(self._session.is_postgres, query.is_open)
        self._rights = search.rights(viewer)
        self._hidden = HiddenAccounts(partial(search.hidden, viewer), self._words, viewer.member_id)
        self._hidden.look_for(query.wanted)
        self._bounds = {
            **self._rights,
            "low": _first_key(query.since) if query.since else 0,
            "high": _first_key(query.until) if query.until else _HIGHEST,
        }
        self.similar: dict[int, tuple[str, ...]] = {}
        """Of what was found loosely: the words that a note has only in a similar form."""

    def newest(self, groups: Sequence[Wanted], most: int) -> list[int]:
        """Return the keys of the newest permitted notes that have all of this."""
        return self.newest_each([groups], most)[0]

    def newest_each(self, asked: Sequence[Sequence[Wanted]], most: int) -> list[list[int]]:
        """Return the keys of the newest permitted notes for each of several lists of what they must have."""
        return self._newest([self._match(groups) for groups in asked], most, dated=self._query.is_timed)

    def _match(self, groups: Sequence[Wanted]) -> Match:
        match = self._words.match(groups)
        return match if match.whole or not self._query.is_timed else self._words.one_of(_DATED)

    def _newest(self, matches: Sequence[Match], most: int, *, dated: bool) -> list[list[int]]:
        """Ask for each; ``dated`` leaves only what has a day of its own."""
        found: list[list[int]] = [[] for _ in matches]
        asked = {place: self._hidden.left_out_of(match) for place, match in enumerate(matches) if match.whole}
        given = {**self._bounds, "most": most, "dated": dated}
        if not self._session.is_postgres:
            for place, match in asked.items():
                one = {**given, "index": match.index, "also": match.also}
                found[place] = [row[0] for row in self._session.run(self._sql.newest, one).all()]
            return found
        if not asked:
            return found
        since = self._recent(given)
        # Of what is common the newest notes hold enough; if too few of them are permitted, all are read.
        for enough in (most * 3 // 2, _HIGHEST) if since is not None else (0,):
            if not asked:
                break
            places = list(asked)
            # All in one go: across a network the round trips would cost more than the answers.
            parts = {name: [getattr(one, name) for one in asked.values()] for name in ("whole", "index", "also")}
            parts["few"] = [0 if one.is_single else self._search.few for one in asked.values()]
            given |= {**parts, "since": given["low"] if since is None else since, "enough": enough}
            for row in self._session.run(self._sql.newest_of_each, given):
                if since is None or len(row.ids) >= most or not row.is_cut:
                    found[places[row.place - 1]] = row.ids
                    del asked[places[row.place - 1]]
        return found

    def _recent(self, given: Mapping[str, Any]) -> int | None:
        """Set PostgreSQL's planner for the rest of the transaction, and return the key where what is recent begins."""
        bounds = (given["low"], given["high"])
        if bounds not in self._search.since:
            self._search.since[bounds] = (
                self._session.run(self._sql.plan_well, {**given, "recent": self._search.recent}).one().since
            )
        return self._search.since[bounds]

    def load(self, ids: Sequence[int]) -> dict[int, Answer]:
        """Read notes by key, as far as this reader may see them."""
        if not ids:
            return {}
        found = {row.id: as_answer(row) for row in self._session.run(self._sql.answers, self._keys(ids)).all()}
        return {key: found[key] for key in ids if key in found}

    def keys_of(self, objects: Iterable[Ref]) -> Any:
        """Select the keys of the notes about these objects."""
        here = SearchNoteRow.workspace_id == self._session.workspace_id
        these = (and_(SearchNoteRow.subject == one.subject, SearchNoteRow.object_id == one.id) for one in objects)
        return select(SearchNoteRow.id).where(here, or_(*these))

    def _keys(self, ids: Sequence[int]) -> Mapping[str, Any]:
        return {**self._rights, "keys": listed(ids, is_postgres=self._session.is_postgres)}

    def _candidates(self, ids: Sequence[int], wanted: Iterable[Wanted]) -> list[Candidate]:
        """Tell which of the wanted terms each of these notes has; they were permitted when their keys were read."""
        rows = self._session.run(self._sql.words, self._keys(ids)).all() if ids else []
        marked = [(term, self._words.mark(term)) for one in wanted for term in one.terms]
        return [
            Candidate(row.id, _moment(row.id), frozenset(term for term, mark in marked if mark in f" {row.words} "))
            for row in rows
        ]

    def contacts(self, tokens: Sequence[str], most: int) -> list[ContactRef]:
        """Return the contacts with one of these words in their name."""
        match = self._words.one_of(tokens)
        found = self.load(self._newest([match], most, dated=False)[0]).values()
        return [ContactRef(ContactId(one.about.id), one.heading.partition(", ")[0]) for one in found]

    def loosely(self, exact: list[int], now: datetime) -> list[int]:
        """Accept near words for those that are hardly found, then notes with some of the rarest words; best first."""
        wanted, scope = rules.longest(self._query.wanted, _LOOSE_WORDS), list(self._query.scope)
        samples = self.newest_each([[*scope, one] for one in wanted], _SAMPLE) if len(wanted) > 1 else [exact]
        few = [at for at, sample in enumerate(samples) if len(sample) < rules.SHOWN]
        compared = few[:_NEAR_WORDS]
        for at, (near, has_near) in zip(compared, self._near([wanted[at] for at in compared]), strict=True):
            wanted[at] = ranking.expanded(wanted[at], near)
            samples[at] = sorted({*samples[at], *has_near}, reverse=True)[:_SAMPLE]
        weights = ranking.weights([_span(sample) for sample in samples], _SAMPLE)
        rare = ranking.rarest(weights, [len(sample) for sample in samples])
        together = [list(rare), *map(list, combinations(rare, 2))] if len(rare) > 2 else [rare] if len(rare) > 1 else []
        if few and len(rare) < len(wanted):
            together.insert(0, list(range(len(wanted))))
        met = self.newest_each([[*scope, *(wanted[at] for at in some)] for some in together], _TOGETHER)
        ids = dict.fromkeys([*exact, *chain(*met, *(samples[at] for at in rare))])
        own = self.own_entry()
        ids.update(dict.fromkeys(own))
        candidates = self._candidates(list(ids)[-_CANDIDATES:] if own else list(ids)[:_CANDIDATES], wanted)
        self.similar = {candidate.key: ranking.similar_words(candidate, wanted) for candidate in candidates}
        return ranking.rank(candidates, wanted, weights, now, first=own)

    def first(self, ids: Sequence[int], most: int) -> list[int]:
        """Put the person's own entry first, if nothing else is asked; else what happened before facts without a day."""
        if self._query.person is not None and not self._query.wanted:
            leading = self.own_entry()
        else:
            match = self._words.match([*self._query.scope, *self._query.wanted])
            leading = self._newest([match], most, dated=True)[0]
        return list(dict.fromkeys([*leading, *ids]))

    def own_entry(self) -> list[int]:
        """Return the key of what is known about the person asked for."""
        person = self._query.person
        return (
            []
            if person is None
            else list(self._session.run(self._sql.entry, {**self._rights, "contact": person}).scalars())
        )

    def _near(self, wanted: Sequence[Wanted]) -> list[tuple[dict[str, float], list[int]]]:
        """Find for each the terms that are probably meant and that this reader may know of, and the newest notes."""
        near = [self._alike(one) for one in wanted]
        groups = [Wanted("", terms) for terms in near if terms]
        self._hidden.look_for(groups)
        samples = iter(self.newest_each([[*self._query.scope, one] for one in groups], _SAMPLE))
        keys = [next(samples) if terms else [] for terms in near]
        found = {one.key: one for one in self._candidates([*chain(*keys)], groups)}
        kept = []
        for terms, its_keys in zip(near, keys, strict=True):
            candidates = [found[key] for key in its_keys]
            known = frozenset[str]().union(*(candidate.terms for candidate in candidates))
            its_terms = dict([pair for pair in terms.items() if pair[0] in known][:_NEAR_KEPT])
            kept.append((its_terms, [one.key for one in candidates if not one.terms.isdisjoint(its_terms)]))
        return kept

    def _alike(self, wanted: Wanted) -> Mapping[str, float]:
        """Return the words of the vocabulary that are like this one; what comes of them the access rule decides."""
        if not is_comparable(wanted.stem):
            return {}
        asked = {"here": self._session.workspace_id, "trigrams": list(ranking.trigrams(wanted.stem))}
        return ranking.near_terms(wanted.stem, self._session.run(LIKE_IT, asked).scalars(), _NEAR)


def _leads(words: Iterable[str]) -> list[str]:
    """Return each trigram of each word with the word behind it, so that one list carries both."""
    return [f"{trigram}{word}" for word in words for trigram in ranking.trigrams(word)]


def _first_key(at: datetime) -> int:
    """Return the lowest key of an instant."""
    return min(max(int(at.timestamp() * 1000), 0), _LATEST) << _KEY_BITS


def _moment(key: int) -> datetime:
    return datetime.fromtimestamp((key >> _KEY_BITS) / 1000, UTC)


def _span(keys: Sequence[int]) -> Span | None:
    return Span(_moment(keys[0]), _moment(keys[-1]), len(keys)) if keys else None
