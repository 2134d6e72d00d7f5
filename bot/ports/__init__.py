"""What the core needs from outside: the store with its repositories, and Slack's way out."""

from bot.ports.accounts import AccountCards, AccountEdits, Accounts, Interactions, Search
from bot.ports.briefings import Briefings
from bot.ports.commitments import Commitments, Demands, Favours
from bot.ports.contacts import Contacts
from bot.ports.duplicates import Duplicates, Merges
from bot.ports.maps import Maps, Networks
from bot.ports.negotiations import Drafts, Escalations, Requests, Sponsors, Sponsorships, Worklists
from bot.ports.people import Absences, AccessRights, Channels, Departments, Members, SetUp
from bot.ports.records import Audit, History, Inbox, Outbox, Retention, Timers
from bot.ports.slack import Directory, Poster, PostFailed
from bot.ports.store import Store, StoreAway, Transaction, Waiting

__all__ = [
    "Absences",
    "AccessRights",
    "AccountCards",
    "AccountEdits",
    "Accounts",
    "Audit",
    "Briefings",
    "Channels",
    "Commitments",
    "Contacts",
    "Demands",
    "Departments",
    "Directory",
    "Drafts",
    "Duplicates",
    "Escalations",
    "Favours",
    "History",
    "Inbox",
    "Interactions",
    "Maps",
    "Members",
    "Merges",
    "Networks",
    "Outbox",
    "PostFailed",
    "Poster",
    "Requests",
    "Retention",
    "Search",
    "SetUp",
    "Sponsors",
    "Sponsorships",
    "Store",
    "StoreAway",
    "Timers",
    "Transaction",
    "Waiting",
    "Worklists",
]
