"""The plainest of senders, to compare with: ``smtplib.sendmail`` in a loop on one connection.

It fills in nothing, reads nothing a second time, keeps no record: ``COUNT HOST PORT``.
"""

import argparse
import os
import smtplib
import ssl

from material import COPIES, letter_text


def main() -> None:
    """Send so many letters of the usual length."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--alone", action="store_true", help="without copies")
    parser.add_argument("--starttls", metavar="CAFILE")
    parser.add_argument("--user")
    parser.add_argument("--password-env", metavar="NAME")
    asked = parser.parse_args()
    copies = [] if asked.alone else COPIES
    text = letter_text("en").replace("\n", "\r\n")
    with smtplib.SMTP(asked.host, asked.port) as server:
        if asked.starttls:
            server.starttls(context=ssl.create_default_context(cafile=asked.starttls))
            server.login(asked.user, os.environ[asked.password_env])
        for at in range(asked.count):
            to = f"office{at % 1000}@town{at % 1000}.example"
            head = {"From": "aliya@example.org", "To": to, "Subject": "Case of the harbour workers"}
            head |= {"Cc": ", ".join(copies)} if copies else {}
            lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
            letter = f"{lines}\r\nTo whom it may concern,\r\n\r\n{text}\r\n"
            server.sendmail("aliya@example.org", [to, *copies], letter)


if __name__ == "__main__":
    main()
