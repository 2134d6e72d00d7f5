"""Files that the app hands out: announced, received, then shared; nobody sees one before that."""

import mimetypes
import secrets
from dataclasses import dataclass

from playground.blocks import Payload
from playground.errors import SlackError

LARGEST = 3_000_000
"""Bytes; a picture of this make-believe workspace needs less."""


@dataclass(slots=True)
class File:
    """One file; without content until it was received."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    title: str = ""

    @property
    def kind(self) -> str:
        """Return the media type that its name says."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class Files:
    """Every file, by its id, and by the address to which its content goes."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._files: dict[str, File] = {}
        self._addresses: dict[str, File] = {}

    def announce(self, file: File) -> str:
        """Take a file that will come and return the address for its content."""
        address = secrets.token_hex(12)
        self._files[file.id] = self._addresses[address] = file
        return f"{self._base_url}/upload/{address}"

    def receive(self, address: str, content: bytes) -> File:
        """Take the content of a file, once.

        Raises:
            SlackError: nobody announced it, it came before, or it has another length than announced.
        """
        file = self._addresses.pop(address, None)
        if file is None:
            raise SlackError("file_not_found")
        if len(content) != file.length:
            raise SlackError("file_length_mismatch")
        file.content = content
        return file

    def received(self, file_id: str) -> File:
        """Find a file whose content is there.

        Raises:
            SlackError: ``file_not_found``.
        """
        file = self._files.get(file_id)
        if file is None or file.content is None:
            raise SlackError("file_not_found")
        return file

    def wire(self, file: File, user: str, created: int) -> Payload:
        """Return a file as messages carry it."""
        address = f"{self._base_url}/files/{file.id}"
        return {
            "id": file.id,
            "created": created,
            "timestamp": created,
            "name": file.name,
            "title": file.title or file.name,
            "mimetype": file.kind,
            "filetype": file.name.rpartition(".")[2].lower(),
            "user": user,
            "size": file.length,
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "url_private": address,
            "url_private_download": address,
        }
