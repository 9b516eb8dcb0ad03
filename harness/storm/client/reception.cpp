#include "harness/storm/client/reception.h"

#include <cerrno>

#include "harness/storm/client/timers.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {
namespace {

constexpr int max_reads_in_a_row = 1000;  // of 64 KiB each

}  // namespace

ClientNews Reception::receive(bool until_end) {
  std::vector<char>& buffer = context_.receive_buffer;
  ClientNews news = ClientNews::none;
  for (int reads = 0;; ++reads) {
    // A server that never stops sending must not keep the engine from its deadlines.
    if (reads == max_reads_in_a_row) return session_.fail(EOVERFLOW);
    const ssize_t received = session_.connection.receive(buffer.data(), buffer.size());
    if (received < 0) return errno == EAGAIN ? news : session_.fail(errno);
    if (received == 0) {
      const ClientNews last = on_end();
      return last == ClientNews::none ? news : last;
    }
    const auto size_bytes = static_cast<std::size_t>(received);
    context_.tally.on_bytes(size_bytes);
    const ClientNews latest = on_bytes({buffer.data(), size_bytes});
    if (latest == ClientNews::left) return latest;
    if (latest != ClientNews::none) news = latest;
    if (size_bytes < buffer.size() && !until_end) return news;
  }
}

ClientNews Reception::receive_little() {
  if (!session_.injection.reads_slowly()) return ClientNews::none;
  std::vector<char>& buffer = context_.receive_buffer;
  const ssize_t received = session_.connection.receive(buffer.data(), slow_read_bytes);
  if (received < 0) return errno == EAGAIN ? ClientNews::none : session_.fail(errno);
  if (received == 0) return on_end();
  const auto size_bytes = static_cast<std::size_t>(received);
  context_.tally.on_bytes(size_bytes);
  session_.postpone_deadline();
  return on_bytes({buffer.data(), size_bytes});
}

ClientNews Reception::on_bytes(std::string_view bytes) {
  if (session_.injection.spoils_opening()) {
    const auto refusal = session_.injection.read_refusal(bytes);
    return refusal ? session_.finish_by(*refusal) : ClientNews::none;
  }
  ClientNews news = ClientNews::none;
  while (!bytes.empty()) {
    context_.out.clear();
    const DecodeResult result = session_.conversation->decode(bytes, context_.out);
    const SessionState state = session_.state;
    if (result == DecodeResult::goodbye && (state == SessionState::misbehaving || state == SessionState::closing)) {
      session_.connection.send(context_.out);  // if it still can: the server may be gone
      return session_.finish_by(session_.leaving.goodbye_answer());
    }
    if (reply() == ClientNews::left) return ClientNews::left;
    const ClientNews next = on_decoded(result);
    if (next == ClientNews::left) return next;
    if (next != ClientNews::none) news = next;
  }
  expect_quiet();
  return news;
}

ClientNews Reception::reply() {
  if (context_.out.empty()) return ClientNews::none;
  const int error = session_.connection.send(context_.out);
  return error == 0 ? ClientNews::none : session_.fail(error);
}

ClientNews Reception::on_decoded(DecodeResult result) {
  switch (result) {
    case DecodeResult::nothing:
      return ClientNews::none;
    case DecodeResult::answer:
      return on_answer();
    case DecodeResult::goodbye:
      return on_goodbye();
    case DecodeResult::pong:
      return on_pong();
    case DecodeResult::violation:
      if (session_.state == SessionState::handshaking) session_.note_status();
      return on_violation(session_.conversation->violation());
  }
  return ClientNews::none;
}

ClientNews Reception::on_answer() {
  if (session_.state == SessionState::handshaking) {
    session_.note_status();
    return session_.finish_open();
  }
  const bool awaits_reaction = session_.state == SessionState::misbehaving;
  if (awaits_reaction && !session_.injection.goes_on()) return session_.finish_by({Answer::Kind::message});
  return awaits_answer() ? end_answer(monotonic_us()) : on_unasked();
}

ClientNews Reception::end_answer(std::int64_t complete_us) {
  session_.stopwatch.note_answer(complete_us);
  session_.note_status();
  session_.server_closes = session_.conversation->server_will_close();
  if (--answers_left_ == 0) {
    session_.enter(SessionState::ready, no_deadline);
    return ClientNews::answered;
  }
  session_.enter(SessionState::awaiting_answer, monotonic_us() + context_.timeouts.read_us);
  return ClientNews::none;
}

// It is no answer to anything. Who breaks the protocol or is about to leave may be told so.
ClientNews Reception::on_unasked() {
  const bool listens = session_.state == SessionState::ready || session_.state == SessionState::holding;
  const Violation violation = session_.conversation->unasked();
  const bool is_violation = listens && !session_.injection.has_protocol_fault() && !violation.words.empty();
  return is_violation ? on_violation(violation) : ClientNews::none;
}

// After a fault of the client's, nobody could say whose fault it is.
ClientNews Reception::on_violation(const Violation& violation) {
  const bool is_innocent = !session_.injection.has_protocol_fault();
  if (is_innocent && !violation.words.empty()) context_.tally.on_violation(violation);
  return session_.fail(EPROTO);
}

ClientNews Reception::on_pong() {
  const bool awaits_reaction = session_.state == SessionState::misbehaving;
  if (!awaits_reaction || !is_last_pong(session_.conversation->control())) return ClientNews::none;
  session_.injection.note_answer({Answer::Kind::pong});
  session_.enter(SessionState::ready, no_deadline);
  return ClientNews::answered;
}

// A server that left while nothing was awaited is the business of the next action.
ClientNews Reception::on_goodbye() {
  session_.server_left = true;
  return session_.state == SessionState::ready ? ClientNews::none : session_.fail(ENODATA);
}

ClientNews Reception::on_end() {
  const DecodeResult result = session_.conversation->decode_end();
  if (session_.state == SessionState::closing) return end_without_goodbye();
  if (result != DecodeResult::answer || !awaits_answer()) return on_goodbye();
  session_.server_left = true;
  if (session_.conversation->may_be_whole()) context_.tally.on_quiet_answer();
  return end_answer(monotonic_us());
}

// All that the session had to do is done. That the server has no word for its end is an error of its own, and no cut.
ClientNews Reception::end_without_goodbye() {
  if (const auto answer = session_.answer_in(ENODATA)) return session_.finish_by(*answer);
  context_.tally.on_error(Phase::close, ENODATA);
  context_.tally.on_missing_goodbye();
  return session_.drop(SessionEnd::completed);
}

void Reception::expect_quiet() {
  if (!awaits_answer() || !session_.conversation->may_be_whole()) return;
  last_bytes_us_ = monotonic_us();
  await_quiet();
}

void Reception::await_quiet() {
  if (!awaits_quiet()) return;
  session_.deadline_us = monotonic_us() + context_.timeouts.quiet_us + session_.injection.pace_us();
  context_.timers.add(session_.deadline_us, session_.client);
}

bool Reception::awaits_quiet() const {
  return awaits_answer() && !session_.connection.has_unsent() && session_.conversation->may_be_whole();
}

// Of what has come while we were busy elsewhere, epoll is about to tell.
ClientNews Reception::on_quiet() {
  if (session_.connection.unread_bytes() > 0) {
    expect_quiet();
    return ClientNews::none;
  }
  session_.conversation->decode_quiet();
  context_.tally.on_quiet_answer();
  return end_answer(last_bytes_us_);
}

}  // namespace heapstorm
