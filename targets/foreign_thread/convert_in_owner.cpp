#include <string>

#include "targets/foreign_thread/helped_service.h"
#include "targets/foreign_thread/variants.h"

namespace heapstorm::targets::foreign_thread {

using target::OwnedBuffer;

class ConvertInOwner final : public AioService {
 public:
  using AioService::AioService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

// The I/O thread only reads the worker's request and writes its result into memory of the process, which is no
// thread's. The worker frees the one and converts the other into a block of its own.
void ConvertInOwner::on_message(target::Connection& connection, std::string_view message, bool text) {
  OwnedBuffer* const request = OwnedBuffer::create(message, tag_);
  helper_.submit(connection.number(), [this, client = client_of(connection), request, text] {
    std::string result(request->view());
    mailbox_->post([this, client, request, result = std::move(result), text] {
      OwnedBuffer* const answer = OwnedBuffer::create(result, tag_);
      request->destroy();
      client->answer(answer->view(), text);
      answer->destroy();
    });
  });
}

target::Variant describe_convert_in_owner() {
  return {.name = "convert_in_owner",
          .summary = "the I/O thread writes into process memory, the worker converts it",
          .models = "class: a foreign (asynchronous I/O) thread calls the owner's allocator",
          .make_module = make_helped_module<ConvertInOwner>};
}

}  // namespace heapstorm::targets::foreign_thread
