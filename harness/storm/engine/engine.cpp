#include "harness/storm/engine/engine.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/storm/client/timers.h"

namespace heapstorm {
namespace {

// Small enough that a clock that ticks every millisecond is not late.
constexpr int turns_in_a_row = 32;
constexpr int max_events = 64;

constexpr std::size_t receive_buffer_bytes = 64 * 1024;
constexpr std::int64_t expiry_period_us = 50'000;

// How long the engine may sleep, so that it notices a stop in time; and while it only waits for the helpers.
constexpr std::int64_t max_sleep_us = 25'000;
constexpr std::int64_t max_sleep_for_helpers_us = 500;

constexpr std::uint32_t refusals_of_a_dead_server = 50;

std::unique_ptr<ArrivalOrder> make_arrival(const Plan& plan, const EngineShare& share, ConnectionQueue& queue) {
  const Load& load = plan.load();
  if (load.arrival == Arrival::stepwise) return make_stepwise_arrival(load.connections);
  auto others = load.arrival == Arrival::open
                    ? make_open_arrival(share.clients, plan, queue)
                    : make_closed_arrival(share.clients, queue, load.warm_up, share.max_opening);
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

Engine::Engine(StormSetting& setting, const EngineShare& share)
    : setting_(setting),
      share_(share),
      end_us_(setting.begun_us + static_cast<std::int64_t>(setting.options.time_limit_ms) * 1000),
      tally_(setting.progress),
      context_{setting.plan,
               setting.target,
               setting.host,
               budget_ports(setting.plan.load(), ephemeral_port_count(), sources_for(setting.target)),
               epoll_create1(EPOLL_CLOEXEC),
               tally_,
               std::vector<char>(receive_buffer_bytes),
               {}} {
  const Plan& plan = setting.plan;
  for (const SessionPart& part : plan.sessions()) context_.last_words.push_back(last_words(plan.load(), part));
  context_.handshake_path = setting.options.handshake_path;
  context_.tls = setting.tls;
  context_.timeouts = setting.options.timeouts;
  if (kills_clients(plan.load())) context_.doomed_clients = DoomedClients::start();
  if (share.conducts) conductor_.emplace(plan, setting.options, tally_, setting.begun_us);
  const std::uint32_t clients = plan.load().held + share.clients;
  for (std::uint32_t index = 0; index < clients; ++index) clients_.emplace_back(context_, index);
}

Engine::~Engine() {
  if (context_.epoll_fd >= 0) close(context_.epoll_fd);
}

StormEnd Engine::run() {
  const double cpu_before_us = thread_cpu_us();
  arrival_ = make_arrival(setting_.plan, share_, setting_.queue);
  const StormEnd end = loop();
  close_all();
  cpu_us_ += thread_cpu_us() - cpu_before_us;
  return end;
}

// The ports of the first round may all be in TIME_WAIT: further rounds take theirs from as many sources as there are.
void Engine::storm_on() {
  context_.ports.sources = sources_for(setting_.target);
  if (conductor_) conductor_->storm_on();
}

StormEnd Engine::loop() {
  while (true) {
    const std::int64_t now_us = monotonic_us();
    if (const auto end = end_by_now(now_us)) return *end;
    if (conductor_) conductor_->poll(now_us);
    const bool more_turns = take_turns(now_us);
    if (finished()) return StormEnd::completed;
    expire_deadlines(now_us);
    wake_clients(now_us);
    wait_for_events(more_turns, now_us);
  }
}

// What is due by wall time goes on until the last connection is over, whoever has it.
bool Engine::finished() const {
  return arrival_->finished() && (!conductor_ || setting_.helpers_at_work == 0);
}

void Engine::steer(std::int64_t now_us) {
  if (conductor_ && conductor_->finds_goal_reached(now_us)) arrival_->begin_no_more();
}

std::optional<StormEnd> Engine::end_by_now(std::int64_t now_us) const {
  if (setting_.stop.stop_requested()) return StormEnd::stopped;
  if (now_us >= end_us_) return StormEnd::time_limit;
  if (tally_.refused_in_a_row() >= refusals_of_a_dead_server) return StormEnd::refused;
  return std::nullopt;
}

// Returns whether there may be more to do at once.
bool Engine::take_turns(std::int64_t now_us) {
  for (int turns = 0; turns < turns_in_a_row; ++turns) {
    steer(now_us);
    const auto turn = arrival_->next_turn(now_us);
    if (!turn) return false;
    Client& client = clients_[turn->client];
    turn->connection == 0 ? notify_arrival(client, client.advance()) : begin(client, *turn);
  }
  return true;
}

void Engine::begin(Client& client, const Turn& turn) {
  if (conductor_) conductor_->before_open(turn.connection);
  notify_arrival(client, client.begin(setting_.begun_before + turn.connection, turn.intended_us));
}

void Engine::wait_for_events(bool more_turns, std::int64_t now_us) {
  std::array<epoll_event, max_events> events;
  const int count = wait_us(context_.epoll_fd, events, more_turns ? 0 : timeout_us(now_us));
  for (int i = 0; i < count; ++i) {
    Client& client = clients_[events[i].data.u64];
    notify_arrival(client, client.on_event(events[i].events));
  }
}

std::int64_t Engine::timeout_us(std::int64_t now_us) const {
  const std::int64_t max_us = arrival_->finished() ? max_sleep_for_helpers_us : max_sleep_us;
  std::int64_t wake_us = std::min({now_us + max_us, context_.timers.next_us(), arrival_->next_turn_us(), end_us_});
  if (conductor_) wake_us = std::min(wake_us, conductor_->next_us());
  return std::max<std::int64_t>(0, wake_us - now_us);
}

void Engine::expire_deadlines(std::int64_t now_us) {
  if (now_us < next_expiry_us_) return;
  next_expiry_us_ = now_us + expiry_period_us;
  for (Client& client : clients_) notify_arrival(client, client.on_time(now_us));
}

void Engine::wake_clients(std::int64_t now_us) {
  while (const auto client = context_.timers.take_due(now_us))
    notify_arrival(clients_[*client], clients_[*client].on_wake(now_us));
}

void Engine::notify_arrival(const Client& client, ClientNews news) {
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
