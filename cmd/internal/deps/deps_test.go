package deps

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/project"
)

// fixture is a project in a directory of its own, and a hub.
type fixture struct {
	t     *testing.T
	dir   string
	files map[string]string // what the hub's server answers, by path
	calls []string          // what it was asked for
	hub   *httptest.Server
	lines []string
}

func newFixture(t *testing.T) *fixture {
	f := &fixture{t: t, dir: filepath.Join(t.TempDir(), "shop"), files: map[string]string{}}
	f.write("dbt_project.yml", "name: shop\n")
	f.hub = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.calls = append(f.calls, r.URL.Path)
		body, ok := f.files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(f.hub.Close)
	return f
}

func (f *fixture) write(name, text string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) read(name string) string {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(text)
}

// release adds a version of a package to the hub.
func (f *fixture) release(pkg, version, needs, requires string) {
	f.t.Helper()
	_, name, _ := strings.Cut(pkg, "/")
	archive := "/" + pkg + "-" + version + ".tar.gz"
	f.files[archive] = tarball(f.t, map[string]string{"top/dbt_project.yml": "name: " + name + "\n", "top/version": version})
	entry := fmt.Sprintf(`%q: {"name": %q, "packages": [%s], "require_dbt_version": [%s], "downloads": {"tarball": %q}}`,
		version, name, needs, requires, f.hub.URL+archive)
	index := "/api/v1/" + pkg + ".json"
	old := strings.TrimSuffix(f.files[index], "}}")
	if old == "" {
		old = fmt.Sprintf(`{"name": %q, "versions": {`, name) + entry
	} else {
		old += ", " + entry
	}
	f.files[index] = old + "}}"
}

func (f *fixture) install(packages string, change ...func(*Options)) diag.List {
	f.t.Helper()
	f.lines, f.calls = nil, nil
	config, diags := project.ParseConfig(diag.NewFile("dbt_project.yml", "name: shop\n"), project.ConfigOptions{})
	if config.PackagesInstallPath == "" {
		f.t.Fatal(diags)
	}
	deps, diags := project.ParseDependencies(diag.NewFile("packages.yml", packages), nil, project.DependencyOptions{})
	if diags.HasErrors() {
		f.t.Fatal(diags.Err())
	}
	o := Options{
		Dir: f.dir, Config: config, Dependencies: deps, HubURL: f.hub.URL, RetryDelay: time.Millisecond,
		Report: func(line string) { f.lines = append(f.lines, line) },
	}
	for _, fn := range change {
		fn(&o)
	}
	return Install(context.Background(), o)
}

// ok fails unless the installation went well, without warnings.
func (f *fixture) ok(diags diag.List) {
	f.t.Helper()
	for _, d := range diags {
		f.t.Fatalf("%s\n%s\n%s", d.Headline(), d.Detail, d.Hint)
	}
	left, _ := filepath.Glob(filepath.Join(f.dir, ".mdl-deps-*"))
	if len(left) > 0 {
		f.t.Errorf("left behind: %v", left)
	}
}

// fails checks the only diagnostic.
func fails(t *testing.T, diags diag.List, headline, hint string) {
	t.Helper()
	if len(diags) != 1 || !strings.Contains(diags[0].Headline(), headline) || !strings.Contains(diags[0].Hint, hint) {
		for _, d := range diags {
			t.Logf("%s\n%s\nhint: %s", d.Headline(), d.Detail, d.Hint)
		}
		t.Fatalf("want %q, hint %q", headline, hint)
	}
}

