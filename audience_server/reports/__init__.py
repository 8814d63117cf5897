"""What is printed and handed out: made from results and rolls, never with arithmetic of its own.

card_issue.py    the codes of a session's cards and the rolls of their keys
card_links.py    what a card points to
cards_sheet.py   the sheets of folding cards as PDF
card_face.py     what stands on one card
panel_marks.py   a panel's colour and shape
qr_squares.py    a QR code as rectangles
text_fit.py      lines that fit
fonts.py         the one embedded font, and what it lacks
"""
