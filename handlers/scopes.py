"""The scopes of the bot token, each with what it is needed for; a test holds them equal to the manifest."""

SCOPES = {
    "app_mentions:read": "to notice when it is mentioned",
    "channels:history": "to find a message again that may have arrived",
    "channels:join": "to join the channels of departments and accounts",
    "channels:read": "to know which channels are archived or shared",
    "chat:write": "to post",
    "commands": "to be asked",
    "files:write": "to hand out files",
    "groups:history": "to find a message again in a private channel",
    "groups:read": "to know which private channels are archived or shared",
    "im:history": "to find a direct message again that may have arrived",
    "im:write": "to write direct messages",
    "users:read": "to know people by name, language and zone",
    "users:read.email": "to recognise people in imported files",
}
