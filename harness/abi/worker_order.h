/* What the runner tells a worker of target_host, through a pipe that the host inherits. A pipe and no cell of the black
 * box, because target_host can wait for it together with its listener, and because orders keep their order in it. */
#ifndef HEAPSTORM_HARNESS_ABI_WORKER_ORDER_H
#define HEAPSTORM_HARNESS_ABI_WORKER_ORDER_H

#include <stdint.h>

/* The environment variable with the number of the pipe's reading end. Without it no order ever comes. */
#define HEAPSTORM_ORDERS_FD_VARIABLE "HEAPSTORM_ORDERS_FD"

enum heapstorm_worker_order_kind {
  HEAPSTORM_ORDER_RESTART, /* at once */
  HEAPSTORM_ORDER_STALL,   /* at the worker's next yield point, for time_us */
  HEAPSTORM_ORDER_KINDS,
};

typedef struct heapstorm_worker_order {
  uint32_t kind;
  uint32_t worker; /* its index */
  uint32_t time_us;
} heapstorm_worker_order;

#endif
