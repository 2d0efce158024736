package jinja

import (
	"sort"
	"unsafe"

	"mdl/compiler/diag"
)

// SourceMap leads every byte of a rendered text to the place that wrote it.
type SourceMap struct {
	runs []run
	size int
}

// run is a stretch of output that one place wrote, up to the next run.
type run struct {
	out   int // where the stretch begins
	file  *diag.File
	at    pos
	shift bool  // the stretch is a copy of the source, byte for byte
	call  *call // the macro calls around, innermost first
}

// call is one macro call of the stack.
type call struct {
	label string
	site  diag.Span
	up    *call
}

// At returns the place in the source that wrote the output byte at offset, and
// the macro calls around it, innermost first. The zero Span means that the
// offset is outside the text.
func (m *SourceMap) At(offset int) (diag.Span, []diag.Frame) {
	if offset < 0 || offset >= m.size {
		return diag.Span{}, nil
	}
	i := sort.Search(len(m.runs), func(i int) bool { return m.runs[i].out > offset }) - 1
	if i < 0 {
		return diag.Span{}, nil
	}
	r := m.runs[i]
	span := diag.Span{File: r.file, Start: int(r.at.start), End: int(r.at.end)}
	if r.shift {
		span.Start = min(span.Start+offset-r.out, span.End)
	}
	var frames []diag.Frame
	for c := r.call; c != nil; c = c.up {
		frames = append(frames, diag.Frame{Name: c.label, Span: c.site})
	}
	return span, frames
}

// recorder collects the runs of a render. Text that is captured (the result of
// a macro, a set block) keeps its runs: where the same string is printed later,
// whole or in part, they are spliced in.
type recorder struct {
	runs []run
	call *call
	kept []keptText // by address
}

// keptText is a captured string. Its address identifies it, also as the part of
// it that trimming leaves; the reference keeps the address from being reused.
type keptText struct {
	text string
	addr uintptr
	runs []run // out is relative to the text
}

// maxKept bounds the captured strings that a recorder remembers.
const maxKept = 1 << 16

func address(s string) uintptr { return uintptr(unsafe.Pointer(unsafe.StringData(s))) }

// add notes who writes from out on.
func (r *recorder) add(out int, f *frame, at pos, shift bool) {
	shifted := pos{at.start + int32(f.prog.shift), at.end + int32(f.prog.shift)}
	r.runs = append(r.runs, run{out, f.prog.file, shifted, shift, r.call})
}

// drop forgets the runs of output that is taken back.
func (r *recorder) drop(start int) {
	n := len(r.runs)
	for n > 0 && r.runs[n-1].out >= start {
		n--
	}
	r.runs = r.runs[:n]
}

// keep remembers the runs of a captured text.
func (r *recorder) keep(text string, start, end int) {
	first := len(r.runs)
	for first > 0 && r.runs[first-1].out >= start {
		first--
	}
	if start == end || first == len(r.runs) || len(r.kept) >= maxKept {
		return
	}
	k := keptText{text: text, addr: address(text), runs: append([]run(nil), r.runs[first:]...)}
	for i := range k.runs {
		k.runs[i].out -= start
	}
	at := sort.Search(len(r.kept), func(i int) bool { return r.kept[i].addr > k.addr })
	r.kept = append(r.kept, keptText{})
	copy(r.kept[at+1:], r.kept[at:])
	r.kept[at] = k
}

// splice writes the runs of a captured text that is printed at out. It reports
// false for any other text.
func (r *recorder) splice(text string, out int) bool {
	addr := address(text)
	i := sort.Search(len(r.kept), func(i int) bool { return r.kept[i].addr > addr }) - 1
	if i < 0 || addr+uintptr(len(text)) > r.kept[i].addr+uintptr(len(r.kept[i].text)) {
		return false
	}
	from := int(addr - r.kept[i].addr)
	runs := r.kept[i].runs
	for j, run := range runs {
		if run.out >= from+len(text) {
			break
		}
		if j+1 < len(runs) && runs[j+1].out <= from {
			continue
		}
		if cut := from - run.out; cut > 0 {
			run.out = from
			if run.shift {
				run.at.start += int32(cut)
			}
		}
		run.out += out - from
		r.runs = append(r.runs, run)
	}
	return true
}
