"""Where entries lie: `port` (the duties), `memory` (tests), `sqlite` (the real one).

Stores know bytes, never ballots.
"""
