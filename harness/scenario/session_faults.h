// The faults that a client's session may hold: the ways to leave, and the ways to break the protocol. What the scenario
// reader, the plan and `heapstorm list faults` need to know of each: a value of its enum and its row. What each does is
// one file in harness/storm/faults, whose README.md says how to add one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "harness/base/check.h"
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
  const char* name = nullptr;
  const char* wire = nullptr;  // what the server sees
  Protocols protocols{};
  FaultPlace place = FaultPlace::step;
  bool goes_on = false;     // the session, after it
  bool is_answered = true;  // whether the client looks what the server makes of it
  Amount amount{};
};

template <typename Kind>
struct KindRules {
  Kind kind;
  FaultRules rules;
};

// Whether a table can be indexed by kind: every kind has its row, in the order of the enum.
template <typename Rows>
constexpr bool is_by_kind(const Rows& rows) {
  for (std::size_t at = 0; at < std::size(rows); ++at) {
    if (static_cast<std::size_t>(rows[at].kind) != at) return false;
  }
  return true;
}

template <typename Kind, std::size_t count>
consteval std::array<FaultRules, count> by_kind(const KindRules<Kind> (&rows)[count]) {
  HEAPSTORM_CHECK(is_by_kind(rows));  // else it does not compile
  std::array<FaultRules, count> table{};
  for (std::size_t at = 0; at < count; ++at) table[at] = rows[at].rules;
  return table;
}

// Of what is cut, at least one byte is missing: the shortest request that opens a WebSocket has 171 bytes, the frame of
// mid_frame 70.
inline constexpr auto close_kind_rules = by_kind<CloseKind, close_kind_count>({
    {CloseKind::close_frame,
     {
         .name = "close_frame",
         .wire = "a WebSocket Close frame with code 1000, then FIN",
         .protocols = websocket_only,
     }},
    {CloseKind::fin,
     {
         .name = "fin",
         .wire = "FIN, without a word",
         .protocols = every_protocol,
         .is_answered = false,
     }},
    {CloseKind::rst,
     {
         .name = "rst",
         .wire = "RST",
         .protocols = every_protocol,
         .is_answered = false,
     }},
    {CloseKind::rst_unread,
     {
         .name = "rst_unread",
         .wire = "a message or request whose answer stays unread, then RST",
         .protocols = every_protocol,
         .is_answered = false,
     }},
    {CloseKind::half_close,
     {
         .name = "half_close",
         .wire = "FIN, while the client goes on reading until the server ends too",
         .protocols = every_protocol,
         .amount = {"wait_ms", "milliseconds", {1000, 1000}, {1, 600000}},
     }},
    {CloseKind::mid_handshake,
     {
         .name = "mid_handshake",
         .wire = "the first bytes of the request, then FIN",
         .protocols = http_and_websocket,
         .place = FaultPlace::opening,
         .is_answered = false,
         .amount = {"after_bytes", "bytes", {1, 57}, {1, 170}},
     }},
    {CloseKind::mid_frame,
     {
         .name = "mid_frame",
         .wire = "the first bytes of a frame, then FIN",
         .protocols = websocket_only,
         .is_answered = false,
         .amount = {"after_bytes", "bytes", {1, 69}, {1, 69}},
     }},
    {CloseKind::silent,
     {
         .name = "silent",
         .wire = "nothing, an open connection whose client neither reads nor writes; then FIN",
         .protocols = every_protocol,
         .amount = {"for_ms", "milliseconds", {100, 500}, {1, 3600000}},
     }},
    {CloseKind::process_kill,
     {
         .name = "process_kill",
         .wire = "a message or request, then FIN, or RST if its answer came first: the client process is gone",
         .protocols = every_protocol,
         .is_answered = false,
     }},
});

