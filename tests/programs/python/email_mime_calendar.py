# features: email, mimetypes, text; oracle: cpython
import mimetypes
import quopri
from email import message_from_string, policy
from email.message import EmailMessage
from email.utils import parseaddr, formataddr, parsedate_to_datetime, format_datetime
from datetime import datetime, timezone

msg = EmailMessage()
msg["Subject"] = "Héllo report"
msg["From"] = formataddr(("Ann Ö", "ann@example.com"))
msg["To"] = "bob@example.com, cy@example.com"
msg["Date"] = format_datetime(datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc))
msg.set_content("Plain text\n")
msg.add_alternative("<p>HTML</p>", subtype="html")
msg.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="data.csv")
print(msg["subject"], msg["from"], msg.get_content_type(), [p.get_content_type() for p in msg.walk()], [a.get_filename() for a in msg.iter_attachments()])
raw = """From: "Bob B." <bob@x.test>
To: ann@x.test
Subject: =?utf-8?q?Caf=C3=A9?=
Date: Tue, 02 Jan 2024 10:00:00 +0200
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Price =E2=82=AC5 =3D cheap
"""
m = message_from_string(raw, policy=policy.default)
print(m["subject"], parseaddr(m["from"]), parsedate_to_datetime(m["date"]).isoformat(), m.get_content().strip(), m.is_multipart())
print(quopri.encodestring("é=".encode()), [mimetypes.guess_type(n)[0] for n in ("a.html", "b.json", "c.png", "d.csv", "e.unknown")])
