"""The notary's screen: what the live witness knows, and the keys to agree, decline and speak.

app.py         mounts the screen, keeps the line, paints
deeds.py       what each key does: shows what it is about, asks once, does it
ask.py         one question at a time
lines.py       pure: the picture as lines of text
rounds.py      pure: the rounds, now, one a line, and in full
statements.py  pure: what is to be signed, in named lines
sentences.py   what is refused and found, in the reader's language
moments.py     moments and stretches of time
"""
