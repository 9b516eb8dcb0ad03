// An Arrival: decides which client does what next. One strategy per file; the engine tells it what happened and asks it
// what to do. It neither sees sockets nor waits. Each engine has one of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "harness/plan/plan.h"
#include "harness/storm/arrival/connection_queue.h"

namespace heapstorm {

// The next thing to do.
struct Turn {
  std::uint32_t client = 0;      // index
  std::uint32_t connection = 0;  // its number if the client has to begin it; 0: the client has to do its next action
  std::optional<std::int64_t> intended_us{};  // when it had to begin; nothing: now
};

// More opens than this at once only fill the server's accept queue (128 to 4096 by default); a SYN that finds it full
// is lost for a second.
constexpr std::uint32_t max_opening_at_once = 128;

class ArrivalOrder {
 public:
  virtual ~ArrivalOrder() = default;

  // Nothing when every client waits for the server or for its time, or for ever when finished().
  virtual std::optional<Turn> next_turn(std::int64_t now_us) = 0;
  // When there will be a turn without any news from a client.
  virtual std::int64_t next_turn_us() const { return std::numeric_limits<std::int64_t>::max(); }

  virtual void on_opened(std::uint32_t client) = 0;
  virtual void on_answered(std::uint32_t client) = 0;
  // `was_opened`: whether its connection had been opened before it was left or failed.
  virtual void on_left(std::uint32_t client, bool was_opened) = 0;

  // Begins no further connection; those that are there go on to their end.
  virtual void begin_no_more() = 0;

  // Every connection of the plan, or of those that were begun by begin_no_more(), is over.
  virtual bool finished() const = 0;
};

// The connections of `queue`, which must outlive it. `warm_up`: so many open one after another before the others begin
// or any of them acts; at most `clients`.
std::unique_ptr<ArrivalOrder> make_closed_arrival(std::uint32_t clients, ConnectionQueue& queue,
                                                  std::uint32_t warm_up = 0,
                                                  std::uint32_t max_opening = max_opening_at_once);
std::unique_ptr<ArrivalOrder> make_stepwise_arrival(std::uint32_t connections);
// Those of `queue` by the plan's timetable, which begins with the first next_turn(). The connections that the plan
// holds are not counted: its first one is number 1 here too. Both references must outlive it.
std::unique_ptr<ArrivalOrder> make_open_arrival(std::uint32_t clients, const Plan& plan, ConnectionQueue& queue);
// Connections 1 to `held`, on as many clients of their own, open first and are let go after `others`, whose clients and
// connections come after them, have finished.
std::unique_ptr<ArrivalOrder> make_holding_arrival(std::uint32_t held, std::unique_ptr<ArrivalOrder> others);

}  // namespace heapstorm
