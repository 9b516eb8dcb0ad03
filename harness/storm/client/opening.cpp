#include "harness/storm/client/opening.h"

#include <cerrno>

namespace heapstorm {
namespace {

constexpr std::uint32_t max_unseen = 128;  // the shortest queue in use: what listen(2) was given for long

}  // namespace

Opening::Progress Opening::begin(const PlannedConnection& planned) {
  planned_ = &planned;
  securing_ = false;
  phase_ = connection_.has_handshake() ? Phase::handshake : Phase::connect;
  SocketAddress source;
  const bool spread = context_.ports.sources > 1;
  if (spread) source = loopback_source(planned.number % context_.ports.sources);
  int error = connection_.open(context_.target, spread ? &source : nullptr, first_bytes());
  // On loopback the connection is there as soon as connect() has returned, so the first bytes are sent at once; that
  // saves a turn through epoll. If it is not there yet, they are kept and sent when it is.
  if (error == 0 && !connection_.is_in_handshake()) error = send_first_words();
  return error == 0 ? connect() : fail(Phase::connect, error);
}

// A WebSocket's opening is said as soon as connect() has returned. Elsewhere the first words are the second action:
// they follow at once unless others are to come before, or are so many that a server's queue could not hold all that it
// does not see yet.
FirstBytes Opening::first_bytes() const {
  const Load& load = context_.plan.load();
  if (connection_.has_handshake() || injection_.spoils_opening() || injection_.lasts()) return FirstBytes::later;
  if (load.protocol == Protocol::websocket) return FirstBytes::at_once;
  const bool waits = load.arrival == Arrival::stepwise || load.warm_up > 0 || connections_at_once(load) > max_unseen;
  const ActionKind next = planned_->actions[1].kind;
  const bool speaks = next == ActionKind::send || next == ActionKind::request;
  return speaks && !waits ? FirstBytes::at_once : FirstBytes::later;
}

int Opening::send_first_words() {
  context_.out.clear();
  injection_.spoils_opening() ? append_spoilt_opening() : append_opening();
  return context_.out.empty() ? 0 : connection_.send(context_.out);
}

void Opening::append_opening() {
  const PlannedAction& action = planned_->actions.front();
  const auto& open = std::get<OpenStep>(context_.plan.load().session[action.step]);
  conversation_.encode_open(open, action.choice, context_.out);
}

// HTTP has no opening of its own; its first request takes that place.
void Opening::append_spoilt_opening() {
  const bool is_http = context_.plan.load().protocol == Protocol::http;
  is_http ? conversation_.encode(context_.last_words[planned_->session], 0, context_.out) : append_opening();
  injection_.spoil_opening(context_.out);
}

Opening::Progress Opening::connect() {
  if (connection_.has_unsent()) {
    if (const int error = connection_.flush()) return fail(phase_, error);
    if (connection_.has_unsent()) return Progress::waiting;
  }
  if (connection_.is_in_handshake()) return begin_securing();
  const bool is_spoilt = injection_.spoils_opening();
  if (!is_spoilt && context_.plan.load().protocol == Protocol::websocket) return Progress::sent;
  const int error = connection_.connect_again(context_.target);
  if (error == EINPROGRESS) return Progress::waiting;
  if (error != 0) return fail(phase_, error);
  return is_spoilt ? Progress::spoilt : Progress::open;
}

Opening::Progress Opening::begin_securing() {
  const int error = connection_.connect_again(context_.target);
  if (error == EINPROGRESS) return Progress::waiting;
  if (error != 0) return fail(Phase::connect, error);
  securing_ = true;
  return Progress::securing;
}

// From here on all is as without TLS, the first words first.
Opening::Progress Opening::secure() {
  int error = connection_.handshake();
  if (error == EAGAIN) return Progress::waiting;
  if (error == 0) error = send_first_words();
  if (error != 0) return fail(Phase::handshake, error);
  securing_ = false;
  return connect();
}

Opening::Progress Opening::fail(Phase phase, int error) {
  phase_ = phase;
  error_ = error;
  return Progress::failed;
}

}  // namespace heapstorm
