//go:build unix

package main

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the lock of an open file until it is closed. A file system
// without locks is taken at its word: then nobody is kept out.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return errLocked
	case errors.Is(err, syscall.ENOLCK), errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS):
		return nil
	}
	return err
}
