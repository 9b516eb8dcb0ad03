// The family's table. Every variant is an echo server with one helper thread; they differ in whose heap it uses.
#include "targets/foreign_thread/variants.h"

namespace foreign_thread = heapstorm::targets::foreign_thread;
namespace target = heapstorm::target;

namespace {

template <typename ServiceType>
std::unique_ptr<target::Module> make_module(const target::Host&) {
  class Helped : public target::Module {
    std::unique_ptr<target::Service> start_worker(const target::Host&, std::uint32_t) override {
      return std::make_unique<ServiceType>(helper_);
    }
    target::HelperThread helper_{ServiceType::helper_name};
  };
  return std::make_unique<Helped>();
}

constexpr const char* foreign_calls = "class: a foreign (asynchronous I/O) thread calls the owner's allocator";
constexpr const char* bare_handoff = "class: a pointer to a thread-owned block handed to another thread";

}  // namespace

HEAPSTORM_TARGET("foreign_thread",
                 {{"aio_uses_owner_heap",
                   "the I/O thread allocates and frees in the heap of the worker that asked",
                   foreign_calls,
                   true,
                   make_module<foreign_thread::AioUsesOwnerHeap>,
                   {{"foreign_allocate", "foreign_thread"}, {"foreign_free", "foreign_thread"}}},
                  {"handoff_raw_pointer",
                   "the reactor allocates a packet, the thread that works on it frees it",
                   bare_handoff,
                   true,
                   make_module<foreign_thread::HandoffRawPointer>,
                   {{"foreign_free", "foreign_thread"}}},
                  {"convert_in_owner", "the I/O thread writes into process memory, the worker converts it",
                   foreign_calls, false, make_module<foreign_thread::ConvertInOwner>},
                  {"handoff_transfer", "the packet is transferred to the heap of the thread that frees it",
                   bare_handoff, false, make_module<foreign_thread::HandoffTransfer>},
                  {"return_to_owner_queue", "the packet goes back to the reactor, which frees it", bare_handoff, false,
                   make_module<foreign_thread::ReturnToOwnerQueue>}})
