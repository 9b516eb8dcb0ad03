// stepwise: one open after another, each complete before the next begins and all kept open; then each connection does
// the rest of its actions, one connection after another. The same steps in the same order every time.
#include <vector>

#include "harness/storm/arrival/arrival.h"

namespace heapstorm {
namespace {

class StepwiseArrival final : public ArrivalOrder {
 public:
  explicit StepwiseArrival(std::uint32_t connections) : is_over_(connections, false) {}

  std::optional<Turn> next_turn(std::int64_t) override {
    if (busy_client_) return std::nullopt;
    if (begun_ < is_over_.size()) {
      busy_client_ = begun_++;
      return Turn{*busy_client_, begun_};
    }
    while (acting_ < is_over_.size() && is_over_[acting_]) ++acting_;
    if (acting_ == is_over_.size()) return std::nullopt;
    busy_client_ = acting_;
    return Turn{acting_, 0};
  }

  void on_opened(std::uint32_t) override { busy_client_.reset(); }
  void on_answered(std::uint32_t) override { busy_client_.reset(); }

  // A connection that waits for its turn may fail while another is busy.
  void on_left(std::uint32_t client, bool) override {
    is_over_[client] = true;
    ++over_;
    if (busy_client_ == client) busy_client_.reset();
  }

  void begin_no_more() override { is_over_.resize(begun_); }

  bool finished() const override { return over_ == is_over_.size(); }

 private:
  std::vector<bool> is_over_;  // by client
  std::uint32_t over_ = 0;
  std::uint32_t begun_ = 0;
  std::uint32_t acting_ = 0;
  std::optional<std::uint32_t> busy_client_;
};

}  // namespace

std::unique_ptr<ArrivalOrder> make_stepwise_arrival(std::uint32_t connections) {
  return std::make_unique<StepwiseArrival>(connections);
}

}  // namespace heapstorm
