// The Reception of a client: reads what the server says, has the conversation understand it, and does to the session
// what follows from that: an answer is complete, a protocol was broken, the server has left.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/storm/client/session.h"

namespace heapstorm {

class Reception {
 public:
  // `session` must outlive it.
  explicit Reception(Session& session) : session_(session), context_(session.context) {}

  // So many answers are awaited from now on.
  void expect(std::uint32_t answers) { answers_left_ = answers; }

  // Reads what there is; with `until_end` until the kernel says that there is no more.
  ClientNews receive(bool until_end);
  // What a slow reader reads at once.
  ClientNews receive_little();

  // What is ours to be slow in is no quiet of the server's: it begins when all is sent.
  void await_quiet();
  // Whether what was decoded is an answer if nothing follows.
  bool awaits_quiet() const;
  // Nothing did, for as long as that takes.
  ClientNews on_quiet();

 private:
  ClientNews on_bytes(std::string_view bytes);
  ClientNews on_decoded(DecodeResult result);
  ClientNews on_answer();
  ClientNews end_answer(std::int64_t complete_us);
  ClientNews on_unasked();
  ClientNews on_violation(const Violation& violation);
  ClientNews on_pong();
  ClientNews on_goodbye();
  ClientNews on_end();
  ClientNews end_without_goodbye();
  ClientNews reply();
  void expect_quiet();
  bool awaits_answer() const { return session_.state == SessionState::awaiting_answer; }

  Session& session_;
  ClientContext& context_;
  std::uint32_t answers_left_ = 0;
  std::int64_t last_bytes_us_ = 0;  // of what may be a whole answer, the last
};

}  // namespace heapstorm
