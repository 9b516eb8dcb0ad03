#include "harness/storm/client/client.h"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>

#include "harness/base/check.h"
#include "harness/storm/client/timers.h"

namespace heapstorm {
namespace {

std::uint32_t answers_of(const Step& step) {
  const auto* send = std::get_if<SendStep>(&step);
  return send != nullptr ? send->answers : 1;
}

bool sends_something(const PlannedAction& action) {
  return action.kind == ActionKind::send || action.kind == ActionKind::request;
}

}  // namespace

ClientNews Client::begin(std::uint32_t number, std::optional<std::int64_t> intended_us) {
  HEAPSTORM_CHECK(idle());
  session_.begin(number, intended_us);
  const auto& actions = session_.planned.actions;
  HEAPSTORM_CHECK(!actions.empty() && actions.front().kind == ActionKind::open);
  next_action_ = 1;
  return session_.wait(on_opening(session_.opening.begin(session_.planned)));
}

ClientNews Client::advance() {
  const bool may_act = session_.state == SessionState::ready || session_.state == SessionState::holding;
  HEAPSTORM_CHECK(may_act && next_action_ < session_.planned.actions.size());
  if (session_.server_closes) return session_.wait(leave_early());
  const PlannedAction& action = session_.planned.actions[next_action_++];
  if (action.kind == ActionKind::hold) return session_.wait(hold());
  if (action.kind == ActionKind::leave) return session_.wait(leave());
  if (action.kind == ActionKind::misbehave) return session_.wait(misbehave());
  return session_.wait(send(action));
}

ClientNews Client::on_event(std::uint32_t events) {
  if (idle()) return ClientNews::none;
  if (session_.state == SessionState::lingering) return session_.wait(on_leaving(session_.leaving.on_event(events)));
  if (session_.state == SessionState::opening) {
    const ClientNews news = on_opening(session_.opening.go_on());
    if (news != ClientNews::none || session_.state == SessionState::opening) return session_.wait(news);
  }
  const bool had_unsent = session_.connection.has_unsent();
  if (const int error = session_.connection.flush()) return session_.fail(error);
  if (had_unsent) reception_.await_quiet();
  if (session_.state == SessionState::closing) session_.leaving.note_sent();
  // Edge-triggered: after a short read nothing is lost, a later edge tells of later bytes. Only the end of the stream,
  // whose edge this one may be, must be read to.
  const bool has_input = (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  if (!has_input || session_.injection.reads_slowly()) return session_.wait(on_sent());  // a slow reader's timer reads
  const ClientNews news = reception_.receive((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
  return session_.wait(news == ClientNews::none ? on_sent() : news);
}

ClientNews Client::on_time(std::int64_t now_us) {
  return now_us < session_.deadline_us ? ClientNews::none : on_deadline();
}

ClientNews Client::on_wake(std::int64_t now_us) {
  if (session_.state == SessionState::awaiting_answer && now_us >= session_.deadline_us) return on_deadline();
  if (idle() || now_us < session_.wake_us) return ClientNews::none;
  session_.wake_us = no_deadline;
  if (session_.state == SessionState::lingering) {
    return session_.leaving.waits_for() == LeaveWait::kill ? session_.wait(look_for_kill()) : ClientNews::none;
  }
  if (session_.is_securing()) return ClientNews::none;  // TLS itself is as fast as ever
  return session_.wait(session_.connection.has_unsent() ? trickle() : reception_.receive_little());
}

void Client::abandon() {
  if (!idle()) session_.drop(SessionEnd::unfinished);
}

ClientNews Client::on_opening(Opening::Progress progress) {
  using Progress = Opening::Progress;
  const std::int64_t handshake_deadline_us = session_.stopwatch.begun_us() + context_.timeouts.handshake_us;
  switch (progress) {
    case Progress::waiting:
      return ClientNews::none;
    case Progress::securing:
      session_.enter(SessionState::opening, handshake_deadline_us);
      return ClientNews::none;
    case Progress::failed:
      return session_.fail(session_.opening.phase(), session_.opening.error());
    case Progress::sent:
      session_.enter(SessionState::handshaking, handshake_deadline_us);
      return ClientNews::none;
    case Progress::open:
      return session_.finish_open();
    case Progress::spoilt:
      return session_.planned.leaves() ? leave() : await_reaction();
  }
  return ClientNews::none;
}

ClientNews Client::send(const PlannedAction& action) {
  if (session_.server_left) return session_.fail(Phase::send, ENODATA);
  const Step& step = context_.plan.load().session[action.step];
  context_.out.clear();
  session_.conversation->encode(step, action.choice, context_.out);
  if (const int error = session_.connection.send(context_.out)) return session_.fail(Phase::send, error);
  context_.tally.on_message();
  const std::int64_t sent_us = session_.stopwatch.note_sent();
  const std::uint32_t answers = answers_of(step);
  reception_.expect(answers);
  if (answers == 0) return await_nothing();
  session_.enter(SessionState::awaiting_answer, sent_us + context_.timeouts.read_us);
  return ClientNews::none;
}

// What the server says meanwhile is read, or its pings stay unanswered and its buffers fill.
ClientNews Client::await_nothing() {
  session_.enter(SessionState::sending, monotonic_us() + context_.timeouts.read_us);
  const ClientNews news = on_sent();
  if (session_.injection.reads_slowly()) return news;
  return reception_.receive(false) == ClientNews::left ? ClientNews::left : news;
}

ClientNews Client::on_sent() {
  if (session_.state != SessionState::sending || session_.connection.has_unsent()) return ClientNews::none;
  session_.enter(SessionState::ready, no_deadline);
  return ClientNews::answered;
}

// Pings are answered meanwhile, and a server that ends the connection is noticed at once.
ClientNews Client::hold() {
  if (session_.server_left) return session_.fail(Phase::read, ENODATA);
  session_.enter(SessionState::holding, no_deadline);
  return ClientNews::none;
}

ClientNews Client::misbehave() {
  if (session_.server_left) return session_.fail(Phase::send, ENODATA);
  context_.out.clear();
  session_.injection.append_words(context_.out);
  if (const int error = session_.connection.send(context_.out)) return session_.fail(Phase::send, error);
  return await_reaction();
}

// The server may have reacted before all was sent, and epoll tells of that only once.
ClientNews Client::await_reaction() {
  session_.injection.count();
  const Timeouts& timeouts = context_.timeouts;
  const std::int64_t wait_us = session_.injection.goes_on() ? timeouts.read_us : timeouts.reaction_us;
  session_.enter(SessionState::misbehaving, monotonic_us() + wait_us);
  return reception_.receive(true);
}

// The server ends the connection, as it has said: what was to follow cannot be sent, and that is no error.
ClientNews Client::leave_early() {
  const auto& actions = session_.planned.actions;
  const auto unsent = std::count_if(actions.begin() + next_action_, actions.end(), sends_something);
  context_.tally.on_unsent(static_cast<std::uint64_t>(unsent));
  return session_.planned.leaves() ? leave() : session_.finish_plainly();
}

ClientNews Client::leave() {
  const bool needs_more = session_.leaving.needs_server() && (session_.server_left || session_.leaving.needs_answer());
  if (session_.server_closes && needs_more) return session_.finish_plainly();
  if (session_.server_left && session_.leaving.needs_server()) return session_.fail(Phase::close, ENODATA);
  const LeaveOutcome outcome = session_.leaving.begin(session_.server_left);
  if (outcome.error != 0 && session_.server_closes) return session_.finish_plainly();
  if (outcome.error == 0 && outcome.waits_for != LeaveWait::nothing) return begin_wait();
  return on_leaving(outcome);
}

ClientNews Client::begin_wait() {
  const std::int64_t now_us = monotonic_us();
  const SessionState next = session_.leaving.reads_on() ? SessionState::closing : SessionState::lingering;
  session_.enter(next, now_us + session_.leaving.wait_us());
  if (session_.leaving.waits_for() == LeaveWait::kill) session_.arm(now_us + CloseProcedure::kill_poll_us);
  return ClientNews::none;
}

ClientNews Client::on_leaving(LeaveOutcome outcome) {
  if (outcome.error != 0) return session_.fail(Phase::close, outcome.error);
  return outcome.waits_for == LeaveWait::nothing ? session_.finish_leave() : ClientNews::none;
}

ClientNews Client::look_for_kill() {
  const LeaveOutcome outcome = session_.leaving.look_for_kill();
  const bool waits = outcome.error == 0 && outcome.waits_for == LeaveWait::kill;
  if (waits) session_.arm(monotonic_us() + CloseProcedure::kill_poll_us);
  return on_leaving(outcome);
}

ClientNews Client::on_deadline() {
  if (reception_.awaits_quiet()) return reception_.on_quiet();
  const bool is_planned = session_.state == SessionState::lingering && session_.leaving.waits_for() == LeaveWait::time;
  if (!is_planned) return session_.fail(ETIMEDOUT);
  session_.leaving.note_silence();
  return session_.finish_leave();
}

ClientNews Client::trickle() {
  if (!session_.connection.trickles()) return ClientNews::none;
  session_.injection.count();
  if (const int error = session_.connection.send_byte()) return session_.fail(error);
  session_.postpone_deadline();
  if (session_.connection.has_unsent()) return ClientNews::none;
  reception_.await_quiet();
  if (session_.state != SessionState::opening) return on_sent();
  const ClientNews news = on_opening(session_.opening.go_on());
  // What the server said to half of the opening: epoll has told of it once.
  return news == ClientNews::none && session_.state == SessionState::handshaking ? reception_.receive(true) : news;
}

}  // namespace heapstorm
