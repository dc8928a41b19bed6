"""Real histories go into the clinic's own record, and our own client reads them out of it."""

import json
import ssl
from contextlib import closing
from pathlib import Path

import pytest

from app.net.emr.clinical import SECTION_OF
from app.net.emr.gathering import find_patients, gather
from app.net.emr.hospital import Hospital
from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.reading import clinical
from protocol.paths import FHIR
from server.domain.fhir_search import PARAMETERS
from tests.server.people import Valley
from tests.server.test_fhir_store import ask, entry


@pytest.mark.parametrize("name", ["synthea-01", "synthea-02"])
def test_a_history_is_read_as_it_was_put_in(
    valley: Valley, context: ssl.SSLContext, shared_folder: Path, name: str
) -> None:
    history = json.loads((shared_folder / "fhir" / f"{name}.json").read_text(encoding="utf-8"))
    known = [one for one in history["entry"] if one["resource"]["resourceType"] in PARAMETERS]
    told = [
        entry({key: value for key, value in one["resource"].items() if key != "id"}, one["fullUrl"])
        for one in known
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": told}
    assert ask(valley.doctor, "POST", "", bundle).status_code == 200
    base = str(valley.doctor.http.base_url).rstrip("/")
    place = EmrServer(url=base + FHIR, access=EmrAccess.HOUSE)
    whose = next(one["resource"] for one in known if one["resource"]["resourceType"] == "Patient")
    token = valley.doctor.tokens.access_token
    with closing(Hospital(place, token, context=context)) as server:
        (found,) = find_patients(server, whose["identifier"][0]["value"]).patients
        assert find_patients(server, f"{whose['name'][0]['family']}").patients == (found,)
        gathered = gather(server, found)
    assert gathered.gaps == ()
    clinical_kinds = [one["resource"]["resourceType"] for one in known]
    expected = sum(kind in SECTION_OF for kind in clinical_kinds)
    assert sum(one["resourceType"] in SECTION_OF for one in gathered.resources) == expected
    record = clinical((gathered.patient, *gathered.resources), gaps=gathered.gaps)
    assert (record.unread, record.dangling) == (0, 0)
