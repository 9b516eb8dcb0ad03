#include <string>

#include "targets/foreign_thread/helped_service.h"
#include "targets/foreign_thread/variants.h"

namespace heapstorm::targets::foreign_thread {

using target::OwnedBuffer;

class HandoffTransfer final : public HandoffService {
 public:
  using HandoffService::HandoffService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

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

target::Variant describe_handoff_transfer() {
  return {.name = "handoff_transfer",
          .summary = "the packet is transferred to the heap of the thread that frees it",
          .models = "class: a pointer to a thread-owned block handed to another thread",
          .make_module = make_helped_module<HandoffTransfer>};
}

}  // namespace heapstorm::targets::foreign_thread
