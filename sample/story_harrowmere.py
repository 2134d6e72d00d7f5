"""The story of Harrowmere Conveyors: dates that moved, a tender, and a director far above his counterpart."""

from bot.domain.account_shape import Coverage, Stage
from bot.domain.contact_assessments import Measure
from bot.domain.contacts import DecisionRole
from bot.domain.demands import Deed, Source
from bot.domain.favours import Direction, Effort
from bot.domain.interactions import Category, Favour, Kind
from bot.domain.interactions import Source as Told
from bot.domain.requests import DeclineReason
from sample.stage import Scene

ACCOUNT = "Harrowmere Conveyors"
JAMES, MARC, PRIYA = "U0HARTLEY", "U0MARCSOLR", "U0PRAMAN01"


def play(scene: Scene) -> None:
    """Play all of it."""
    _people(scene)
    _year(scene)
    _to_do(scene)


def _people(scene: Scene) -> None:
    """Who counts at Harrowmere: a director far above his counterpart, a designer who guides us, a planner who left."""
    scene.adds(JAMES, -320, ACCOUNT, "Graham Tully", "Supply Chain Manager")
    scene.describes(JAMES, -320, ACCOUNT, "Graham Tully", level=3, owner_id=MARC, roles=(DecisionRole.USER,), aims=None)
    scene.logs(
        MARC,
        -170,
        ACCOUNT,
        "Graham sends call-offs by Wednesday from now on; a second contact for holidays is missing.",
        "Graham Tully",
        kind=Kind.VIDEO,
        category=Category.NEED,
    )
    scene.leaves(JAMES, -50, ACCOUNT, "Graham Tully")
    scene.judges(
        JAMES,
        -35,
        ACCOUNT,
        "Patrick O'Brien",
        {Measure.ATTITUDE: 3, Measure.INFLUENCE: 3, Measure.RELATIONSHIP: 3, Measure.PARTNERSHIP: 2},
        "Calm again after the visit with David, and waiting for dates that hold.",
    )
    scene.judges(
        JAMES,
        -80,
        ACCOUNT,
        "Charlotte Webb",
        {Measure.ATTITUDE: 2, Measure.INFLUENCE: 2},
        "She compares every quote with Fennbach and says so.",
    )
    scene.judges(
        PRIYA,
        -60,
        ACCOUNT,
        "Owen Prosser",
        {Measure.ATTITUDE: 5, Measure.INFLUENCE: 2},
        "He put our guide into the drawing before the price was known.",
    )
    scene.knows_well(JAMES, -35, ACCOUNT, "Patrick O'Brien", JAMES, 4, 4, "He calls me first when a date is in danger.")
    scene.knows_well(PRIYA, -60, ACCOUNT, "Owen Prosser", PRIYA, 3, 4, "He sends sketches before anybody asks.")
    scene.knows_well(JAMES, -80, ACCOUNT, "Charlotte Webb", JAMES, 2, 3, "Correct and regular, mostly about price.")
    scene.supposes(
        PRIYA,
        -40,
        ACCOUNT,
        "Owen Prosser",
        "He may lead the design office from next summer.",
        "He stands in for the head of design since spring and hires for the team.",
    )
    scene.draws(JAMES, -34, ACCOUNT, "Owen Prosser", "Patrick O'Brien", "Charlotte Webb")


