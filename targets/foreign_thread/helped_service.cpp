#include "targets/foreign_thread/helped_service.h"

namespace heapstorm::targets::foreign_thread {

void HelpedService::on_start(std::shared_ptr<target::Mailbox> mailbox) {
  mailbox_ = std::move(mailbox);
}

void HelpedService::on_open(target::Connection& connection) {
  clients_.emplace(&connection, std::make_shared<Client>(connection));
}

void HelpedService::on_close(target::Connection& connection) {
  client_of(connection)->leave();
  clients_.erase(&connection);
}

}  // namespace heapstorm::targets::foreign_thread
