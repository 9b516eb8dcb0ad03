#include <string>

#include "targets/foreign_thread/variants.h"

namespace heapstorm::targets::foreign_thread {

using target::OwnedBuffer;

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

}  // namespace heapstorm::targets::foreign_thread
