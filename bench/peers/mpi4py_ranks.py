"""The rank program of mpi4py: the same cases, buffers and pattern as the C programs beside it, and the objects.

A case comes from the command line as kind:bytes:window:iterations:batches:milliseconds. Buffers move by the capital
verbs (Send, Recv) with the buffer's description (buffer, count, type: the quickest form) made once, outside the loop;
objects by the small ones (send, recv).
"""

import array
import json
import resource
import sys
import time

from mpi4py import MPI

WORLD = MPI.COMM_WORLD
RANK = WORLD.Get_rank()
SIZE = WORLD.Get_size()
TAG_DATA, TAG_GO, TAG_ACKNOWLEDGE = 1, 2, 3
OBJECT = {"a": 7, "b": [1, 2.7], "c": "x"}


class Case:
    def __init__(self, text):
        fields = text.split(":")
        if len(fields) != 6:
            sys.exit(f'case "{text}": kind:bytes:window:iterations:batches:milliseconds is wanted')
        self.kind = fields[0]
        self.bytes, self.window, self.iterations, self.batches, self.milliseconds = map(int, fields[1:])

    def opening(self):
        return {
            "kind": self.kind,
            "bytes": self.bytes,
            "window": self.window,
            "ranks": SIZE,
            "iterations": self.iterations,
        }


def print_line(record):
    print(json.dumps(record, separators=(",", ":")), flush=True)


def go_on(decision):
    """Rank 0 tells the others whether there is another batch; outside the clock."""
    flag = bytearray([1 if decision else 0])
    if RANK == 0:
        for rank in range(1, SIZE):
            WORLD.Send([flag, MPI.BYTE], rank, TAG_GO)
    else:
        WORLD.Recv([flag, MPI.BYTE], 0, TAG_GO)
    return flag[0] == 1


def run_series(case, batch, count, seconds):
    limit = time.perf_counter() + seconds
    times = []
    while go_on(not times or (len(times) < count and time.perf_counter() < limit)):
        start = time.perf_counter()
        batch(case.iterations)
        times.append(time.perf_counter() - start)
    return times


def run_batches(case, batch):
    seconds = case.milliseconds / 1e3
    run_series(case, batch, float("inf"), 2 * seconds)
    times = run_series(case, batch, case.batches, seconds)
    if RANK == 0:
        print_line({**case.opening(), "seconds": times})


