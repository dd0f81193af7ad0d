"""Updates of many clients to one master as mpidata sends them, for the benchmark: our own program of that wire.

A client's update is one pickled header, which lists the arrays, and then each array as it lies in memory; all blocking,
with the client's rank as the tag. The master takes the next header from any source, and the arrays from that source, each
into memory that it allocates. A run ends with a header that says so. Both ends make a new object for each update.
"""

import numpy
from mpi4py import MPI

WORLD = MPI.COMM_WORLD


class ArrayInfo:
    def __init__(self, name, shape, dtype):
        self.name, self.shape, self.dtype = name, shape, dtype


class Small:
    """The header: whatever the program hangs on it, and which arrays follow."""

    def __init__(self):
        self.arrayinfolist = []
        self.endrun = False


class MpiData:
    def __init__(self):
        self.small = Small()
        self.arraylist = []

    def add_array(self, name, data):
        self.small.arrayinfolist.append(ArrayInfo(name, data.shape, data.dtype))
        self.arraylist.append(data)

    def send(self):
        rank = WORLD.Get_rank()
        WORLD.send(self.small, dest=0, tag=rank)
        for data in self.arraylist:
            assert data.flags["C_CONTIGUOUS"]
            WORLD.Send(data, dest=0, tag=rank)

    def end_run(self):
        self.small.endrun = True
        WORLD.send(self.small, dest=0, tag=WORLD.Get_rank())

    def recv(self):
        """The rank that it came from."""
        status = MPI.Status()
        self.small = WORLD.recv(source=MPI.ANY_SOURCE, tag=MPI.ANY_TAG, status=status)
        source = status.Get_source()
        if not self.small.endrun:
            for info in self.small.arrayinfolist:
                data = numpy.empty(info.shape, info.dtype)
                WORLD.Recv(data, source=source, tag=MPI.ANY_TAG)
                setattr(self, info.name, data)
        return source
