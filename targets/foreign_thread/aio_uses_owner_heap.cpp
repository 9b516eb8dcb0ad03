#include "targets/foreign_thread/helped_service.h"
#include "targets/foreign_thread/variants.h"

namespace heapstorm::targets::foreign_thread {

using target::OwnedBuffer;

class AioUsesOwnerHeap final : public AioService {
 public:
  using AioService::AioService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

// DEFECT (class: a foreign thread calls the owner's allocator): the I/O thread makes the answer in the heap of the
// worker that asked, and frees the request there. Any message triggers it. Expected findings, both with tag
// foreign_thread, owner the worker, offender aio: foreign_allocate and foreign_free.
void AioUsesOwnerHeap::on_message(target::Connection& connection, std::string_view message, bool text) {
  OwnedBuffer* const request = OwnedBuffer::create(message, tag_);
  heapstorm_heap* const heap = heapstorm_heap_current();
  helper_.submit(connection.number(), [this, client = client_of(connection), heap, request, text] {
    OwnedBuffer* const answer = OwnedBuffer::create_in(heap, request->view(), tag_);
    request->destroy();
    mailbox_->post([client, answer, text] {
      client->answer(answer->view(), text);
      answer->destroy();
    });
  });
}

target::Variant describe_aio_uses_owner_heap() {
  return {.name = "aio_uses_owner_heap",
          .summary = "the I/O thread allocates and frees in the heap of the worker that asked",
          .models = "class: a foreign (asynchronous I/O) thread calls the owner's allocator",
          .buggy = true,
          .make_module = make_helped_module<AioUsesOwnerHeap>,
          .expects = {{"foreign_allocate", "foreign_thread"}, {"foreign_free", "foreign_thread"}}};
}

}  // namespace heapstorm::targets::foreign_thread
