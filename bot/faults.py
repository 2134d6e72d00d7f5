"""Faults in the log: class and place, never the message, which may hold what a person wrote."""

from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def name(error: BaseException) -> str:
    """Return the class of a fault, with the class of what caused it."""
    cause = error.__cause__ or error.__context__
    return type(error).__name__ if cause is None else f"{type(error).__name__} from {type(cause).__name__}"


def place(error: BaseException) -> ExcInfo:
    """Return what a logger needs to write where a fault happened: SQL errors carry the parameters in their message."""
    shown = RuntimeError(name(error))
    return RuntimeError, shown, error.__traceback__
