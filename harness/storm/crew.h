// The Crew: the engines of one storm, each on a thread of its own. The first is on the caller's and conducts; the
// others are its helpers.
#pragma once

#include <memory>
#include <vector>

#include "harness/storm/engine.h"

namespace heapstorm {

class Crew {
 public:
  // As many as client_threads() says, which share the clients. `setting` must outlive it.
  explicit Crew(StormSetting& setting);

  // Once. Returns the counts of all when all have ended. A helper for which the system has no thread is done without:
  // the others take its connections.
  StormResult run();

 private:
  StormEnd run_engines();
  StormResult joint_result(StormEnd end);

  StormSetting& setting_;
  std::vector<std::unique_ptr<Engine>> engines_;
};

}  // namespace heapstorm
