//go:build unix

package main

import (
	"os"
	"syscall"
)

// mapped returns the contents of a file without reading them: they are in
// memory as soon as they are looked at. Nobody writes into such a file, it is
// replaced or grows. Nil where there is none.
func mapped(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 || int64(int(info.Size())) != info.Size() {
		return nil
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	return data
}
