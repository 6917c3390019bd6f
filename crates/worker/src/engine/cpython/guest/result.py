"""Python values as JSON: the program's result, and the arguments of its calls.

What the json module refuses is given its natural form here or refused by name. numpy, pandas and
polars are recognised, never imported.
"""

import base64
import collections
import collections.abc
import datetime
import decimal
import enum
import fractions
import json
import math
import os
import re
import types
import uuid

#: Levels that the host's parser takes.
_DEEPEST = 127
_MOST = 4_000_000

#: Integers that stay integers in the host's JSON; beyond them they would be rounded.
_LEAST_INT, _GREATEST_INT = -(2 ** 63), 2 ** 64 - 1

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_quote = json.dumps


class NotJson(Exception):
    """A value that has no form in JSON, and why."""


def result_json(value) -> bytes:
    """The JSON of a program's value. Raises NotJson."""
    reason = _whole(value)
    if reason is not None:
        raise NotJson(reason)
    # Lone surrogates become question marks: they are no text that can be sent.
    return _encode(_Conversion().plain(value)).encode("utf-8", "replace")


def argument_json(payload) -> bytes:
    """The JSON of a request. Raises NotJson."""
    try:
        text = _encode_argument(payload)
    except (NotJson, TypeError, ValueError, RecursionError):
        # Rare, or wrong: the careful way gives the reason, or finds a form.
        text = _encode(_Conversion().plain(payload))
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NotJson("a text holds a lone surrogate") from None


def _one_level(value):
    return _Conversion().replacement(value)


_encode_argument = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_one_level
).encode


