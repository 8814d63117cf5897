"""The notary's own part: programs for the notary's own computer, readable without the rest of Touchstone.

verify.py   checks an evidence bundle offline; one file, imports nothing of ours, runs by path
"""
