package main

import (
	"math"
	"runtime"
	rtdebug "runtime/debug"
)

// garbageRoom is the size in bytes up to which the heap grows while a project
// is read before any garbage is collected: that of some 12,000 models.
const garbageRoom = 1 << 30

// keepGarbage makes the start of a command free of garbage collection: most of
// what is made while a project is read is needed until the end, and looking for
// the rest would take a tenth of the time. Where the project is a huge one,
// garbage is collected as Go does by default.
func keepGarbage() {
	rtdebug.SetGCPercent(-1)
	rtdebug.SetMemoryLimit(garbageRoom)
	sentinel := new(*byte) // gone with the first collection
	runtime.AddCleanup(sentinel, collectGarbage, 100)
}

// collectGarbage collects from now on: whenever the heap has grown by so many
// percent.
func collectGarbage(percent int) {
	rtdebug.SetMemoryLimit(math.MaxInt64)
	rtdebug.SetGCPercent(percent)
}

// fewSteps is the number of steps of a run that ends before its garbage
// matters.
const fewSteps = 100

// runningPercent is that of a command that runs: it lives for moments, and is
// less eager than a server.
const runningPercent = 400
