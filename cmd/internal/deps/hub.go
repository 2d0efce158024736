package deps

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/project"
)

// hub is the index of public packages, with what was read of it.
type hub struct {
	run      *run
	packages map[string]*hubPackage
}

// hubPackage is the hub's api/v1/NAMESPACE/NAME.json.
type hubPackage struct {
	Name     string                `json:"name"`
	Versions map[string]hubRelease `json:"versions"`
	// NewNamespace and NewName are where a package has moved to.
	NewNamespace string `json:"redirectnamespace"`
	NewName      string `json:"redirectname"`
}

// hubRelease is one version of a package.
type hubRelease struct {
	Name              string          `json:"name"`
	Packages          json.RawMessage `json:"packages"`
	RequireDBTVersion stringList      `json:"require_dbt_version"`
	Downloads         struct {
		Tarball string `json:"tarball"`
	} `json:"downloads"`
}

// stringList is a JSON text or a list of texts; anything else is no text.
type stringList []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *stringList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = nil
		if one != "" {
			*l = stringList{one}
		}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

func (h *hub) url(name string) string {
	return strings.TrimSuffix(h.run.HubURL, "/") + "/api/v1/" + name + ".json"
}

// get reads a package of the index, once.
func (h *hub) get(ctx context.Context, name string, at diag.Span) (*hubPackage, error) {
	if p := h.packages[name]; p != nil {
		return p, nil
	}
	body, status, err := h.run.request(ctx, h.url(name), at)
	if err != nil {
		return nil, err
	}
	if status == http.StatusNotFound {
		f := failf("E226", at, "there is no package %s on %s", name, h.run.HubURL)
		f.Diagnostic = f.Diagnostic.WithHint("%s", h.suggest(ctx, name, at))
		return nil, f
	}
	p := &hubPackage{}
	if err := json.Unmarshal(body, p); err != nil || p.Versions == nil {
		return nil, failf("E430", at, "the answer of %s is not the description of a package", h.url(name)).
			WithHint("try again later; the hub may be disturbed")
	}
	if p.NewName != "" || p.NewNamespace != "" {
		h.run.say("The package " + name + " has moved: see " + strings.TrimSuffix(h.run.HubURL, "/") + "/" + name)
	}
	h.packages[name] = p
	return p, nil
}

// suggest returns a hint at a package of nearly that name.
func (h *hub) suggest(ctx context.Context, name string, at diag.Span) string {
	body, status, err := h.run.request(ctx, h.url("index"), at)
	var all []string
	if err != nil || status != http.StatusOK || json.Unmarshal(body, &all) != nil {
		return ""
	}
	if near := diag.Suggest(name, all); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}

// fix chooses the newest version that meets all that is asked.
func (h *hub) fix(ctx context.Context, q *request, p pin) (pin, error) {
	found, err := h.get(ctx, q.location, q.span)
	if err != nil {
		return p, err
	}
	prerelease := q.prerelease || slices.ContainsFunc(q.versions, isPrerelease)
	installable := h.installable(found, prerelease)
	for _, v := range installable {
		ok, err := project.SatisfiesVersion(v, q.versions...)
		if err != nil {
			return p, failf("E225", q.span, "the version of %s: %v", q.location, err)
		}
		if ok {
			p.version, p.latest = v, installable[0]
			return p, nil
		}
	}
	if len(installable) == 0 {
		return p, failf("E226", q.span, "no version of %s works with dbt %s", q.location, h.run.DBTVersion)
	}
	return p, failf("E225", q.span, "no version of %s meets all of: %s", q.location, strings.Join(q.versions, ", ")).
		WithHint("there are %s", strings.Join(installable[:min(len(installable), 10)], ", "))
}

// isPrerelease reports whether a constraint names a pre-release.
func isPrerelease(constraint string) bool {
	version := strings.TrimLeft(constraint, "=<> ")
	release := version
	if i := strings.IndexFunc(version, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }); i >= 0 {
		release = version[:i]
	}
	order, err := project.CompareVersions(version, release)
	return err == nil && order < 0
}

// installable are the versions that can be chosen, newest first.
func (h *hub) installable(p *hubPackage, prerelease bool) []string {
	var out []string
	for v, release := range p.Versions {
		if !prerelease && isPrerelease(v) {
			continue
		}
		if _, err := project.CompareVersions(v, v); err != nil {
			continue
		}
		if h.run.DBTVersion != "" {
			ok, err := project.SatisfiesVersion(h.run.DBTVersion, release.RequireDBTVersion...)
			if err == nil && !ok {
				continue
			}
		}
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b string) int {
		order, _ := project.CompareVersions(b, a)
		return order
	})
	return out
}

// release returns what the hub says of a fixed version.
func (h *hub) release(ctx context.Context, p pin) (hubRelease, error) {
	found, err := h.get(ctx, p.location, p.span)
	if err != nil {
		return hubRelease{}, err
	}
	release, ok := found.Versions[p.version]
	if !ok {
		return release, failf("E226", p.span, "there is no version %s of %s", p.version, p.location).
			WithHint("mdl deps --upgrade chooses one anew")
	}
	return release, nil
}

// needs returns what a version asks for in turn.
func (h *hub) needs(ctx context.Context, p pin) ([]project.Dependency, error) {
	release, err := h.release(ctx, p)
	if err != nil || len(release.Packages) == 0 {
		return nil, err
	}
	// JSON is YAML.
	f := diag.NewFile(h.url(p.location), `{"packages": `+string(release.Packages)+`}`)
	needs, diags := project.ParseDependencies(nil, f, project.DependencyOptions{})
	return needs.Packages, diags.Err()
}

// sayUpdate tells of a newer version.
func (r *run) sayUpdate(p pin) {
	if p.kind == project.Hub && p.latest != "" && p.latest != p.version {
		r.say("Updated version available: " + p.latest)
	}
}
