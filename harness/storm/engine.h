// The Engine: one thread, one epoll set, a pool of clients. It gives the clients their turns, their events and their
// deadlines, keeps the plan's clock ticking and knows when the storm is over. One thread, because the server needs the
// other cores.
//
// Nothing is allocated for a connection once the clients' buffers have grown to what the plan's texts need.
#pragma once

#include <deque>
#include <memory>

#include "harness/storm/arrival.h"
#include "harness/storm/client.h"
#include "harness/storm/clock_jumper.h"
#include "harness/storm/clock_ticker.h"
#include "harness/storm/steering.h"
#include "harness/storm/storm.h"
#include "harness/storm/worker_restarter.h"

namespace heapstorm {

class Engine {
 public:
  // `target` is where `endpoint` is; `tls` null: there is none. All references must outlive the engine.
  Engine(const Plan& plan, const SocketAddress& target, const std::string& host, std::unique_ptr<TlsContext> tls,
         const StormOptions& options, StormProgress& progress, std::stop_token stop);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  // Once.
  StormResult run();

 private:
  StormEnd loop();
  std::optional<StormEnd> end_by_now(std::int64_t now_us) const;
  bool refused() const;
  void steer(std::int64_t now_us);
  bool take_turns(std::int64_t now_us);
  void begin(Client& client, const Turn& turn);
  void wait_for_events(bool more_turns, std::int64_t now_us);
  std::int64_t timeout_us(std::int64_t now_us) const;
  void expire_deadlines(std::int64_t now_us);
  void wake_clients(std::int64_t now_us);
  void spread(const Client& client, ClientNews news);
  void close_all();

  std::int64_t begun_us_;
  std::int64_t time_limit_us_;
  std::int64_t next_expiry_us_ = 0;
  std::stop_token stop_;
  Tally tally_;
  ClientContext context_;
  ClockTicker ticker_;
  ClockJumper jumper_;
  WorkerRestarter restarter_;
  Steering steering_;
  std::unique_ptr<ArrivalOrder> arrival_;
  std::deque<Client> clients_;
};

}  // namespace heapstorm
