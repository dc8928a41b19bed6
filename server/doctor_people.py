"""Whether those are there whom a site cannot work without."""

from protocol.account import Role
from server.doctor_finding import Finding, Findings, Verdict, fine
from server.settings import Settings
from server.store.overview import Overview


def people(settings: Settings, seen: Overview) -> Findings:
    check = "people"
    missing = [
        role.value for role in (Role.ADMIN, Role.REQUESTER, Role.EXPERT) if not seen.has(role)
    ]
    if missing:
        verdict = Verdict.BAD if Role.ADMIN.value in missing else Verdict.LOOK
        mend = f"huizhen-server user add NAME --role {missing[0]} …"
        yield Finding(check, verdict, f"no account is {', '.join(missing)}", mend)
    elif not seen.agreements:
        yield Finding(
            check,
            Verdict.BAD,
            "no clinic may consult any hospital",
            "huizhen-server agreement add --clinic CODE --hospital CODE",
        )
    else:
        yield fine(check, f"{seen.accounts} accounts, {seen.agreements} agreements")
    if settings.require_licence and seen.experts_without_licence:
        yield Finding(
            "licences",
            Verdict.LOOK,
            f"{seen.experts_without_licence} experts have no licence number and are never rung",
            "enter it in their profiles, or HUIZHEN_REQUIRE_LICENCE=false",
        )
    if settings.co_signed_departments and seen.houses_without_reviewer:
        yield Finding(
            "co-signatures",
            Verdict.BAD,
            f"{seen.houses_without_reviewer} institutions with experts have no reviewer: reports "
            f"of {', '.join(settings.co_signed_departments)} cannot be signed there",
            "huizhen-server user add NAME --role reviewer … in each of them",
        )