func tarball(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	w := tar.NewWriter(gz)
	for name, text := range files {
		h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}
		if target, link := strings.CutPrefix(text, "-> "); link {
			h.Typeflag, h.Linkname, h.Size, text = tar.TypeSymlink, target, 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLocal(t *testing.T) {
	f := newFixture(t)
	f.write("../one/dbt_project.yml", "name: one\n")
	f.write("../one/packages.yml", "packages: [{local: ../two}]\n")
	f.write("../two/dbt_project.yml", "name: two\n")
	packages := "packages:\n  - local: ../one\n"
	f.ok(f.install(packages))
	f.read("dbt_packages/one/dbt_project.yml")
	f.read("dbt_packages/two/dbt_project.yml")
	want := "packages:\n  - local: ../one\n    name: one\n  - local: ../two\n    name: two\nsha1_hash: "
	if lock := f.read(LockFile); !strings.HasPrefix(lock, want) {
		t.Errorf("lock is\n%s", lock)
	}
	f.ok(f.install(packages))
	if len(f.lines) != 1 || !strings.Contains(f.lines[0], "nothing to do") {
		t.Errorf("the second time: %q", f.lines)
	}
	if len(f.calls) > 0 {
		t.Errorf("the network was used: %q", f.calls)
	}
}

func TestHub(t *testing.T) {
	f := newFixture(t)
	f.release("acme/tools", "1.0.0", "", "")
	f.release("acme/tools", "1.2.0", `{"package": "acme/base", "version": [">=0.1.0", "<0.3.0"]}`, "")
	f.release("acme/tools", "1.10.0", `{"package": "acme/base", "version": [">=0.1.0", "<0.3.0"]}`, `">=1.0.0", "<2.0.0"`)
	f.release("acme/tools", "1.11.0", "", `">=3.0.0"`)
	f.release("acme/tools", "2.0.0-rc1", "", "")
	f.release("acme/base", "0.1.0", "", "")
	f.release("acme/base", "0.2.0", "", "")
	f.release("acme/base", "0.3.0", "", "")
	packages := "packages:\n  - package: acme/tools\n    version: [\">=1.0.0\", \"<3.0.0\"]\n"
	forDBT := func(o *Options) { o.DBTVersion = "1.11.16" }
	f.ok(f.install(packages, forDBT))
	if v := f.read("dbt_packages/tools/version"); v != "1.10.0" {
		t.Errorf("tools is %s", v)
	}
	if v := f.read("dbt_packages/base/version"); v != "0.2.0" {
		t.Errorf("base is %s", v)
	}

	t.Run("the lock holds although there is a newer release", func(t *testing.T) {
		f.release("acme/base", "0.2.5", "", "")
		if err := os.RemoveAll(filepath.Join(f.dir, "dbt_packages")); err != nil {
			t.Fatal(err)
		}
		f.ok(f.install(packages, forDBT))
		if v := f.read("dbt_packages/base/version"); v != "0.2.0" {
			t.Errorf("base is %s", v)
		}
	})
	t.Run("upgrade takes it", func(t *testing.T) {
		f.ok(f.install(packages, forDBT, func(o *Options) { o.Upgrade = true }))
		if v := f.read("dbt_packages/base/version"); v != "0.2.5" {
			t.Errorf("base is %s", v)
		}
	})
	t.Run("conflict", func(t *testing.T) {
		diags := f.install(packages+"  - package: acme/base\n    version: 0.3.0\n", forDBT)
		fails(t, diags, "error E225: no version of acme/base meets all of: 0.3.0, >=0.1.0, <0.3.0", "there are 0.3.0, 0.2.5")
		f.read("dbt_packages/tools/version") // what was installed stays
	})
	t.Run("misspelt", func(t *testing.T) {
		f.files["/api/v1/index.json"] = `["acme/base", "acme/tools"]`
		diags := f.install("packages:\n  - package: acme/tolls\n    version: 1.0.0\n")
		fails(t, diags, "packages.yml:2:5: error E226: there is no package acme/tolls", "did you mean acme/tools?")
	})
	t.Run("a pre-release that is asked for", func(t *testing.T) {
		f.ok(f.install("packages:\n  - package: acme/tools\n    version: 2.0.0-rc1\n", forDBT))
		if v := f.read("dbt_packages/tools/version"); v != "2.0.0-rc1" {
			t.Errorf("tools is %s", v)
		}
	})
}

func TestWithoutNetwork(t *testing.T) {
	f := newFixture(t)
	f.release("acme/tools", "1.0.0", "", "")
	packages := "packages:\n  - package: acme/tools\n    version: 1.0.0\n"
	f.ok(f.install(packages))
	f.hub.Close()
	f.ok(f.install(packages))
	diags := f.install("packages:\n  - package: acme/other\n    version: 1.0.0\n")
	fails(t, diags, "packages.yml:2:5: error E430: cannot read http://127.0.0.1", "packages that are installed already")
	if v := f.read("dbt_packages/tools/version"); v != "1.0.0" {
		t.Errorf("tools is %s", v)
	}
}

func TestServerTroubleIsRetried(t *testing.T) {
	f := newFixture(t)
	f.release("acme/tools", "1.0.0", "", "")
	trouble := 2
	inner := f.hub.Config.Handler
	f.hub.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if trouble > 0 {
			trouble--
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		inner.ServeHTTP(w, r)
	})
	f.ok(f.install("packages:\n  - package: acme/tools\n    version: 1.0.0\n"))
}

func TestTarball(t *testing.T) {
	f := newFixture(t)
	f.files["/good.tar.gz"] = tarball(t, map[string]string{
		"x-1.0/dbt_project.yml": "name: other\n", "x-1.0/macros/a.sql": "a", "x-1.0/link.sql": "-> macros/a.sql"})
	entry := func(path string) string {
		return "packages:\n  - tarball: " + f.hub.URL + path + "\n    name: x\n"
	}
	f.ok(f.install(entry("/good.tar.gz")))
	if text := f.read("dbt_packages/x/link.sql"); text != "a" {
		t.Errorf("link.sql is %q", text)
	}
	bad := map[string]struct {
		body, want string
	}{
		"outside":       {tarball(t, map[string]string{"x/dbt_project.yml": "", "x/../../evil": ""}), `the entry "x/../../evil" lies outside`},
		"absolute":      {tarball(t, map[string]string{"/tmp/evil": ""}), `the entry "/tmp/evil" lies outside`},
		"link outside":  {tarball(t, map[string]string{"x/a": "-> ../../etc/passwd"}), `the link "x/a" leads outside`},
		"absolute link": {tarball(t, map[string]string{"x/a": "-> /etc/passwd"}), `the link "x/a" leads outside`},
		"two":           {tarball(t, map[string]string{"a/x": "", "b/x": ""}), "must hold one directory, it holds 2"},
		"no project":    {tarball(t, map[string]string{"a/x": ""}), "has no dbt_project.yml"},
		"no archive":    {"<html>a page that says sorry</html>", "gzip: invalid header"},
		"cut off":       {f.files["/good.tar.gz"][:60], "unexpected EOF"},
	}
	for name, c := range bad {
		t.Run(name, func(t *testing.T) {
			f.files["/bad.tar.gz"] = c.body
			fails(t, f.install(entry("/bad.tar.gz")), c.want, "")
			f.read("dbt_packages/x/link.sql")
			if _, err := os.Stat(filepath.Join(f.dir, "../evil")); err == nil {
				t.Error("a file was written outside")
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		fails(t, f.install(entry("/none.tar.gz")), "answers 404 Not Found", "")
	})
	t.Run("a name that is a path", func(t *testing.T) {
		packages := "packages:\n  - tarball: " + f.hub.URL + "/good.tar.gz\n    name: ../x\n"
		fails(t, f.install(packages), `calls itself "../x"`, "")
	})
}

func TestGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git on PATH")
	}
	f := newFixture(t)
	repo := filepath.Join(f.dir, "../repo.git")
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", repo, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"}, args...)...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
		return strings.TrimSpace(string(out))
	}
	commit := func(text string) string {
		f.write("../repo.git/version", text)
		git("add", ".")
		git("commit", "-q", "-m", text)
		return git("rev-parse", "HEAD")
	}
	f.write("../repo.git/dbt_project.yml", "name: fromgit\n")
	f.write("../repo.git/inner/dbt_project.yml", "name: inner\n")
	git("init", "-q")
	first := commit("1")
	git("tag", "v1")
	second := commit("2")

	entry := func(rest string) string { return "packages:\n  - git: file://" + filepath.ToSlash(repo) + "\n" + rest }
	for name, c := range map[string]struct{ rest, version, id string }{
		"tag":          {"    revision: v1\n", "1", first},
		"commit":       {"    revision: " + first + "\n", "1", first},
		"short commit": {"    revision: " + first[:8] + "\n", "1", first},
		"head":         {"    warn-unpinned: false\n", "2", second},
	} {
		t.Run(name, func(t *testing.T) {
			f.ok(f.install(entry(c.rest)))
			if v := f.read("dbt_packages/fromgit/version"); v != c.version {
				t.Errorf("version %s", v)
			}
			if lock := f.read(LockFile); !strings.Contains(lock, "    name: fromgit\n    revision: "+c.id+"\n") {
				t.Errorf("lock is\n%s", lock)
			}
		})
	}
	t.Run("subdirectory", func(t *testing.T) {
		f.ok(f.install(entry("    revision: v1\n    subdirectory: inner\n")))
		f.read("dbt_packages/inner/dbt_project.yml")
	})
	t.Run("the lock keeps the commit", func(t *testing.T) {
		if err := os.RemoveAll(filepath.Join(f.dir, "dbt_packages")); err != nil {
			t.Fatal(err)
		}
		packages := entry("    warn-unpinned: false\n")
		f.ok(f.install(packages))
		commit("3")
		if err := os.RemoveAll(filepath.Join(f.dir, "dbt_packages")); err != nil {
			t.Fatal(err)
		}
		f.ok(f.install(packages))
		if v := f.read("dbt_packages/fromgit/version"); v != "2" {
			t.Errorf("version %s", v)
		}
	})
	t.Run("not fixed", func(t *testing.T) {
		fails(t, f.install(entry("    revision: main\n")), "warning W225", "warn-unpinned: false")
	})
	t.Run("two revisions", func(t *testing.T) {
		packages := entry("    revision: v1\n") + "  - git: file://" + filepath.ToSlash(repo) + "\n    revision: v2\n"
		fails(t, f.install(packages), "asked for at different revisions: v1, v2", "one revision")
	})
	t.Run("no such revision", func(t *testing.T) {
		fails(t, f.install(entry("    revision: v9\n")), "error E431: the repository file://", "")
	})
	t.Run("an option for git", func(t *testing.T) {
		fails(t, f.install(entry("    revision: --upload-pack=x\n")), `"--upload-pack=x" is not the name`, "")
	})
	t.Run("outside", func(t *testing.T) {
		fails(t, f.install(entry("    revision: v1\n    subdirectory: ../shop\n")), "is not inside the repository", "")
	})
	t.Run("no git", func(t *testing.T) {
		diags := f.install(entry("    revision: v7\n"), func(o *Options) { o.Git = "git-that-is-not-there" })
		fails(t, diags, "needs git, which is not on PATH", "install git")
	})
}

