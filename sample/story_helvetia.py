"""The story of Helvetia Pumpen: a complaint that was mended, a daughter nobody knows yet, an offer that waits."""

from bot.domain.account_shape import Coverage, Stage
from bot.domain.contact_assessments import Measure
from bot.domain.contacts import DecisionRole
from bot.domain.demands import Deed, Source
from bot.domain.favours import Direction, Effort
from bot.domain.interactions import Category, Favour, Kind
from bot.domain.interactions import Source as Told
from bot.domain.requests import DeclineReason
from sample.stage import Scene

ACCOUNT = "Helvetia Pumpen"
NEWCOMER = "Simone Bachofner"
LEA, TOBIAS, MARTIN = "U0BRUNNER", "U0TSEIDEL", "U0MKELLER"
NINA, SANDRA, FELIX = "U0NINAFAEH", "U0SMEIER01", "U0FRUEEGG1"


def play(scene: Scene) -> None:
    """Play all of it."""
    _people(scene)
    _year(scene)
    _to_do(scene)


def _people(scene: Scene) -> None:
    """Who counts at Helvetia Pumpen: a daughter nobody knows yet, an engineer whom the owner asks, a twin by typing."""
    scene.adds(LEA, -30, ACCOUNT, NEWCOMER, "Mitglied der Geschäftsleitung")
    scene.describes(
        LEA,
        -30,
        ACCOUNT,
        NEWCOMER,
        level=1,
        roles=(DecisionRole.DECIDER,),
        aims="Pumpen als Dienstleistung verkaufen; die Nachfolge soll ruhig verlaufen.",
    )
    scene.supposes(
        LEA,
        -29,
        ACCOUNT,
        NEWCOMER,
        "Sie übernimmt in zwei Jahren den Vorsitz und entscheidet dann über die Lieferanten.",
        "Bachofner sagt, dass er mit 65 aufhört; Nussbaumer fragt schon jetzt zuerst sie.",
    )
    scene.adds(TOBIAS, -20, ACCOUNT, "Daniela Sutter", "Einkauf")
    scene.judges(
        LEA,
        -210,
        ACCOUNT,
        "Urs Bachofner",
        {Measure.ATTITUDE: 4, Measure.INFLUENCE: 3},
        "Er lobt uns vor seinen Leuten und hat uns zweimal weiterempfohlen.",
    )
    scene.judges(
        LEA,
        -100,
        ACCOUNT,
        "Daniela Suter",
        {Measure.ATTITUDE: 2, Measure.INFLUENCE: 2},
        "Nach der undichten Dichtung hat sie ein zweites Angebot eingeholt.",
    )
    scene.judges(
        LEA,
        -24,
        ACCOUNT,
        "Daniela Suter",
        {
            Measure.ATTITUDE: 3,
            Measure.INFLUENCE: 2,
            Measure.RELATIONSHIP: 4,
            Measure.PARTNERSHIP: 3,
        },
        "Seit der Gutschrift redet sie wieder offen; die Preise vergleicht sie weiter.",
    )
    scene.judges(
        NINA,
        -60,
        ACCOUNT,
        "Peter Nussbaumer",
        {Measure.ATTITUDE: 5, Measure.INFLUENCE: 2},
        "Er hat die Sensorversion intern gegen Widerstand durchgesetzt.",
    )
    scene.knows_well(
        LEA, -24, ACCOUNT, "Daniela Suter", LEA, 2, 3, "Wir telefonieren alle zwei Wochen, meist über Termine."
    )
    scene.knows_well(NINA, -60, ACCOUNT, "Peter Nussbaumer", NINA, 3, 4, "Er ruft an, bevor er die Zeichnung freigibt.")
    scene.knows_well(
        LEA, -60, ACCOUNT, "Urs Bachofner", MARTIN, 3, 4, "Die beiden kennen sich aus dem Branchenverband."
    )
    scene.draws(LEA, -29, ACCOUNT, "Peter Nussbaumer", "Urs Bachofner", NEWCOMER)
    scene.draws(LEA, -29, ACCOUNT, NEWCOMER, "Urs Bachofner")


