// Documents that the tests of this folder start from.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace heapstorm::scenario {

// Only what must be there. Tests rely on its line numbers.
inline std::string small_sample() {
  return R"({
  // line 2
  "name": "date_header/static_cache",
  "target": { "plugin": "date_header", "variant": "static_cache" },
  "load": {
    "protocol": "websocket",
    "connections": 100,
    "session": [
      { "open": {} },
      { "send": { "text": "y\n", "times": "1..20" } },
      { "leave": { "fin": 3, "close_frame": 1 } }
    ]
  },
  "expect": { "clean": true }
}
)";
}

// Every key that goes together.
inline std::string full_sample() {
  return R"({
  "$schema": "../scenario.schema.json",
  "name": "date_header/static_cache.full",
  "description": "All keys.",
  "target": {
    "plugin": "date_header", "variant": "static_cache", "workers": 2, "dispatch": "round_robin",
    "parameters": { "wait_ms": 3 },
    "heap": { "policy": "corrupt", "backend": "system", "stacks": false, "canaries": false, "report_leaks": true,
              "quarantine_kb": 7 }
  },
  "load": {
    "protocol": "http", "connections": 3, "concurrent": 3, "arrival": "stepwise", "until": { "pairs": "all" },
    "session": [ { "open": {} }, { "request": { "path": "/a?b", "times": 5 } }, { "leave": { "fin": 1, "rst": 2 } } ]
  },
  "faults": [
    { "clock_tick": { "every_opens": 1, "step_s": 60 } },
    { "signal": { "name": "SIGKILL", "after_findings": 1 } },
    { "signal": { "name": "SIGSTOP", "after_ms": 0 } },
    { "worker_restart": { "every_opens": 2, "worker": 1 } },
    { "clock_jump": { "every_opens": 1, "back_s": 60, "times": 2 } },
    { "allocation_failure": { "one_in": 100, "tag": "session" } },
    { "heap_delay": { "one_in": 10, "up_to_us": 7 } },
    { "heap_yield": { "one_in": 10 } },
    { "descriptor_exhaustion": { "every_ms": 50, "for_ms": 5, "times": 3 } },
    { "worker_stall": { "every_opens": 3, "for_us": 500, "worker": 0, "times": 9 } }
  ],
  "limits": { "time_s": 1, "start_s": 2, "stop_s": 3 },
  "expect": {
    "findings": [ { "kind": "foreign_free", "tag": "date_header", "when": "storm" } ],
    "allow": [ { "kind": "asan:*" }, { "kind": "data_race", "flavours": ["plain", "tsan"] } ],
    "load": {
      "sessions": { "completed": { "min": 2, "min_share": 0.5, "max_share": 1.0 } },
      "errors": { "max": 5, "read": { "max_share": 0.25, "ECONNRESET": { "max": 1 } }, "close": { "TLS_ALERT": { "max": 2 } } },
      "statuses": { "2xx": { "min_share": 0.75 }, "503": { "max": 1 } },
      "rate_per_s": { "min": 1 },
      "open_latency_us": { "p99": { "max": 50000 } },
      "answer_latency_us": { "p50": { "min": 1, "max": 4000 }, "max": { "max": 4000000000 } }
    }
  }
}
)";
}

// The small one with faults of the session in it.
inline std::string faulty_sample() {
  return R"({
  "name": "date_header/static_cache",
  "target": { "plugin": "date_header", "variant": "static_cache" },
  "load": {
    "protocol": "websocket",
    "connections": 100,
    "session": [
      { "open": {} },
      { "misbehave": { "none": 5, "bad_opcode": 1, "slow_write": { "weight": 2, "every_ms": "2..4" } } },
      { "leave": { "fin": 3, "rst_unread": 1, "silent": { "weight": 1, "for_ms": 20 } } }
    ]
  },
  "expect": { "clean": true }
}
)";
}

// Two sessions, with all that a handshake may say.
inline std::string mixed_sample() {
  return R"({
  "name": "date_header/static_cache",
  "target": { "plugin": "date_header", "variant": "static_cache" },
  "load": {
    "protocol": "websocket",
    "connections": 100,
    "sessions": [
      { "weight": 3, "session": [
        { "open": { "path": ["/a", "/b"], "headers": { "Authorization": "Bearer x" }, "subprotocols": ["chat", "v2"] } },
        { "leave": { "fin": 1 } } ] },
      { "session": [ { "open": { "path": "/c" } }, { "send": { "text": "y" } }, { "leave": { "rst": 1 } } ] }
    ]
  },
  "expect": { "clean": true }
}
)";
}

// What counts as an answer.
inline std::string answers_sample() {
  return R"({
  "name": "date_header/static_cache",
  "target": { "plugin": "date_header", "variant": "static_cache" },
  "load": {
    "protocol": "tcp",
    "connections": 100,
    "session": [
      { "open": {} },
      { "send": { "text": "PING\r\n", "answers": 2, "answer": { "until": "\r\n" } } },
      { "send": { "text": "TIME\r\n", "answer": { "bytes": 8 } } },
      { "send": { "text": "QUIT\r\n", "answers": 0 } },
      { "leave": { "fin": 1 } }
    ]
  },
  "expect": { "clean": true }
}
)";
}

// Arrival by a timetable, with connections that are held. Each phase that may end does.
inline std::string timed_sample() {
  return R"({
  "name": "date_header/static_cache",
  "target": { "plugin": "date_header", "variant": "static_cache" },
  "load": {
    "protocol": "websocket", "connections": 5000, "held": 100,
    "arrival": { "open": { "phases": [
      { "rate_per_s": 0, "to_per_s": 1000, "for_ms": 1000 },
      { "burst": 500 },
      { "rate_per_s": 0, "for_ms": 10 },
      { "rate_per_s": 1000 } ] } },
    "session": [ { "open": {} }, { "leave": { "rst": 1 } } ]
  },
  "expect": { "clean": true }
}
)";
}

// Every key of a target that is a command.
inline std::string command_sample() {
  return R"({
  "name": "external/server",
  "target": {
    "command": ["./server", "--port", "${PORT}"], "endpoint": "ws://127.0.0.1:${PORT}/chat",
    "environment": { "MODE": "test" }, "working_directory": "/srv", "workers": 2, "ready": { "stdout_line": "^up$" }
  },
  "load": {
    "protocol": "websocket", "connections": 100,
    "session": [ { "open": {} }, { "send": { "text": "y" } }, { "leave": { "fin": 1 } } ]
  },
  "limits": { "rss_mb": 100, "descriptors": 200 },
  "expect": { "clean": true }
}
)";
}

// `text` with the first `from` replaced; a test that replaces nothing would test nothing.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace heapstorm::scenario
