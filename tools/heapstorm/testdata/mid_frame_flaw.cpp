// A WebSocket echo server of the smallest kind, without Beast, for the tests: variant `flawed` mishandles a client that
// leaves in the middle of a frame, and nothing else; variant `sound` is its twin.
//
// What a frame's payload is collected in belongs to the worker that read its header: a block of its owner heap.
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "harness/abi/target.h"
#include "harness/heap/heap.h"

namespace {

constexpr std::size_t header_bytes = 6;  // of a masked frame of at most 125 bytes; no client of the test sends others
constexpr std::uint8_t close_opcode = 8;

struct Target {
  bool flawed;
  // DEFECT (planted): the payload of a frame that was not completed is kept for whoever is cut off next, on whatever
  // thread, who frees it. One client that leaves after a frame's header on worker A, then one on worker B. Expected
  // finding: foreign_free, tag frame_payload, owner A, offender B.
  std::atomic<void*> unfinished{nullptr};
};

struct Client {
  int fd;
  bool upgraded = false;
  std::string input{};
  void* payload = nullptr;  // from the header of a frame to its last byte
};

struct Worker {
  explicit Worker(Target& its_target) : target(its_target) {}
  Target& target;
  std::uint16_t tag = heapstorm_name("frame_payload");
  int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::vector<int> delivered;  // guarded by the mutex
  std::list<Client> clients;   // the worker's thread only
};

void reply(const Client& client, const std::string& bytes) {
  [[maybe_unused]] const ssize_t sent = send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

// What proves that a server has read this key (RFC 6455, section 1.3).
std::string accept_value(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  unsigned char base64[4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1];
  EVP_EncodeBlock(base64, digest, SHA_DIGEST_LENGTH);
  return reinterpret_cast<const char*>(base64);
}

void shake_hands(Client& client) {
  const std::size_t end = client.input.find("\r\n\r\n");
  const std::string field = "Sec-WebSocket-Key: ";
  const std::size_t at = client.input.find(field);
  if (end == std::string::npos || at == std::string::npos) return;
  constexpr std::size_t key_characters = 24;
  const std::string key = client.input.substr(at + field.size(), key_characters);
  reply(client,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
            accept_value(key) + "\r\n\r\n");
  client.input.erase(0, end + 4);
  client.upgraded = true;
}

// Answers every frame that is complete by its own payload and opcode; true while the client may go on.
bool serve_frames(Worker& worker, Client& client) {
  while (client.input.size() >= header_bytes) {
    const std::size_t length = static_cast<std::uint8_t>(client.input[1]) & 0x7f;
    if (client.payload == nullptr) client.payload = heapstorm_allocate(std::max<std::size_t>(length, 1), worker.tag);
    if (client.input.size() < header_bytes + length) return true;
    auto* const payload = static_cast<char*>(client.payload);
    for (std::size_t i = 0; i < length; ++i) payload[i] = client.input[header_bytes + i] ^ client.input[2 + i % 4];
    reply(client, std::string{client.input[0], static_cast<char>(length)} + std::string(payload, length));
    heapstorm_free(client.payload);
    client.payload = nullptr;
    const bool is_close = (client.input[0] & 0x0f) == close_opcode;
    client.input.erase(0, header_bytes + length);
    if (is_close) return false;
  }
  return true;
}

bool serve(Worker& worker, Client& client) {
  char bytes[4096];
  const ssize_t received = recv(client.fd, bytes, sizeof bytes, 0);
  if (received <= 0) return received < 0 && errno == EAGAIN;
  client.input.append(bytes, static_cast<std::size_t>(received));
  if (!client.upgraded) shake_hands(client);
  return !client.upgraded || serve_frames(worker, client);
}

void end(Worker& worker, Client& client) {
  void* cut_off = client.payload;
  if (cut_off != nullptr && worker.target.flawed) cut_off = worker.target.unfinished.exchange(cut_off);
  if (cut_off != nullptr) heapstorm_free(cut_off);
  close(client.fd);
}

void take_delivered(Worker& worker) {
  eventfd_t count = 0;
  eventfd_read(worker.wake, &count);
  const std::lock_guard lock(worker.mutex);
  for (const int fd : worker.delivered) worker.clients.push_back({.fd = fd});
  worker.delivered.clear();
}

void serve_readable(Worker& worker) {
  std::vector<pollfd> waits{{worker.wake, POLLIN, 0}};
  for (const Client& client : worker.clients) waits.push_back({client.fd, POLLIN, 0});
  poll(waits.data(), waits.size(), -1);
  auto client = worker.clients.begin();
  for (std::size_t i = 1; i < waits.size(); ++i) {
    const auto now = client++;
    if (waits[i].revents == 0 || serve(worker, *now)) continue;
    end(worker, *now);
    worker.clients.erase(now);
  }
  if (waits[0].revents != 0) take_delivered(worker);
}

void* create(const heapstorm_host*, const char* variant) {
  return new Target{.flawed = std::strcmp(variant, "flawed") == 0};
}
void* worker_start(void* target, uint32_t) {
  return new Worker(*static_cast<Target*>(target));
}
void worker_run(void* state) {
  auto& worker = *static_cast<Worker*>(state);
  while (!worker.stopping) serve_readable(worker);
}
void worker_stop(void* state) {
  auto* const worker = static_cast<Worker*>(state);
  for (Client& client : worker->clients) end(*worker, client);
  close(worker->wake);
  delete worker;
}
void deliver(void* state, int fd, uint32_t) {
  auto& worker = *static_cast<Worker*>(state);
  {
    const std::lock_guard lock(worker.mutex);
    worker.delivered.push_back(fd);
  }
  eventfd_write(worker.wake, 1);
}
void worker_wake(void* state) {
  auto& worker = *static_cast<Worker*>(state);
  worker.stopping = true;
  eventfd_write(worker.wake, 1);
}
void destroy(void* target) {
  delete static_cast<Target*>(target);
}

heapstorm_variant variant(const char* name, const char* summary, bool buggy) {
  heapstorm_variant described{};
  described.name = name;
  described.summary = summary;
  described.buggy = buggy ? 1 : 0;
  return described;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const heapstorm_target* heapstorm_target_table(void) {
  static const heapstorm_variant variants[] = {
      variant("flawed", "keeps what a cut-off frame was collected in for any thread", true),
      variant("sound", "frees it where it was allocated", false)};
  static const heapstorm_target table = {
      HEAPSTORM_TARGET_ABI, sizeof table, "mid_frame_flaw", variants, 2,           create,
      worker_start,         worker_run,   worker_stop,      deliver,  worker_wake, destroy};
  return &table;
}
