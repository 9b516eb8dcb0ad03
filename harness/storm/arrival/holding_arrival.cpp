// Connections that are held open while others come and go.
#include <utility>
#include <vector>

#include "harness/storm/arrival/arrival.h"
#include "harness/storm/arrival/ring.h"

namespace heapstorm {
namespace {

class HoldingArrival final : public ArrivalOrder {
 public:
  HoldingArrival(std::uint32_t held, std::unique_ptr<ArrivalOrder> others)
      : held_(held), wanted_(held), others_(std::move(others)), is_over_(held, false), ready_(held) {}

  std::optional<Turn> next_turn(std::int64_t now_us) override {
    // A client that is open has to begin to hold, and one that was let go goes on.
    if (!ready_.empty()) return Turn{ready_.pop(), 0, {}};
    if (begun_ < wanted_ && opening_ < max_opening_at_once) {
      ++opening_;
      const std::uint32_t client = begun_++;
      return Turn{client, begun_, {}};
    }
    if (begun_ < wanted_ || opening_ > 0) return std::nullopt;
    return others_->finished() ? let_go() : turn_of_others(now_us);
  }

  std::int64_t next_turn_us() const override { return others_->next_turn_us(); }

  void on_opened(std::uint32_t client) override {
    if (client >= held_) return others_->on_opened(client - held_);
    --opening_;
    ready_.push(client);
  }

  void on_answered(std::uint32_t client) override {
    client >= held_ ? others_->on_answered(client - held_) : ready_.push(client);
  }

  void on_left(std::uint32_t client, bool was_opened) override {
    if (client >= held_) return others_->on_left(client - held_, was_opened);
    if (!was_opened) --opening_;
    is_over_[client] = true;
    ++over_;
  }

  void begin_no_more() override {
    wanted_ = begun_;
    others_->begin_no_more();
  }

  bool finished() const override { return over_ == wanted_ && others_->finished(); }

 private:
  std::optional<Turn> turn_of_others(std::int64_t now_us) {
    auto turn = others_->next_turn(now_us);
    if (!turn) return std::nullopt;
    turn->client += held_;
    if (turn->connection > 0) turn->connection += held_;
    return turn;
  }

  // Each once.
  std::optional<Turn> let_go() {
    while (released_ < wanted_) {
      const std::uint32_t client = released_++;
      if (!is_over_[client]) return Turn{client, 0, {}};
    }
    return std::nullopt;
  }

  std::uint32_t held_;    // clients that only hold
  std::uint32_t wanted_;  // of them those that are to begin at all
  std::unique_ptr<ArrivalOrder> others_;
  std::vector<bool> is_over_;  // by client
  std::uint32_t over_ = 0;
  std::uint32_t begun_ = 0;
  std::uint32_t opening_ = 0;
  std::uint32_t released_ = 0;
  Ring ready_;
};

}  // namespace

std::unique_ptr<ArrivalOrder> make_holding_arrival(std::uint32_t held, std::unique_ptr<ArrivalOrder> others) {
  return std::make_unique<HoldingArrival>(held, std::move(others));
}

}  // namespace heapstorm
