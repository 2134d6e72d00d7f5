"""What the client itself says to people, in their language."""

_SENTENCES = {
    "unknown_command": ("{command} is not a valid command.", "{command} ist kein gültiger Befehl."),
    "command_in_thread": ("{command} is not supported in threads.", "{command} geht in Threads nicht."),
    "command_failed": ('{command} failed with the error "{error}"', "{command} ist gescheitert: „{error}“"),
    "no_answer": ("The app did not respond ({error}).", "Die App hat nicht geantwortet ({error})."),
    "unknown_method": (
        "The app called {method}, which this Slack does not have.",
        "Die App hat {method} aufgerufen; das gibt es in diesem Slack nicht.",
    ),
    "required": ("Please complete this required field.", "Bitte fülle dieses Pflichtfeld aus."),
    "too_short": ("At least {bound} characters are needed.", "Mindestens {bound} Zeichen sind nötig."),
    "too_long": ("At most {bound} characters are allowed.", "Höchstens {bound} Zeichen sind möglich."),
    "no_address": ("This is not an e-mail address.", "Das ist keine E-Mail-Adresse."),
    "no_link": ("This is not a link.", "Das ist kein Link."),
    "no_number": ("This is not a number.", "Das ist keine Zahl."),
    "no_whole_number": ("Only whole numbers are allowed.", "Nur ganze Zahlen sind möglich."),
    "too_small": ("The smallest number is {bound}.", "Die kleinste Zahl ist {bound}."),
    "too_large": ("The largest number is {bound}.", "Die größte Zahl ist {bound}."),
}


def sentence(key: str, locale: str, **facts: object) -> str:
    """Return a sentence in German for a German locale, else in English."""
    english, german = _SENTENCES[key]
    return (german if locale.startswith("de") else english).format(**facts)
