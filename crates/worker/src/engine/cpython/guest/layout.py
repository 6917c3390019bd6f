"""Where things lie in the zygote's memory.

A child pays for each page it changes with a copy, and it changes every object that it so much as
looks at. So what children use lies side by side, and what they make goes to pages of its own.
"""

import gc
import sys
import types

#: Blocks of the interpreter's allocator, by size, and where the first of a pool begins in its page.
_SMALL_BLOCKS, _FIRST_BLOCK = range(16, 513, 16), 48

#: Blocks of the C library's allocator, the largest first.
_LARGE_BLOCKS = (*range(96 << 10, 4 << 10, -2048), *range(4 << 10, 512, -16))

#: The most that is taken to fill holes of one size, or all large ones, in bytes: allocators may differ.
_MOST_OF_SMALL, _MOST_OF_LARGE = 256 << 10, 2 << 20

#: What a bytes object takes beside its bytes.
_BYTES = sys.getsizeof(b"")

_kept = []


def fill_holes() -> None:
    """Takes the memory that is free between objects, for good."""
    gc.collect()
    for size in _SMALL_BLOCKS:
        run = address = 0
        for _ in range(_MOST_OF_SMALL // size):
            _kept.append(_small_block(size))
            before, address = address, id(_kept[-1])
            if not before < address <= before + 3 * size:
                run = 0
            if run or address % 4096 < _FIRST_BLOCK + 3 * size:
                run += 1
            if run == 4:
                # A page is filled from its start; a few of its blocks went to numbers of ours.
                break
    left = _MOST_OF_LARGE
    # Where what is free is no hole any more.
    end = id(bytes(_LARGE_BLOCKS[0]))
    for size in _LARGE_BLOCKS:
        while left > 0:
            block = bytes(size - 2 * _BYTES)
            if id(block) >= end:
                break
            _kept.append(block)
            left -= size


def _small_block(size):
    """An object of so many bytes that is made anew and holds no others."""
    if size == 16:
        return object()
    return 1 << 40 | size if size == 32 else bytes(size - _BYTES - 1)


def gather(rehearse) -> None:
    """Puts the code that `rehearse` runs side by side, in the order of its first use."""
    called = {}

    def note(frame, event, argument):
        called.setdefault(frame.f_code)

    sys.setprofile(note)
    try:
        rehearse()
    finally:
        sys.setprofile(None)
    owners = {}
    for function in gc.get_objects():
        if type(function) is types.FunctionType:
            owners.setdefault(function.__code__, []).append(function)
    fill_holes()
    for code in called:
        for function in owners.get(code, ()):
            function.__code__ = _copy(code)


def _copy(code):
    constants = [_copy(part) if type(part) is types.CodeType else part for part in code.co_consts]
    return code.replace(co_consts=tuple(constants))
