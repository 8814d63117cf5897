"""One module a screen.  desk is the frame of the five: show, questions, results, audience, record; in front of them
stand ask (every dialog), palette, help, alarms, join.
"""
