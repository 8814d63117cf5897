"""The pages that browsers load, and the files they are made of.

phone/        the audience's page: vanilla modules, style, vendored noble; no build step
page_set      every file a phone loads, as served, with content types and headers
integrity     refreshes the digests in index.html after a file has changed
"""
