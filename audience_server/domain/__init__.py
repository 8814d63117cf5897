"""Pure rules: no clock, no random, no await, no input or output.

In reading order: refusals (every no), rundown (the session file as values), rundown_file (reading it) with
toml_lines, rundown_tables, rundown_parts, rundown_defaults and rundown_check; rules_page (what the rules can do);
ballots (the choice grammar), hand (paper), channels (scores from elsewhere), tally, results; admission, session.
"""
