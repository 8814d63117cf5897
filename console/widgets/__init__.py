"""The parts of the show screen, each painted from a ShowView: title_bar, banners, rundown_list, cue_panel,
round_panel, turnout_board, count_board, message_bar, action_bar; join_code draws the QR.
"""
