package main

import (
	"os"
	"path/filepath"

	"mdl/cmd/internal/view"
	"mdl/compiler/diag"
)

// logFile is dbt's name of the file in --log-path.
const logFile = "dbt.log"

// openLog opens the log file that --log-path asks for. One that has grown
// beyond --log-file-max-bytes is put aside.
func (a *app) openLog() error {
	o := a.opt
	if o.logPath == "" || a.log != nil {
		return nil
	}
	level, ok := view.ParseLevel(o.logLevelFile)
	if !ok {
		return usagef("--log-level-file cannot be %q: debug, info, warn, error or none", o.logLevelFile)
	}
	path := filepath.Join(a.abs(o.logPath), logFile)
	err := os.MkdirAll(filepath.Dir(path), 0o777)
	if info, missing := os.Stat(path); err == nil && missing == nil && o.logFileBytes > 0 && info.Size() >= int64(o.logFileBytes) {
		err = os.Rename(path, path+".1")
	}
	var file *os.File
	if err == nil {
		file, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	}
	if err != nil {
		d := diag.Errorf("E420", diag.Span{}, "cannot write the log %s: %v", path, plainError(err))
		return a.stop(diag.List{d.WithHint("--log-path is a directory for log files")})
	}
	a.log = &view.Log{Out: maskingWriter{a, file}, Level: level, JSON: o.logFormatFile == "json"}
	return nil
}
