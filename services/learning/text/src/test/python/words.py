"""Takes random texts apart with Python's `re` as scikit-learn does: golden/words.tsv.

Usage: python3 words.py > ../resources/golden/words.tsv

Each line is a text and its tokens, with tabs between, ASCII with the escapes of JSON. Characters are drawn from all that
this Python's Unicode has assigned, those more often that matter for lower case, words and sigmas. Ahom's medial ra
(U+1171E) is left out: it is another kind of mark since Unicode 15, and with it a sigma's word may end or not.
"""
import json
import random
import re
import unicodedata

WORD = re.compile(r"(?u)\b\w\w+\b")
ASSIGNED = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co") and c != 0x1171E]
WORDS = [c for c in ASSIGNED if c.isalnum()]
CASED = [c for c in ASSIGNED if c.lower() != c]
MARKS = [c for c in ASSIGNED if unicodedata.category(c) in ("Mn", "Me", "Cf", "Lm", "Sk")]
DRAWN = [
    "\u03a3\u0391\u0130Iis .,:'\u00b7\u2019_-\n\t0",
    "abcdefghijklmnopqrstuvwxyz ",
    [c for c in ASSIGNED if ord(c) < 256],
    ASSIGNED,
    WORDS,
    CASED,
    MARKS,
]

random.seed(20)
for _ in range(1500):
    weights = [random.random() ** 3 for _ in DRAWN]
    text = "".join(random.choice(kind) for kind in random.choices(DRAWN, weights, k=random.randrange(40)))
    print(json.dumps(text), *(json.dumps(token) for token in WORD.findall(text.lower())), sep="\t")
