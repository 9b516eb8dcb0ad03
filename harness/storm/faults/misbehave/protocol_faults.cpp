#include "harness/storm/faults/misbehave/protocol_faults.h"

#include <array>

namespace heapstorm {

namespace {

constexpr std::array<ProtocolFaultDeed, protocol_fault_count> deeds{{
    {ProtocolFault::none, nullptr, nullptr},
    {ProtocolFault::slow_write, nullptr, slow_down_writes},
    {ProtocolFault::slow_read, nullptr, narrow_reads},
    {ProtocolFault::garbage_first, encode_garbage_first, nullptr},
    {ProtocolFault::oversized_header, encode_oversized_header, nullptr},
    {ProtocolFault::truncated_header, encode_truncated_header, nullptr},
    {ProtocolFault::wrong_version, encode_wrong_version, nullptr},
    {ProtocolFault::wrong_key, encode_wrong_key, nullptr},
    {ProtocolFault::unmasked_frame, encode_unmasked_frame, nullptr},
    {ProtocolFault::reserved_bits, encode_reserved_bits, nullptr},
    {ProtocolFault::bad_opcode, encode_bad_opcode, nullptr},
    {ProtocolFault::oversized_length, encode_oversized_length, nullptr},
    {ProtocolFault::fragmented_control, encode_fragmented_control, nullptr},
    {ProtocolFault::invalid_utf8, encode_invalid_utf8, nullptr},
    {ProtocolFault::continuation_without_start, encode_continuation_without_start, nullptr},
    {ProtocolFault::ping_flood, encode_ping_flood, nullptr},
}};
static_assert(is_by_kind(deeds));

}  // namespace

const ProtocolFaultDeed& deed_of(ProtocolFault fault) {
  return deeds[static_cast<std::size_t>(fault)];
}

}  // namespace heapstorm
