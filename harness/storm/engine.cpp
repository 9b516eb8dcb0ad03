#include "harness/storm/engine.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/storm/clock.h"

namespace heapstorm {
namespace {

// Small enough that a clock that ticks every millisecond is not late.
constexpr int turns_in_a_row = 32;
constexpr int max_events = 64;

constexpr std::size_t receive_buffer_bytes = 64 * 1024;
constexpr std::int64_t expiry_period_us = 50'000;

// How long the engine may sleep, so that it notices a stop in time.
constexpr std::int64_t max_sleep_us = 25'000;

constexpr std::uint32_t refusals_of_a_dead_server = 50;

std::unique_ptr<ArrivalOrder> make_arrival(const Plan& plan) {
  const Load& load = plan.load();
  if (load.arrival == Arrival::stepwise) return make_stepwise_arrival(load.connections);
  const std::uint32_t clients = connections_at_once(load) - load.held;
  auto others = load.arrival == Arrival::open
                    ? make_open_arrival(clients, plan)
                    : make_closed_arrival(clients, load.connections - load.held, load.warm_up);
  return load.held > 0 ? make_holding_arrival(load.held, std::move(others)) : std::move(others);
}

// What the server answers: the session's last message or request, or one of ours if it has none.
Step last_words(const Load& load, const SessionPart& part) {
  for (std::uint32_t step = part.first + part.count; step-- > part.first;) {
    const Step& words = load.session[step];
    if (std::holds_alternative<SendStep>(words) || std::holds_alternative<RequestStep>(words)) return words;
  }
  if (load.protocol == Protocol::http) return RequestStep{};
  return SendStep{"y\n", {}};
}

bool kills_clients(const Load& load) {
  return std::any_of(load.session.begin(), load.session.end(), [](const Step& step) {
    const auto* leave = std::get_if<LeaveStep>(&step);
    return leave != nullptr && leave->weights[static_cast<std::size_t>(CloseKind::process_kill)] > 0;
  });
}

// To the microsecond where the kernel can (Linux 5.11), for what is due at a time. Else rounded up: a timer that is not
// due yet must not make the loop spin.
int wait_us(int epoll_fd, std::array<epoll_event, max_events>& events, std::int64_t timeout_us) {
  if (timeout_us == 0) return epoll_wait(epoll_fd, events.data(), max_events, 0);
  const timespec timeout{.tv_sec = 0, .tv_nsec = static_cast<long>(timeout_us) * 1000};
  static_assert(max_sleep_us < 1'000'000);
  const int count = epoll_pwait2(epoll_fd, events.data(), max_events, &timeout, nullptr);
  if (count >= 0 || errno != ENOSYS) return count;
  return epoll_wait(epoll_fd, events.data(), max_events, static_cast<int>((timeout_us + 999) / 1000));
}

double thread_cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto microseconds = [](const timeval& time) {
    return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
  };
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

}  // namespace

Engine::Engine(const Plan& plan, const SocketAddress& target, const std::string& host, std::unique_ptr<TlsContext> tls,
               const StormOptions& options, StormProgress& progress, std::stop_token stop)
    : begun_us_(monotonic_us()),
      time_limit_us_(static_cast<std::int64_t>(options.time_limit_ms) * 1000),
      stop_(std::move(stop)),
      tally_(progress),
      context_{plan,
               target,
               host,
               budget_ports(plan.load(), ephemeral_port_count(), sources_for(target)),
               epoll_create1(EPOLL_CLOEXEC),
               tally_,
               std::vector<char>(receive_buffer_bytes),
               {}},
      ticker_(plan.faults(), options.on_clock_tick, tally_, begun_us_),
      jumper_(plan.faults(), options.on_clock_jump, tally_, begun_us_),
      restarter_(plan, options.on_worker_restart, tally_, begun_us_),
      steering_(plan.load(), options.reached_goal, begun_us_),
      arrival_(make_arrival(plan)) {
  for (const SessionPart& part : plan.sessions()) context_.last_words.push_back(last_words(plan.load(), part));
  context_.handshake_path = options.handshake_path;
  context_.tls = std::move(tls);
  if (kills_clients(plan.load())) context_.doomed_clients = DoomedClients::start();
  const std::uint32_t clients = connections_at_once(plan.load());
  for (std::uint32_t index = 0; index < clients; ++index) clients_.emplace_back(context_, index);
}

Engine::~Engine() {
  if (context_.epoll_fd >= 0) close(context_.epoll_fd);
}

StormResult Engine::run() {
  const double cpu_before_us = thread_cpu_us();
  const StormEnd end = loop();
  close_all();
  StormResult result = tally_.result();
  result.end = end;
  result.duration_ms = static_cast<std::uint64_t>(monotonic_us() - begun_us_) / 1000;
  result.until = steering_.result_at_end(monotonic_us(), tally_.attempted());
  if (result.connections > 0) {
    result.client_cpu_us_per_connection = (thread_cpu_us() - cpu_before_us) / static_cast<double>(result.connections);
  }
  return result;
}

StormEnd Engine::loop() {
  while (true) {
    const std::int64_t now_us = monotonic_us();
    if (const auto end = end_by_now(now_us)) return *end;
    ticker_.poll(now_us);
    jumper_.poll(now_us);
    restarter_.poll(now_us);
    const bool more_turns = take_turns(now_us);
    if (arrival_->finished()) return refused() ? StormEnd::refused : StormEnd::completed;
    expire_deadlines(now_us);
    wake_clients(now_us);
    wait_for_events(more_turns, now_us);
  }
}

void Engine::steer(std::int64_t now_us) {
  if (steering_.finds_goal_reached(now_us, tally_.attempted())) arrival_->begin_no_more();
}

std::optional<StormEnd> Engine::end_by_now(std::int64_t now_us) const {
  if (stop_.stop_requested()) return StormEnd::stopped;
  if (now_us - begun_us_ >= time_limit_us_) return StormEnd::time_limit;
  if (refused()) return StormEnd::refused;
  return std::nullopt;
}

// A short plan may end before the server has refused often enough: then it was refused if nothing else ever happened.
bool Engine::refused() const {
  const std::uint32_t refusals = tally_.refused_in_a_row();
  if (refusals >= refusals_of_a_dead_server) return true;
  return refusals > 0 && refusals == tally_.attempted() && arrival_->finished();
}

// Returns whether there may be more to do at once.
bool Engine::take_turns(std::int64_t now_us) {
  for (int turns = 0; turns < turns_in_a_row; ++turns) {
    steer(now_us);
    const auto turn = arrival_->next_turn(now_us);
    if (!turn) return false;
    Client& client = clients_[turn->client];
    turn->connection == 0 ? spread(client, client.advance()) : begin(client, *turn);
  }
  return true;
}

void Engine::begin(Client& client, const Turn& turn) {
  ticker_.before_open();
  jumper_.before_open();
  restarter_.before_open();
  if (turn.connection > 1 && turn.connection <= context_.plan.load().warm_up) ticker_.tick_now();
  spread(client, client.begin(turn.connection, turn.intended_us));
}

void Engine::wait_for_events(bool more_turns, std::int64_t now_us) {
  std::array<epoll_event, max_events> events;
  const int count = wait_us(context_.epoll_fd, events, more_turns ? 0 : timeout_us(now_us));
  for (int i = 0; i < count; ++i) {
    Client& client = clients_[events[i].data.u64];
    spread(client, client.on_event(events[i].events));
  }
}

std::int64_t Engine::timeout_us(std::int64_t now_us) const {
  const std::int64_t wake_us =
      std::min({now_us + max_sleep_us, ticker_.next_us(), jumper_.next_us(), restarter_.next_us(),
                context_.timers.next_us(), arrival_->next_turn_us(), begun_us_ + time_limit_us_});
  return std::max<std::int64_t>(0, wake_us - now_us);
}

void Engine::expire_deadlines(std::int64_t now_us) {
  if (now_us < next_expiry_us_) return;
  next_expiry_us_ = now_us + expiry_period_us;
  for (Client& client : clients_) spread(client, client.on_time(now_us));
}

void Engine::wake_clients(std::int64_t now_us) {
  while (const auto client = context_.timers.take_due(now_us))
    spread(clients_[*client], clients_[*client].on_wake(now_us));
}

void Engine::spread(const Client& client, ClientNews news) {
  switch (news) {
    case ClientNews::none:
      return;
    case ClientNews::opened:
      return arrival_->on_opened(client.index());
    case ClientNews::answered:
      return arrival_->on_answered(client.index());
    case ClientNews::left:
      return arrival_->on_left(client.index(), client.was_opened());
  }
}

void Engine::close_all() {
  for (Client& client : clients_) client.abandon();
}

}  // namespace heapstorm
