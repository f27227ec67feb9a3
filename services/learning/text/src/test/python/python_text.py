"""Writes what Python says about every character: golden/python-text.txt.

Usage: python3 python_text.py > ../resources/golden/python-text.txt

Each line is "from to flags" in hexadecimal code points, for a range of equal flags: w = \\w matches; c = a capital
sigma after it ends a word (cased, not case-ignorable); i = it is looked through when a sigma's word is judged;
l = lower() changes it; u = this Python's Unicode has not assigned it. Surrogates are left out. Lines "from > text" give
the lower case of what lower() changes.
"""
import re
import sys
import unicodedata

word = re.compile(r"(?u)\w")


def flags(c):
    cased = ("." + c + "\u03a3").lower().endswith("\u03c2")
    through = ("A" + c + "\u03a3").lower().endswith("\u03c2") and not cased
    return "".join(
        flag
        for flag, holds in [
            ("w", word.match(c)),
            ("c", cased),
            ("i", through),
            ("l", c.lower() != c),
            ("u", unicodedata.category(c) == "Cn"),
        ]
        if holds
    ) or "-"


sys.stdout.reconfigure(encoding="utf-8")
print("# Unicode", unicodedata.unidata_version)
start, current = 0, None
for code in list(range(0x110000)) + [None]:
    now = None if code is None or 0xD800 <= code < 0xE000 else flags(chr(code))
    if now != current:
        if current is not None:
            print(f"{start:x} {last:x} {current}")
        start, current = code, now
    last = code
for code in range(0x110000):
    if not 0xD800 <= code < 0xE000 and chr(code).lower() != chr(code):
        print(f"{code:x} > {' '.join(format(ord(c), 'x') for c in chr(code).lower())}")
