// The ways in which a client breaks the protocol, one per file of this folder, and what is done for each kind.
// ../README.md says how to add one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/prng.h"
#include "harness/scenario/scenario.h"
#include "harness/storm/net/connection.h"

namespace heapstorm {

// What the words of a fault are made of. Before `encode` of a fault in the opening's place `out` holds the right
// opening; of any other it is empty.
struct FaultWords {
  std::string& out;
  Prng& random;          // the connection's own stream for this
  std::uint32_t amount;  // the planned number of its kind
};

// What the storm does for a protocol fault, beside its rules (session_faults.h).
struct ProtocolFaultDeed {
  ProtocolFault kind;
  void (*encode)(FaultWords&);  // null for one of the whole connection
  void (*begin)(Connection&);   // before it connects; null for one that consists of words
};

const ProtocolFaultDeed& deed_of(ProtocolFault fault);

void slow_down_writes(Connection& connection);
void narrow_reads(Connection& connection);
constexpr std::size_t slow_read_bytes = 256;  // at most, at once

void encode_garbage_first(FaultWords& words);
void encode_oversized_header(FaultWords& words);
void encode_truncated_header(FaultWords& words);
void encode_wrong_version(FaultWords& words);
void encode_wrong_key(FaultWords& words);
void encode_unmasked_frame(FaultWords& words);
void encode_reserved_bits(FaultWords& words);
void encode_bad_opcode(FaultWords& words);
void encode_oversized_length(FaultWords& words);
void encode_fragmented_control(FaultWords& words);
void encode_invalid_utf8(FaultWords& words);
void encode_continuation_without_start(FaultWords& words);
void encode_ping_flood(FaultWords& words);

// Of a pong: whether it answers the flood's last ping.
bool is_last_pong(std::string_view payload);

}  // namespace heapstorm
