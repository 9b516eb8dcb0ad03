#include "harness/storm/client/close_procedure.h"

#include <sys/epoll.h>

#include <cerrno>

namespace heapstorm {
namespace {

constexpr int no_status_received = 1005;  // RFC 6455, section 7.1.5

}  // namespace

void CloseProcedure::prepare(const PlannedConnection& planned) {
  planned_ = &planned;
  counted_ = false;
  was_reset_ = false;
}

LeaveOutcome CloseProcedure::begin(bool server_left) {
  server_left_ = server_left;
  context_.out.clear();
  connection_.trickle(false);
  CloseContext context{connection_,
                       conversation_,
                       context_.out,
                       context_.last_words[planned_->session],
                       planned_->close_amount,
                       context_.doomed_clients.get()};
  const LeaveOutcome outcome = deed_of(planned_->close).leave(context);
  waits_for_ = outcome.waits_for;
  if (outcome.error != 0) return outcome;
  if (reads_on() || waits_for_ == LeaveWait::time) note_sent();
  if (waits_for_ == LeaveWait::kill) kill_number_ = ++context_.kills_asked;
  return outcome;
}

LeaveOutcome CloseProcedure::on_event(std::uint32_t events) {
  if (const int error = connection_.flush()) return {.error = error};
  server_left_ |= (events & (EPOLLRDHUP | EPOLLHUP)) != 0;
  was_reset_ |= (events & EPOLLERR) != 0;
  if (waits_for_ != LeaveWait::input) return waiting();
  if (was_reset_) return {.error = ECONNRESET};
  if (connection_.unread_bytes() > 0) return {};
  return server_left_ ? LeaveOutcome{.error = ENODATA} : waiting();
}

LeaveOutcome CloseProcedure::look_for_kill() {
  const auto killed = context_.doomed_clients->killed();
  if (!killed) return {.error = ECHILD};
  return *killed >= kill_number_ ? LeaveOutcome{} : waiting();
}

std::int64_t CloseProcedure::wait_us() const {
  const bool is_planned = waits_for_ == LeaveWait::end || waits_for_ == LeaveWait::time;
  return is_planned ? std::int64_t{1000} * planned_->close_amount : context_.timeouts.close_us;
}

void CloseProcedure::note_sent() {
  if (counted_ || connection_.has_unsent()) return;
  counted_ = true;
  context_.tally.on_injected(planned_->close);
}

Answer CloseProcedure::goodbye_answer() const {
  const std::string_view payload = conversation_.control();
  if (payload.size() < 2) return {Answer::Kind::close_code, no_status_received};
  const int code = static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
  return {Answer::Kind::close_code, code};
}

void CloseProcedure::note_silence() {
  const Answer::Kind left = server_left_ ? Answer::Kind::end : Answer::Kind::silence;
  note_answer({was_reset_ ? Answer::Kind::reset : left});
}

void CloseProcedure::finish() {
  if (!counted_) context_.tally.on_injected(planned_->close);
  counted_ = true;
  const auto finish_it = deed_of(planned_->close).finish;
  if (connection_.descriptor() >= 0 && finish_it != nullptr) finish_it(connection_);
}

}  // namespace heapstorm
