"""Rich text: its sections, lists, quotes and preformatted texts, and the kinds of things inside them.

Each row is a field of https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

from typing import Final

from playground.blockkit.composition import any_url, block_id
from playground.blockkit.rules import Rule, boolean, integer, items, one_of, shape, string, tagged

_LETTERS: Final = ("bold", "italic", "strike", "underline", "code")
_MENTION: Final = ("bold", "italic", "strike", "highlight", "client_highlight", "unlink")

_STYLED: Final[dict[str, Rule]] = {"style": shape("", {}, dict.fromkeys(_LETTERS, boolean))}
_NAMED: Final[dict[str, Rule]] = {"style": shape("", {}, dict.fromkeys(_MENTION, boolean))}
_BORDER: Final[dict[str, Rule]] = {"border": integer(0, 1)}

_TEXT: Final = shape("text", {"text": string()}, _STYLED)
_LINK: Final = shape("link", {"url": any_url}, {**_STYLED, "text": string(), "unsafe": boolean})

_INLINE: Final = tagged(
    {
        "text": _TEXT,
        "link": _LINK,
        "user": shape("user", {"user_id": string()}, _NAMED),
        "usergroup": shape("usergroup", {"usergroup_id": string()}, _NAMED),
        "channel": shape("channel", {"channel_id": string()}, _NAMED),
        "team": shape("team", {"team_id": string()}, _STYLED),
        "broadcast": shape("broadcast", {"range": one_of("here", "channel", "everyone")}, _STYLED),
        "color": shape(
            "color",
            {"value": string(like=r"#[0-9A-Fa-f]{6}", called="a color as #RRGGBB")},
            _STYLED,
        ),
        "date": shape(
            "date",
            {"timestamp": integer(0), "format": string()},
            {**_STYLED, "url": any_url, "fallback": string()},
        ),
        "emoji": shape(
            "emoji",
            {"name": string(like=r"[^\s:]+", called="an emoji's name without colons")},
            {**_STYLED, "unicode": string(), "skin_tone": integer(1, 6), "url": any_url},
        ),
    },
    "rich text element",
)

# Parts may be empty: slack_sdk names them as the exceptions to "no empty lists".
_SECTION: Final = shape("rich_text_section", {"elements": items(_INLINE)})

_PARTS: Final = tagged(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": shape(
            "rich_text_list",
            {
                "style": one_of("bullet", "ordered"),
                "elements": items(tagged({"rich_text_section": _SECTION}, "list item")),
            },
            {**_BORDER, "indent": integer(0, 8), "offset": integer(0)},
        ),
        "rich_text_quote": shape("rich_text_quote", {"elements": items(_INLINE)}, _BORDER),
        "rich_text_preformatted": shape(
            "rich_text_preformatted",
            {"elements": items(tagged({"text": _TEXT, "link": _LINK}, "preformatted element"))},
            _BORDER,
        ),
    },
    "part of a rich text",
)

rich_text: Final[Rule] = shape("rich_text", {"elements": items(_PARTS, 1)}, {"block_id": block_id})
