#include "harness/storm/faults/close_faults.h"

#include <array>

namespace heapstorm {

// Indexed by CloseKind; the columns are those of CloseFault.
const CloseFault& close_fault(CloseKind kind) {
  static constexpr std::array<CloseFault, close_kind_count> table = {{
      {"a WebSocket Close frame with code 1000, then FIN", true, true, true, leave_by_close_frame, close_after_goodbye},
      {"FIN, without a word", true, false, false, leave_by_fin, nullptr},
      {"RST", false, false, false, leave_by_rst, nullptr},
      {"a message or request whose answer stays unread, then RST", false, true, false, leave_by_rst_unread,
       close_as_it_is},
      {"FIN, while the client goes on reading until the server ends too", true, false, true, leave_by_half_close,
       close_without_reset},
      {"the first bytes of the request, then FIN", true, false, false, leave_by_fin, nullptr},
      {"the first bytes of a frame, then FIN", true, true, false, leave_mid_frame, nullptr},
      {"nothing, an open connection whose client neither reads nor writes; then FIN", true, false, true,
       leave_in_silence, close_without_reset},
      {"a message or request, then FIN, or RST if its answer came first: the client process is gone", true, false,
       false, leave_by_process_kill, nullptr},
  }};
  return table[static_cast<std::size_t>(kind)];
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
