#include "targets/module_globals/resource_manager.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace heapstorm::targets::module_globals {

void* ThreadTable::copy(int id) const {
  const Copies* const copies = copies_.load(std::memory_order_acquire);  // with the store in set_copy
  const auto index = static_cast<std::size_t>(id) - 1;
  if (copies == nullptr || index >= copies->size()) return nullptr;
  return (*copies)[index].load(std::memory_order_acquire);
}

// Under the manager's lock. A table that is too short is replaced by a longer one; the old one stays until the end,
// because its thread may be reading it.
void ThreadTable::set_copy(int id, void* copy) {
  const auto index = static_cast<std::size_t>(id) - 1;
  if (storage_.empty() || index >= storage_.back()->size()) {
    auto longer = std::make_unique<Copies>(index + 1);
    for (std::size_t i = 0; !storage_.empty() && i < storage_.back()->size(); ++i) {
      (*longer)[i].store((*storage_.back())[i].load());
    }
    storage_.push_back(std::move(longer));
    copies_.store(storage_.back().get(), std::memory_order_release);
  }
  (*storage_.back())[index].store(copy, std::memory_order_release);
}

ResourceManager::ResourceManager(std::size_t expected_threads, std::size_t expected_resources)
    : expected_resources_(expected_resources) {
  types_.reserve(expected_resources);
  threads_.reserve(expected_threads);
}

ResourceManager::~ResourceManager() {
  for (const auto& table : threads_) destroy_copies(*table);
}

int ResourceManager::allocate_id(std::size_t size_bytes, Function construct, Function destruct) {
  const std::scoped_lock lock(mutex_);
  types_.push_back({size_bytes, construct, destruct, false});
  const int id = static_cast<int>(types_.size());
  give_to_live_threads(id);
  return id;
}

void ResourceManager::give_to_live_threads(int id) {
  for (const auto& table : threads_) make_copy(*table, id);
}

void ResourceManager::free_id(int id) {
  const std::scoped_lock lock(mutex_);
  for (const auto& table : threads_) destroy_copy(*table, id);
  types_[static_cast<std::size_t>(id) - 1].done = true;
}

ThreadTable& ResourceManager::start_thread() {
  const std::scoped_lock lock(mutex_);
  ThreadTable& table = *threads_.emplace_back(std::make_unique<ThreadTable>());
  table.set_copy(static_cast<int>(std::max(expected_resources_, std::size_t{1})), nullptr);
  for (int id = 1; id <= static_cast<int>(types_.size()); ++id) make_copy(table, id);
  return table;
}

void ResourceManager::end_thread(ThreadTable& table) {
  const std::scoped_lock lock(mutex_);
  destroy_copies(table);
  std::erase_if(threads_, [&](const auto& other) { return other.get() == &table; });
}

ThreadTable* ResourceManager::table_of(std::thread::id thread) {
  for (const auto& table : threads_) {
    if (table->thread_ == thread) return table.get();
  }
  return nullptr;
}

void ResourceManager::make_copy(ThreadTable& table, int id) {
  const ResourceType& type = types_[static_cast<std::size_t>(id) - 1];
  if (type.done) return;
  void* const copy = ::operator new(type.size_bytes);
  std::memset(copy, 0, type.size_bytes);
  if (type.construct != nullptr) type.construct(copy);
  table.set_copy(id, copy);
}

void ResourceManager::destroy_copy(ThreadTable& table, int id) {
  const ResourceType& type = types_[static_cast<std::size_t>(id) - 1];
  void* const copy = table.copy(id);
  if (copy == nullptr) return;
  if (type.destruct != nullptr) type.destruct(copy);
  table.set_copy(id, nullptr);
  ::operator delete(copy);
}

void ResourceManager::destroy_copies(ThreadTable& table) {
  for (int id = static_cast<int>(types_.size()); id >= 1; --id) destroy_copy(table, id);
}

}  // namespace heapstorm::targets::module_globals