def _whole(value):
    """Why a value as a whole is no result."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"it is {value}: return a string instead"
    if isinstance(value, type):
        return f"it is the class {value.__name__}: return what it gives instead"
    if isinstance(value, types.ModuleType):
        return f"it is the module {value.__name__}"
    if callable(value) and hasattr(value, "__name__"):
        return "it is a function: return what it gives instead"
    return None


class _Conversion:
    """One value on its way to JSON, and where in it we are."""

    def __init__(self):
        self._path = []
        self._open = set()
        self._count = 0

    def plain(self, value):
        """The value in terms of dict, list, str, int, float, bool and None."""
        self._count += 1
        if self._count > _MOST:
            self._refuse(f"more than {_MOST} values; return a part of them")
        kind = type(value)
        if kind is str or kind is bool or value is None:
            return value
        if kind is int:
            return value if _LEAST_INT <= value <= _GREATEST_INT else self._digits(value)
        if kind is float:
            return value if math.isfinite(value) else None
        return self._compound(value)

    def replacement(self, value):
        """The value in terms of simpler ones, which may need to be converted in turn."""
        if isinstance(value, (dict, list, tuple)):
            return self.plain(value)
        return self._known(value)

    def _compound(self, value):
        identity = id(value)
        if identity in self._open:
            self._refuse(f"a cycle at {self._place()}: return a part of it")
        if len(self._open) >= _DEEPEST:
            self._refuse(f"more than {_DEEPEST} levels at {self._place()[:60]}...")
        self._open.add(identity)
        if isinstance(value, dict):
            plain = self._mapping(value.items())
        elif isinstance(value, tuple) and hasattr(value, "_asdict"):
            plain = self._mapping(value._asdict().items())
        elif isinstance(value, (list, tuple)):
            plain = self._items(value)
        else:
            plain = self.plain(self._known(value))
        self._open.discard(identity)
        return plain

    def _items(self, values):
        plain, path, convert = [], self._path, self.plain
        for index, item in enumerate(values):
            path.append(index)
            plain.append(convert(item))
            path.pop()
        return plain

    def _mapping(self, items):
        plain, count = {}, 0
        pairs = []
        for key, item in items:
            name = key if type(key) is str else self._name(key)
            self._path.append(name)
            converted = self.plain(item)
            self._path.pop()
            plain[name] = converted
            pairs.append((key, converted))
            count += 1
        if len(plain) < count:
            # 1 and "1" are two keys, of which JSON would keep one.
            return [[self.plain(key), item] for key, item in pairs]
        return plain

    def _name(self, key):
        """A key as the json module writes it, any other by its form or its text."""
        if key is None or isinstance(key, (bool, float)):
            return "null" if key is None else _quote(key) if math.isfinite(key) else str(key)
        if isinstance(key, enum.Enum):
            return self._name(key.value)
        if isinstance(key, str):
            return str.__str__(key)
        if isinstance(key, int):
            return str(key)
        if isinstance(key, tuple):
            return ", ".join(map(str, key))
        try:
            form = self._known(key)
        except NotJson:
            return str(key)
        return form if type(form) is str else str(key)

    def _known(self, value):
        """The natural form of a value that JSON has no word for."""
        if isinstance(value, enum.Enum):
            return value.value
        for kind, form in _FORMS:
            if isinstance(value, kind):
                return form(value)
        if isinstance(value, BaseException):
            return {"name": type(value).__name__, "message": str(value)}
        library = type(value).__module__.partition(".")[0]
        if library in _LIBRARIES:
            form = _LIBRARIES[library](value)
            if form is not _UNKNOWN:
                return form
        for base, form in _PLAIN_BASES:
            if isinstance(value, base):
                return form(value)
        return self._object(value)

    def _object(self, value):
        kind = type(value)
        if hasattr(kind, "__dataclass_fields__"):
            return {name: getattr(value, name) for name in kind.__dataclass_fields__
                    if hasattr(value, name)}
        if hasattr(kind, "__attrs_attrs__"):
            return {field.name: getattr(value, field.name) for field in kind.__attrs_attrs__}
        if isinstance(value, type):
            self._refuse(f"the class {value.__name__} at {self._place()}")
        for method in ("model_dump", "to_dict", "_asdict"):
            if callable(getattr(kind, method, None)):
                return getattr(value, method)()
        if hasattr(kind, "__await__"):
            self._refuse(f"an awaitable at {self._place()}: await it, several with asyncio.gather")
        if isinstance(value, collections.abc.Mapping):
            return dict(value)
        if isinstance(value, (collections.abc.Iterator, collections.abc.AsyncIterator)):
            self._refuse(f"an iterator at {self._place()}: make it a list first, as in list(it)")
        if isinstance(value, (collections.abc.Sequence, collections.abc.Set)):
            return list(value)
        return self._refuse(
            f"{_with_article(kind.__name__)} at {self._place()}: return its data, as in vars(it) "
            "or str(it)"
        )

    def _digits(self, value):
        try:
            return str(value)
        except ValueError:
            return self._refuse(
                f"an integer of {value.bit_length()} bits at {self._place()}: return hex(it)"
            )

    def _place(self):
        place = "$"
        for step in self._path:
            if isinstance(step, str):
                place += f".{step}" if step.isidentifier() else f"[{_quote(step)}]"
            else:
                place += f"[{step}]"
        return place

    def _refuse(self, reason):
        raise NotJson(reason)


def _with_article(name):
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"


def _bytes(value):
    data = bytes(value)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()


def _set(value):
    try:
        return sorted(value)
    except Exception:
        return list(value)


def _date(value):
    # pandas' NaT is a datetime whose text is no time.
    return None if value != value else value.isoformat()


def _duration(value):
    return None if value != value else value.total_seconds()


#: By class, the more special first.
_FORMS = (
    ((datetime.date, datetime.time), _date),
    (datetime.timedelta, _duration),
    (decimal.Decimal, lambda value: str(value) if value.is_finite() else None),
    (uuid.UUID, str),
    ((set, frozenset), _set),
    ((bytes, bytearray, memoryview), _bytes),
    (os.PathLike, lambda value: _bytes(os.fsencode(value))),
    (range, list),
    (collections.deque, list),
    ((type({}.keys()), type({}.values()), type({}.items())), list),
    (collections.UserDict, lambda value: value.data),
    ((collections.UserList, collections.UserString), lambda value: value.data),
    (types.MappingProxyType, dict),
    (types.SimpleNamespace, vars),
    (re.Pattern, lambda value: value.pattern),
    (datetime.tzinfo, str),
)

#: Subclasses of what JSON knows, such as an integer with a name.
_PLAIN_BASES = (
    (str, str.__str__),
    (int, lambda value: int.__add__(value, 0)),
    (float, lambda value: float.__add__(value, 0.0)),
    (fractions.Fraction, str),
)

_UNKNOWN = object()


def _numpy(value):
    kind = type(value).__name__
    if kind in ("datetime64", "timedelta64"):
        text = str(value)
        return None if text == "NaT" else text
    if hasattr(value, "tolist") and kind != "matrix" or hasattr(value, "dtype"):
        return value.tolist()
    return _UNKNOWN


def _pandas(value):
    kind = type(value).__name__
    if kind in ("NAType", "NaTType"):
        return None
    if kind in ("Period", "Interval"):
        return str(value)
    if hasattr(value, "columns"):
        return _records(value)
    if hasattr(value, "index") and hasattr(value, "to_dict"):
        return value.tolist() if _is_counted(value.index) else value.to_dict()
    if hasattr(value, "tolist"):
        return value.tolist()
    return _UNKNOWN


def _records(frame):
    """A list of rows; the index is a column when it is more than a count."""
    if not _is_counted(frame.index):
        names = [name if name is not None else f"index{at or ''}"
                 for at, name in enumerate(frame.index.names)]
        taken = set(frame.columns)
        keys = [index if isinstance(index, tuple) else (index,) for index in frame.index]
        rows = frame.to_dict("records")
        return [
            {**{name: part for name, part in zip(names, key) if name not in taken}, **row}
            for key, row in zip(keys, rows)
        ]
    return frame.to_dict("records")


def _is_counted(index):
    return type(index).__name__ == "RangeIndex"


def _polars(value):
    if hasattr(value, "to_dicts"):
        return value.to_dicts()
    return value.to_list() if hasattr(value, "to_list") else _UNKNOWN


_LIBRARIES = {"numpy": _numpy, "pandas": _pandas, "polars": _polars}
