// The Engine: one thread, one epoll set, a pool of clients. It gives the clients their turns, their events and their
// deadlines, and knows when there is nothing more for them to do. A storm has one for each of its client threads
// (client_threads.h).
//
// Nothing is allocated for a connection once the clients' buffers have grown to what the plan's texts need.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>

#include "harness/storm/arrival/arrival.h"
#include "harness/storm/arrival/connection_queue.h"
#include "harness/storm/client/client.h"
#include "harness/storm/engine/conductor.h"
#include "harness/storm/storm.h"

namespace heapstorm {

// What the engines of a storm share. Must outlive them.
struct StormSetting {
  const Plan& plan;
  const StormOptions& options;
  StormProgress& progress;
  std::stop_token stop;
  SocketAddress target;
  std::string host;                       // for HTTP
  std::shared_ptr<const TlsContext> tls;  // null: no TLS
  std::int64_t begun_us;
  ConnectionQueue queue;  // of this round, without those that the plan holds
  std::atomic<std::uint32_t> helpers_at_work{0};
  std::uint32_t begun_before{0};  // connections of the rounds before: the number of the last of them
};

// One engine's part.
struct EngineShare {
  std::uint32_t clients = 1;  // that come and go
  std::uint32_t max_opening = max_opening_at_once;
  // Has the conductor, and goes on until the helpers have ended.
  bool conducts = true;
};

class Engine {
 public:
  Engine(StormSetting& setting, const EngineShare& share);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  // Once for each round. Returns why it ended; `refused`: too many connects in a row were.
  StormEnd run();

  // Between two rounds: what follows is for the findings that are still expected.
  void storm_on();

  // After run().
  Tally& tally() { return tally_; }
  double cpu_us() const { return cpu_us_; }
  // Of the one that conducts, when all have ended.
  std::optional<GoalResult> goal_at_end(std::int64_t now_us) { return conductor_->result_at_end(now_us); }
  bool has_reached_goal() const { return conductor_->has_reached_goal(); }

 private:
  StormEnd loop();
  std::optional<StormEnd> end_by_now(std::int64_t now_us) const;
  bool finished() const;
  void steer(std::int64_t now_us);
  bool take_turns(std::int64_t now_us);
  void begin(Client& client, const Turn& turn);
  void wait_for_events(bool more_turns, std::int64_t now_us);
  std::int64_t timeout_us(std::int64_t now_us) const;
  void expire_deadlines(std::int64_t now_us);
  void wake_clients(std::int64_t now_us);
  void notify_arrival(const Client& client, ClientNews news);
  void close_all();

  StormSetting& setting_;
  EngineShare share_;
  std::int64_t end_us_;  // by the limit of time
  std::int64_t next_expiry_us_ = 0;
  double cpu_us_ = 0;
  Tally tally_;
  ClientContext context_;
  std::optional<Conductor> conductor_;     // of the engine that conducts
  std::unique_ptr<ArrivalOrder> arrival_;  // of this round
  std::deque<Client> clients_;
};

}  // namespace heapstorm
