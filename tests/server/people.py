"""Signed-in people of a running server, made through its own REST interface."""

import ssl
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from protocol import paths
from protocol.account import TokenPair
from protocol.base import new_id

PASSWORD = "a long enough password"
ADMIN = "root.admin"


@dataclass
class Someone:
    """A signed-in account with its HTTP client."""

    username: str
    tokens: TokenPair
    http: httpx.Client
    claim: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return self.tokens.account.id

    def get(self, path: str, **values: object) -> Any:
        answer = self.http.get(path.format(**values))
        assert answer.is_success, answer.text
        return answer.json()

    def send(self, method: str, path: str, body: object = None, **values: object) -> httpx.Response:
        return self.http.request(method, path.format(**values), json=body)

    def act(self, case_id: object, action: str, **more: object) -> httpx.Response:
        """One transition; the claim is carried when this person holds one."""
        held = self.claim.get(str(case_id), {})
        return self.send(
            "POST",
            paths.TRANSITIONS,
            {"action": action, **held, **more},
            consultation_id=case_id,
        )

    def take(self, case_id: object) -> dict[str, Any]:
        """Claims a case and remembers token and fence."""
        answer = self.send("POST", paths.CLAIM, consultation_id=case_id)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        self.claim[str(case_id)] = {"claim_token": body["claim_token"], "fence": body["fence"]}
        return body


class Town:
    """Makes institutions and people; each with a name nobody else has."""

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        self.url = url
        self.context = context
        self._clients: list[httpx.Client] = []
        self.admin = self.sign_in(ADMIN)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=self.context, timeout=30, trust_env=False)

    def sign_in(self, username: str, password: str = PASSWORD, **more: object) -> Someone:
        http = self.client()
        self._clients.append(http)
        body = {"username": username, "password": password, **more}
        answer = http.post(paths.SESSION, json=body)
        assert answer.status_code == 200, answer.text
        tokens = TokenPair.model_validate_json(answer.content)
        http.headers["authorization"] = f"Bearer {tokens.access_token}"
        return Someone(username, tokens, http)

    def institution(self, kind: str = "clinic", name: str | None = None) -> UUID:
        code = uuid4().hex[:10]
        body = {"code": code, "name": name or f"青山卫生院{code}", "kind": kind}
        answer = self.admin.send("POST", paths.INSTITUTIONS, body)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    def agree(self, clinic: UUID, hospital: UUID) -> None:
        body = {
            "clinic_id": str(clinic),
            "hospital_id": str(hospital),
            "valid_from": "2026-01-01T00:00:00Z",
        }
        assert self.admin.send("POST", paths.AGREEMENTS, body).status_code == 201

    def person(
        self,
        *roles: str,
        institution: UUID | None = None,
        expert: dict[str, Any] | None = None,
        name: str = "林医生",
    ) -> Someone:
        username = f"u{uuid4().hex[:12]}"
        body: dict[str, Any] = {
            "username": username,
            "display_name": name,
            "password": PASSWORD,
            "roles": roles,
            "institution_id": None if institution is None else str(institution),
            "expert": expert,
            "must_change_password": False,
        }
        answer = self.admin.send("POST", paths.ACCOUNTS, body)
        assert answer.status_code == 201, answer.text
        return self.sign_in(username)

    def close(self) -> None:
        for client in self._clients:
            client.close()


@dataclass
class Valley:
    """A clinic with its doctor and a hospital with its expert, in a department of their own."""

    town: Town
    department: str
    clinic: UUID
    hospital: UUID
    doctor: Someone
    expert: Someone

    def another_expert(self, name: str = "王专家", **profile: object) -> Someone:
        return self.town.person(
            "expert",
            institution=self.hospital,
            expert=expert_profile(self.department, **profile),
            name=name,
        )


def expert_profile(department: str, **more: object) -> dict[str, Any]:
    return {
        "title": "chief_physician",
        "departments": [department],
        "icd10_prefixes": ["J", "R91"],
        "years": 20,
        **more,
    }


def make_valley(town: Town) -> Valley:
    department = f"放射科{uuid4().hex[:8]}"
    clinic, hospital = town.institution("clinic"), town.institution("hospital")
    town.agree(clinic, hospital)
    doctor = town.person("requester", institution=clinic, name="林医生")
    expert = town.person(
        "expert", institution=hospital, expert=expert_profile(department), name="陈专家"
    )
    return Valley(town, department, clinic, hospital, doctor, expert)


def content(department: str, **more: object) -> dict[str, Any]:
    """A case that is complete to submit."""
    return {
        "patient": {
            "name": "何小溪",
            "patient_id": "QS-2026-0042",
            "sex": "female",
            "birth_date": "1958-04-02",
        },
        "reason": "咳嗽三周",
        "question": "结节性质及下一步处理？",
        "history": "高血压十年",
        "findings": "右下肺呼吸音低",
        "diagnosis_codes": ["R91"],
        "mode": "advice",
        "urgency": "urgent",
        "department": department,
        "consent": {
            "form": "written",
            "given_by": "何小溪",
            "given_at": "2026-01-05T08:30:00Z",
            "library": True,
        },
        **more,
    }


def open_case(valley: Valley, **more: object) -> str:
    """A draft of the valley's doctor, complete to submit."""
    case_id = str(new_id())
    body = {"id": case_id, "content": content(valley.department, **more)}
    answer = valley.doctor.send("POST", paths.CONSULTATIONS, body)
    assert answer.status_code == 201, answer.text
    return case_id


def submitted_case(valley: Valley, **more: object) -> str:
    case_id = open_case(valley, **more)
    answer = valley.doctor.act(case_id, "submit")
    assert answer.status_code == 200, answer.text
    return case_id