def _year(scene: Scene) -> None:
    """A year with a complaint that was mended: what the customer said, and what we felt."""
    scene.logs(
        LEA,
        -330,
        ACCOUNT,
        "Jahresgespräch: Bachofner gibt eine 4 und lobt die Beratung. Er will, dass es so weitergeht.",
        "Urs Bachofner",
        kind=Kind.VISIT,
        category=Category.SATISFACTION,
        satisfaction=4,
        satisfaction_source=Told.CUSTOMER,
    )
    scene.logs(
        LEA,
        -290,
        ACCOUNT,
        "Suter will wissen, wer bei uns entscheidet, wenn ein Termin rutscht. Freundlich, aber sie fragt zum zweiten Mal.",
        "Daniela Suter",
        kind=Kind.CALL,
        category=Category.NEED,
        satisfaction=3,
        satisfaction_source=Told.OURS,
    )
    scene.logs(
        FELIX,
        -245,
        ACCOUNT,
        "Gespräch über die undichte Dichtung: sachlich im Ton, im Haus ist der Ärger groß.",
        "Peter Nussbaumer",
        kind=Kind.VIDEO,
        category=Category.RISK,
        satisfaction=2,
        satisfaction_source=Told.OURS,
    )
    scene.logs(
        FELIX,
        -230,
        ACCOUNT,
        "Rückmeldung nach der Rückholung: Die Ersatzdichtungen laufen, der Ärger beim Endkunden ist noch da.",
        "Peter Nussbaumer",
        kind=Kind.CALL,
        category=Category.SATISFACTION,
        satisfaction=3,
        satisfaction_source=Told.CUSTOMER,
    )
    scene.logs(
        LEA,
        -140,
        ACCOUNT,
        "Halbjahresgespräch: Suter gibt eine 4. Die Gutschrift kam schnell, Termine hielten seit April.",
        "Daniela Suter",
        kind=Kind.VISIT,
        category=Category.SATISFACTION,
        satisfaction=4,
        satisfaction_source=Told.CUSTOMER,
    )
    scene.logs(
        NINA,
        -120,
        ACCOUNT,
        "Muster der Sensorversion übergeben. Nussbaumer hat sie noch am Tisch zerlegt und gelobt.",
        "Peter Nussbaumer",
        kind=Kind.VISIT,
        category=Category.IDEA,
        satisfaction=5,
        satisfaction_source=Told.OURS,
    )
    scene.logs(
        NINA,
        -75,
        ACCOUNT,
        "Nussbaumer zeigt den Prüfstand: drei Pumpen mit Sensor laufen seit sechs Wochen. Er rechnet mit uns für 2028.",
        "Peter Nussbaumer",
        kind=Kind.VISIT,
        category=Category.IDEA,
        satisfaction=4,
        satisfaction_source=Told.OURS,
    )
    scene.logs(
        MARTIN,
        -48,
        ACCOUNT,
        "Abendessen mit Bachofner: Er ist zufrieden, möchte aber einmal im Jahr unsere Planung sehen.",
        "Urs Bachofner",
        kind=Kind.EVENT,
        category=Category.SATISFACTION,
        satisfaction=4,
        satisfaction_source=Told.CUSTOMER,
    )
    scene.logs(
        NINA,
        -12,
        ACCOUNT,
        "Nullserie der Sensorversion abgenommen, Nussbaumer gibt eine 5. Offen ist nur das Messprotokoll.",
        "Peter Nussbaumer",
        kind=Kind.VISIT,
        category=Category.SATISFACTION,
        satisfaction=5,
        satisfaction_source=Told.CUSTOMER,
    )
    scene.logs(
        LEA,
        -4,
        ACCOUNT,
        "Suter fragt nach dem Liefertermin der 150 LE 62 und erwähnt, dass Fennbach nächste Woche bei ihr ist.",
        "Daniela Suter",
        kind=Kind.CALL,
        category=Category.COMPETITOR,
        satisfaction=3,
        satisfaction_source=Told.OURS,
        next_step="Vergleich mit Fennbach vorbereiten: Lagerdauer, Dichtung, Service",
        next_step_owner=NINA,
        next_step_due=2,
    )
    scene.logs(
        LEA,
        8,
        ACCOUNT,
        "Jahresgespräch mit Bachofner und seiner Tochter, mit Werksrundgang.",
        "Urs Bachofner",
        NEWCOMER,
        kind=Kind.VISIT,
    )
    scene.covers(LEA, -120, ACCOUNT, coverage=Coverage.LEVEL_TO_LEVEL, jour_fixe_weeks=8)
    scene.stages(LEA, -300, ACCOUNT, Stage.BASIC, Stage.COOPERATIVE, "Ein Paar trägt alles: Lea und der Einkauf.")
    scene.stages(
        LEA,
        -45,
        ACCOUNT,
        Stage.COOPERATIVE,
        Stage.INTERDEPENDENT,
        "Entwicklung, Qualität und Einkauf haben eigene Ansprechpersonen bei uns; ein gemeinsamer Plan fehlt noch.",
    )
    scene.rates(LEA, -200, ACCOUNT, 3, 3, "Nach der Reklamation korrekt, aber vorsichtig.")
    scene.rates(LEA, -40, ACCOUNT, 4, 3, "Sie rufen wieder an, bevor etwas brennt; Pläne teilen sie noch nicht.")


