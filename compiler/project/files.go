package project

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
)

// maxSeed is the size in bytes over which dbt takes a seed's path for its
// checksum.
const maxSeed = 1 << 20

// job is one file to read; run fills in its result. Jobs share nothing, so that
// they run in parallel.
type job struct {
	pkg   *Package
	fsys  fs.FS
	kind  kind
	found found
	props *propsContext

	input      Input
	diags      diag.List
	sql        []*SQLFile
	seed       *SeedFile
	macro      *MacroFile
	docs       []*DocsBlock
	fixture    *Source
	properties *Properties
}

// kind is what a file is read as.
type kind uint8

const (
	macroFile kind = iota
	genericTestFile
	modelFile
	snapshotFile
	analysisFile
	testFile
	functionFile
	seedFile
	docsFile
	fixtureFile
	propertiesFile
)

func (j *job) run() {
	if j.kind == seedFile {
		j.readSeed()
	} else if src, ok := j.read(); ok {
		j.parse(src)
	}
	slices.SortStableFunc(j.diags, func(a, b diag.Diagnostic) int { return a.Span.Start - b.Span.Start })
}

// parse turns a text into what its kind asks for.
func (j *job) parse(src Source) {
	switch j.kind {
	case macroFile, genericTestFile:
		j.macro = &MacroFile{Source: src, GenericTest: j.kind == genericTestFile}
		j.macro.Program = j.keep(jinja.ParseBlocks(src.File))
	case snapshotFile:
		j.readSnapshots(src)
	case docsFile:
		j.readDocs(src)
	case fixtureFile:
		j.fixture = &src
	case propertiesFile:
		j.properties = j.props.parse(src, &j.diags)
	default:
		j.readSQL(src)
	}
}

func (j *job) keep(p *jinja.Program, diags diag.List) *jinja.Program {
	j.diags = append(j.diags, diags...)
	return p
}

// source is what is known of a file before it is read.
func (j *job) source() Source {
	base := path.Base(j.found.rel)
	return Source{
		Package: j.pkg.Name(), Path: j.found.path(), Dir: j.found.dir, Rel: j.found.rel,
		Name: strings.TrimSuffix(base, path.Ext(base)),
	}
}

// read reads a text file.
func (j *job) read() (Source, bool) {
	src := j.source()
	shown := path.Join(j.pkg.Dir, src.Path)
	raw, input, err := readInput(j.fsys, j.pkg.Dir, src.Path)
	j.input = input
	if err != nil {
		j.diags = append(j.diags, diag.Errorf("E208", diag.Span{File: diag.NewFile(shown, "")}, "cannot read the file: %v", err))
		return src, false
	}
	src.File = diag.NewFile(shown, textOf(raw))
	if !utf8.Valid(raw) {
		at := firstInvalid(raw)
		j.diags = append(j.diags, diag.Errorf("E208", diag.Span{File: src.File, Start: at, End: at + 1}, "the file is not UTF-8").
			WithHint("save it as UTF-8"))
		return src, false
	}
	src.Checksum = checksum(strip(src.File.Text))
	return src, true
}

func firstInvalid(raw []byte) int {
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return 0
}

func checksum(text string) string {
	sum := sha256.Sum256(unsafe.Slice(unsafe.StringData(text), len(text)))
	var digits [2 * sha256.Size]byte
	hex.Encode(digits[:], sum[:])
	return string(digits[:])
}

// strip removes surrounding white space, of which Python's str.strip knows a
// little more than Go.
func strip(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f })
}

// fqn is the package, the directories below the resource path, and the rest.
func fqn(pkg, rel string, rest ...string) []string {
	parts := []string{pkg}
	if dir := path.Dir(rel); dir != "." {
		parts = append(parts, strings.Split(dir, "/")...)
	}
	return append(parts, rest...)
}

// readSQL reads a model, analysis, singular test or function.
func (j *job) readSQL(src Source) {
	f := &SQLFile{
		Source: src, Span: diag.Span{File: src.File}, FQN: fqn(src.Package, src.Rel, src.Name),
		Raw: strip(src.File.Text), Language: "sql",
	}
	if strings.EqualFold(path.Ext(src.Rel), ".py") {
		f.Language = "python"
		j.diags = append(j.diags, diag.Warnf("W204", f.Span, "Python models are not supported; %s cannot be built", src.Name).
			WithHint("write it in SQL, or leave it out with --exclude %s", src.Name))
	} else {
		start := strings.Index(src.File.Text, f.Raw)
		f.Program = j.keep(jinja.ParseRange(src.File, start, start+len(f.Raw)))
	}
	j.sql = []*SQLFile{f}
}

// readSnapshots reads the snapshot blocks of a file.
func (j *job) readSnapshots(src Source) {
	program := j.keep(jinja.ParseBlocks(src.File))
	for _, b := range program.Blocks() {
		if b.Kind != jinja.SnapshotBlock {
			continue
		}
		f := &SQLFile{
			Source: src, Span: b.NameSpan, FQN: fqn(src.Package, src.Rel, src.Name, b.Name), Block: b,
			Program: program.BlockProgram(b), Raw: b.Body(), Language: "sql",
		}
		f.Name = b.Name
		j.sql = append(j.sql, f)
	}
}

// readDocs reads the docs blocks of a Markdown file. What else stands in it is
// nobody's template, so its mistakes do not count.
func (j *job) readDocs(src Source) {
	if !strings.Contains(src.File.Text, "{%") {
		return
	}
	program, diags := jinja.ParseBlocks(src.File)
	for _, d := range diags {
		if d.Severity == diag.Error {
			j.diags = append(j.diags, d)
		}
	}
	for _, b := range program.Blocks() {
		if b.Kind != jinja.DocsBlock {
			continue
		}
		block := &DocsBlock{Source: src, Name: b.Name, Span: b.NameSpan, Contents: b.Body()}
		if hasJinja(block.Contents) {
			// dbt renders the text with nothing in scope.
			rendered, err := program.BlockProgram(b).Render(jinja.Options{Lenient: true, Steps: textSteps})
			if err != nil {
				j.diags = append(j.diags, diag.FromError(err, "E204", b.NameSpan))
				continue
			}
			block.Contents = rendered.Text
		}
		block.Contents = strip(block.Contents)
		j.docs = append(j.docs, block)
	}
}

// readSeed takes a seed's checksum; its contents are read when it is loaded.
func (j *job) readSeed() {
	src := j.source()
	s := &SeedFile{Source: src, FQN: fqn(src.Package, src.Rel, src.Name), FS: j.fsys}
	info, err := fs.Stat(j.fsys, src.Path)
	if err == nil {
		j.input = Input{Root: j.pkg.Dir, Path: src.Path, Seen: seen(info)}
	}
	if err == nil && info.Size() <= maxSeed {
		var raw []byte
		raw, j.input, err = readInput(j.fsys, j.pkg.Dir, src.Path)
		s.Checksum = checksum(strip(textOf(raw)))
	}
	if err != nil {
		at := diag.Span{File: diag.NewFile(path.Join(j.pkg.Dir, src.Path), "")}
		j.diags = append(j.diags, diag.Errorf("E208", at, "cannot read the file: %v", err))
		return
	}
	s.Size = info.Size()
	if s.Large = s.Size > maxSeed; s.Large {
		s.Checksum = src.Path
	}
	j.seed = s
}
