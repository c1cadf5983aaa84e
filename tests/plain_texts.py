"""Texts and how both sides of the wall must read them: the assistant for its embedding, the knowledge base for its own."""

PLAIN = [
    ("請問如何提現？", "请问如何提现"),
    ("ＡＢＣ１２３，ｏｋ", "abc123 ok"),
    ("  怎么\t提现\x00！！🙂 ", "怎么 提现"),
    ("I CAN'T log in…", "i can't log in"),
    ("مرحبا", "مرحبا"),
    ("\ud800提现", "提现"),
    ("①②③ ½ ﬁnd", "123 1 2 find"),
    ("提现" * 5_000, "提现" * 128),
    ("word " * 400, ("word " * 52)[:256].strip()),
]
