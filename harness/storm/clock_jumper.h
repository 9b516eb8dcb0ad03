// The ClockJumper: calls the storm's owner for each jump of the clock that the plan wants, by wall time or by opens.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/scenario/scenario.h"
#include "harness/storm/cadence.h"
#include "harness/storm/engine/tally.h"

namespace heapstorm {

class ClockJumper {
 public:
  // All references must outlive it.
  ClockJumper(const std::vector<Fault>& faults, const std::function<void(std::int64_t)>& on_jump, Tally& tally,
              std::int64_t now_us);

  // Jumps if it is due by wall time; once, also after a pause.
  void poll(std::int64_t now_us);

  // When poll() has to be called next; the greatest value if never.
  std::int64_t next_us() const;

  // Jumps if that many opens are complete. Call it before every open.
  void before_open();

 private:
  struct Jumps {
    Cadence cadence;
    std::int64_t step_s;
    std::uint32_t left;
  };

  void jump(std::uint32_t times, Jumps& jumps);

  const std::function<void(std::int64_t)>& on_jump_;
  Tally& tally_;
  std::vector<Jumps> jumps_;
};

}  // namespace heapstorm
