#include "harness/storm/faults/leave/close_faults.h"

#include <array>

namespace heapstorm {

namespace {

constexpr std::array<CloseDeed, close_kind_count> deeds{{
    {CloseKind::close_frame, true, true, leave_by_close_frame, close_after_goodbye},
    {CloseKind::fin, true, false, leave_by_fin, nullptr},
    {CloseKind::rst, false, false, leave_by_rst, nullptr},
    {CloseKind::rst_unread, false, true, leave_by_rst_unread, close_as_it_is},
    {CloseKind::half_close, true, false, leave_by_half_close, close_without_reset},
    {CloseKind::mid_handshake, true, false, leave_by_fin, nullptr},
    {CloseKind::mid_frame, true, true, leave_mid_frame, nullptr},
    {CloseKind::silent, true, false, leave_in_silence, close_without_reset},
    {CloseKind::process_kill, true, false, leave_by_process_kill, nullptr},
}};
static_assert(is_by_kind(deeds));

}  // namespace

const CloseDeed& deed_of(CloseKind kind) {
  return deeds[static_cast<std::size_t>(kind)];
}

void close_without_reset(Connection& connection) {
  connection.end_output();
  connection.drain();
  connection.close();
}

void close_as_it_is(Connection& connection) {
  connection.close();
}

void close_after_goodbye(Connection& connection) {
  connection.end_stream() ? close_without_reset(connection) : connection.close();
}

}  // namespace heapstorm
