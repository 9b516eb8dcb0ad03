#include <string>

#include "targets/foreign_thread/helped_service.h"
#include "targets/foreign_thread/variants.h"

namespace heapstorm::targets::foreign_thread {

using target::OwnedBuffer;

class HandoffRawPointer final : public HandoffService {
 public:
  using HandoffService::HandoffService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

// DEFECT (class: a pointer to a thread-owned block handed to another thread): the reactor allocates the packet in its
// heap and hands it over as a bare pointer; the thread that works on it frees it. Any message triggers it. Expected
// finding: foreign_free, tag foreign_thread, owner the reactor (worker-N), offender task-0.
void HandoffRawPointer::on_message(target::Connection& connection, std::string_view message, bool text) {
  OwnedBuffer* const packet = OwnedBuffer::create(message, tag_);
  helper_.submit(connection.number(), [this, client = client_of(connection), packet, text] {
    std::string answer(packet->view());
    packet->destroy();
    mailbox_->post([client, answer = std::move(answer), text] { client->answer(answer, text); });
  });
}

target::Variant describe_handoff_raw_pointer() {
  return {.name = "handoff_raw_pointer",
          .summary = "the reactor allocates a packet, the thread that works on it frees it",
          .models = "class: a pointer to a thread-owned block handed to another thread",
          .buggy = true,
          .make_module = make_helped_module<HandoffRawPointer>,
          .expects = {{"foreign_free", "foreign_thread"}}};
}

}  // namespace heapstorm::targets::foreign_thread
