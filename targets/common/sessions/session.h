// What the sessions of one worker have in common: they keep themselves alive while they wait for their socket, and a
// worker that stops can end them all. See opening_session, http_session, websocket_session and raw_session.
#pragma once

#include <boost/intrusive/list.hpp>
#include <chrono>
#include <memory>

namespace heapstorm::target {

using SessionHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Session : public SessionHook {
 public:
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Closes the socket at once. The session's waiting operations end with an error, and with them the session.
  virtual void abandon() = 0;
  // Its socket's, or that of one that is closed: then no socket's.
  virtual int descriptor() = 0;

 protected:
  Session() = default;
};

// The sessions of one worker thread, none of them owned. A session leaves it when it dies.
class SessionList {
 public:
  void add(Session& session) { sessions_.push_back(session); }
  bool empty() const { return sessions_.empty(); }
  void abandon_all();
  // Those whose peer has sent nothing for so long. The kernel knows: a timer for each read would cost a fifth of a
  // short connection.
  void abandon_silent(std::chrono::milliseconds limit);

 private:
  boost::intrusive::list<Session, boost::intrusive::base_hook<SessionHook>, boost::intrusive::constant_time_size<false>>
      sessions_;
};

}  // namespace heapstorm::target
