// The WorkerRestarter: calls the storm's owner for each restart of a worker that the plan wants, by wall time or by
// opens.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/plan/plan.h"
#include "harness/storm/cadence.h"
#include "harness/storm/engine/tally.h"
#include "harness/storm/storm.h"

namespace heapstorm {

class WorkerRestarter {
 public:
  // All references must outlive it.
  WorkerRestarter(const Plan& plan, const RestartCallback& on_restart, Tally& tally, std::int64_t now_us);

  // Restarts what is due by wall time; once, also after a pause.
  void poll(std::int64_t now_us);

  // When poll() has to be called next; the greatest value if never.
  std::int64_t next_us() const;

  // Restarts if that many opens are complete. Call it before every open.
  void before_open();

 private:
  struct Restarts {
    Cadence cadence;
    std::optional<std::uint32_t> worker;
  };

  void restart(std::uint32_t times, const Restarts& restarts);

  const RestartCallback& on_restart_;
  const bool wait_;
  Tally& tally_;
  std::vector<Restarts> restarts_;
};

}  // namespace heapstorm