def _year(scene: Scene) -> None:
    """A year that went from trust to delay and halfway back."""
    scene.logs(
        JAMES,
        -200,
        ACCOUNT,
        "Charlotte scores us 3: fair prices, but every second date moved by a few days.",
        "Charlotte Webb",
        kind=Kind.CALL,
        category=Category.SATISFACTION,
        satisfaction=3,
        satisfaction_source=Told.CUSTOMER,
    )
    scene.logs(
        MARC,
        -110,
        ACCOUNT,
        "First month with stock in Leeds: no emergency order. Patrick gives a 4.",
        "Patrick O'Brien",
        kind=Kind.VIDEO,
        category=Category.SATISFACTION,
        satisfaction=4,
        satisfaction_source=Told.CUSTOMER,
    )
    scene.logs(
        JAMES,
        -28,
        ACCOUNT,
        "Weekly call on open orders. Patrick: better, not yet good. He gives a 3.",
        "Patrick O'Brien",
        kind=Kind.CALL,
        category=Category.SATISFACTION,
        satisfaction=3,
        satisfaction_source=Told.CUSTOMER,
    )
    scene.logs(
        JAMES,
        -3,
        ACCOUNT,
        "Charlotte confirms: the tender for the airport job closes in three weeks, Fennbach is invited as well.",
        "Charlotte Webb",
        kind=Kind.CALL,
        category=Category.COMPETITOR,
        satisfaction=3,
        satisfaction_source=Told.OURS,
        next_step="Ask Production what 120 pieces by the end of January would take",
        next_step_due=3,
    )
    scene.logs(JAMES, 7, ACCOUNT, "Plant visit with David, dates on one page.", "Patrick O'Brien", kind=Kind.VISIT)
    scene.covers(JAMES, -150, ACCOUNT, coverage=Coverage.ONE_FACE)
    scene.stages(
        JAMES,
        -44,
        ACCOUNT,
        Stage.COOPERATIVE,
        Stage.INTERDEPENDENT,
        "Engineering plans with us, but Operations dual-sources from spring unless dates hold.",
        at_risk=True,
    )
    scene.rates(JAMES, -230, ACCOUNT, 4, 3, "Open talks, joint forecast agreed.")
    scene.rates(JAMES, -33, ACCOUNT, 3, 3, "The dates that moved cost trust; the joint forecast goes on.")


def _to_do(scene: Scene) -> None:
    """What is open at Harrowmere: overdue, due, kept; favours, and wishes to decide on."""
    kept = scene.promises(JAMES, -45, ACCOUNT, "One named contact for order 5521", -38, to="Patrick O'Brien")
    scene.keeps(JAMES, -40, kept)
    scene.promises(JAMES, -14, ACCOUNT, "Dates of all open orders on one page", -2, to="Patrick O'Brien", owner=MARC)
    scene.promises(JAMES, -10, ACCOUNT, "Answer on the 220 LF 30 for the airport job", 3, to="Patrick O'Brien")
    moved = scene.promises(JAMES, -40, ACCOUNT, "Warranty wording for the tender", -6, to="Charlotte Webb")
    scene.moves(JAMES, -8, moved, 9, "Charlotte sends her template first.")
    scene.plans(PRIYA, -20, ACCOUNT, "Check the cable distance in the mixed drive cabinet", -4)
    scene.plans(JAMES, -9, ACCOUNT, "Find somebody of Patrick O'Brien's level: ask David Whitmore", 5)
    scene.plans(JAMES, -30, ACCOUNT, "Draw the map of their design office")
    scene.does_favour(
        PRIYA,
        -90,
        ACCOUNT,
        "Owen Prosser",
        "Checked his drawing over the weekend",
        kind=Favour.EXPERT,
        direction=Direction.GIVEN,
        effort=Effort.HOURS,
        value=3,
    )
    scene.does_favour(
        JAMES,
        -37,
        ACCOUNT,
        "Patrick O'Brien",
        "Told us of the airport job before it was public",
        kind=Favour.INFORMATION,
        direction=Direction.RECEIVED,
    )
    scene.does_favour(
        JAMES,
        -21,
        ACCOUNT,
        "Charlotte Webb",
        "Introduced her to a haulier with space to Leeds",
        kind=Favour.INTRODUCTION,
        direction=Direction.GIVEN,
        effort=Effort.MINUTES,
        value=2,
    )
    scene.demands(
        PRIYA,
        -2,
        ACCOUNT,
        "Owen would like samples in both lengths before the tender closes",
        Source.CUSTOMER,
        "Owen Prosser",
    )
    scene.demands(MARC, -6, ACCOUNT, "One invoice per delivery from Leeds, so that we can clear stock", Source.OURS)
    later = scene.demands(
        MARC, -27, ACCOUNT, "Label with the customer's part number on every box", Source.CUSTOMER, "Charlotte Webb"
    )
    scene.decides(JAMES, -26, later, Deed.LATER, 25)
    declined = scene.demands(
        PRIYA, -31, ACCOUNT, "Delivery on Saturdays for emergency orders", Source.CUSTOMER, "Owen Prosser"
    )
    scene.decides(
        JAMES,
        -30,
        declined,
        Deed.DECLINE,
        4,
        "Thank you for saying what would help. Nobody is in the warehouse on Saturdays. "
        "What we can do: keep twenty more guides in Leeds, so that Friday's order leaves on Friday.",
        DeclineReason.CAPACITY,
    )
