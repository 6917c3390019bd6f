# Tools, from where they may not be called.

#: PY-028-late-rpc-after-deadline
#: source capability revocation
#: expect host rejects calls whose execution id is finished; tool is never invoked
import time
try:
    time.sleep(0.1); call_mcp_tool('mcp__allowed__tool',{'t':'late'})  # harness: deadline already passed
    esc("late call accepted")
except NameError: blk("no bridge in control run")
except BaseException as e: blk("late", e)
