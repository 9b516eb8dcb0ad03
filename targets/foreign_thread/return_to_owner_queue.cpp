#include <string>

#include "targets/foreign_thread/variants.h"

namespace heapstorm::targets::foreign_thread {

using target::OwnedBuffer;

// The thread that works on the packet only reads it. It goes back with the answer, and the reactor frees it.
void ReturnToOwnerQueue::on_message(target::Connection& connection, std::string_view message, bool text) {
  OwnedBuffer* const packet = OwnedBuffer::create(message, tag_);
  helper_.submit(connection.number(), [this, client = client_of(connection), packet, text] {
    std::string answer(packet->view());
    mailbox_->post([client, packet, answer = std::move(answer), text] {
      packet->destroy();
      client->answer(answer, text);
    });
  });
}

}  // namespace heapstorm::targets::foreign_thread
