"""An SMTP server for the tests: says its port, then one JSON line for each mail it has taken.

Arguments: security (plain, starttls, tls), behaviour (take, greylist, drop, delay, refuse, or the answer to RCPT
until a file named "mended" lies beside this one), and for TLS a certificate chain and a key. With TLS it wants the user "sekisho" and the password "open sesame".
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

DELAY_SECONDS = 0.2
MENDED = Path(__file__).with_name("mended")


def say(value):
    print(json.dumps(value), flush=True)


def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"sekisho", b"open sesame")
    return AuthResult(success=known, handled=known)


class Wire(SMTP):
    """Keeps a recipient as it stood between the angle brackets, quotation marks and all."""

    async def smtp_RCPT(self, arg):
        self.recipient = arg[arg.find("<") + 1 : arg.rfind(">")] if arg else ""
        await super().smtp_RCPT(arg)


class Handler:
    def __init__(self, behaviour):
        self.behaviour = behaviour
        self.tries = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tries += 1
        if self.behaviour == "greylist" and self.tries == 1:
            return "451 4.7.1 greylisted, come back later"
        if self.behaviour == "refuse":
            return "550 5.1.1 no such user here"
        if self.behaviour[0].isdigit() and not MENDED.exists():
            return self.behaviour
        envelope.rcpt_tos.append(server.recipient)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.behaviour == "drop" and self.tries == 1:
            server.transport.abort()
            return "421 gone"
        if self.behaviour == "delay":
            await asyncio.sleep(DELAY_SECONDS)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        sender = mail["from"].addresses[0]
        say({
            "to": envelope.rcpt_tos,
            "sender_name": sender.display_name,
            "sender": sender.addr_spec,
            "subject": str(mail["subject"]),
            "message_id": str(mail["message-id"]),
            "reply_to": str(mail["reply-to"] or ""),
            "auto_submitted": str(mail["auto-submitted"]),
            "response_suppress": str(mail["x-auto-response-suppress"]),
            # As it stands: the other policy takes quotation marks for its own.
            "header_to": str(email.message_from_bytes(envelope.content, policy=email.policy.compat32)["to"]),
            "hello": session.host_name,
            "text": mail.get_body(("plain",)).get_content(),
            "html": mail.get_body(("html",)).get_content(),
            "files": [
                {"name": file.get_filename(), "type": file.get_content_type(), "content": file.get_content()}
                for file in mail.iter_attachments()
            ],
            "encrypted": server.transport.get_extra_info("cipher") is not None,
            "authenticated": bool(session.authenticated),
        })
        return "250 taken"


async def main():
    security, behaviour = sys.argv[1], sys.argv[2]
    handler, context = Handler(behaviour), None
    if security != "plain":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
    starttls = context if security == "starttls" else None

    def session():
        return Wire(
            handler,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=authenticate,
            auth_required=security != "plain",
            auth_require_tls=security == "starttls",
        )

    implicit = context if security == "tls" else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0, ssl=implicit)
    say(server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
