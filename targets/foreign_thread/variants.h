// The Services of this family: they differ only in what the helper thread does to blocks of a worker's heap.
#pragma once

#include "targets/foreign_thread/helped_service.h"

namespace heapstorm::targets::foreign_thread {

// The helper is a thread for asynchronous I/O, which reads an answer for a worker.
class AioService : public HelpedService {
 public:
  using HelpedService::HelpedService;
  static constexpr const char* helper_name = "aio";
};

class AioUsesOwnerHeap final : public AioService {
 public:
  using AioService::AioService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

class ConvertInOwner final : public AioService {
 public:
  using AioService::AioService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

// The workers are reactors, which have the sockets; the helper is the thread that works on what they receive.
class HandoffService : public HelpedService {
 public:
  using HelpedService::HelpedService;
  static constexpr const char* helper_name = "task-0";
};

class HandoffRawPointer final : public HandoffService {
 public:
  using HandoffService::HandoffService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

class HandoffTransfer final : public HandoffService {
 public:
  using HandoffService::HandoffService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

class ReturnToOwnerQueue final : public HandoffService {
 public:
  using HandoffService::HandoffService;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
};

}  // namespace heapstorm::targets::foreign_thread
