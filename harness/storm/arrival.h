// An Arrival: decides which client does what next. One strategy per file; the engine tells it what happened and asks it
// what to do. It neither sees sockets nor waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "harness/plan/plan.h"

namespace heapstorm {

// The next thing to do.
struct Turn {
  std::uint32_t client = 0;      // index
  std::uint32_t connection = 0;  // its number if the client has to begin it; 0: the client has to do its next action
};

class ArrivalOrder {
 public:
  virtual ~ArrivalOrder() = default;

  // Nothing when every client waits for the server, or for ever when finished().
  virtual std::optional<Turn> next_turn() = 0;

  virtual void on_opened(std::uint32_t client) = 0;
  virtual void on_answered(std::uint32_t client) = 0;
  // `was_opened`: whether its connection had been opened before it was left or failed.
  virtual void on_left(std::uint32_t client, bool was_opened) = 0;

  // Begins no further connection; those that are there go on to their end.
  virtual void begin_no_more() = 0;

  // Every connection of the plan, or of those that were begun by begin_no_more(), is over.
  virtual bool finished() const = 0;
};

// `warm_up`: so many connections open one after another before the others begin or any of them acts; at most `clients`.
std::unique_ptr<ArrivalOrder> make_closed_arrival(std::uint32_t clients, std::uint32_t connections,
                                                  std::uint32_t warm_up = 0);
std::unique_ptr<ArrivalOrder> make_stepwise_arrival(std::uint32_t connections);

}  // namespace heapstorm
