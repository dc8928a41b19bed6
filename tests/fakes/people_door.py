"""Where people sign in at a hospital: oauthlib's authorization server, which no one here wrote."""

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from oauthlib.oauth2 import WebApplicationServer

from tests.fakes.hospital import Answer, FakeHospital

CLIENT = "huizhen"
SCOPE = "openid fhirUser offline_access user/*.read"


class _Rules:
    """What oauthlib asks of a RequestValidator. One public client; a code is bound to its
    challenge, a refresh token is good once."""

    def __init__(self, fake: FakeHospital) -> None:
        self.fake = fake
        self.codes: dict[str, dict[str, Any]] = {}
        self.refreshes: dict[str, str] = {}
        self.used: list[str] = []
        self.revoked: list[str] = []

    def validate_client_id(self, client_id: str, *_more: Any, **_named: Any) -> bool:
        return client_id == CLIENT

    def validate_redirect_uri(self, _id: str, uri: str, *_more: Any, **_named: Any) -> bool:
        """RFC 8252 7.3: any port of the loopback address."""
        return (urlsplit(uri).hostname, urlsplit(uri).path) == ("127.0.0.1", "/callback")

    def validate_scopes(self, *_told: Any, **_named: Any) -> bool:
        return True

    def validate_response_type(self, _id: str, kind: str, *_more: Any, **_named: Any) -> bool:
        return kind == "code"

    def validate_grant_type(self, _id: str, kind: str, *_more: Any, **_named: Any) -> bool:
        return kind in ("authorization_code", "refresh_token")

    def client_authentication_required(self, *_told: Any, **_named: Any) -> bool:
        return False

    def authenticate_client_id(self, client_id: str, request: Any, **_named: Any) -> bool:
        request.client = type("Client", (), {"client_id": client_id})()
        return client_id == CLIENT

    def is_pkce_required(self, *_told: Any) -> bool:
        return True

    def save_authorization_code(self, _id: str, code: dict[str, str], request: Any) -> None:
        self.codes[code["code"]] = {
            "challenge": request.code_challenge,
            "method": request.code_challenge_method,
            "redirect": request.redirect_uri,
            "scopes": request.scopes,
        }

    def validate_code(self, _id: str, code: str, _client: Any, request: Any, **_n: Any) -> bool:
        request.user, request.scopes = "doctor", self.codes.get(code, {}).get("scopes")
        return code in self.codes

    def get_code_challenge(self, code: str, _request: Any) -> str:
        return str(self.codes[code]["challenge"])

    def get_code_challenge_method(self, code: str, _request: Any) -> str:
        return str(self.codes[code]["method"])

    def confirm_redirect_uri(self, _id: str, code: str, uri: str, *_m: Any, **_n: Any) -> bool:
        return bool(self.codes[code]["redirect"] == uri)

    def invalidate_authorization_code(self, _id: str, code: str, *_m: Any, **_n: Any) -> None:
        del self.codes[code]

    def validate_refresh_token(self, token: str, *_more: Any, **_named: Any) -> bool:
        return token in self.refreshes

    def get_original_scopes(self, token: str, *_more: Any, **_named: Any) -> list[str]:
        return self.refreshes[token].split()

    def rotate_refresh_token(self, _request: Any) -> bool:
        return True

    def revoke_token(self, token: str, kind: str, *_more: Any, **_named: Any) -> None:
        self.revoked.append(kind)
        self.refreshes.pop(token, None)
        if token == self.fake.token:
            self.fake.token = "taken back"

    def save_token(self, token: dict[str, Any], request: Any, *_m: Any, **_n: Any) -> None:
        if request.refresh_token:
            del self.refreshes[request.refresh_token]
            self.used.append(request.refresh_token)
        self.refreshes[token["refresh_token"]] = SCOPE
        self.fake.token = token["access_token"]


class PeopleDoor:
    """Stands before a hospital's server; whoever comes with a browser is let in at once."""

    def __init__(self, fake: FakeHospital) -> None:
        self.rules = _Rules(fake)
        self._server = WebApplicationServer(self.rules)
        self._fake = fake
        self.base = fake.url.removesuffix("/fhir")
        self.issuer: str | None = self.base
        """What it calls itself in its answers; None: it does not."""
        self.methods = ["S256"]
        self.refuses = False
        self.revokes = True
        self.broken = False
        """Whether it takes back what it gave."""
        self.audiences: list[str] = []
        self.launches: dict[str, object] = {}
        """What its own program has open (the Patient's id), by the word it gave for that."""
        self._launched: object = None
        fake.door = self.answer
        fake.token = "nobody has signed in"

    def answer(self, method: str, asked: str, body: str) -> Answer | None:
        path, url = urlsplit(asked).path, f"{self.base}{asked}"
        if path.endswith("/.well-known/smart-configuration"):
            return 200, self._configuration(), {}
        if path == "/authorize":
            return self._authorized(url)
        if path == "/token":
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            headers, told, status = self._server.create_token_response(url, method, body, form)
            if self._launched is not None:
                told = json.dumps(json.loads(told) | {"patient": self._launched})
            return status, told.encode(), headers
        if path == "/revoke" and not self.broken:
            headers, told, status = self._server.create_revocation_response(url, method, body)
            return status, told.encode(), headers
        return None

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            **({"revocation_endpoint": f"{self.base}/revoke"} if self.revokes else {}),
            "code_challenge_methods_supported": self.methods,
            "authorization_response_iss_parameter_supported": True,
        }

    def _authorized(self, url: str) -> Answer:
        query = {name: one[0] for name, one in parse_qs(urlsplit(url).query).items()}
        self.audiences.append(query["aud"])
        within = "launch" in query["scope"].split()
        self._launched = self.launches.get(query.get("launch", "")) if within else None
        if self.refuses:
            told = {"error": "access_denied", "error_description": "not on duty"}
            told |= {"state": query["state"], "iss": self.base}
            return 302, b"", {"location": f"{query['redirect_uri']}?{urlencode(told)}"}
        scopes = query["scope"].split()
        headers, _, status = self._server.create_authorization_response(url, scopes=scopes)
        place = headers["Location"]
        issuer = f"&{urlencode({'iss': self.issuer})}" if self.issuer else ""
        return status, b"", {"location": place + issuer}
