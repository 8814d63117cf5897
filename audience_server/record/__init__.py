"""The bytes of the record, format c1: pure values in, bytes out, and back, strictly.

Reading order: forms, canonical, ed25519, notes, checkpoint, tree, receipt, codes, ballots, entries, rolls, policy,
fingerprint, page_digest, openings, tiles, bundle.
"""
