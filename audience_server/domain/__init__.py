"""Pure rules: no clock, no random, no await, no input or output.

In reading order: refusals (every no); rundown (a session file as values), rundown_file (reading one, with toml_lines,
rundown_tables, rundown_parts, rundown_rounds, rundown_defaults and rundown_check); ballots (the choice grammar), tally
(counting), results (scores and ranks), score_bounds and rules_page (what the rules can give), hand (paper counts),
channels (scores from elsewhere); session (the fold over the record), admission (phones), acts (the operator).
"""
