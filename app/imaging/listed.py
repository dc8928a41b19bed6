"""What a far source says of its series before their images are here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedSeries:
    """One series as a server lists it; `slices` counts frames."""

    series_instance_uid: str
    study_instance_uid: str
    modality: str
    description: str
    slices: int
