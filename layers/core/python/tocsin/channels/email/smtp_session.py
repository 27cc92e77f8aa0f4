"""One conversation with an SMTP server (RFC 5321): encrypted before anything is said that matters, within the time of
the whole, with answers of bounded size."""

import smtplib
from email.headerregistry import Address
from typing import IO, Any

from tocsin.channels.outbound.dialing import Dialer

LONGEST_ANSWERS = 64 * 1024
READY, SENT = 220, 250
# Who we are, for the server's log; a function has no name in the DNS (RFC 5321, 4.1.3).
OUR_NAME = "[127.0.0.1]"
COMMANDS = ("EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA")


class SmtpSession(smtplib.SMTP):
    """`command` is the last one that was given: what an answer answers."""

    command = "CONNECT"

    def __init__(self, dialer: Dialer, host: str, port: int, *, tls_first: bool) -> None:
        super().__init__(local_hostname=OUR_NAME)
        self._dialer = dialer
        self._tls_first = tls_first
        self._host = host  # whose certificate it must be
        self._port = port

    def open(self) -> None:
        """Raises what `Dialer.dial` does, and smtplib's own exceptions."""
        _expect(READY, self.connect(self._host, self._port))
        self.ehlo_or_helo_if_needed()
        if self._tls_first or (self._dialer.may_be_plain(self._host) and not self.has_extn("starttls")):
            return
        self.starttls(context=self._dialer.tls)
        self.ehlo_or_helo_if_needed()

    def submit(
        self, sender: Address, to: tuple[Address, ...], copies: tuple[Address, ...], mail: bytes
    ) -> bytes:
        """The server's words. The message is its recipients': a copy that is refused does not hold it back."""
        _expect(SENT, self.mail(sender.addr_spec))
        for one in to:
            _expect(SENT, self.rcpt(one.addr_spec))
        for one in copies:
            self.rcpt(one.addr_spec)
        return _expect(SENT, self.data(mail))

    def putcmd(self, cmd: str, args: str = "") -> None:
        """What follows AUTH is no command but a credential."""
        if cmd.upper() in COMMANDS:
            self.command = cmd.upper()
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Short(self.sock.makefile("rb"))
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        """smtplib's own place for another way to connect."""
        made = self._dialer.dial(host, port)
        return self._dialer.tls.wrap_socket(made, server_hostname=host) if self._tls_first else made


class _Short:
    """smtplib reads the lines of an answer as long as there are some."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = LONGEST_ANSWERS
        self.close = file.close

    def readline(self, size: int) -> bytes:
        line = self._file.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise OSError(f"the server said more than {LONGEST_ANSWERS} bytes")
        return line


def _expect(code: int, answer: tuple[int, bytes]) -> bytes:
    """251 is a 250 with a new address (RFC 5321, 3.4)."""
    if answer[0] not in (code, code + 1):
        raise smtplib.SMTPResponseException(*answer)
    return answer[1]
