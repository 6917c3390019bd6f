# features: logging; oracle: cpython
import io
import logging
import logging.handlers
import sys

logging.basicConfig(level=logging.INFO, format="%(levelname)-8s %(name)s: %(message)s", stream=sys.stdout)
log = logging.getLogger("app.core")
log.debug("hidden")
log.info("started %s with %d items", "job", 3)
log.warning("careful")
try:
    1 / 0
except ZeroDivisionError:
    log.error("failed", exc_info=False)
    buffer = io.StringIO()
    handler = logging.StreamHandler(buffer)
    log.addHandler(handler)
    log.propagate = False
    log.exception("with trace")
    log.propagate = True
    print(buffer.getvalue().strip().splitlines()[-1])
    log.removeHandler(handler)


class Redact(logging.Filter):
    def filter(self, record):
        record.msg = str(record.msg).replace("s3cret", "***")
        return True


child = logging.getLogger("app.core.child")
child.addFilter(Redact())
child.error("password is s3cret")
print(logging.getLevelName(30), log.getEffectiveLevel(), child.parent.name, log.isEnabledFor(logging.DEBUG))
records = []


class Memory(logging.Handler):
    def emit(self, record):
        records.append((record.levelname, record.getMessage(), record.extra_field))


quiet = logging.getLogger("quiet")
quiet.propagate = False
quiet.addHandler(Memory())
quiet.critical("boom %r", {"a": 1}, extra={"extra_field": 42})
print(records)
