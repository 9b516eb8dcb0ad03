<?php
// Makes Zend's allocator say its last words: frees a block whose chunk belongs to no Zend heap.
$c = FFI::cdef('void *malloc(size_t); void _efree(void *);');
$c->_efree($c->malloc(8 << 20) + 8192);
