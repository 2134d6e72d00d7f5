"""What the core needs from outside: the store with its repositories, and Slack's way out."""

from bot.ports.accounts import Accounts, Contacts, Interactions, Search
from bot.ports.negotiations import Drafts, Escalations, Requests, Sponsors, Sponsorships, Worklists
from bot.ports.people import Absences, AccessRights, Channels, Departments, Members, SetUp
from bot.ports.records import Audit, History, Inbox, Outbox, Retention, Timers
from bot.ports.slack import Directory, Poster, PostFailed
from bot.ports.store import Store, StoreAway, Transaction, Waiting

__all__ = [
    "Absences",
    "AccessRights",
    "Accounts",
    "Audit",
    "Channels",
    "Contacts",
    "Departments",
    "Directory",
    "Drafts",
    "Escalations",
    "History",
    "Inbox",
    "Interactions",
    "Members",
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
