from collections.abc import Callable, Mapping
from functools import partial

from bot.domain.request_life import Because
from bot.domain.request_results import Told
from bot.domain.requests import State
from bot.i18n import Translator
from bot.views import request_news as views
from bot.views.blocks import Message
from tests.views.gallery.requests import ACCEPT, ACCEPTED, CLOCK, DECLINE, DECLINED, EVERYTHING, IN_STATE, OPEN, STEPS

SAMPLES: Mapping[str, Callable[[Translator], Message]] = {
    "thread_line": lambda t: views.thread_line(Told(ACCEPTED, ACCEPT), t),
    "thread_line · declined": lambda t: views.thread_line(Told(DECLINED, DECLINE), t),
    "news": lambda t: views.news(Told(ACCEPTED, ACCEPT), t),
    "assigned": lambda t: views.assigned(Told(ACCEPTED, ACCEPT), t),
    "assigned · what can be done": lambda t: views.assigned(Told(IN_STATE[State.ACCEPTED], ACCEPT, EVERYTHING), t),
    "reminder": lambda t: views.reminder(Told(OPEN, CLOCK[0]), t),
    **{
        f"news · {entry.action}": partial(
            views.news, Told(IN_STATE[State.COUNTERED], entry, EVERYTHING, Because.JOINED)
        )
        for entry in STEPS
    },
    **{f"thread_line · {entry.action}": partial(views.thread_line, Told(OPEN, entry)) for entry in STEPS},
    **{
        f"reminder · {entry.action}": partial(
            views.reminder, Told(IN_STATE[State.OPEN], entry, EVERYTHING, Because.KAM)
        )
        for entry in CLOCK
    },
}
