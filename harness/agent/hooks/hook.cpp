#include "harness/agent/hooks/hook.h"

#include <linux/membarrier.h>
#include <sys/mman.h>

#include <cstring>

#include "harness/agent/hooks/near_memory.h"
#include "harness/agent/hooks/stopped_threads.h"
#include "harness/agent/hooks/system_calls.h"

namespace heapstorm::agent {
namespace {

using code::MovedCode;

constexpr std::size_t jump_bytes = HEAPSTORM_JUMP_BYTES;
constexpr std::size_t relay_bytes = 16;
constexpr std::size_t slot_bytes = 112;
static_assert(relay_bytes + HEAPSTORM_MOVED_BYTES <= slot_bytes);

// A relay, which reaches the replacement wherever it is, and behind it the copy of the first instructions.
struct Slot {
  std::uint8_t* at;
  std::uint64_t relay() const { return reinterpret_cast<std::uint64_t>(at); }
  std::uint64_t copy() const { return relay() + relay_bytes; }
};

// Slots near one place; code once it is sealed.
class SlotPage {
 public:
  bool reaches(std::uint64_t function) const {
    const auto here = reinterpret_cast<std::uint64_t>(page_);
    return page_ != nullptr && (here > function ? here - function : function - here) < code_reach;
  }
  bool is_full() const { return used_ + slot_bytes > page_bytes; }
  bool map(std::uint64_t function) {
    page_ = map_near(function, page_bytes);
    used_ = 0;
    return page_ != nullptr;
  }
  Slot next() const { return {page_ + used_}; }
  void take() { used_ += slot_bytes; }
  bool seal() { return page_ == nullptr || seal_code(page_, page_bytes); }

 private:
  std::uint8_t* page_ = nullptr;
  std::size_t used_ = 0;
};

std::uint64_t jump_place(const Hook& hook) {
  return hook.function + hook.moved->skipped;
}

bool is_as_in_file(const Hook& hook) {
  const MovedCode& moved = *hook.moved;
  const std::size_t bytes = std::size_t{moved.skipped} + moved.length;
  return moved.length >= jump_bytes && bytes <= sizeof moved.old_bytes &&
         std::memcmp(reinterpret_cast<const void*>(hook.function), moved.old_bytes, bytes) == 0;
}

// jmp [rip]; the address
void write_relay(Slot slot, const void* replacement) {
  const std::uint8_t jump[6] = {0xff, 0x25, 0, 0, 0, 0};
  std::memcpy(slot.at, jump, sizeof jump);
  std::memcpy(slot.at + sizeof jump, &replacement, sizeof replacement);
}

// Of the jump to it.
std::int32_t distance_to(Slot slot, const Hook& hook) {
  return static_cast<std::int32_t>(static_cast<std::int64_t>(slot.relay() - (jump_place(hook) + jump_bytes)));
}

// A hook that is ready but for the jump.
struct Prepared {
  Hook* hook = nullptr;
  Slot slot{};
};

// One round of installing: as many as have room here.
class Round {
 public:
  // False: the round is full.
  bool prepare(Hook& hook) {
    if (count_ == max_hooks) return false;
    hook.state = prepare_one(hook);
    return true;
  }

  void install() {
    if (count_ == 0) return;
    if (!page_.seal()) return fail_all(HEAPSTORM_HOOK_NOT_WRITABLE);
    StoppedThreads stopped;
    if (!stopped.all_stopped()) return fail_all(HEAPSTORM_HOOK_THREADS_GO_ON);
    for (std::size_t i = 0; i < count_; ++i) write_jump(prepared_[i]);
    synchronize();
    stopped.set_new_place(new_place, this);
  }

 private:
  static constexpr std::size_t max_hooks = HEAPSTORM_HOOK_FUNCTIONS;

  heapstorm_hook_state prepare_one(Hook& hook) {
    if (!is_as_in_file(hook) || is_prepared(hook.function)) return HEAPSTORM_HOOK_OTHER_CODE;
    if (!page_.reaches(hook.function) || page_.is_full()) {
      if (!page_.seal()) return HEAPSTORM_HOOK_NOT_WRITABLE;
      if (!page_.map(hook.function)) return HEAPSTORM_HOOK_NO_NEAR_MEMORY;
    }
    const Slot slot = page_.next();
    std::uint8_t copy[HEAPSTORM_MOVED_BYTES];
    if (!code::place(*hook.moved, hook.base, slot.copy(), copy)) return HEAPSTORM_HOOK_OUT_OF_REACH;
    std::memcpy(slot.at + relay_bytes, copy, hook.moved->size);
    write_relay(slot, hook.replacement);
    page_.take();
    prepared_[count_++] = {&hook, slot};
    return HEAPSTORM_HOOK_NOT_TRIED;
  }

  bool is_prepared(std::uint64_t function) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (prepared_[i].hook->function == function) return true;
    }
    return false;
  }

  void fail_all(heapstorm_hook_state state) {
    for (std::size_t i = 0; i < count_; ++i) prepared_[i].hook->state = state;
  }

  static void write_jump(Prepared& prepared) {
    Hook& hook = *prepared.hook;
    const std::uint64_t place = jump_place(hook);
    const std::uint64_t first_page = place & ~std::uint64_t{page_bytes - 1};
    const auto size = static_cast<long>(place + jump_bytes - first_page);
    const long page = static_cast<long>(first_page);
    const int protection = protection_at(place);
    if (system_call(SYS_mprotect, page, size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
      hook.state = HEAPSTORM_HOOK_NOT_WRITABLE;
      return;
    }
    *hook.original = reinterpret_cast<void*>(prepared.slot.copy());
    const std::int32_t distance = distance_to(prepared.slot, hook);
    auto* const bytes = reinterpret_cast<std::uint8_t*>(place);
    bytes[0] = 0xe9;
    std::memcpy(bytes + 1, &distance, sizeof distance);
    system_call(SYS_mprotect, page, size, protection);
    hook.state = HEAPSTORM_HOOK_HOOKED;
  }

  // No processor keeps instructions of before.
  static void synchronize() {
    system_call(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
    system_call(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
  }

  // Who stands at the first byte meets the jump.
  static std::uint64_t new_place(std::uint64_t address, const void* context) {
    const Round& round = *static_cast<const Round*>(context);
    for (std::size_t i = 0; i < round.count_; ++i) {
      const Hook& hook = *round.prepared_[i].hook;
      const std::uint64_t begin = jump_place(hook);
      if (hook.state != HEAPSTORM_HOOK_HOOKED || address <= begin || address >= begin + hook.moved->length) continue;
      return place_in_copy(*hook.moved, address - begin, address, round.prepared_[i].slot);
    }
    return address;
  }

  static std::uint64_t place_in_copy(const MovedCode& moved, std::uint64_t offset, std::uint64_t address, Slot slot) {
    for (std::size_t i = 0; i < moved.instruction_count; ++i) {
      if (moved.old_starts[i] == offset) return slot.copy() + moved.new_starts[i];
    }
    return address;
  }

  SlotPage page_;
  Prepared prepared_[max_hooks];
  std::size_t count_ = 0;
};

}  // namespace

void install(std::span<Hook> hooks) {
  for (std::size_t next = 0; next < hooks.size();) {
    Round round;
    for (; next < hooks.size() && round.prepare(hooks[next]); ++next) continue;
    round.install();
  }
}

}  // namespace heapstorm::agent
