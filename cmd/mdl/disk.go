package main

import (
	"io/fs"
	"os"
)

// disk is a directory whose files tell when they last changed in any way: a
// file that was put in the place of another may have its size and time.
type disk struct{ fs.FS }

func openDisk(dir string) fs.FS { return disk{os.DirFS(dir)} }

// Open implements fs.FS.
func (d disk) Open(name string) (fs.File, error) {
	f, err := d.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

// Stat implements fs.StatFS.
func (d disk) Stat(name string) (fs.FileInfo, error) { return changing(fs.Stat(d.FS, name)) }

// ReadFile implements fs.ReadFileFS.
func (d disk) ReadFile(name string) ([]byte, error) { return fs.ReadFile(d.FS, name) }

// ReadDir implements fs.ReadDirFS.
func (d disk) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(d.FS, name) }

// diskFile is an open file of a disk.
type diskFile struct{ fs.File }

// Stat implements fs.File.
func (f diskFile) Stat() (fs.FileInfo, error) { return changing(f.File.Stat()) }

// changingInfo is what project.Input asks of a file.
type changingInfo struct{ fs.FileInfo }

func changing(info fs.FileInfo, err error) (fs.FileInfo, error) {
	if err != nil {
		return nil, err
	}
	return changingInfo{info}, nil
}

// ChangeTime is the time of the last change of the file or of what the file
// system says of it, in nanoseconds since 1970; 0 where that is not known.
func (i changingInfo) ChangeTime() int64 { return changeTime(i.FileInfo) }
