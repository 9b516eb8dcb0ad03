// The faults that a client's session may hold: the ways to leave, and the ways to break the protocol. What the scenario
// reader, the plan and `heapstorm list faults` need to know of each; what each does on the wire is in
// harness/storm/faults.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "harness/scenario/range.h"

namespace heapstorm {

enum class CloseKind {
  close_frame,
  fin,
  rst,
  rst_unread,
  half_close,
  mid_handshake,
  mid_frame,
  silent,
  process_kill,
};
constexpr std::size_t close_kind_count = 9;

enum class ProtocolFault {
  none,
  slow_write,
  slow_read,
  garbage_first,
  oversized_header,
  truncated_header,
  wrong_version,
  wrong_key,
  unmasked_frame,
  reserved_bits,
  bad_opcode,
  oversized_length,
  fragmented_control,
  invalid_utf8,
  continuation_without_start,
  ping_flood,
};
constexpr std::size_t protocol_fault_count = 16;

struct Protocols {
  bool tcp, http, websocket;
};
inline constexpr Protocols every_protocol{true, true, true};
inline constexpr Protocols http_and_websocket{false, true, true};
inline constexpr Protocols websocket_only{false, false, true};

// The one number that a kind may have, drawn for each connection.
struct Amount {
  const char* name = nullptr;  // its key in scenario and plan; null: the kind has none
  const char* unit = "";
  Range usual;   // what a scenario gets that gives none
  Range bounds;  // what a scenario may give
};

// Where in a connection's life it happens.
enum class FaultPlace {
  whole_connection,  // from connect to leave; the session goes on as it would
  opening,           // in place of the handshake, or of HTTP's first request; the session ends with it
  step,              // where its step stands; the session ends with it, unless `goes_on`
};

struct FaultRules {
  const char* name;
  Protocols protocols;
  FaultPlace place;
  bool goes_on;
  Amount amount;
};

// Indexed by CloseKind. The shortest request that opens a WebSocket has 171 bytes, the frame of mid_frame 70.
inline constexpr std::array<FaultRules, close_kind_count> close_kind_rules{{
    {"close_frame", websocket_only, FaultPlace::step, false, {}},
    {"fin", every_protocol, FaultPlace::step, false, {}},
    {"rst", every_protocol, FaultPlace::step, false, {}},
    {"rst_unread", every_protocol, FaultPlace::step, false, {}},
    {"half_close", every_protocol, FaultPlace::step, false, {"wait_ms", "milliseconds", {1000, 1000}, {1, 600000}}},
    {"mid_handshake", http_and_websocket, FaultPlace::opening, false, {"after_bytes", "bytes", {1, 57}, {1, 170}}},
    {"mid_frame", websocket_only, FaultPlace::step, false, {"after_bytes", "bytes", {1, 69}, {1, 69}}},
    {"silent", every_protocol, FaultPlace::step, false, {"for_ms", "milliseconds", {100, 500}, {1, 3600000}}},
    {"process_kill", every_protocol, FaultPlace::step, false, {}},
}};

// Indexed by ProtocolFault.
inline constexpr std::array<FaultRules, protocol_fault_count> protocol_fault_rules{{
    {"none", every_protocol, FaultPlace::step, true, {}},
    {"slow_write", every_protocol, FaultPlace::whole_connection, true, {"every_ms", "milliseconds", {1, 3}, {1, 1000}}},
    {"slow_read", every_protocol, FaultPlace::whole_connection, true, {"every_ms", "milliseconds", {1, 5}, {1, 1000}}},
    {"garbage_first", http_and_websocket, FaultPlace::opening, false, {"bytes", "bytes", {1, 512}, {1, 65536}}},
    {"oversized_header",
     http_and_websocket,
     FaultPlace::opening,
     false,
     {"bytes", "bytes", {40000, 70000}, {1, 1048576}}},
    {"truncated_header", http_and_websocket, FaultPlace::opening, false, {"after_bytes", "bytes", {1, 57}, {1, 170}}},
    {"wrong_version", websocket_only, FaultPlace::opening, false, {"version", "version", {0, 12}, {0, 12}}},
    {"wrong_key", websocket_only, FaultPlace::opening, false, {"characters", "characters", {0, 23}, {0, 23}}},
    {"unmasked_frame", websocket_only, FaultPlace::step, false, {"bytes", "bytes", {0, 125}, {0, 125}}},
    {"reserved_bits", websocket_only, FaultPlace::step, false, {"bits", "bit mask", {1, 7}, {1, 7}}},
    {"bad_opcode", websocket_only, FaultPlace::step, false, {"nth", "nth of 3-7 and 11-15", {1, 10}, {1, 10}}},
    {"oversized_length", websocket_only, FaultPlace::step, false, {"power", "power of two", {32, 63}, {24, 63}}},
    {"fragmented_control", websocket_only, FaultPlace::step, false, {"bytes", "bytes", {0, 125}, {0, 125}}},
    {"invalid_utf8", websocket_only, FaultPlace::step, false, {"nth", "nth of 6 sequences", {1, 6}, {1, 6}}},
    {"continuation_without_start", websocket_only, FaultPlace::step, false, {"bytes", "bytes", {0, 125}, {0, 125}}},
    {"ping_flood", websocket_only, FaultPlace::step, true, {"pings", "pings", {100, 1000}, {1, 100000}}},
}};

constexpr const FaultRules& rules_of(CloseKind kind) {
  return close_kind_rules[static_cast<std::size_t>(kind)];
}
constexpr const FaultRules& rules_of(ProtocolFault fault) {
  return protocol_fault_rules[static_cast<std::size_t>(fault)];
}

// How often each of `count` kinds happens, and from which range its number is drawn. A kind of weight 0 never happens.
template <std::size_t count>
struct WeightedFaults {
  explicit constexpr WeightedFaults(const std::array<FaultRules, count>& rules) {
    for (std::size_t kind = 0; kind < count; ++kind) amounts[kind] = rules[kind].amount.usual;
  }

  std::array<std::uint32_t, count> weights{};
  std::array<Range, count> amounts{};
  bool operator==(const WeightedFaults&) const = default;
};

}  // namespace heapstorm
