// closed: a fixed number of clients, each connects again as soon as it has left.
//
// Connections overlap: a client whose open is complete goes to the end of the queue, and an idle client connects before
// the next one from that queue acts. So with two clients or more a connection opens while another is still there, which
// is what takes a server with "descriptor modulo workers" to its other workers.
#include <algorithm>

#include "harness/storm/arrival/arrival.h"
#include "harness/storm/arrival/ring.h"

namespace heapstorm {
namespace {

class ClosedArrival final : public ArrivalOrder {
 public:
  ClosedArrival(std::uint32_t clients, ConnectionQueue& queue, std::uint32_t warm_up, std::uint32_t max_opening)
      : clients_(clients),
        queue_(queue),
        warm_up_(warm_up),
        max_opening_(max_opening),
        idle_(clients),
        ready_(clients) {
    for (std::uint32_t client = 0; client < clients; ++client) idle_.push(client);
  }

  std::optional<Turn> next_turn(std::int64_t) override {
    if (warming_up() && opening_ > 0) return std::nullopt;
    if (!idle_.empty() && opening_ < max_opening_) {
      if (const auto connection = queue_.take()) {
        ++opening_;
        ++begun_;
        return Turn{idle_.pop(), *connection};
      }
    }
    if (!ready_.empty()) return Turn{ready_.pop(), 0};
    return std::nullopt;
  }

  void on_opened(std::uint32_t client) override {
    --opening_;
    ready_.push(client);
  }

  void on_answered(std::uint32_t client) override { ready_.push(client); }

  void on_left(std::uint32_t client, bool was_opened) override {
    if (!was_opened) --opening_;
    idle_.push(client);
  }

  void begin_no_more() override {
    queue_.close();
    warm_up_ = std::min(warm_up_, begun_);
  }

  bool finished() const override { return queue_.is_empty() && idle_.size() == clients_; }

 private:
  // Until the last of the first connections is open; nobody acts before.
  bool warming_up() const { return begun_ < warm_up_ || (begun_ == warm_up_ && opening_ > 0); }

  std::uint32_t clients_;
  ConnectionQueue& queue_;
  std::uint32_t warm_up_;
  std::uint32_t max_opening_;
  std::uint32_t begun_ = 0;
  std::uint32_t opening_ = 0;
  Ring idle_;
  Ring ready_;
};

}  // namespace

std::unique_ptr<ArrivalOrder> make_closed_arrival(std::uint32_t clients, ConnectionQueue& queue, std::uint32_t warm_up,
                                                  std::uint32_t max_opening) {
  return std::make_unique<ClosedArrival>(clients, queue, std::min(warm_up, clients), max_opening);
}

}  // namespace heapstorm
