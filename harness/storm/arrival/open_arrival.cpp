// open: each connection begins at its time in the plan's timetable, whatever became of the ones before it. One that
// finds every client busy begins as soon as one is free; its intended time stays what it was, so that no waiting is
// lost from the figures.
#include "harness/storm/arrival/arrival.h"
#include "harness/storm/arrival/ring.h"

namespace heapstorm {
namespace {

class OpenArrival final : public ArrivalOrder {
 public:
  OpenArrival(std::uint32_t clients, const Plan& plan, ConnectionQueue& queue)
      : plan_(plan), clients_(clients), queue_(queue), idle_(clients), ready_(clients) {
    for (std::uint32_t client = 0; client < clients; ++client) idle_.push(client);
  }

  std::optional<Turn> next_turn(std::int64_t now_us) override {
    if (!zero_us_) start(now_us);
    if (queue_.is_closed()) begin_no_more();
    if (due_us_ <= now_us && !idle_.empty()) return begin_next();
    if (!ready_.empty()) return Turn{ready_.pop(), 0, {}};
    return std::nullopt;
  }

  // One that is late waits for a client to leave.
  std::int64_t next_turn_us() const override { return idle_.empty() ? never : due_us_; }

  void on_opened(std::uint32_t client) override { ready_.push(client); }
  void on_answered(std::uint32_t client) override { ready_.push(client); }
  void on_left(std::uint32_t client, bool) override { idle_.push(client); }

  void begin_no_more() override {
    queue_.close();
    next_.reset();
    due_us_ = never;
  }

  bool finished() const override { return !next_ && queue_.is_empty() && idle_.size() == clients_; }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  void start(std::int64_t now_us) {
    zero_us_ = now_us;
    find_due();
  }

  void find_due() {
    next_ = queue_.take();
    due_us_ = next_ ? *zero_us_ + static_cast<std::int64_t>(plan_.start_us(plan_.load().held + *next_)) : never;
  }

  Turn begin_next() {
    const Turn turn{idle_.pop(), *next_, due_us_};
    find_due();
    return turn;
  }

  const Plan& plan_;
  std::uint32_t clients_;
  ConnectionQueue& queue_;
  std::optional<std::int64_t> zero_us_;  // the timetable's
  std::optional<std::uint32_t> next_;    // the connection that is waited for
  std::int64_t due_us_ = never;
  Ring idle_;
  Ring ready_;
};

}  // namespace

std::unique_ptr<ArrivalOrder> make_open_arrival(std::uint32_t clients, const Plan& plan, ConnectionQueue& queue) {
  return std::make_unique<OpenArrival>(clients, plan, queue);
}

}  // namespace heapstorm
