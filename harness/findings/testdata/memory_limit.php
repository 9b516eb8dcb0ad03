<?php
// Under memory_limit=2M.
str_repeat("x", 1 << 24);
