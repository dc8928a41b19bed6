"""Institutions, agreements, accounts and presence."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import TypeAdapter

from protocol import paths
from protocol.account import (
    Account,
    Agreement,
    ChangeAccount,
    ChangeAgreement,
    ChangeInstitution,
    Institution,
    NewAccount,
    NewAgreement,
    NewInstitution,
    PasswordReset,
    Role,
)
from protocol.on_call import Contact
from protocol.queue import PersonPresence
from server.api.rest.wire import HouseDep, WhoDep, answer, answer_list, body_of, no_content, takes

router = APIRouter(tags=["administration"])
_INSTITUTIONS = TypeAdapter(list[Institution])
_AGREEMENTS = TypeAdapter(list[Agreement])
_ACCOUNTS = TypeAdapter(list[Account])
_PRESENCE = TypeAdapter(list[PersonPresence])

_INSTITUTION = {"code": "QS-01", "name": "青山镇卫生院", "kind": "clinic"}
_CONTACT = {"mail": "chen@hospital.example", "phone": "+8613800000000"}
_ACCOUNT = {
    "username": "chen.rad",
    "display_name": "陈放射",
    "password": "a temporary password",  # nosec B105  # an example
    "roles": ["expert"],
    "institution_id": "0197f3b0-0000-7000-8000-000000000001",
    "expert": {
        "title": "chief_physician",
        "departments": ["放射科"],
        "icd10_prefixes": ["J", "C34"],
        "years": 20,
    },
}


@router.get(paths.INSTITUTIONS, response_model=list[Institution])
async def institutions(who: WhoDep, house: HouseDep) -> Response:
    who.needs(Role.ADMIN)
    return answer_list(_INSTITUTIONS, await house.admin.institutions())


@router.post(
    paths.INSTITUTIONS,
    response_model=Institution,
    status_code=201,
    openapi_extra=takes(NewInstitution, _INSTITUTION),
)
async def add_institution(
    body: Annotated[NewInstitution, Depends(body_of(NewInstitution))], who: WhoDep, house: HouseDep
) -> Response:
    who.needs(Role.ADMIN)
    return answer(await house.admin.add_institution(who, body), 201)


@router.patch(paths.INSTITUTION, response_model=Institution, openapi_extra=takes(ChangeInstitution))
async def change_institution(
    institution_id: UUID,
    body: Annotated[ChangeInstitution, Depends(body_of(ChangeInstitution))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    who.needs(Role.ADMIN)
    return answer(await house.admin.change_institution(who, institution_id, body))


@router.get(paths.AGREEMENTS, response_model=list[Agreement])
async def agreements(who: WhoDep, house: HouseDep) -> Response:
    who.needs(Role.ADMIN)
    return answer_list(_AGREEMENTS, await house.admin.agreements())


@router.post(
    paths.AGREEMENTS, response_model=Agreement, status_code=201, openapi_extra=takes(NewAgreement)
)
async def add_agreement(
    body: Annotated[NewAgreement, Depends(body_of(NewAgreement))], who: WhoDep, house: HouseDep
) -> Response:
    who.needs(Role.ADMIN)
    return answer(await house.admin.add_agreement(who, body), 201)


@router.patch(paths.AGREEMENT, response_model=Agreement, openapi_extra=takes(ChangeAgreement))
async def change_agreement(
    agreement_id: UUID,
    body: Annotated[ChangeAgreement, Depends(body_of(ChangeAgreement))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    who.needs(Role.ADMIN)
    return answer(await house.admin.change_agreement(who, agreement_id, body))


@router.get(paths.ACCOUNTS, response_model=list[Account])
async def accounts(who: WhoDep, house: HouseDep) -> Response:
    who.needs(Role.ADMIN)
    return answer_list(_ACCOUNTS, await house.admin.accounts())


@router.post(
    paths.ACCOUNTS,
    response_model=Account,
    status_code=201,
    openapi_extra=takes(NewAccount, _ACCOUNT),
)
async def add_account(
    body: Annotated[NewAccount, Depends(body_of(NewAccount))], who: WhoDep, house: HouseDep
) -> Response:
    who.needs(Role.ADMIN)
    return answer(await house.admin.add_account(who, body), 201)


@router.patch(paths.ACCOUNT, response_model=Account, openapi_extra=takes(ChangeAccount))
async def change_account(
    account_id: UUID,
    body: Annotated[ChangeAccount, Depends(body_of(ChangeAccount))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    who.needs(Role.ADMIN)
    return answer(await house.admin.change_account(who, account_id, body))


@router.post(paths.ACCOUNT_RESET, response_model=PasswordReset)
async def reset_account(account_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    who.needs(Role.ADMIN)
    return answer(await house.admin.reset(who, account_id))


@router.post(paths.ACCOUNT_SECOND_FACTOR_RESET, status_code=204)
async def reset_second_factor(account_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """For who has lost the authenticator and the recovery codes."""
    who.needs(Role.ADMIN)
    await house.admin.reset_second_factor(who, account_id)
    return no_content()


@router.get(paths.CONTACT, response_model=Contact)
async def contact(account_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """Where somebody on call is reached."""
    who.needs(Role.ADMIN, Role.DISPATCHER)
    return answer(await house.admin.contact(who, account_id))


@router.put(paths.CONTACT, response_model=Contact, openapi_extra=takes(Contact, _CONTACT))
async def set_contact(
    account_id: UUID,
    body: Annotated[Contact, Depends(body_of(Contact))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """Mail address and telephone number; either may be empty."""
    who.needs(Role.ADMIN, Role.DISPATCHER)
    return answer(await house.admin.set_contact(who, account_id, body))


@router.get(paths.EXPERTS, response_model=list[Account])
async def experts(who: WhoDep, house: HouseDep, department: str = "") -> Response:
    return answer_list(_ACCOUNTS, await house.admin.experts(department))


@router.get(paths.PRESENCE, response_model=list[PersonPresence])
async def presence(who: WhoDep, house: HouseDep) -> Response:
    """Every expert's presence, from live sockets and held cases."""
    return answer_list(_PRESENCE, await house.desk.presence(house.hub.presence_of))
