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
    "heap": { "policy": "corrupt", "backend": "system", "stacks": false, "canaries": false, "report_leaks": true,
              "quarantine_kb": 7 }
  },
  "load": {
    "protocol": "http", "connections": 3, "concurrent": 3, "arrival": "stepwise",
    "session": [ { "open": {} }, { "request": { "path": "/a?b", "times": 5 } }, { "leave": { "fin": 1, "rst": 2 } } ]
  },
  "faults": [
    { "clock_tick": { "every_opens": 1, "step_s": 60 } },
    { "signal": { "name": "SIGKILL", "after_findings": 1 } },
    { "signal": { "name": "SIGSTOP", "after_ms": 0 } }
  ],
  "limits": { "time_s": 1, "start_s": 2, "stop_s": 3 },
  "expect": {
    "findings": [ { "kind": "foreign_free", "tag": "date_header" } ],
    "allow": [ { "kind": "asan:*" }, { "kind": "data_race" } ]
  }
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
