#include "targets/connection_table/session_service.h"

#include <thread>

namespace heapstorm::targets::connection_table {

SessionService::SessionService(const target::Host& host, target::HelperThread& helper)
    : save_time_(host.parameter("save_us")), helper_(helper) {}

void SessionService::on_start(std::shared_ptr<target::Mailbox> mailbox) {
  mailbox_ = std::move(mailbox);
}

void SessionService::on_open(target::Connection& connection) {
  const auto session = std::make_shared<Session>();
  session->data = target::OwnedBuffer::create("what the client has done so far", heapstorm_name("connection_table"));
  session->connection = &connection;
  sessions_.emplace(&connection, session);
}

void SessionService::on_message(target::Connection& connection, std::string_view message, bool text) {
  const SharedSession session = sessions_.at(&connection);
  if (session->logged_off) return connection.send(message, text);
  session->logged_off = true;
  session->text = text;
  session->farewell = message;
  helper_.submit(connection.number(), [this, session] { log_off(session); });
}

// On the helper. The data belongs to the worker, which therefore frees it.
void SessionService::log_off(const SharedSession& session) {
  if (close(session)) mailbox_->post([session] { session->data->destroy(); });
}

void SessionService::on_close(target::Connection& connection) {
  const SharedSession session = sessions_.at(&connection);
  sessions_.erase(&connection);
  session->connection = nullptr;
  if (close(session)) session->data->destroy();
}

void SessionService::finish(const SharedSession& session) {
  mailbox_->post([session] {
    if (session->connection != nullptr) session->connection->send(session->farewell, session->text);
  });
  std::this_thread::sleep_for(save_time_);
}

}  // namespace heapstorm::targets::connection_table
