// A connection as its Service and the black box see it, for as long as it is open: through the sniffing of its
// protocol, its HTTP requests and its upgrade to WebSocket. It says who is being served; sessions do the reading and
// writing.
//
// Owned by the session that has the socket at the moment, and handed on with it. One worker thread only.
#pragma once

#include <cstdint>
#include <string_view>

#include "targets/common/service.h"

namespace heapstorm::target {

// Where a Service's messages to a connection go. A WebSocket session is one.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(std::string_view message, bool text) = 0;
  virtual void close() = 0;
};

class ServedConnection final : public Connection {
 public:
  // `service` must outlive it. `accept_count` is its number until the client says the one of the plan.
  ServedConnection(Service& service, std::uint32_t accept_count, int descriptor);
  // The connection is over: Service::on_close, if it was opened, under the action `close`.
  ~ServedConnection() override;
  ServedConnection(const ServedConnection&) = delete;
  ServedConnection& operator=(const ServedConnection&) = delete;

  std::uint32_t number() const override { return number_; }
  int descriptor() const override { return descriptor_; }
  void send(std::string_view message, bool text) override;
  void close() override;

  Service& service() { return service_; }
  // Takes the number that the client gave in HEAPSTORM_CONNECTION_HEADER, if it is one: decimal, 1 to 2^31 - 1.
  void identify(std::string_view header_value);
  // Calls Service::on_open, the first time only: a plain HTTP connection opens before its first request, a WebSocket
  // after its handshake.
  void open();
  bool is_closing() const { return closing_; }
  // Null while nothing can be sent. An outlet detaches itself before it dies.
  void attach(Outlet* outlet) { outlet_ = outlet; }

  // HEAPSTORM_ACTION of the next request or message; counts them from 1.
  std::uint32_t next_request();
  std::uint32_t next_message();

 private:
  Service& service_;
  std::uint32_t number_;
  const std::uint32_t opened_by_;
  const int descriptor_;
  std::uint32_t requests_ = 0;
  std::uint32_t messages_ = 0;
  bool opened_ = false;
  bool closing_ = false;
  Outlet* outlet_ = nullptr;
};

// While it lives, what this thread does to its owner heap is done for one action of one connection. Does not nest.
class Context {
 public:
  Context(const ServedConnection& connection, std::uint32_t action);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

// The beginning of an action: its context, and its event in the black box. A part of the same action that runs later,
// after a wait for the socket, has only the context.
class Step : public Context {
 public:
  Step(const ServedConnection& connection, std::uint32_t action);
};

}  // namespace heapstorm::target
