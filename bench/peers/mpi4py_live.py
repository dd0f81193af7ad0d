"""Updates of many clients to one master in mpi4py, by the protocol of mpidata; ranks/live.ts is ours.

A batch is one run: each client sends so many updates and ends it; it is over at the master when all have.
"""

import array
import pickle

import mpidata
import numpy
from mpi4py import MPI

RANK = MPI.COMM_WORLD.Get_rank()
SIZE = MPI.COMM_WORLD.Get_size()
FRAME_SHAPE = (704, 768)
# Fills the header up to the bytes that it has with three arrays and a number.
COMMENT = "x" * 107


def new_update(event, frame):
    update = mpidata.MpiData()
    small = update.small
    small.event, small.time, small.intensity, small.photon_energy = 1_000_000 + event, 1.5, 2.5, 7057.5
    small.pulse_energy, small.delay, small.motor, small.laser, small.codes = 1.25, -0.5, 3.5, True, [137, 88]
    small.comment = COMMENT
    if frame is not None:
        update.add_array("img", frame)
    return update


def new_frame(rank):
    period = array.array("f", (i + rank for i in range(1000)))
    count = FRAME_SHAPE[0] * FRAME_SHAPE[1]
    return numpy.array((period * (count // 1000 + 1))[:count], "f4").reshape(FRAME_SHAPE)


def run_live(case, run_batches, expect_equal):
    """All other ranks send updates to rank 0, as mpidata does it; see ranks/live.ts."""
    frame = new_frame(RANK) if case.kind == "live-frames" else None
    if frame is None:
        expect_equal(len(pickle.dumps(new_update(0, None).small, pickle.HIGHEST_PROTOCOL)), case.bytes, case.kind)
    last = {}

    def batch(iterations):
        if RANK > 0:
            for event in range(iterations):
                new_update(event, frame).send()
            mpidata.MpiData().end_run()
            return
        clients, counts = SIZE - 1, [0] * SIZE
        while clients > 0:
            update = mpidata.MpiData()
            source = update.recv()
            if update.small.endrun:
                clients -= 1
                continue
            expect_equal(update.small.event, 1_000_000 + counts[source], case.kind)
            counts[source] += 1
            last[source] = update
        expect_equal(counts[1:], [iterations] * (SIZE - 1), case.kind)

    run_batches(case, batch)
    for source, update in last.items():
        expect_equal(update.small.comment, COMMENT, case.kind)
        if frame is not None:
            expect_equal(update.img.tobytes(), new_frame(source).tobytes(), case.kind)
