#include "harness/storm/client.h"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>

#include "harness/base/check.h"
#include "harness/storm/clock.h"
#include "harness/storm/storm_error.h"

namespace heapstorm {
namespace {

constexpr int most_reads_in_a_row = 1000;   // of 64 KiB each
constexpr std::uint32_t most_unseen = 128;  // the shortest queue in use: what listen(2) was given for long

std::uint32_t answers_of(const Step& step) {
  const auto* send = std::get_if<SendStep>(&step);
  return send != nullptr ? send->answers : 1;
}

bool says_something(const PlannedAction& action) {
  return action.kind == ActionKind::send || action.kind == ActionKind::request;
}

}  // namespace

Client::Client(ClientContext& context, std::uint32_t index)
    : context_(context),
      index_(index),
      deadline_us_(no_deadline),
      conversation_(make_conversation(context.plan.load().protocol, context.host, context.handshake_path)) {}

ClientNews Client::begin(std::uint32_t number, std::optional<std::int64_t> intended_us) {
  HEAPSTORM_CHECK(idle());
  context_.plan.connection_into(number, planned_);
  HEAPSTORM_CHECK(!planned_.actions.empty() && planned_.actions.front().kind == ActionKind::open);
  next_action_ = 1;
  opened_ = false;
  server_left_ = false;
  server_closes_ = false;
  goodbye_counted_ = false;
  conversation_->begin(context_.plan.seed(), number);
  context_.tally.on_attempt(planned_);
  prepare_faults();
  note_start(intended_us);
  return wait(open());
}

void Client::note_start(std::optional<std::int64_t> intended_us) {
  begun_us_ = monotonic_us();
  intended_us_ = intended_us.value_or(begun_us_);
  awaits_first_answer_ = intended_us.has_value();
  if (intended_us) context_.tally.on_timed_start(static_cast<std::uint64_t>(begun_us_ - intended_us_));
}

ClientNews Client::advance() {
  HEAPSTORM_CHECK((state_ == State::ready || state_ == State::holding) && next_action_ < planned_.actions.size());
  if (server_closes_) return wait(leave_early());
  const PlannedAction& action = planned_.actions[next_action_++];
  if (action.kind == ActionKind::hold) return wait(hold());
  if (action.kind == ActionKind::leave) return wait(leave());
  if (action.kind == ActionKind::misbehave) return wait(misbehave());
  return wait(say(action));
}

ClientNews Client::on_event(std::uint32_t events) {
  if (idle()) return ClientNews::none;
  if (state_ == State::lingering) return wait(on_linger_event(events));
  if (state_ == State::connecting || state_ == State::securing) {
    const ClientNews news = state_ == State::securing ? secure() : continue_connecting();
    if (news != ClientNews::none || state_ == State::connecting || state_ == State::securing) return wait(news);
  }
  const bool had_unsent = connection_.has_unsent();
  if (const int error = connection_.flush()) return fail(phase(), error);
  if (had_unsent) await_quiet();
  if (state_ == State::closing) note_goodbye_sent();
  // Edge-triggered: after a short read nothing is lost, a later edge tells of later bytes. Only the end of the stream,
  // whose edge this one may be, must be read to.
  const bool has_input = (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  if (!has_input || reads_little()) return wait(on_sent());  // a slow reader's timer reads
  const ClientNews news = receive((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
  return wait(news == ClientNews::none ? on_sent() : news);
}

ClientNews Client::on_time(std::int64_t now_us) {
  return now_us < deadline_us_ ? ClientNews::none : on_deadline();
}

void Client::abandon() {
  if (!idle()) drop(SessionEnd::unfinished);
}

// Leaves a trace of no other kind than the one that was planned, as far as TCP allows: a scenario without RST shows
// none.
ClientNews Client::drop(SessionEnd end) {
  if (planned_.leaves() && planned_.close == CloseKind::rst) {
    connection_.reset();
  } else {
    connection_.drain();
    connection_.close();
  }
  return finish(end);
}

ClientNews Client::open() {
  enter(State::connecting, begun_us_ + context_.patience.connect_us);
  SocketAddress source;
  const bool spread = context_.ports.sources > 1;
  if (spread) source = loopback_source(planned_.number % context_.ports.sources);
  if (const int error = connection_.open(context_.target, spread ? &source : nullptr, first_bytes()))
    return fail(Phase::connect, error);
  if (context_.tls != nullptr) {
    const int error = connection_.begin_tls(*context_.tls);
    return error == 0 ? continue_connecting() : fail(Phase::connect, error);
  }

  // On loopback the connection is there as soon as connect() has returned, so the first bytes are sent at once; that
  // saves a turn through epoll. If it is not there yet, they are kept and sent when it is.
  if (const int error = say_first_words()) return fail(Phase::connect, error);
  return continue_connecting();
}

// A WebSocket's opening is said as soon as connect() has returned. Elsewhere the first words are the second action:
// they follow at once unless others are to come before, or are so many that a server's queue could not hold all that it
// does not see yet.
FirstBytes Client::first_bytes() const {
  const Load& load = context_.plan.load();
  if (context_.tls != nullptr || spoils_opening_ || colours_all_) return FirstBytes::later;
  if (load.protocol == Protocol::websocket) return FirstBytes::at_once;
  const bool waits = load.arrival == Arrival::stepwise || load.warm_up > 0 || connections_at_once(load) > most_unseen;
  const ActionKind next = planned_.actions[1].kind;
  const bool speaks = next == ActionKind::send || next == ActionKind::request;
  return speaks && !waits ? FirstBytes::at_once : FirstBytes::later;
}

int Client::say_first_words() {
  context_.out.clear();
  spoils_opening_ ? say_spoilt_opening() : say_opening();
  return context_.out.empty() ? 0 : connection_.send(context_.out);
}

ClientNews Client::continue_connecting() {
  if (connection_.has_unsent()) {
    if (const int error = connection_.flush()) return fail(phase(), error);
    if (connection_.has_unsent()) return ClientNews::none;
  }
  if (connection_.is_securing()) return begin_securing();
  if (spoils_opening_) return on_spoilt_opening_sent();
  if (context_.plan.load().protocol == Protocol::websocket) {
    enter(State::handshaking, begun_us_ + context_.patience.handshake_us);
    return ClientNews::none;
  }
  const int error = connection_.connect_again(context_.target);
  if (error == EINPROGRESS) return ClientNews::none;
  return error == 0 ? finish_open() : fail(phase(), error);
}

ClientNews Client::begin_securing() {
  const int error = connection_.connect_again(context_.target);
  if (error == EINPROGRESS) return ClientNews::none;
  if (error != 0) return fail(Phase::connect, error);
  enter(State::securing, begun_us_ + context_.patience.handshake_us);
  return ClientNews::none;
}

// From here on all is as without TLS, the opening first. Of what lies behind the end of its handshake, epoll may have
// told already.
ClientNews Client::secure() {
  int error = connection_.secure();
  if (error == EAGAIN) return ClientNews::none;
  connection_.watch_anew();
  if (error == 0) error = say_first_words();
  if (error != 0) return fail(Phase::handshake, error);
  enter(State::connecting, begun_us_ + context_.patience.handshake_us);
  return continue_connecting();
}

ClientNews Client::finish_open() {
  opened_ = true;
  if (colours_all_) count_fault();
  context_.tally.on_open(static_cast<std::uint64_t>(monotonic_us() - intended_us_));
  enter(State::ready, no_deadline);
  return ClientNews::opened;
}

void Client::say_opening() {
  const PlannedAction& action = planned_.actions.front();
  const auto& open = std::get<OpenStep>(context_.plan.load().session[action.step]);
  conversation_->say_open(open, action.choice, context_.out);
}

// Pings are answered meanwhile, and a server that ends the connection is noticed at once.
ClientNews Client::hold() {
  if (server_left_) return fail(Phase::read, ENODATA);
  enter(State::holding, no_deadline);
  return ClientNews::none;
}

ClientNews Client::say(const PlannedAction& action) {
  if (server_left_) return fail(Phase::send, ENODATA);
  const Step& step = context_.plan.load().session[action.step];
  context_.out.clear();
  conversation_->say(step, action.choice, context_.out);
  if (const int error = connection_.send(context_.out)) return fail(Phase::send, error);
  context_.tally.on_message();
  said_us_ = monotonic_us();
  answers_left_ = answers_of(step);
  if (answers_left_ == 0) return await_nothing();
  enter(State::awaiting_answer, said_us_ + context_.patience.read_us);
  return ClientNews::none;
}

// The server ends the connection, as it has said: what was to follow cannot be sent, and that is no error.
ClientNews Client::leave_early() {
  const auto rest = planned_.actions.begin() + next_action_;
  context_.tally.on_unsent(static_cast<std::uint64_t>(std::count_if(rest, planned_.actions.end(), says_something)));
  return planned_.leaves() ? leave() : leave_plainly();
}

ClientNews Client::leave() {
  const CloseFault& fault = close_fault(planned_.close);
  const bool needs_more = fault.needs_server && (server_left_ || planned_.close == CloseKind::rst_unread);
  if (server_closes_ && needs_more) return leave_plainly();
  if (server_left_ && fault.needs_server) return fail(Phase::close, ENODATA);
  context_.out.clear();
  connection_.trickle(false);
  Leaver leaver{connection_,  *conversation_,        context_.out,
                last_words(), planned_.close_amount, context_.doomed_clients.get()};
  const LeaveOutcome outcome = fault.leave(leaver);
  if (outcome.error != 0) return server_closes_ ? leave_plainly() : fail(Phase::close, outcome.error);
  return outcome.waits_for == LeaveWait::nothing ? finish_leave() : begin_wait(outcome.waits_for);
}

ClientNews Client::leave_plainly() {
  close_without_reset(connection_);
  return finish(SessionEnd::completed);
}

// The goodbye counts as injected when the kernel has all of it; whether the server answers is another matter.
ClientNews Client::note_goodbye_sent() {
  if (!goodbye_counted_ && !connection_.has_unsent()) {
    goodbye_counted_ = true;
    context_.tally.on_injected(planned_.close);
  }
  return ClientNews::none;
}

ClientNews Client::receive(bool until_end) {
  std::vector<char>& buffer = context_.receive_buffer;
  ClientNews news = ClientNews::none;
  for (int reads = 0;; ++reads) {
    // A server that never stops sending must not keep the engine from its deadlines.
    if (reads == most_reads_in_a_row) return fail(phase(), EOVERFLOW);
    const ssize_t received = connection_.receive(buffer.data(), buffer.size());
    if (received < 0) return errno == EAGAIN ? news : fail(phase(), errno);
    if (received == 0) {
      const ClientNews last = on_stream_end();
      return last == ClientNews::none ? news : last;
    }
    const auto size_bytes = static_cast<std::size_t>(received);
    context_.tally.on_bytes(size_bytes);
    const ClientNews heard = on_bytes({buffer.data(), size_bytes});
    if (heard == ClientNews::left) return heard;
    if (heard != ClientNews::none) news = heard;
    if (size_bytes < buffer.size() && !until_end) return news;
  }
}

ClientNews Client::on_bytes(std::string_view bytes) {
  if (spoils_opening_) return on_opening_answer(bytes);
  ClientNews news = ClientNews::none;
  while (!bytes.empty()) {
    context_.out.clear();
    const Heard heard = conversation_->hear(bytes, context_.out);
    if (heard == Heard::goodbye && awaits_reaction()) {
      connection_.send(context_.out);  // if it still can: the server may be gone
      return finish_by(goodbye_answer());
    }
    if (reply() == ClientNews::left) return ClientNews::left;
    const ClientNews next = on_heard(heard);
    if (next == ClientNews::left) return next;
    if (next != ClientNews::none) news = next;
  }
  expect_quiet();
  return news;
}

ClientNews Client::on_heard(Heard heard) {
  switch (heard) {
    case Heard::nothing:
      return ClientNews::none;
    case Heard::answer:
      return on_answer();
    case Heard::goodbye:
      return on_goodbye();
    case Heard::pong:
      return on_pong();
    case Heard::violation:
      return on_violation();
  }
  return ClientNews::none;
}

ClientNews Client::on_goodbye() {
  server_left_ = true;
  return state_ == State::ready ? ClientNews::none : fail(phase(), ENODATA);
}

// A stream that ended while nothing was awaited is the business of the next action.
ClientNews Client::on_stream_end() {
  const Heard heard = conversation_->hear_end();
  if (state_ == State::closing) return end_without_goodbye();
  if (heard == Heard::answer && state_ == State::awaiting_answer) {
    server_left_ = true;
    if (conversation_->may_be_whole()) context_.tally.on_quiet_answer();
    return on_answer();
  }
  return on_goodbye();
}

// All that the session had to do is done. That the server has no word for its end is an error of its own, and no cut.
ClientNews Client::end_without_goodbye() {
  if (const auto answer = answer_in(ENODATA)) return finish_by(*answer);
  context_.tally.on_error(Phase::close, ENODATA);
  context_.tally.on_missing_goodbye();
  return drop(SessionEnd::completed);
}

ClientNews Client::reply() {
  if (context_.out.empty()) return ClientNews::none;
  const int error = connection_.send(context_.out);
  return error == 0 ? ClientNews::none : fail(phase(), error);
}

// Makes sure that epoll tells how it goes on. A client that is ready is not watched before it has to wait.
ClientNews Client::wait(ClientNews news) {
  if (news == ClientNews::left || idle()) return news;
  context_.tally.on_bytes(connection_.take_sent_bytes());
  if (colours_all_) keep_pace();
  if (news != ClientNews::none || state_ == State::ready) return news;
  const int error = connection_.watch(context_.epoll_fd, index_, state_ == State::connecting);
  return error == 0 ? news : fail(phase(), error);
}

ClientNews Client::fail(Phase phase, int error) {
  if (const auto answer = answer_in(error)) return finish_by(*answer);
  note_partial_answer(error);
  if (const std::string words = conversation_->farewell(); error == ENODATA && !words.empty()) {
    context_.tally.on_farewell(words);
  }
  context_.tally.on_error(phase, error);
  if (is_tls_error(error)) context_.tally.on_tls_failure(error_name(error) + ": " + connection_.tls_failure());
  return drop(SessionEnd::cut);
}

ClientNews Client::finish(SessionEnd end) {
  context_.tally.on_bytes(connection_.take_sent_bytes());
  context_.tally.on_bare_line_feeds(conversation_->bare_line_feeds());
  connection_.close();
  enter(State::idle, no_deadline);
  context_.tally.on_finish(opened_, end);
  return ClientNews::left;
}

Phase Client::phase() const {
  switch (state_) {
    case State::connecting:
      return connection_.has_tls() ? Phase::handshake : Phase::connect;
    case State::securing:
    case State::handshaking:
      return Phase::handshake;
    case State::misbehaving:
    case State::awaiting_answer:
      return connection_.has_unsent() ? Phase::send : Phase::read;
    case State::sending:
      return Phase::send;
    case State::closing:
    case State::lingering:
      return Phase::close;
    case State::idle:
    case State::ready:
    case State::holding:
      break;
  }
  return Phase::read;
}

void Client::enter(State state, std::int64_t deadline_us) {
  state_ = state;
  deadline_us_ = deadline_us;
}

}  // namespace heapstorm