inline constexpr auto protocol_fault_rules = by_kind<ProtocolFault, protocol_fault_count>({
    {ProtocolFault::none,
     {
         .name = "none",
         .wire = "nothing unusual",
         .protocols = every_protocol,
         .goes_on = true,
     }},
    {ProtocolFault::slow_write,
     {
         .name = "slow_write",
         .wire = "every byte in a segment of its own, with pauses",
         .protocols = every_protocol,
         .place = FaultPlace::whole_connection,
         .goes_on = true,
         .amount = {"every_ms", "milliseconds", {1, 3}, {1, 1000}},
     }},
    {ProtocolFault::slow_read,
     {
         .name = "slow_read",
         .wire = "a receive window of 2304 bytes that empties slowly",
         .protocols = every_protocol,
         .place = FaultPlace::whole_connection,
         .goes_on = true,
         .amount = {"every_ms", "milliseconds", {1, 5}, {1, 1000}},
     }},
    {ProtocolFault::garbage_first,
     {
         .name = "garbage_first",
         .wire = "random bytes of 0x80 to 0xff before the request",
         .protocols = http_and_websocket,
         .place = FaultPlace::opening,
         .amount = {"bytes", "bytes", {1, 512}, {1, 65536}},
     }},
    {ProtocolFault::oversized_header,
     {
         .name = "oversized_header",
         .wire = "a request with one more field, of that many bytes",
         .protocols = http_and_websocket,
         .place = FaultPlace::opening,
         .amount = {"bytes", "bytes", {40000, 70000}, {1, 1048576}},
     }},
    {ProtocolFault::truncated_header,
     {
         .name = "truncated_header",
         .wire = "the first bytes of the request, then the empty line that ends it",
         .protocols = http_and_websocket,
         .place = FaultPlace::opening,
         .amount = {"after_bytes", "bytes", {1, 57}, {1, 170}},
     }},
    {ProtocolFault::wrong_version,
     {
         .name = "wrong_version",
         .wire = "a handshake with Sec-WebSocket-Version other than 13",
         .protocols = websocket_only,
         .place = FaultPlace::opening,
         .amount = {"version", "version", {0, 12}, {0, 12}},
     }},
    {ProtocolFault::wrong_key,
     {
         .name = "wrong_key",
         .wire = "a handshake whose Sec-WebSocket-Key has fewer than 24 characters",
         .protocols = websocket_only,
         .place = FaultPlace::opening,
         .amount = {"characters", "characters", {0, 23}, {0, 23}},
     }},
    {ProtocolFault::unmasked_frame,
     {
         .name = "unmasked_frame",
         .wire = "a text frame without a mask",
         .protocols = websocket_only,
         .amount = {"bytes", "bytes", {0, 125}, {0, 125}},
     }},
    {ProtocolFault::reserved_bits,
     {
         .name = "reserved_bits",
         .wire = "a text frame with RSV1, RSV2 or RSV3 set",
         .protocols = websocket_only,
         .amount = {"bits", "bit mask", {1, 7}, {1, 7}},
     }},
    {ProtocolFault::bad_opcode,
     {
         .name = "bad_opcode",
         .wire = "a frame of a reserved opcode",
         .protocols = websocket_only,
         .amount = {"nth", "nth of 3-7 and 11-15", {1, 10}, {1, 10}},
     }},
    {ProtocolFault::oversized_length,
     {
         .name = "oversized_length",
         .wire = "a frame header that promises 2 to that power of bytes, and eight of them",
         .protocols = websocket_only,
         .amount = {"power", "power of two", {32, 63}, {24, 63}},
     }},
    {ProtocolFault::fragmented_control,
     {
         .name = "fragmented_control",
         .wire = "a ping without the FIN bit",
         .protocols = websocket_only,
         .amount = {"bytes", "bytes", {0, 125}, {0, 125}},
     }},
    {ProtocolFault::invalid_utf8,
     {
         .name = "invalid_utf8",
         .wire = "a text frame that is not UTF-8",
         .protocols = websocket_only,
         .amount = {"nth", "nth of 6 sequences", {1, 6}, {1, 6}},
     }},
    {ProtocolFault::continuation_without_start,
     {
         .name = "continuation_without_start",
         .wire = "the last fragment of a message that has no first one",
         .protocols = websocket_only,
         .amount = {"bytes", "bytes", {0, 125}, {0, 125}},
     }},
    {ProtocolFault::ping_flood,
     {
         .name = "ping_flood",
         .wire = "that many pings at once",
         .protocols = websocket_only,
         .goes_on = true,
         .amount = {"pings", "pings", {100, 1000}, {1, 100000}},
     }},
});

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
