"""A simulated audience that speaks the real protocol, for rehearsals and as load.

Reading order: arrivals and choice_model (pure, seeded), card_keys, phone_line (one connection), phone (one voter's
behaviour), crowd (all of them).
"""
