package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/state"
)

// changedSince answers git: the resources whose files differ from the commit at
// which this branch left another; uncommitted and untracked changes count.
func (g *given) changedSince(commit string) (map[string]bool, *diag.Diagnostic) {
	repo := gitRepo{g.root}
	base, bad := repo.mergeBase(commit)
	if bad != nil {
		return nil, bad
	}
	changed, bad := repo.changed(base)
	if bad != nil {
		return nil, bad
	}
	return state.Touched(g.manifest, state.Files{
		Changed: changed,
		Now: func(path string) string {
			text, _ := os.ReadFile(filepath.Join(g.root, filepath.FromSlash(path)))
			return string(text)
		},
		Old: func(path string) string {
			text, _ := repo.run("show", base+":./"+path)
			return text
		},
	}), nil
}

// gitRepo runs git in a directory.
type gitRepo struct{ dir string }

// run returns what git says on its standard output. A failure is an error with
// what it said on the other.
func (r gitRepo) run(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return "", fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(said.String()))
	}
	return out.String(), err
}

// paths runs git and splits what it says at zero bytes.
func (r gitRepo) paths(args ...string) ([]string, error) {
	out, err := r.run(args...)
	return strings.FieldsFunc(out, func(c rune) bool { return c == 0 }), err
}

// mergeBase is the last commit that HEAD and another commit have in common.
func (r gitRepo) mergeBase(commit string) (string, *diag.Diagnostic) {
	if _, err := exec.LookPath("git"); err != nil {
		return "", gitProblem("install git, or compare with artifacts: --select state:modified --state DIR", "git: needs the program git, which is not there")
	}
	if _, err := r.run("rev-parse", "--show-toplevel"); err != nil {
		return "", gitProblem("run this in a clone of the project's repository, or compare with artifacts: --select state:modified --state DIR",
			"the project is in no git repository that can be read: %v", err)
	}
	if _, err := r.run("rev-parse", "--verify", "--quiet", "--end-of-options", commit+"^{commit}"); err != nil {
		return "", gitProblem(r.commitHint(commit), "git has no commit %q", commit)
	}
	if _, err := r.run("rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
		return "", gitProblem("commit something first", "the git repository has no commit yet")
	}
	base, err := r.run("merge-base", "--end-of-options", commit, "HEAD")
	if err != nil {
		return "", gitProblem("in a shallow clone the history ends early; fetch more of it with: git fetch --unshallow", "HEAD and %s have no commit in common", commit)
	}
	return strings.TrimSpace(base), nil
}

// commitHint names the branch or tag that was probably meant.
func (r gitRepo) commitHint(commit string) string {
	out, err := r.run("for-each-ref", "--format=%(refname:short)")
	if err != nil {
		return ""
	}
	names := strings.Fields(out)
	for _, name := range names {
		if strings.HasSuffix(name, "/"+commit) {
			return fmt.Sprintf("there is %s: git:%s", name, name)
		}
	}
	if hint := diag.DidYouMean(commit, names); hint != "" {
		return hint
	}
	return "name a branch, a tag or a commit, as in git:main or git:HEAD~1; a branch of the remote must be fetched first"
}

// changed are the files of the project that differ from a commit, those that
// git does not know among them.
func (r gitRepo) changed(base string) ([]string, *diag.Diagnostic) {
	differ, err := r.paths("diff", "--name-only", "--no-renames", "--relative", "-z", base, "--", ".")
	if err != nil {
		return nil, gitProblem("", "%v", err)
	}
	untracked, err := r.paths("ls-files", "--others", "--exclude-standard", "-z", "--", ".")
	if err != nil {
		return nil, gitProblem("", "%v", err)
	}
	return append(differ, untracked...), nil
}

func gitProblem(hint, format string, args ...any) *diag.Diagnostic {
	d := diag.Errorf("E444", diag.Span{}, format, args...).WithHint("%s", hint)
	return &d
}
