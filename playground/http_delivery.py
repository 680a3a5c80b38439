"""Signed HTTP requests to the app's own address, for apps that do not use Socket Mode."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from playground.delivery import ACKNOWLEDGE_WITHIN_SECONDS, Answer, Delivery
from playground.local_slack import LocalSlack

_FORM = "application/x-www-form-urlencoded"


class HttpDelivery:
    """Delivers to one request URL."""

    def __init__(self, slack: LocalSlack, request_url: str) -> None:
        self._slack = slack
        self._request_url = request_url
        self._session = ClientSession(timeout=ClientTimeout(total=ACKNOWLEDGE_WITHIN_SECONDS))

    @property
    def connected(self) -> bool:
        """Tell that there is an address; whether somebody answers shows at each delivery."""
        return True

    async def deliver(self, delivery: Delivery) -> Answer:
        """Send a signed request and take the response as the acknowledgement."""
        content_type, body = _body(delivery)
        headers = self._signed(body) | {"Content-Type": content_type}
        if delivery.retry_attempt:
            headers["X-Slack-Retry-Num"] = str(delivery.retry_attempt)
            headers["X-Slack-Retry-Reason"] = delivery.retry_reason or "unknown_error"
        answer = await self._send(body, headers)
        return Answer(failure="app_not_connected", reason="connection_failed") if delivery.cut else answer

    async def verify(self) -> bool:
        """Ask the app to prove that the address is its own (url_verification)."""
        challenge = hashlib.sha256(self._request_url.encode()).hexdigest()
        payload = {
            "token": self._slack.settings.verification_token,
            "challenge": challenge,
            "type": "url_verification",
        }
        body = json.dumps(payload).encode()
        answer = await self._send(body, self._signed(body) | {"Content-Type": "application/json"})
        text = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        return answer.failure == "" and text == challenge

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _send(self, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            async with self._session.post(self._request_url, data=body, headers=headers) as response:
                text = await response.text()
                if response.ok:
                    return Answer(body=_parsed(text))
                retry = response.headers.get("X-Slack-No-Retry") != "1"
                return Answer(failure="dispatch_failed", reason="http_error", retry=retry)
        except TimeoutError:
            return Answer(failure="operation_timeout", reason="http_timeout")
        except ClientError:
            return Answer(failure="app_not_connected", reason="connection_failed")

    def _signed(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._slack.clock.real_seconds()))
        secret = self._slack.settings.signing_secret.encode()
        digest = hmac.new(secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _body(delivery: Delivery) -> tuple[str, bytes]:
    if delivery.kind == "events_api":
        return "application/json", json.dumps(delivery.payload).encode()
    interactive = delivery.kind == "interactive"
    form = {"payload": json.dumps(delivery.payload)} if interactive else delivery.payload
    return _FORM, urlencode(form).encode()


def _parsed(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
