// mid_frame: the client goes in the middle of a frame. The frame has 70 bytes: a header of 2, a mask of 4, a text of
// 64; so the plan's number says in which part.
#include <string_view>

#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_mid_frame(CloseContext& context) {
  constexpr std::string_view text = "heapstorm leaves in the middle of this text, which has 64 bytes.";
  static_assert(text.size() == 64);
  context.conversation.encode(SendStep{std::string(text), {}}, 0, context.out);
  context.out.resize(context.amount);
  if (const int error = context.connection.send(context.out)) return {.error = error};
  return leave_by_fin(context);
}

}  // namespace heapstorm
