#include "harness/storm/client/session.h"

#include <cerrno>

#include "harness/storm/client/timers.h"
#include "harness/storm/storm_error.h"

namespace heapstorm {

Session::Session(ClientContext& all, std::uint32_t index)
    : context(all),
      client(index),
      deadline_us(no_deadline),
      wake_us(no_deadline),
      connection(all.tls.get()),
      conversation(make_conversation(all.plan.load().protocol, all.host, all.handshake_path)),
      injection(all.plan, all.tally),
      opening(all, connection, *conversation, injection),
      leaving(all, connection, *conversation),
      stopwatch(all.tally) {}

void Session::begin(std::uint32_t number, std::optional<std::int64_t> intended_us) {
  context.plan.connection_into(number, planned);
  wake_us = no_deadline;
  opened = false;
  server_left = false;
  server_closes = false;
  conversation->begin(context.plan.seed(), number);
  context.tally.on_attempt(planned);
  injection.begin(planned, connection);
  leaving.prepare(planned);
  stopwatch.note_start(intended_us);
  enter(SessionState::opening, stopwatch.begun_us() + context.timeouts.connect_us);
}

void Session::enter(SessionState next, std::int64_t until_us) {
  state = next;
  deadline_us = until_us;
}

Phase Session::phase() const {
  switch (state) {
    case SessionState::opening:
      return opening.phase();
    case SessionState::handshaking:
      return Phase::handshake;
    case SessionState::misbehaving:
    case SessionState::awaiting_answer:
      return connection.has_unsent() ? Phase::send : Phase::read;
    case SessionState::sending:
      return Phase::send;
    case SessionState::closing:
    case SessionState::lingering:
      return Phase::close;
    case SessionState::idle:
    case SessionState::ready:
    case SessionState::holding:
      break;
  }
  return Phase::read;
}

ClientNews Session::wait(ClientNews news) {
  if (news == ClientNews::left || state == SessionState::idle) return news;
  context.tally.on_bytes(connection.take_sent_bytes());
  if (injection.lasts()) keep_pace();
  if (news != ClientNews::none || state == SessionState::ready) return news;
  const bool until_connected = state == SessionState::opening && !opening.is_securing();
  const int error = connection.watch(context.epoll_fd, client, until_connected);
  return error == 0 ? news : fail(error);
}

// A slow writer has something to send, a slow reader may have something to read.
void Session::keep_pace() {
  const bool reads =
      injection.reads_slowly() && state != SessionState::ready && state != SessionState::lingering && !is_securing();
  const bool has_to = connection.trickles() ? connection.has_unsent() : reads;
  if (has_to && wake_us == no_deadline) arm(monotonic_us() + injection.pace_us());
}

void Session::arm(std::int64_t time_us) {
  wake_us = time_us;
  context.timers.add(time_us, client);
}

void Session::postpone_deadline() {
  if (deadline_us != no_deadline) deadline_us = monotonic_us() + context.timeouts.read_us;
}

ClientNews Session::finish_open() {
  opened = true;
  if (injection.lasts()) injection.count();
  stopwatch.note_open();
  enter(SessionState::ready, no_deadline);
  return ClientNews::opened;
}

// What a server says to a client that is too slow for it is an answer to the fault.
void Session::note_status() {
  if (!injection.lasts()) context.tally.on_status(conversation->status());
}

ClientNews Session::fail(Phase failed_phase, int error) {
  if (const auto answer = answer_in(error)) return finish_by(*answer);
  note_partial_answer(error);
  if (const std::string words = conversation->farewell(); error == ENODATA && !words.empty()) {
    context.tally.on_farewell(words);
  }
  context.tally.on_error(failed_phase, error);
  if (is_tls_error(error)) context.tally.on_tls_failure(error_name(error) + ": " + connection.failure());
  return drop(SessionEnd::cut);
}

// Whether this is not a failure, but what the server does in answer to a fault. Until TLS is there, nothing of the plan
// was said.
std::optional<Answer> Session::answer_in(int error) {
  if (is_securing()) return std::nullopt;
  const bool half_closed = state == SessionState::closing && planned.close == CloseKind::half_close;
  const bool waits = state == SessionState::misbehaving || half_closed;
  if (injection.may_be_refused_by(error)) {
    if (const auto refusal = read_refusal()) return refusal;
  } else if (!waits && !injection.is_under_way()) {
    return std::nullopt;
  }
  if (error == ECONNRESET || error == EPIPE) return Answer{Answer::Kind::reset};
  if (error == ENODATA || error == tls_alert) return Answer{Answer::Kind::end};
  if (error == ETIMEDOUT && waits) return Answer{Answer::Kind::silence};
  return std::nullopt;
}

// The server's words, if there are any, lie in our buffer.
std::optional<Answer> Session::read_refusal() {
  std::vector<char>& buffer = context.receive_buffer;
  const ssize_t received = connection.receive(buffer.data(), buffer.size());
  if (received <= 0) return std::nullopt;
  return injection.read_refusal({buffer.data(), static_cast<std::size_t>(received)});
}

// Of a client that breaks the protocol, the server may well leave off.
void Session::note_partial_answer(int error) {
  const bool awaits = state == SessionState::awaiting_answer || state == SessionState::handshaking;
  if (!awaits || injection.has_protocol_fault() || !conversation->is_amid_answer()) return;
  const bool ended = error == ENODATA || error == ECONNRESET || error == EPIPE;
  if (ended || error == ETIMEDOUT) context.tally.on_partial_answer(!ended);
}

ClientNews Session::finish_by(Answer answer) {
  if (state == SessionState::closing) {
    leaving.note_answer(answer);
    return finish_leave();
  }
  injection.count();
  injection.note_answer(answer);
  close_without_reset(connection);
  return finish(SessionEnd::excused);
}

ClientNews Session::finish_leave() {
  injection.note_served();
  leaving.finish();
  return finish(SessionEnd::completed);
}

ClientNews Session::finish_plainly() {
  close_without_reset(connection);
  return finish(SessionEnd::completed);
}

// Leaves no trace but that of the planned kind, as far as TCP allows: a scenario without RST shows none.
ClientNews Session::drop(SessionEnd end) {
  if (planned.leaves() && planned.close == CloseKind::rst) {
    connection.reset();
  } else {
    connection.drain();
    connection.close();
  }
  return finish(end);
}

ClientNews Session::finish(SessionEnd end) {
  context.tally.on_bytes(connection.take_sent_bytes());
  context.tally.on_bare_line_feeds(conversation->bare_line_feeds());
  connection.close();
  enter(SessionState::idle, no_deadline);
  context.tally.on_finish(opened, end);
  return ClientNews::left;
}

}  // namespace heapstorm
