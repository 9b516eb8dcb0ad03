// The ClientThreads: the engines of one storm, each on a thread of its own. The first is on the caller's and conducts;
// the others are its helpers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "harness/storm/engine/engine.h"

namespace heapstorm {

// How many a load gets on a machine with so many processors. One where one connection waits for another (see
// may_be_shared()). Else what the load says, or as many as are of use and leave the server its processors: half of
// them, and a thread for no fewer than 32 clients.
std::uint32_t client_thread_count(const Load& load, std::uint32_t processors);

class ClientThreads {
 public:
  // They share the clients. `setting` must outlive it.
  explicit ClientThreads(StormSetting& setting);

  // Once. Returns the counts of all when all have ended. A helper for which the system has no thread is done without:
  // the others take its connections.
  StormResult run();

 private:
  StormEnd run_engines();
  bool begins_another_round();
  bool has_room_for_another_round() const;
  StormResult joint_result(StormEnd end);

  StormSetting& setting_;
  std::uint32_t rounds_ = 1;
  std::vector<std::unique_ptr<Engine>> engines_;
  std::size_t at_work_ = 0;  // so many of them: those for which there is a thread
};

}  // namespace heapstorm
