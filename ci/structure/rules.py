"""Who may include whom: the tables that ci/check_includes checks. The reasons stand in harness/README.md, which is checked against them."""
import re

# Which components a component may include besides itself.
RUNNER_SIDE = ["harness/base", "harness/abi", "harness/files", "harness/process", "harness/code", "harness/faults", "harness/scenario",
               "harness/plan", "harness/storm", "harness/findings"]
ALLOWED = {
    "harness/base": [],
    "harness/abi": [],
    "harness/heap": ["harness/base", "harness/abi"],
    "harness/host": ["harness/base", "harness/abi", "harness/heap"],
    "harness/agent": ["harness/abi", "harness/code/moved_code.h"],
    "harness/malloc_hooks": [],
    "harness/files": ["harness/base"],
    "harness/process": ["harness/base", "harness/files"],
    "harness/code": ["harness/base", "harness/abi"],
    "harness/faults": ["harness/base", "harness/abi"],
    "harness/scenario": ["harness/base", "harness/faults"],
    "harness/plan": ["harness/base", "harness/faults", "harness/scenario"],
    "harness/storm": ["harness/base", "harness/faults", "harness/plan", "harness/scenario"],
    "harness/findings": ["harness/base", "harness/abi", "harness/files", "harness/process"],
    "harness/runner": RUNNER_SIDE,
    "harness/matrix": RUNNER_SIDE + ["harness/runner"],
    "reports": RUNNER_SIDE + ["harness/runner", "harness/matrix"],
    "targets/common": ["harness/base", "harness/abi", "harness/heap"],
    "targets/*": ["harness/abi", "harness/heap", "targets/common/service.h", "targets/common/helper_thread.h",
                  "targets/common/owned_buffer.h"],
    "tools": RUNNER_SIDE + ["harness/runner", "harness/matrix", "reports"],
}

# Layers: the sub-folders of a component, which are private to it. A layer includes itself and what its row lists; "." are the headers
# that lie directly in the component's folder, its public face. Files there include every layer. A component without a row here
# has no layers, and its sub-folders are not looked into, but they are private all the same.
INNER = {
    "harness/agent": {
        "hooks": [],
        "entry": [],
        "loading": [],
    },
    "harness/findings": {
        "black_box": ["."],
        "logs": ["."],
        "fuzz": [".", "black_box", "logs"],
    },
    "harness/heap": {
        "box": [],
        "guards": [".", "box"],
        "stacks": [".", "box", "guards"],
        "recorder": [".", "box", "guards", "stacks"],
        "allocator": ["box", "guards", "stacks", "recorder"],
    },
    "harness/host": {
        "plugin": ["."],
    },
    "harness/runner": {
        "box": ["."],
        "faults": [".", "box"],
        "target": [".", "box", "faults"],
        "evidence": [".", "box", "faults", "target"],
        "contracts": ["."],
    },
    "harness/scenario": {
        "reading": ["."],
        "sections": [".", "reading"],
    },
    "harness/storm": {
        "net": ["."],
        "protocol": ["."],
        "arrival": ["."],
        "faults/leave": [".", "net", "protocol"],
        "faults/misbehave": [".", "net", "protocol"],
        "client": [".", "net", "protocol", "faults/leave", "faults/misbehave"],
        "engine": [".", "arrival", "client"],
    },
    "targets/common": {
        "sessions": ["."],
    },
}
# Components whose sub-folders are not private: `reports` is a collection, with a folder for each kind of output.
COLLECTIONS = ["reports"]
# Sub-folders of a component that are no layers. What lies in `testing` is for the tests of any component.
NO_LAYERS = ("testdata", "golden", "examples")
TESTING = "testing"

# Headers that only these components, and any test or benchmark, may include.
CONFINED = [
    (r"boost/(beast|asio)", ["targets/common"], "Beast (18 s a file)"),
    (r"mimalloc", ["harness/heap"], "mimalloc"),
    (r"sys/(socket|un)\.h|netinet/|arpa/|netdb\.h", ["harness/storm", "harness/host", "targets/common"], "sockets"),
    (r"openssl/", ["harness/storm"], "OpenSSL"),
    (r"Zydis/", ["harness/code"], "the decoder of machine code"),
    (r"elfutils/|gelf\.h|libelf\.h", ["harness/code"], "elfutils"),
    (r"sqlite3\.h", ["reports"], "SQLite"),
    (r"(gtest|gmock|benchmark)/", [], "a test library"),
]
# (component, header of ours, why that component must not include it)
BARRED = [
    ("reports", "harness/runner/supervisor.h", "a reporter tells of an attempt and makes none"),
]
# (file, header): why this one may.
EXCEPTIONS = {
    ("harness/process/filter_process.cpp", "sys/socket.h"): "a socket pair to a child process, no network",
}

MAX_FILE_LINES = 400
# Files that were longer when the rule came: path -> lines. They may shrink, not grow.
LONGER_FILES = {
    "tools/benchmarks/storm.py": 450,
}

# Tests and what only tests use.
TEST_FILE = re.compile(r"_(test|bench|fuzz)\.(cpp|c|h)$|(^|/)(testdata|golden|testing)/")
# Folders of one machine. A word before the slash (targets/work/) is a path inside the tree; "me" stands for anybody in examples.
MACHINE_PATH = re.compile(r"(?<![\w.~}-])/(work|root|home(?!/me/))/")
