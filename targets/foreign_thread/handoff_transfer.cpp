#include <string>

#include "targets/foreign_thread/variants.h"

namespace heapstorm::targets::foreign_thread {

using target::OwnedBuffer;

// With the pointer the reactor hands over the block: from then on it belongs to the thread that works on it.
void HandoffTransfer::on_message(target::Connection& connection, std::string_view message, bool text) {
  OwnedBuffer* const packet = OwnedBuffer::create(message, tag_);
  heapstorm_transfer(packet, helper_.heap());
  helper_.submit(connection.number(), [this, client = client_of(connection), packet, text] {
    std::string answer(packet->view());
    packet->destroy();
    mailbox_->post([client, answer = std::move(answer), text] { client->answer(answer, text); });
  });
}

}  // namespace heapstorm::targets::foreign_thread
