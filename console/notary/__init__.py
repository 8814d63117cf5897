"""The notary's screen: what the live witness knows, and the keys to agree, decline and speak.

app.py    mounts the screen, keeps the line, asks before anything is signed
lines.py  pure: the picture as lines of text
ask.py    one question at a time
"""
