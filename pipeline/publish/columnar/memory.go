package columnar

import "github.com/apache/arrow/go/v15/arrow/memory"

// Memory gives out the memory that tables are written from and read into.
type Memory = memory.Allocator

// Heap returns memory that Go's collector frees. It is safe for concurrent use.
func Heap() Memory { return memory.NewGoAllocator() }