func TestSecretsAreMasked(t *testing.T) {
	f := newFixture(t)
	diags := f.install("packages:\n  - git: http://me:hush@127.0.0.1:1/a.git\n    revision: v1\n",
		func(o *Options) { o.Secrets = []string{"hush"} })
	if len(diags) != 1 {
		t.Fatal(diags)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s %s %q", diags[0].Headline(), diags[0].Detail, diags[0].Hint, diags[0].Span.File.Text, f.lines)
	if strings.Contains(b.String(), "hush") {
		t.Errorf("the secret is shown: %s", b.String())
	}
}

func TestNamesCollide(t *testing.T) {
	f := newFixture(t)
	f.write("../one/dbt_project.yml", "name: same\n")
	f.write("../two/dbt_project.yml", "name: same\n")
	f.write("../three/dbt_project.yml", "name: shop\n")
	fails(t, f.install("packages:\n  - local: ../one\n  - local: ../two\n"), "E227: the packages ../one and ../two are both called same", "")
	fails(t, f.install("packages:\n  - local: ../three\n"), "E227: the package ../three has the name of this project", "")
	fails(t, f.install("packages:\n  - local: ../four\n"), "E226: there is no directory ../four", "")
}

func TestPackagesThatNeedEachOther(t *testing.T) {
	f := newFixture(t)
	f.write("../one/dbt_project.yml", "name: one\n")
	f.write("../one/packages.yml", "packages: [{local: ../two}]\n")
	f.write("../two/dbt_project.yml", "name: two\n")
	f.write("../two/packages.yml", "packages: [{local: ../one}]\n")
	f.ok(f.install("packages:\n  - local: ../one\n"))
}

func TestLockOnly(t *testing.T) {
	f := newFixture(t)
	f.write("../one/dbt_project.yml", "name: one\n")
	f.ok(f.install("packages:\n  - local: ../one\n", func(o *Options) { o.LockOnly = true }))
	f.read(LockFile)
	if _, err := os.Stat(filepath.Join(f.dir, "dbt_packages")); err == nil {
		t.Error("packages were installed")
	}
}

// TestHash compares with what dbt-core 1.11.16 answers.
func TestHash(t *testing.T) {
	text := `packages:
  - {package: dbt-labs/dbt_utils, version: "1.3.0"}
  - {package: dbt-labs/codegen, version: [">=0.1.0", "<1.0.0"], install_prerelease: true}
  - {package: a/b, version: 1.0}
  - {git: "https://x/a.git", revision: v1, subdirectory: x, warn-unpinned: false}
  - {git: "https://x/b.git", revision: 1.5}
  - {git: "https://x/c.git"}
  - {local: ../x}
  - {tarball: "https://x/y.tar.gz", name: "ÿ"}
`
	deps, diags := project.ParseDependencies(diag.NewFile("packages.yml", text), nil, project.DependencyOptions{})
	if diags.HasErrors() {
		t.Fatal(diags.Err())
	}
	got, err := Hash(deps.Packages)
	if err != nil {
		t.Fatal(err)
	}
	if want := "e23b965685c6962d6409ad3143fc1638e02cd6ec"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte("no archive"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b bytes.Buffer
		gz := gzip.NewWriter(&b)
		if _, err := gz.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := gz.Close(); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "in")
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		_ = unpack(b.Bytes(), dir)
		if around, _ := os.ReadDir(filepath.Dir(dir)); len(around) != 1 {
			t.Errorf("%d entries beside the directory", len(around)-1)
		}
	})
}
