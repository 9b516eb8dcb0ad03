#include <string>

#include "targets/foreign_thread/helped_service.h"
#include "targets/foreign_thread/variants.h"

namespace heapstorm::targets::foreign_thread {

using target::OwnedBuffer;

class ReturnToOwnerQueue final : public HandoffService {
 public:
  using HandoffService::HandoffService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

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

target::Variant describe_return_to_owner_queue() {
  return {.name = "return_to_owner_queue",
          .summary = "the packet goes back to the reactor, which frees it",
          .models = "class: a pointer to a thread-owned block handed to another thread",
          .make_module = make_helped_module<ReturnToOwnerQueue>};
}

}  // namespace heapstorm::targets::foreign_thread
