"""The pages of an installation, for a browser: our own HTML, one style sheet in it, no script."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from urllib.parse import urlencode

_STYLE = """\
:root { color-scheme: light dark; --ink: #17302a; --soft: #4c625b; --paper: #f4f1ea; --card: #fffdf8; --line: #d9d4c7;
  --green: #1f5c4d; --on-green: #ffffff }
@media (prefers-color-scheme: dark) { :root { --ink: #eef3f0; --soft: #b3c4bd; --paper: #12201c; --card: #1a2b26;
  --line: #33463f; --green: #8fd3bd; --on-green: #0d2019 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper);
  color: var(--ink); font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { width: 100%; max-width: 36rem; padding: 2.25rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem }
.name { margin: 0 0 1.5rem; color: var(--green); font-weight: 700; letter-spacing: .02em }
h1 { margin: 0 0 .75rem; font-size: 1.75rem; line-height: 1.25; text-wrap: balance }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.0625rem }
p { margin: 0 0 1rem }
ol, ul { margin: 0 0 1rem; padding-left: 1.4rem }
li { margin: .4rem 0; padding-left: .2rem }
code { padding: .1em .35em; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem;
  font-size: .95em; white-space: nowrap }
.soft { color: var(--soft); font-size: .95rem }
.button { display: inline-block; margin: .25rem 0 1rem; padding: .7rem 1.4rem; background: var(--green);
  color: var(--on-green); border-radius: .6rem; font-weight: 600; text-decoration: none }
.button:hover { text-decoration: underline }
a { color: var(--green) }
a:focus-visible { outline: 3px solid var(--green); outline-offset: 3px }
@media (max-width: 30rem) { main { padding: 1.5rem } h1 { font-size: 1.5rem } }
"""

STYLE_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()
"""What a Content-Security-Policy has to know so that a browser takes this style sheet, and no other."""

_WITHOUT = {
    "commands": "<code>/stretch</code>",
    "chat:write": "anything said in channels",
    "reactions:read": "counting a reaction as done",
    "users:read": "people's names and time zones",
    "channels:read": "knowing which channels it is in",
    "groups:read": "private channels",
}
"""What is missing without a required scope."""


def _page(title: str, body: str) -> str:
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{title} · Limber</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        '<link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head>\n"
        f'<body><main><p class="name">Limber</p>\n<h1>{title}</h1>\n{body}\n</main></body></html>\n'
    )


def invitation(authorize_url: str) -> str:
    """Say what the app does and what it asks for, with the way to Slack."""
    return _page(
        "Stretch breaks for your team",
        "<p>At times a channel chose, Limber posts one short, pictured stretch. Each takes two minutes at most and has"
        " a seated version. Taking part is voluntary, and nobody is listed who did not ask to be.</p>\n"
        f'<p><a class="button" href="{escape(authorize_url)}">Add to Slack</a></p>\n'
        "<h2>What Slack will ask you to allow</h2>\n"
        "<ul><li>Posting in channels it was invited to, and <code>/stretch</code>.</li>"
        "<li>Seeing reactions, people's names and time zones, and which channels there are.</li>"
        "<li>If you like: reading the history of those channels, to find out after a failure whether a message of its"
        " own arrived. Everything else works without.</li></ul>\n"
        '<p class="soft">Nothing about health is asked or kept. Removed from Slack, it stops at once and erases what'
        " it knew after a week.</p>",
    )


def installed(
    team_name: str, team_id: str, app_id: str, missing: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> str:
    """Say that it is done and what to do next, and what does not work without the scopes that were left out."""
    where = f" in {escape(team_name)}" if team_name else ""
    home = "https://slack.com/app_redirect?" + urlencode({"app": app_id, "team": team_id})
    return _page(
        f"Limber is installed{where}",
        "<p>Nothing is posted yet. Two steps to the first break:</p>\n"
        "<ol><li>In the channel that wants breaks, type <code>/invite @Limber</code>.</li>"
        "<li>Press <strong>Start</strong> under its hello, or type <code>/stretch setup</code> to choose times.</li>"
        "</ol>\n"
        f'<p><a class="button" href="{escape(home)}">Open Limber in Slack</a></p>\n'
        f"{_lacking(missing, optional)}"
        '<p class="soft">Just for yourself? <code>/stretch</code> works anywhere, right away.</p>',
    )


def _lacking(missing: tuple[str, ...], optional: tuple[str, ...]) -> str:
    said = ""
    if missing:
        items = "".join(
            f"<li>{_WITHOUT.get(scope, escape(scope))} (<code>{escape(scope)}</code>)</li>" for scope in missing
        )
        said += "<h2>This does not work yet</h2>\n<p>It was not allowed. Install once more to add it:</p>"
        said += f"<ul>{items}</ul>\n"
    if optional:
        said += (
            '<p class="soft">It may not read channels\' history, which is fine: after a failure, a break of which'
            " nobody knows whether it arrived is then left out rather than posted twice.</p>\n"
        )
    return said


def _again(sentence: str, title: str) -> str:
    return _page(title, f'<p>{sentence}</p>\n<p><a class="button" href="install">Start again</a></p>')


def declined(error: str) -> str:
    """Say that nothing was installed, because somebody said no at Slack or Slack did."""
    if error == "access_denied":
        return _again("You said no at Slack, so nothing was installed and nothing is kept.", "Nothing was installed")
    return _again(f"Slack ended the installation ({escape(error[:80])}). Nothing is kept.", "Nothing was installed")


def state_refused() -> str:
    """Say that a link is used up, too old, or somebody else's."""
    return _again(
        "An installation has to end in the browser in which it began, within ten minutes, and works once. This link is"
        " used up, too old, or from elsewhere; nothing was installed.",
        "This link is no longer good",
    )


def code_refused(error: str) -> str:
    """Say that Slack gives no token."""
    return _again(
        f"Slack did not accept it (<code>{escape(error)}</code>), so nothing was installed. If starting again does not"
        " help, whoever runs this server should look at SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
        "Slack said no",
    )


def slack_away() -> str:
    """Say that Slack does not answer."""
    return _again("Slack did not answer in time, so nothing was installed. Please try it in a minute.", "Slack is slow")


def organisation_refused() -> str:
    """Say that an organisation's workspaces install it one by one."""
    return _again(
        "Limber is installed workspace by workspace, not for a whole organisation: schedules, streaks and boards belong"
        " to one workspace. Nothing was installed. Please choose a single workspace at Slack's page.",
        "One workspace at a time",
    )


def broken() -> str:
    """Say that something failed on our side."""
    return _again(
        "Something went wrong on our side, and it is written down for whoever runs this server. Please try it in a"
        " minute.",
        "That did not work",
    )
