//go:build !unix

package main

import "os"

// mapped returns the contents of a file; nil where there is none.
func mapped(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return data
}
