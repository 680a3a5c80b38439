"""The pages where a person says yes or no to an app, and takes it out again; and the same over HTTP for tests."""

from collections.abc import Awaitable, Callable
from html import escape

from aiohttp import web

from playground.answering import answering
from playground.entities import Json
from playground.errors import RefusedActionError, SlackError
from playground.local_slack import LocalSlack
from playground.oauth import REMOVAL_EVENTS, Asked, OAuth

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1c1d; --soft: #555; --paper: #f6f4f0; --card: #fff; --line: #ccc7bd;
  --go: #0b6b5f }
@media (prefers-color-scheme: dark) { :root { --ink: #eee; --soft: #bbb; --paper: #17191a; --card: #212425;
  --line: #444; --go: #14806f } }
body { margin: 0; padding: 2rem 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 38rem; margin: auto; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .8rem }
h1 { margin-top: 0; font-size: 1.5rem } fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0 }
label { display: block; padding: .25rem 0 } .soft { color: var(--soft) } td, th { padding: .4rem .8rem .4rem 0;
  text-align: left } form.inline { display: inline }
button { padding: .5rem 1.1rem; border: 1px solid var(--line); border-radius: .5rem; background: none; color: inherit;
  font: inherit; cursor: pointer } button.go { background: var(--go); border-color: var(--go); color: #fff }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px }
"""


class AppsPage:
    """Serves consent at /oauth/v2/authorize, the list of workspaces at /apps, and what removes the app."""

    def __init__(self, slack: LocalSlack, oauth: OAuth) -> None:
        self._slack = slack
        self._oauth = oauth

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        team = "/playground/workspaces/{team}"
        return [
            web.get("/oauth/v2/authorize", _page(self._ask)),
            web.post("/oauth/v2/authorize", _page(self._decide)),
            web.get("/apps", _page(self._list)),
            web.post("/apps/{team}", _page(self._remove_here)),
            web.get("/playground/workspaces", self._workspaces),
            web.post(f"{team}/uninstall", answering(self._slack, self._uninstall)),
            web.post(f"{team}/revoke", answering(self._slack, self._revoke)),
        ]

    async def _ask(self, request: web.Request, _: Json) -> str:
        asked = self._oauth.read(dict(request.query))
        return _frame(f"{self._oauth.app.name} asks for permission", self._form(asked))

    async def _decide(self, _: web.Request, form: Json) -> str:
        asked = self._oauth.read(form)
        if form.get("decision") != "allow":
            raise web.HTTPFound(self._oauth.deny(asked))
        slack = self._oauth.find(str(form.get("team", "")))
        user = str(form.get("user") or next(iter(slack.workspace.people)))
        left_out = self._oauth.app.optional_scopes - set(form.get("optional", ()))
        to = self._oauth.allow(asked, slack, user, left_out, for_organisation=form.get("organisation") == "1")
        raise web.HTTPFound(to)

    async def _list(self, _: web.Request, __: Json) -> str:
        rows = "".join(_row(slack) for slack in self._oauth.workspaces)
        return _frame("Workspaces", f"<table><tr><th>Workspace<th>App<th></tr>{rows}</table>")

    async def _remove_here(self, request: web.Request, form: Json) -> str:
        slack = self._oauth.find(request.match_info["team"])
        if form.get("what") == "revoke":
            self._oauth.remove(slack, ("tokens_revoked",), "token_revoked")
        else:
            self._oauth.remove(slack, REMOVAL_EVENTS, "account_inactive")
        raise web.HTTPSeeOther("/apps")

    async def _workspaces(self, _: web.Request) -> web.Response:
        shown = [
            {"id": slack.settings.team_id, "name": slack.settings.team_name, "installed": slack.settings.installed}
            for slack in self._oauth.workspaces
        ]
        return web.json_response(shown)

    async def _uninstall(self, request: web.Request, body: Json) -> Json:
        told = body.get("events", list(REMOVAL_EVENTS))
        if not isinstance(told, list) or not set(told) <= set(REMOVAL_EVENTS):
            raise RefusedActionError("invalid_arguments", f"events are of {', '.join(REMOVAL_EVENTS)}.", status=400)
        self._oauth.remove(self._oauth.find(request.match_info["team"]), told, "account_inactive")
        return {"ok": True}

    async def _revoke(self, request: web.Request, _: Json) -> Json:
        self._oauth.remove(self._oauth.find(request.match_info["team"]), ("tokens_revoked",), "token_revoked")
        return {"ok": True}

    def _form(self, asked: Asked) -> str:
        hidden = {
            "client_id": asked.client_id,
            "scope": ",".join(asked.scopes),
            "redirect_uri": asked.redirect_uri,
            "state": asked.state,
        }
        fields = "".join(f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in hidden.items())
        return (
            f'<form method="post" action="/oauth/v2/authorize">{fields}'
            f"<fieldset><legend>Where?</legend>{self._choices(asked)}</fieldset>"
            f"<fieldset><legend>What it may do</legend>{self._scopes(asked)}</fieldset>"
            '<button class="go" name="decision" value="allow">Allow</button> '
            '<button name="decision" value="deny">Cancel</button></form>'
        )

    def _choices(self, asked: Asked) -> str:
        teams = [slack.settings for slack in self._oauth.workspaces]
        chosen = asked.team or teams[0].team_id
        return "".join(
            f'<label><input type="radio" name="team" value="{team.team_id}"{" checked" * (team.team_id == chosen)}> '
            f"{escape(team.team_name)}</label>"
            for team in teams
        )

    def _scopes(self, asked: Asked) -> str:
        optional = self._oauth.app.optional_scopes
        return "".join(
            f'<label><input type="checkbox" name="optional" value="{scope}" checked> {scope} (optional)</label>'
            if scope in optional
            else f"<label>{escape(scope)}</label>"
            for scope in asked.scopes
        )


def _row(slack: LocalSlack) -> str:
    settings = slack.settings
    first = next(iter(slack.workspace.people))
    name = f'<a href="/?as={first}">{escape(settings.team_name)}</a>'
    if not settings.installed:
        return f"<tr><td>{name}<td>not installed<td></tr>"
    buttons = "".join(
        f'<form class="inline" method="post" action="/apps/{settings.team_id}">'
        f'<button name="what" value="{what}">{label}</button></form> '
        for what, label in (("uninstall", "Uninstall"), ("revoke", "Revoke its token"))
    )
    return f"<tr><td>{name}<td>installed<td>{buttons}</tr>"


def _frame(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}"
        '<p class="soft">This is the playground, not Slack.</p></main></body></html>'
    )


def _page(make: Callable[[web.Request, Json], Awaitable[str]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        try:
            html, status = await make(request, await _form(request)), 200
        except (SlackError, RefusedActionError) as error:
            html, status = _frame("Something is wrong with this link", f"<p>{escape(str(error))}</p>"), 400
        return web.Response(text=html, status=status, content_type="text/html")

    return handler


async def _form(request: web.Request) -> Json:
    if request.method != "POST":
        return {}
    form = await request.post()
    return {key: form.getall(key) if key == "optional" else form[key] for key in form}
