"""What the store can do, as CapabilityStatement (R4 3.1.0.9)."""

from protocol.shared_record import FHIR_JSON
from server.api.fhir.outcomes import Json
from server.domain.fhir_parameters import INCLUDES, PARAMETERS

_DONE = ("read", "vread", "update", "delete", "history-instance", "create", "search-type")

_EVERYTHING = {
    "name": "everything",
    "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
}
_EXPORT = {
    "name": "export",
    "definition": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export",
}


def capability_statement(base: str, version: str, date: str, *, exports: bool) -> Json:
    """`date`: an ISO day, since when it says so; `exports`: the site lets its administrators."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": {"name": "Huizhen", "version": version},
        "implementation": {
            "description": "The record an institution keeps at the consultation server",
            "url": base,
        },
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON, "json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "description": "A session's access token of who sends cases (Bearer); the "
                    "record is that of the institution"
                },
                "resource": [_resource(kind) for kind in sorted(PARAMETERS)],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
                **({"operation": [_EXPORT]} if exports else {}),
            }
        ],
    }


def _resource(kind: str) -> Json:
    includes = sorted(f"{kind}:{name}" for name in INCLUDES[kind])
    return {
        "type": kind,
        "interaction": [{"code": one} for one in _DONE],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": True,
        "conditionalRead": "not-match",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "local"],
        **({"searchInclude": ["*", *includes]} if includes else {}),
        **({"operation": [_EVERYTHING]} if kind == "Patient" else {}),
        "searchParam": [
            {"name": "_id", "type": "token"},
            {"name": "_lastUpdated", "type": "date"},
            *({"name": one.name, "type": one.sort.value} for one in PARAMETERS[kind].values()),
        ],
    }
