"""Every sentence that people read, in zh-Hans, zh-Hant and en.

<language>/<area>.json   flat objects, key -> text with {name} placeholders; the phone page reads the same files
catalogue.py             the reader for Python
"""
