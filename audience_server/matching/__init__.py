"""Comparing texts across simplified and traditional: normal_text, near_duplicates, word_list, language_guess."""
