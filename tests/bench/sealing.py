"""What encryption at rest costs a clinic that sends a study and an expert who opens it."""

import statistics
from collections.abc import Iterator

from protocol import paths
from tests.bench.errors import BenchFailed
from tests.bench.instances import Factory
from tests.bench.measure import Bound, Goal, Measure
from tests.bench.plain import PlainServer, keeps_openly
from tests.bench.stow import Target, read_frames, upload
from tests.bench.town import Place, place

COUNT, ROUNDS, LANES = 200, 7, 4
LITTLE_MORE = Goal(Bound.AT_MOST, 1.15, of_ratio=True)


def run(count: int = COUNT, rounds: int = ROUNDS) -> Iterator[Measure]:
    """The same studies to both servers, in turn."""
    factory = Factory()
    with place() as here, place(kind=PlainServer) as plain:
        sites = [(here, list[tuple[float, float]]()), (plain, list[tuple[float, float]]())]
        for turn in range(rounds + 1):
            study = factory.study(count)
            for site, took in sites if turn % 2 else sites[::-1]:
                target = _target(site)
                seconds = upload(target, study, LANES), read_frames(target, study, LANES)
                took += [seconds] if turn else []  # the first warms
        kept = [keeps_openly(one.server.data_dir, study[0].data) for one, _ in sites]
    if kept != [False, True]:
        raise BenchFailed(f"the servers do not differ as they should: {kept}")
    (sent, opened), (sent_plain, opened_plain) = (
        map(statistics.median, zip(*took, strict=True)) for _, took in sites
    )
    for name, ours, beside in (
        (f"sending a study of {count} CT instances", sent, sent_plain),
        ("opening it, every frame", opened, opened_plain),
    ):
        yield Measure(
            f"trust: {name}, {LANES} connections, encrypted at rest",
            ours,
            "s",
            beside="the same server with a cipher that only copies",
            beside_value=beside,
            goal=LITTLE_MORE,
        )


def _target(site: Place) -> Target:
    token = site.valley.doctor.tokens.access_token
    return Target(site.port, paths.DICOMWEB, site.context, {"authorization": f"Bearer {token}"})
