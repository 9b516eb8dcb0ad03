// What a Client does about answers: which it awaits, when one is whole, and what it notes of it.
#include <cerrno>

#include "harness/storm/client.h"
#include "harness/storm/clock.h"

namespace heapstorm {

// What the server says meanwhile is read, or its pings stay unanswered and its buffers fill.
ClientNews Client::await_nothing() {
  enter(State::sending, monotonic_us() + context_.patience.read_us);
  const ClientNews news = on_sent();
  if (reads_little()) return news;
  return receive(false) == ClientNews::left ? ClientNews::left : news;
}

ClientNews Client::on_sent() {
  if (state_ != State::sending || connection_.has_unsent()) return ClientNews::none;
  enter(State::ready, no_deadline);
  return ClientNews::answered;
}

ClientNews Client::on_answer() {
  if (state_ == State::handshaking) {
    note_status();
    return finish_open();
  }
  if (state_ == State::misbehaving && !rules_of(planned_.fault).goes_on) return finish_by({Answer::Kind::message});
  if (state_ != State::awaiting_answer) return on_unasked();
  return end_answer(monotonic_us());
}

// It is no answer to anything. Who breaks the protocol or is about to leave may be told so.
ClientNews Client::on_unasked() {
  const bool listens = state_ == State::ready || state_ == State::holding;
  const Violation violation = conversation_->unasked();
  const bool is_violation = listens && planned_.fault == ProtocolFault::none && !violation.words.empty();
  return is_violation ? fail_by(violation) : ClientNews::none;
}

ClientNews Client::end_answer(std::int64_t heard_us) {
  note_answer(heard_us);
  server_closes_ = conversation_->server_will_close();
  const bool awaits_more = --answers_left_ > 0;
  enter(awaits_more ? State::awaiting_answer : State::ready,
        awaits_more ? monotonic_us() + context_.patience.read_us : no_deadline);
  return awaits_more ? ClientNews::none : ClientNews::answered;
}

void Client::note_answer(std::int64_t heard_us) {
  context_.tally.on_answered(static_cast<std::uint64_t>(heard_us - said_us_));
  if (awaits_first_answer_) context_.tally.on_first_answer(static_cast<std::uint64_t>(heard_us - intended_us_));
  awaits_first_answer_ = false;
  note_status();
}

// What a server says to a client that is too slow for it is an answer to the fault.
void Client::note_status() {
  const int status = conversation_->status();
  if (!colours_all_) context_.tally.on_status(status);
}

// Of a client that breaks the protocol, the server may well leave off.
void Client::note_partial_answer(int error) {
  const bool awaits = state_ == State::awaiting_answer || state_ == State::handshaking;
  if (!awaits || planned_.fault != ProtocolFault::none || !conversation_->is_amid_answer()) return;
  const bool ended = error == ENODATA || error == ECONNRESET || error == EPIPE;
  if (ended || error == ETIMEDOUT) context_.tally.on_partial_answer(!ended);
}

void Client::expect_quiet() {
  if (state_ != State::awaiting_answer || !conversation_->may_be_whole()) return;
  heard_us_ = monotonic_us();
  await_quiet();
}

// What is ours to be slow in is no quiet of the server's: it begins when all is sent.
void Client::await_quiet() {
  if (state_ != State::awaiting_answer || connection_.has_unsent() || !conversation_->may_be_whole()) return;
  deadline_us_ = monotonic_us() + context_.patience.quiet_us + pace_us();
  context_.timers.add(deadline_us_, index_);
}

// Of what has come while we were busy elsewhere, epoll is about to tell.
ClientNews Client::on_quiet() {
  if (connection_.unread_bytes() > 0) {
    expect_quiet();
    return ClientNews::none;
  }
  conversation_->hear_quiet();
  context_.tally.on_quiet_answer();
  return end_answer(heard_us_);
}

ClientNews Client::on_violation() {
  if (state_ == State::handshaking) note_status();
  return fail_by(conversation_->violation());
}

// After a fault of the client's, nobody could say whose fault it is.
ClientNews Client::fail_by(const Violation& violation) {
  const bool is_innocent = planned_.fault == ProtocolFault::none;
  if (is_innocent && !violation.words.empty()) context_.tally.on_violation(violation);
  return fail(phase(), EPROTO);
}

}  // namespace heapstorm