def _to_do(scene: Scene) -> None:
    """What is open at Helvetia Pumpen: overdue, due, moved and kept; favours, and wishes to decide on."""
    kept = scene.promises(FELIX, -40, ACCOUNT, "Wirksamkeitsnachweis zur neuen Dichtung", -22, to="Peter Nussbaumer")
    scene.keeps(FELIX, -24, kept)
    scene.promises(LEA, -13, ACCOUNT, "Messprotokolle der Sensorversion", -3, to="Peter Nussbaumer", owner=NINA)
    scene.promises(LEA, -5, ACCOUNT, "Liefertermin für 150 LE 62 mit Sensor bestätigen", 4, to="Daniela Suter")
    moved = scene.promises(LEA, -35, ACCOUNT, "Angebot Rahmenvertrag mit Monatsabruf", -7, to="Daniela Suter")
    scene.moves(LEA, -9, moved, 12, "Suter möchte zuerst die Mengen mit der Entwicklung abstimmen.")
    scene.plans(LEA, -12, ACCOUNT, "Simone Bachofner kennenlernen: Termin mit Martin Keller finden", 6)
    scene.plans(NINA, -15, ACCOUNT, "Einbauzeichnung mit Sensorkabel ergänzen", -2)
    scene.plans(LEA, -50, ACCOUNT, "Nachfolge in der Geschäftsleitung im Kundenplan ergänzen")
    scene.does_favour(
        NINA,
        -70,
        ACCOUNT,
        "Peter Nussbaumer",
        "Dauerlauf auf unserem Prüfstand, am Wochenende",
        kind=Favour.EXPERT,
        direction=Direction.GIVEN,
        effort=Effort.DAYS,
        value=3,
    )
    scene.does_favour(
        LEA,
        -55,
        ACCOUNT,
        "Urs Bachofner",
        "Hat uns einem Pumpenbauer in Österreich empfohlen",
        kind=Favour.RECOMMENDATION,
        direction=Direction.RECEIVED,
    )
    scene.does_favour(
        LEA,
        -28,
        ACCOUNT,
        "Daniela Suter",
        "Kontakt zu einem Logistiker mit Gefahrgutlager",
        kind=Favour.INTRODUCTION,
        direction=Direction.GIVEN,
        effort=Effort.MINUTES,
        value=2,
    )
    scene.does_favour(
        LEA,
        -11,
        ACCOUNT,
        "Urs Bachofner",
        "Artikel über Nachfolge in Familienfirmen",
        kind=Favour.NEWS,
        direction=Direction.GIVEN,
        effort=Effort.MINUTES,
    )
    scene.demands(
        NINA,
        -2,
        ACCOUNT,
        "Nussbaumer wünscht die LE 62 mit Funk statt Kabel, zuerst fünf Muster",
        Source.CUSTOMER,
        "Peter Nussbaumer",
    )
    later = scene.demands(
        FELIX, -25, ACCOUNT, "Zugang zum Prüfplan als gemeinsames Dokument", Source.CUSTOMER, "Peter Nussbaumer"
    )
    scene.decides(LEA, -23, later, Deed.LATER, 20)
    declined = scene.demands(
        SANDRA, -33, ACCOUNT, "Suter möchte Teillieferungen auch unter zehn Stück", Source.CUSTOMER, "Daniela Suter"
    )
    scene.decides(
        LEA,
        -32,
        declined,
        Deed.DECLINE,
        5,
        "Danke für den offenen Wunsch. Unter zehn Stück kostet uns das Rüsten mehr als die Ware. "
        "Was geht: ein kleines Lager bei euch, das wir monatlich auffüllen.",
        DeclineReason.CAPACITY,
    )
    taken = scene.demands(
        NINA, -18, ACCOUNT, "Ein Ansprechpartner für Fragen zum Sensor", Source.CUSTOMER, "Peter Nussbaumer"
    )
    scene.decides(LEA, -17, taken, Deed.DO, 9, "Nina als Ansprechperson für den Sensor vorstellen")
