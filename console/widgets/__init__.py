"""The parts of the screens, each painted from a ShowView (painted is their base).

On every screen: banners, screen_bar, status_strip, action_bar.  Show: rundown_list, clock_panel, cue_panel,
round_panel, turnout_board, count_board, session_facts.  Questions: queue_*.  Others: nods_board, arrivals_board,
record_facts; choice_list and mark_list hold lines to choose from, join_code draws the QR.
"""
