// What a Client does for the faults of its plan: protocol faults, and ways to leave that take longer than one call.
#include <sys/epoll.h>

#include <cerrno>

#include "harness/storm/client.h"
#include "harness/storm/clock.h"
#include "harness/storm/faults/protocol_faults.h"
#include "harness/storm/storm_error.h"

namespace heapstorm {
namespace {

// Which stream of the connection's random numbers faults take their bytes from.
constexpr std::uint64_t fault_stream = 0x6d697362'65686176ULL;

constexpr int no_status_received = 1005;  // RFC 6455, section 7.1.5
constexpr std::int64_t kill_poll_us = 1000;

std::int64_t ms_to_us(std::uint32_t time_ms) {
  return std::int64_t{1000} * time_ms;
}

}  // namespace

void Client::prepare_faults() {
  spoils_opening_ = planned_.spoils_opening();
  colours_all_ = rules_of(planned_.fault).place == FaultPlace::whole_connection;
  fault_counted_ = false;
  was_reset_ = false;
  wake_us_ = no_deadline;
  status_line_.reset();
  if (colours_all_) protocol_fault(planned_.fault).begin(connection_);
}

// HTTP has no opening of its own; its first request takes that place.
void Client::say_spoilt_opening() {
  const bool is_http = context_.plan.load().protocol == Protocol::http;
  is_http ? conversation_->say(last_words(), 0, context_.out) : say_opening();
  if (planned_.leaves()) {
    cut_handshake(context_.out, planned_.close_amount);
  } else {
    say_fault();
  }
}

ClientNews Client::on_spoilt_opening_sent() {
  const int error = connection_.connect_again(context_.target);
  if (error == EINPROGRESS) return ClientNews::none;
  if (error != 0) return fail(phase(), error);
  return planned_.leaves() ? leave() : await_reaction();
}

void Client::say_fault() {
  Prng random = Prng(context_.plan.seed()).fork(planned_.number).fork(fault_stream);
  FaultWords words{context_.out, random, planned_.fault_amount};
  protocol_fault(planned_.fault).say(words);
}

ClientNews Client::misbehave() {
  if (server_left_) return fail(Phase::send, ENODATA);
  context_.out.clear();
  say_fault();
  if (const int error = connection_.send(context_.out)) return fail(Phase::send, error);
  return await_reaction();
}

// The server may have reacted before all was sent, and epoll tells of that only once.
ClientNews Client::await_reaction() {
  count_fault();
  const bool goes_on = rules_of(planned_.fault).goes_on;
  enter(State::misbehaving, monotonic_us() + (goes_on ? context_.patience.read_us : context_.patience.reaction_us));
  return receive(true);
}

void Client::count_fault() {
  if (!fault_counted_) context_.tally.on_injected(planned_.fault);
  fault_counted_ = true;
}

ClientNews Client::on_opening_answer(std::string_view bytes) {
  const auto answer = status_line_.read(bytes);
  return answer ? finish_by(*answer) : ClientNews::none;
}

ClientNews Client::on_pong() {
  if (state_ != State::misbehaving || !is_last_pong(conversation_->control())) return ClientNews::none;
  context_.tally.on_answer(planned_.fault, {Answer::Kind::pong});
  enter(State::ready, no_deadline);
  return ClientNews::answered;
}

ClientNews Client::begin_wait(LeaveWait wait) {
  leave_wait_ = wait;
  const bool by_plan = wait == LeaveWait::end || wait == LeaveWait::time;
  const std::int64_t deadline_us =
      monotonic_us() + (by_plan ? ms_to_us(planned_.close_amount) : context_.patience.close_us);
  if (wait == LeaveWait::goodbye || wait == LeaveWait::end) {
    enter(State::closing, deadline_us);
    return note_goodbye_sent();
  }
  enter(State::lingering, deadline_us);
  if (wait == LeaveWait::time) return note_goodbye_sent();
  if (wait == LeaveWait::kill) {
    kill_number_ = ++context_.kills_asked;
    arm(monotonic_us() + kill_poll_us);
  }
  return ClientNews::none;
}

ClientNews Client::on_linger_event(std::uint32_t events) {
  if (const int error = connection_.flush()) return fail(Phase::close, error);
  server_left_ |= (events & (EPOLLRDHUP | EPOLLHUP)) != 0;
  was_reset_ |= (events & EPOLLERR) != 0;
  if (leave_wait_ != LeaveWait::input) return ClientNews::none;
  if (was_reset_) return fail(Phase::close, ECONNRESET);
  if (connection_.unread_bytes() > 0) return finish_leave();
  return server_left_ ? fail(Phase::close, ENODATA) : ClientNews::none;
}

ClientNews Client::finish_leave() {
  if (!goodbye_counted_) context_.tally.on_injected(planned_.close);
  if (colours_all_ && fault_counted_) context_.tally.on_answer(planned_.fault, {Answer::Kind::served});
  if (connection_.descriptor() >= 0) {
    const auto finish_it = close_fault(planned_.close).finish;
    if (finish_it != nullptr) finish_it(connection_);
  }
  return finish(SessionEnd::completed);
}

Answer Client::goodbye_answer() const {
  const std::string_view payload = conversation_->control();
  if (payload.size() < 2) return {Answer::Kind::close_code, no_status_received};
  const int code = static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
  return {Answer::Kind::close_code, code};
}

// Whether this is not a failure, but what the server does in answer to a fault. A server that has enough of an opening
// may say so and reset while we still write: its words, if there are any, lie in our buffer.
std::optional<Answer> Client::answer_in(int error) {
  if (state_ == State::securing) return std::nullopt;  // nothing of the plan was said yet
  const bool spoils = spoils_opening_ && !planned_.leaves() && (error == ECONNRESET || error == EPIPE);
  const bool half_closed = state_ == State::closing && planned_.close == CloseKind::half_close;
  const bool waits = state_ == State::misbehaving || half_closed;
  if (!spoils && !waits && !(colours_all_ && fault_counted_)) return std::nullopt;
  if (spoils) {
    std::vector<char>& buffer = context_.receive_buffer;
    const ssize_t received = connection_.receive(buffer.data(), buffer.size());
    const auto said =
        received > 0 ? status_line_.read({buffer.data(), static_cast<std::size_t>(received)}) : std::nullopt;
    if (said) return said;
  }
  if (error == ECONNRESET || error == EPIPE) return Answer{Answer::Kind::reset};
  if (error == ENODATA || error == tls_alert) return Answer{Answer::Kind::end};
  if (error == ETIMEDOUT && waits) return Answer{Answer::Kind::silence};
  return std::nullopt;
}

ClientNews Client::finish_by(Answer answer) {
  if (state_ == State::closing) {
    context_.tally.on_answer(planned_.close, answer);
    return finish_leave();
  }
  count_fault();
  context_.tally.on_answer(planned_.fault, answer);
  close_without_reset(connection_);
  return finish(SessionEnd::excused);
}

ClientNews Client::on_deadline() {
  if (state_ == State::awaiting_answer && !connection_.has_unsent() && conversation_->may_be_whole()) return on_quiet();
  if (state_ != State::lingering || leave_wait_ != LeaveWait::time) return fail(phase(), ETIMEDOUT);
  const Answer::Kind left = server_left_ ? Answer::Kind::end : Answer::Kind::silence;
  context_.tally.on_answer(planned_.close, {was_reset_ ? Answer::Kind::reset : left});
  return finish_leave();
}

ClientNews Client::on_wake(std::int64_t now_us) {
  if (state_ == State::awaiting_answer && now_us >= deadline_us_) return on_deadline();
  if (idle() || now_us < wake_us_) return ClientNews::none;
  wake_us_ = no_deadline;
  if (state_ == State::securing) return ClientNews::none;  // TLS itself is as fast as ever
  if (state_ == State::lingering) {
    return leave_wait_ == LeaveWait::kill ? wait(look_for_kill()) : ClientNews::none;
  }
  return wait(connection_.has_unsent() ? trickle() : receive_little());
}

ClientNews Client::trickle() {
  if (!connection_.trickles()) return ClientNews::none;
  count_fault();
  if (const int error = connection_.send_byte()) return fail(phase(), error);
  postpone_deadline();
  if (connection_.has_unsent()) return ClientNews::none;
  await_quiet();
  if (state_ != State::connecting) return on_sent();
  const ClientNews news = continue_connecting();
  // What the server said to half of the opening: epoll has told of it once.
  return news == ClientNews::none && state_ == State::handshaking ? receive(true) : news;
}

ClientNews Client::receive_little() {
  if (!reads_little()) return ClientNews::none;
  const ssize_t received = connection_.receive(context_.receive_buffer.data(), slow_read_bytes);
  if (received < 0) return errno == EAGAIN ? ClientNews::none : fail(phase(), errno);
  if (received == 0) return on_stream_end();
  const auto size_bytes = static_cast<std::size_t>(received);
  context_.tally.on_bytes(size_bytes);
  postpone_deadline();
  return on_bytes({context_.receive_buffer.data(), size_bytes});
}

ClientNews Client::look_for_kill() {
  const auto killed = context_.doomed_clients->killed();
  if (!killed) return fail(Phase::close, ECHILD);
  if (*killed >= kill_number_) return finish_leave();
  arm(monotonic_us() + kill_poll_us);
  return ClientNews::none;
}

void Client::arm(std::int64_t wake_us) {
  wake_us_ = wake_us;
  context_.timers.add(wake_us, index_);
}

// The server cannot answer before it has all, nor all at once.
void Client::postpone_deadline() {
  if (deadline_us_ != no_deadline) deadline_us_ = monotonic_us() + context_.patience.read_us;
}

std::int64_t Client::pace_us() const {
  return colours_all_ ? ms_to_us(planned_.fault_amount) : 0;
}

// A slow writer has something to send, a slow reader may have something to read.
void Client::keep_pace() {
  const bool has_to = connection_.trickles() ? connection_.has_unsent() : may_read_little();
  if (has_to && wake_us_ == no_deadline) arm(monotonic_us() + ms_to_us(planned_.fault_amount));
}

}  // namespace heapstorm
