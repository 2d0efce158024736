package state

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"mdl/compiler/diag"
)

// Results are the statuses of a run by unique id.
type Results map[string]string

// ReadResults reads a run_results.json. name is the file's name for messages.
func ReadResults(name string, text []byte) (Results, *diag.Diagnostic) {
	var file struct {
		Results []struct {
			ID     string `json:"unique_id"`
			Status string `json:"status"`
		} `json:"results"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, unreadable(name, err)
	}
	r := Results{}
	for _, result := range file.Results {
		r[result.ID] = result.Status
	}
	return r, nil
}

// WithStatus returns the ids of one status.
func (r Results) WithStatus(status string) map[string]bool {
	ids := map[string]bool{}
	for id, s := range r {
		if s == status {
			ids[id] = true
		}
	}
	return ids
}

// Statuses returns the statuses that occur, sorted.
func (r Results) Statuses() []string {
	seen := map[string]bool{}
	for _, status := range r {
		seen[status] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// Freshness is what a sources.json says of one source table.
type Freshness struct {
	Status string
	// MaxLoadedAt is the time of the newest row; zero where it is not known.
	MaxLoadedAt time.Time
}

// ReadFreshness reads a sources.json: the freshness of sources by unique id.
func ReadFreshness(name string, text []byte) (map[string]Freshness, *diag.Diagnostic) {
	var file struct {
		Results []struct {
			ID          string `json:"unique_id"`
			Status      string `json:"status"`
			MaxLoadedAt string `json:"max_loaded_at"`
		} `json:"results"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, unreadable(name, err)
	}
	sources := map[string]Freshness{}
	for _, result := range file.Results {
		f := Freshness{Status: result.Status}
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
			if t, err := time.Parse(layout, result.MaxLoadedAt); err == nil {
				f.MaxLoadedAt = t
				break
			}
		}
		sources[result.ID] = f
	}
	return sources, nil
}

// Fresher returns the sources that have newer rows now, or that were not looked
// at before; those of which a time is not known now are left out.
func Fresher(old, now map[string]Freshness) map[string]bool {
	ids := map[string]bool{}
	for id, f := range now {
		if f.MaxLoadedAt.IsZero() {
			continue
		}
		if was, ok := old[id]; !ok || was.MaxLoadedAt.IsZero() || f.MaxLoadedAt.After(was.MaxLoadedAt) {
			ids[id] = true
		}
	}
	return ids
}
