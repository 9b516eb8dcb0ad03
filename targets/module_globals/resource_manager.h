// A resource manager for module globals, after PHP's TSRM: a module registers the size, constructor and destructor of
// its globals once, and every thread has a copy of its own.
//
//   ResourceManager manager(4, 10);
//   const int id = manager.allocate_id(sizeof(Globals), construct, destruct);   // at the module's start
//   ThreadTable& table = manager.start_thread();                                // at a thread's start
//   static_cast<Globals*>(table.copy(id))->messages += 1;
//   manager.end_thread(table);                                                  // at the thread's end
//
// The copies lie in memory of the process. What their constructors allocate belongs to the thread that runs them.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace heapstorm::targets::module_globals {

// The copies of one thread. Only this thread reads it, without a lock, while others may add to it.
class ThreadTable {
 public:
  // `id` as from allocate_id. Null: this thread has no copy.
  void* copy(int id) const;

 private:
  friend class ResourceManager;
  using Copies = std::vector<std::atomic<void*>>;

  void set_copy(int id, void* copy);

  const std::thread::id thread_ = std::this_thread::get_id();
  std::vector<std::unique_ptr<Copies>> storage_;  // the last one is in use; its reader may still be in an older one
  std::atomic<const Copies*> copies_{nullptr};
};

// Thread safety: any thread may call everything at any time, if it names only its own ThreadTable.
class ResourceManager {
 public:
  using Function = void (*)(void* copy);

  // How many to make room for; there may be more.
  ResourceManager(std::size_t expected_threads, std::size_t expected_resources);
  // Destroys what copies there still are, on this thread. None, when every thread has called end_thread.
  virtual ~ResourceManager();
  ResourceManager(const ResourceManager&) = delete;
  ResourceManager& operator=(const ResourceManager&) = delete;

  // Registers a resource; every live thread has a copy of it from now on, made by the calling one, so its constructor
  // should allocate nothing of a thread's. Returns its id, above 0.
  int allocate_id(std::size_t size_bytes, Function construct, Function destruct);
  // Destroys all its copies, on this thread. Its id is not used again.
  void free_id(int id);

  // Makes the calling thread's copies.
  ThreadTable& start_thread();
  // Destroys the calling thread's copies, the latest resource first.
  virtual void end_thread(ThreadTable& table);

 protected:
  // The lock is held.
  virtual void give_to_live_threads(int id);
  void make_copy(ThreadTable& table, int id);
  ThreadTable* table_of(std::thread::id thread);

 private:
  struct ResourceType {
    std::size_t size_bytes;
    Function construct;
    Function destruct;
    bool done;  // freed by free_id
  };

  void destroy_copy(ThreadTable& table, int id);
  void destroy_copies(ThreadTable& table);

  std::mutex mutex_;
  std::size_t expected_resources_;
  std::vector<ResourceType> types_;  // by id - 1
  std::vector<std::unique_ptr<ThreadTable>> threads_;
};

}  // namespace heapstorm::targets::module_globals
