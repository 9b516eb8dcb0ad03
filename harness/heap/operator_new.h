/* An optional library that gives `operator new` and `operator delete`, in all their forms, to the owner heap.
 *
 * Link `heapstorm_operator_new_<flavour>` into the program; nothing else is needed. From heapstorm_heap_start on, what
 * a thread makes by `new` belongs to that thread, with the tag "operator new". Before it, and with the backend
 * `system`, `new` is malloc. `delete` goes by the address: what lies in the black box's arena is checked as
 * heapstorm_free checks it (a foreign, a second or an interior delete is a finding); everything else goes to free.
 *
 * The standard library itself hands blocks from thread to thread: std::thread's start and what it captures by value,
 * std::promise's result, a std::shared_ptr's count. Under the rule of owner heaps these are foreign frees. Where that
 * is meant, make them shared:
 *
 *   std::thread worker = [&] {
 *     heapstorm::SharedNew shared;  // the thread's start is deleted by the new thread
 *     return std::thread(serve);
 *   }();
 */
#ifndef HEAPSTORM_HARNESS_HEAP_OPERATOR_NEW_H
#define HEAPSTORM_HARNESS_HEAP_OPERATOR_NEW_H

#ifdef __cplusplus
extern "C" {
#endif

/* Between `enter` and its `leave`, `new` on the calling thread is malloc: its blocks belong to nobody and may be
 * deleted by any thread. They nest. */
void heapstorm_shared_new_enter(void);
void heapstorm_shared_new_leave(void);

#ifdef __cplusplus
} /* extern "C" */

namespace heapstorm {

class SharedNew {
 public:
  SharedNew() { heapstorm_shared_new_enter(); }
  ~SharedNew() { heapstorm_shared_new_leave(); }
  SharedNew(const SharedNew&) = delete;
  SharedNew& operator=(const SharedNew&) = delete;
};

}  // namespace heapstorm
#endif
#endif