def pattern(count, seed):
    period = bytes((i * 7 + seed) % 251 for i in range(251))
    return bytearray((period * (count // 251 + 1))[:count])


def expect_equal(actual, expected, kind):
    if actual != expected:
        print(f"rank {RANK}: case {kind}: the data that arrived is not the data that was sent", file=sys.stderr)
        WORLD.Abort(1)


def run_latency(case):
    outgoing, incoming = pattern(case.bytes, RANK), pattern(case.bytes, 100)
    out_spec, in_spec = [outgoing, case.bytes, MPI.BYTE], [incoming, case.bytes, MPI.BYTE]
    peer = 1 - RANK

    def batch(iterations):
        send, recv = WORLD.Send, WORLD.Recv
        if RANK == 0:
            for _ in range(iterations):
                send(out_spec, peer, TAG_DATA)
                recv(in_spec, peer, TAG_DATA)
        else:
            for _ in range(iterations):
                recv(in_spec, peer, TAG_DATA)
                send(out_spec, peer, TAG_DATA)

    run_batches(case, batch)
    expect_equal(incoming, pattern(case.bytes, peer), case.kind)


def run_object(case):
    peer = 1 - RANK
    last = None

    def batch(iterations):
        nonlocal last
        send, recv = WORLD.send, WORLD.recv
        if RANK == 0:
            for _ in range(iterations):
                send(OBJECT, peer, TAG_DATA)
                last = recv(None, peer, TAG_DATA)
        else:
            for _ in range(iterations):
                last = recv(None, peer, TAG_DATA)
                send(OBJECT, peer, TAG_DATA)

    run_batches(case, batch)
    expect_equal(last, OBJECT, case.kind)


def run_window(case):
    outgoing = pattern(case.bytes, 0)
    slots = [bytearray(case.bytes) for _ in range(case.window)] if RANK == 1 else []
    out_spec = [outgoing, case.bytes, MPI.BYTE]
    slot_specs = [[slot, case.bytes, MPI.BYTE] for slot in slots]
    nothing = [bytearray(0), 0, MPI.BYTE]

    def batch(iterations):
        isend, irecv, waitall = WORLD.Isend, WORLD.Irecv, MPI.Request.Waitall
        for _ in range(iterations):
            if RANK == 0:
                waitall([isend(out_spec, 1, TAG_DATA) for _ in range(case.window)])
                WORLD.Recv(nothing, 1, TAG_ACKNOWLEDGE)
            else:
                waitall([irecv(slot, 0, TAG_DATA) for slot in slot_specs])
                WORLD.Send(nothing, 0, TAG_ACKNOWLEDGE)

    run_batches(case, batch)
    for slot in slots:
        expect_equal(slot, outgoing, case.kind)


def run_calibrated(case, batch):
    """The loop over batches of the collectives; see calibrated.c."""

    def timed_batch(iterations):
        announced = array.array("i", [iterations])
        WORLD.Bcast([announced, MPI.INT], 0)
        if announced[0] == 0:
            return -1.0
        WORLD.Barrier()
        start = time.perf_counter()
        batch(announced[0])
        own = array.array("d", [-start, time.perf_counter()])
        all_ranks = array.array("d", [0.0, 0.0])
        WORLD.Reduce([own, MPI.DOUBLE], [all_ranks, MPI.DOUBLE], MPI.MAX, 0)
        return all_ranks[0] + all_ranks[1] if RANK == 0 else 0.0

    if RANK > 0:
        while timed_batch(0) >= 0:
            pass
        return
    budget = case.milliseconds / 1e3
    most, iterations, times = case.iterations, 1, []
    limit = time.perf_counter() + budget
    trial = timed_batch(1)
    if trial >= budget:
        times.append(trial)
    else:
        while (trial < budget / 8 or iterations < 4) and iterations < most and time.perf_counter() < limit:
            iterations = min(iterations * 2, most)
            trial = timed_batch(iterations)
        iterations = max(1, int(iterations * min(1, budget / case.batches / trial)))
        limit = time.perf_counter() + budget
        while time.perf_counter() < limit:
            timed_batch(iterations)
        limit = time.perf_counter() + budget
        while not times or (len(times) < case.batches and time.perf_counter() < limit):
            times.append(timed_batch(iterations))
    timed_batch(0)
    print_line({**case.opening(), "iterations": iterations, "seconds": times})


def block_of(count, source, dest):
    """What rank `source` has for rank `dest`; see collectives.c."""
    period = array.array("d", (i + 1000.0 * dest + source for i in range(1000)))
    return (period * (count // 1000 + 1))[:count]


def sums(count):
    period = array.array("d", (float(i) * SIZE + SIZE * (SIZE - 1) / 2 for i in range(1000)))
    return (period * (count // 1000 + 1))[:count]


# For each collective: blocks sent, blocks received, the verb (of two buffers and a root), what arrives in a block.
COLLECTIVES = {
    "barrier": (0, 0, lambda *_: WORLD.Barrier(), None),
    "bcast": (0, 1, lambda _, incoming, root: WORLD.Bcast(incoming, root), lambda count, _: block_of(count, 0, 0)),
    "reduce": (
        1,
        1,
        lambda outgoing, incoming, root: WORLD.Reduce(outgoing, incoming, MPI.SUM, root),
        lambda count, _: sums(count),
    ),
    "allreduce": (
        1,
        1,
        lambda outgoing, incoming, _: WORLD.Allreduce(outgoing, incoming, MPI.SUM),
        lambda count, _: sums(count),
    ),
    "allgather": (
        1,
        SIZE,
        lambda outgoing, incoming, _: WORLD.Allgather(outgoing, incoming),
        lambda count, block: block_of(count, block, 0),
    ),
    "alltoall": (
        SIZE,
        SIZE,
        lambda outgoing, incoming, _: WORLD.Alltoall(outgoing, incoming),
        lambda count, block: block_of(count, block, RANK),
    ),
}


def run_collective(case):
    sent, received, once, expected = COLLECTIVES[case.kind]
    count = case.bytes // 8
    outgoing = array.array("d")
    for block in range(sent):
        outgoing += block_of(count, RANK, block)
    incoming = array.array("d", [0.0]) * (received * count)
    if case.kind == "bcast" and RANK == 0:
        incoming = block_of(count, 0, 0)
    out_spec, in_spec = [outgoing, count, MPI.DOUBLE], [incoming, count, MPI.DOUBLE]

    def batch(iterations):
        for i in range(iterations):
            once(out_spec, in_spec, i % SIZE)

    run_calibrated(case, batch)
    if case.kind != "reduce" or RANK == 0:
        wanted = array.array("d")
        for block in range(received):
            wanted += expected(count, block)
        expect_equal(incoming, wanted, case.kind)


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def run_idle(case):
    """Rank 0 sleeps without MPI while the others are blocked in a receive; see idle.c."""

    def oversee(seconds):
        start = time.perf_counter()
        time.sleep(seconds)
        waited = time.perf_counter() - start
        for rank in range(1, SIZE):
            WORLD.Send([bytearray(1), MPI.BYTE], rank, TAG_GO)
        used = []
        for rank in range(1, SIZE):
            answer = array.array("d", [0.0])
            WORLD.Recv([answer, MPI.DOUBLE], rank, TAG_DATA)
            used.append(answer[0])
        return waited, used

    def wait_idly():
        before = processor_seconds()
        WORLD.Recv([bytearray(1), MPI.BYTE], 0, TAG_GO)
        used = array.array("d", [processor_seconds() - before])
        WORLD.Send([used, MPI.DOUBLE], 0, TAG_DATA)

    if RANK > 0:
        wait_idly()
        wait_idly()
        return
    oversee(case.milliseconds / 5e3)
    waited, used = oversee(case.milliseconds / 1e3)
    print_line({**case.opening(), "seconds": [waited], "processorSeconds": used})


def run_live(case):
    # Only here: numpy would make the start-up longer.
    import mpi4py_live

    mpi4py_live.run_live(case, run_batches, expect_equal)


KINDS = {
    "latency": run_latency,
    "object": run_object,
    "window": run_window,
    **{kind: run_collective for kind in COLLECTIVES},
    "idle": run_idle,
    "live-updates": run_live,
    "live-frames": run_live,
}

if __name__ == "__main__":
    for argument in sys.argv[1:]:
        a_case = Case(argument)
        if a_case.kind not in KINDS:
            sys.exit(f'case "{a_case.kind}": this program knows {", ".join(KINDS)}')
        KINDS[a_case.kind](a_case)
