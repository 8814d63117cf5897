"""The console's looks.  Words and signs say everything; a theme only repeats it in colour.

Every theme names the same extra colours, which `app.tcss` asks for: the state of a round, on air, preview.
"""

from __future__ import annotations

from textual.theme import Theme

STUDIO = Theme(
    name="studio",
    primary="#4aa3df",
    secondary="#8fb8d8",
    warning="#f2b632",
    error="#e5484d",
    success="#46a758",
    accent="#f2b632",
    foreground="#e6edf3",
    background="#0d1117",
    surface="#161b22",
    panel="#21262d",
    dark=True,
    variables={
        "live": "#10351c",
        "waiting": "#3a2c0a",
        "fixed": "#10283a",
        "said-done": "#10351c",
        "said-bad": "#7a1420",
        "on-air": "#c62a2f",
        "preview": "#1d6b33",
        "on-mark": "#ffffff",
        "on-primary": "#000000",
    },
)

DAY = Theme(
    name="day",
    primary="#0b5cad",
    secondary="#3b6ea5",
    warning="#8a5a00",
    error="#b3141c",
    success="#1c6b34",
    accent="#8a5a00",
    foreground="#16202a",
    background="#f6f7f9",
    surface="#ffffff",
    panel="#dde3ea",
    dark=False,
    variables={
        "live": "#d3f0dc",
        "waiting": "#fbeac2",
        "fixed": "#d6e8f8",
        "said-done": "#d3f0dc",
        "said-bad": "#9c1118",
        "on-air": "#b3141c",
        "preview": "#1c6b34",
        "on-mark": "#ffffff",
        "on-primary": "#ffffff",
    },
)

CONTRAST = Theme(
    name="contrast",
    primary="#ffff00",
    secondary="#00ffff",
    warning="#ffff00",
    error="#ff5c5c",
    success="#5cff5c",
    accent="#00ffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    dark=True,
    variables={
        "live": "#003b00",
        "waiting": "#4a3500",
        "fixed": "#00264d",
        "said-done": "#003b00",
        "said-bad": "#8b0000",
        "on-air": "#d00000",
        "preview": "#006400",
        "on-mark": "#ffffff",
        "on-primary": "#000000",
    },
)

THEMES = {theme.name: theme for theme in (STUDIO, DAY, CONTRAST)}
DEFAULT = STUDIO.name
