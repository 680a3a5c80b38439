"""A routine as a team writes one."""

SWAY = """
format  = 1
id      = "sway"
title   = "Our sway"
area    = "hips"
locale  = "en"
summary = "One move of our own."
caution = "Stop when it hurts, and ask a clinician if in doubt."
aliases = ["willow"]

[credit]
facts   = "Our own idea."
ours    = "All of it."
license = "CC-BY-4.0"

[[exercises]]
id           = "tree-sway"
name         = "Tree sway"
kind         = "hold"
position     = "standing"
cues         = ["Feet apart.", "Sway like a tree."]
tips         = ["Slowly.", "Softly.", "Smaller.", "Wider."]
feel         = "hips"
hold_seconds = 10
stop_if      = "If it hurts, leave it out."
easier       = "Sway less."
seated       = "Sway on your chair."
alt          = "Someone sways from one side to the other like a tree."
"""


def sway(routine_id: str, *, alias: str = "", area: str = "hips") -> str:
    """Write another such routine, with a word of its own."""
    renamed = SWAY.replace('"sway"', f'"{routine_id}"').replace("tree-sway", f"{routine_id}-move")
    renamed = renamed.replace("Tree sway", f"{routine_id} move").replace("Our sway", f"Our {routine_id}")
    return renamed.replace('"willow"', f'"{alias or routine_id}-word"').replace(
        'area    = "hips"', f'area    = "{area}"'
    )
