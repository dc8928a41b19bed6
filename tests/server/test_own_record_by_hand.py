"""What is written by hand goes into the real record, and can be corrected there."""

import ssl
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.net.emr.by_hand import corrected, end, put, take_back
from app.net.emr.clinical import Section
from app.net.emr.entering import resources_of
from app.net.emr.gathering import gather
from app.net.emr.reading import clinical
from app.net.emr.writing import enter_patient
from protocol.consultation import Patient, Sex
from tests.fakes.examples import named
from tests.net.test_emr_entering import ENTRIES
from tests.server.own_records import own_record
from tests.server.people import Valley

TYPED = Patient(
    name="何小溪", patient_id="QS-2026-0042", sex=Sex.FEMALE, birth_date=date(1958, 4, 20)
)
RIGHT = TYPED.model_copy(update={"birth_date": date(1958, 4, 2), "patient_id": "QS-2026-0043"})


def test_the_record_takes_all_of_it_and_every_correction(
    valley: Valley, context: ssl.SSLContext
) -> None:
    with closing(own_record(valley.doctor, context)) as server:
        begun = enter_patient(server, TYPED, TYPED.patient_id)
        for name, entry in ENTRIES.items():
            for at in ("", "2016", "2026-11-20T14:05:00+08:00"):
                one = replace(entry, id=named(name), at=at)  # the same form, corrected
                put(server, resources_of(one, begun.at, "林医生"))
        troponin = replace(ENTRIES["laboratory"], id=named("laboratory"), value=Decimal("0.040"))
        put(server, resources_of(troponin, begun.at, "林医生"))
        record = clinical(gather(server, {"id": begun.at.partition("/")[2]}).resources)
        (value,) = [one for one in record.of(Section.LABORATORY) if one.title == "TSH"]
        assert value.results[0].text == "0.040", "corrected in its place, digit by digit"
        (problem,) = record.of(Section.PROBLEMS)
        end(server, problem.id, "2026-11")
        take_back(server, value.id)
        server.update(begun.at, corrected(begun.resource, RIGHT), begun.version)
        whole = gather(server, {"id": begun.at.partition("/")[2]})
    record = clinical((whole.patient, *whole.resources))
    person = record.person
    assert (person.birth_date, person.identifiers) == ("1958-04-02", ("QS-2026-0043",))
    assert not record.of(Section.PROBLEMS)[0].active
    assert record.in_error == 1
