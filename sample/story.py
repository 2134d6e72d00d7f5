"""The story: what happened at the sample company lately, counted back from today, as its people would have written it."""

from datetime import datetime

from bot.clock import utc_now
from bot.console import open_store
from bot.domain.account_shape import Coverage, Stage
from bot.domain.contact_assessments import Measure
from bot.domain.demands import Source
from bot.domain.favours import Direction, Effort
from bot.domain.interactions import Category, Favour, Kind
from bot.domain.interactions import Source as Told
from bot.domain.members import Workspace
from sample import stage, story_harrowmere, story_helvetia
from sample.stage import Scene
from storage.store import SqlStore

GROUP, UK = "Trautwyl Gruppe", "Trautwyl UK"
LEA, JAMES, MARTIN, DAVID = "U0BRUNNER", "U0HARTLEY", "U0MKELLER", "U0WHITMORE"
PRIYA, SANDRA, EMRE, TOBIAS = "U0PRAMAN01", "U0SMEIER01", "U0EYILDIZ1", "U0TSEIDEL"


def play(store: SqlStore, workspace: Workspace, now: datetime) -> bool:
    """Play the story once, all of it or nothing; False where it was played before."""
    with stage.opened(store, workspace, now) as scene:
        if scene.knows(story_helvetia.ACCOUNT, story_helvetia.NEWCOMER):
            return False
        story_helvetia.play(scene)
        story_harrowmere.play(scene)
        _trautwyl(scene)
        _corvano(scene)
        scene.looks_for_twins()
        return True


def _trautwyl(scene: Scene) -> None:
    """A group in many units: a designer who moved, a contract that waits, spare kits that help."""
    scene.relocates(
        LEA, -60, "Trautwyl Verpackung", "Kai Löffler", "Trautwyl Werk St. Gallen", "Projektleiter Linie V9", 3
    )
    scene.logs(
        LEA,
        -6,
        GROUP,
        "Ruckstuhl nennt drei offene Punkte im Rahmenvertrag: Vertragsstrafe, Skonto, Liste der Werke.",
        "Stefan Ruckstuhl",
        kind=Kind.CALL,
        category=Category.NEED,
        satisfaction=3,
        satisfaction_source=Told.OURS,
    )
    scene.judges(
        LEA,
        -26,
        GROUP,
        "Stefan Ruckstuhl",
        {Measure.ATTITUDE: 2, Measure.INFLUENCE: 3},
        "Er fordert hart, hält sich aber an Abmachungen.",
    )
    scene.judges(
        MARTIN,
        -55,
        GROUP,
        "Annegret Thommen",
        {Measure.ATTITUDE: 4, Measure.INFLUENCE: 3},
        "Sie nimmt sich Zeit, wenn die Zahlen vorab bei ihr sind.",
    )
    scene.knows_well(LEA, -26, GROUP, "Stefan Ruckstuhl", LEA, 2, 3, "Sachlich und regelmäßig, nie privat.")
    scene.draws(LEA, -26, GROUP, "Bettina Lauper", "Annegret Thommen")
    scene.covers(LEA, -150, GROUP, coverage=Coverage.MIXED, jour_fixe_weeks=4)
    scene.stages(
        LEA,
        -90,
        GROUP,
        Stage.COOPERATIVE,
        Stage.INTERDEPENDENT,
        "Vier Werke kaufen bei uns, jedes für sich; der Rahmenvertrag soll es verbinden.",
    )
    scene.rates(LEA, -25, GROUP, 4, 3, "Thommen plant mit uns, der Einkauf vergleicht jedes Quartal.")
    scene.promises(LEA, -20, GROUP, "Antwort zur Vertragsstrafe bei Verspätung", 8, to="Stefan Ruckstuhl")
    scene.promises(LEA, -32, GROUP, "Termintreue je Werk auf einer Seite", -5, to="Annegret Thommen", owner=SANDRA)
    scene.plans(LEA, -6, GROUP, "Mit Martin Keller klären, was bei der Vertragsstrafe geht", 2)
    scene.does_favour(
        MARTIN,
        -42,
        GROUP,
        "Annegret Thommen",
        "Führung durch das neue Werk in Villingen für ihr Führungsteam",
        kind=Favour.EXPERT,
        direction=Direction.GIVEN,
        effort=Effort.DAYS,
        value=3,
    )
    scene.demands(
        SANDRA, -4, GROUP, "Mengen der Werke einmal im Monat statt einmal im Quartal", Source.OURS, "Stefan Ruckstuhl"
    )
    scene.promises(LEA, -11, "Trautwyl Medtech", "Liefertermin der Nullserie", 11, to="Silvan Gasser")
    scene.promises(EMRE, -21, "Trautwyl Werk Ulm", "Satz Spezialschlüssel für die Schutzhaube", -1, to="Murat Şahin")
    scene.promises(JAMES, -17, UK, "Delivery date of the spare kits for line 5", 13, to="Margaret Holloway")
    scene.stages(
        JAMES,
        -70,
        UK,
        Stage.COOPERATIVE,
        Stage.COOPERATIVE,
        "Preferred for spare parts, one of three for new lines.",
    )
    scene.knows_well(
        JAMES, -70, UK, "Margaret Holloway", DAVID, 2, 3, "They meet twice a year and speak before each review."
    )
    scene.does_favour(
        PRIYA,
        -19,
        UK,
        "Deepa Nair",
        "Training of the night shift, with the kit in hand",
        kind=Favour.EXPERT,
        direction=Direction.GIVEN,
        effort=Effort.HOURS,
        value=3,
    )


def _corvano(scene: Scene) -> None:
    """A young company where all goes from one of us to one of them."""
    for days, kind, category, text in (
        (
            -142,
            Kind.VISIT,
            Category.NEED,
            "Hansing zeigt die zweite Serie: 14 kg, 90 Takte. Die Führung muss in 20 Minuten getauscht sein.",
        ),
        (
            -97,
            Kind.VIDEO,
            Category.DEVELOPMENT,
            "Auslegung durchgesprochen, LF 30 genügt. Hansing rechnet mit 60 Stück im nächsten Jahr.",
        ),
        (
            -58,
            Kind.CALL,
            Category.RISK,
            "Hansing fragt, wer ihr hilft, wenn ich im Urlaub bin. Bisher läuft alles über uns beide.",
        ),
        (
            -31,
            Kind.VISIT,
            Category.SATISFACTION,
            "Der Pilot läuft ohne Störung. Hansing lobt die kurzen Wege.",
        ),
        (
            -13,
            Kind.CALL,
            Category.COMPETITOR,
            "Für den nächsten Greifer vergleicht Hansing drei Anbieter, wir liefern am schnellsten.",
        ),
    ):
        scene.logs(TOBIAS, days, "Corvano Robotik", text, "Merle Hansing", kind=kind, category=category)


def main() -> None:
    """Play the story in the database of the settings."""
    with open_store(None) as (store, chosen):
        for workspace in chosen:
            play(store, workspace, utc_now())


if __name__ == "__main__":
    main()
