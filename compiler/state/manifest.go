package state

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// oldestVersion and newestVersion are the versions of manifest.json that can be
// compared with; dbt 1.0 to 1.11 write them.
const oldestVersion, newestVersion = 4, 12

// sections are the parts of manifest.json that hold resources by unique id.
var sections = []string{"nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries", "unit_tests", "functions"}

// Read reads a manifest.json and the inputs that mdl wrote beside it, if any.
// name is the file's name for messages. Resources are decoded when asked for:
// most commands ask for few.
func Read(name string, manifest, inputs []byte) (*State, *diag.Diagnostic) {
	top := map[string]json.RawMessage{}
	if err := json.Unmarshal(manifest, &top); err != nil {
		return nil, unreadable(name, err)
	}
	s := &State{macros: map[string]Macro{}}
	if bad := s.readMetadata(name, top["metadata"]); bad != nil {
		return nil, bad
	}
	texts := map[string]json.RawMessage{}
	for _, section := range sections {
		if err := readSection(top[section], &texts); err != nil {
			return nil, unreadable(name, err)
		}
		if section == "nodes" {
			for id := range texts {
				s.nodes = append(s.nodes, id)
			}
			slices.Sort(s.nodes)
		}
	}
	s.resource = func(id string) *value.Dict { return decode(texts[id]) }
	if err := s.readMacros(top["macros"]); err != nil {
		return nil, unreadable(name, err)
	}
	s.Inputs = readInputs(inputs)
	return s, nil
}

// readSection adds the entries of a section; a section that is absent has none.
func readSection(text json.RawMessage, into *map[string]json.RawMessage) error {
	if len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, into)
}

// readMetadata checks the version.
func (s *State) readMetadata(name string, text json.RawMessage) *diag.Diagnostic {
	var metadata struct {
		Version string `json:"dbt_schema_version"`
		Adapter string `json:"adapter_type"`
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &metadata); err != nil {
			return unreadable(name, err)
		}
	}
	s.Adapter = metadata.Adapter
	version := schemaVersion(metadata.Version, "manifest")
	if version >= oldestVersion && version <= newestVersion {
		return nil
	}
	d := diag.Errorf("E443", diag.Span{}, "%s is no manifest that mdl can compare with", name)
	d.Detail = "its dbt_schema_version is " + strconv.Quote(metadata.Version)
	d.Hint = fmt.Sprintf("mdl reads versions %d to %d of manifest.json; write a new one with: mdl parse", oldestVersion, newestVersion)
	return &d
}

// schemaVersion is the number in ".../manifest/v12.json"; 0 for anything else.
func schemaVersion(text, artifact string) int {
	_, version, ok := strings.Cut(text, "/"+artifact+"/v")
	n, err := strconv.Atoi(strings.TrimSuffix(version, ".json"))
	if !ok || err != nil {
		return 0
	}
	return n
}

func unreadable(name string, err error) *diag.Diagnostic {
	d := diag.Errorf("E442", diag.Span{}, "%s cannot be read: %v", name, err)
	d.Hint = "it must be the JSON that mdl or dbt wrote; copy it again, or write a new one with: mdl parse"
	d.Cause = err
	return &d
}

// decode returns a resource; nil for what is no object. Before version 7 the
// text of a node was called raw_sql.
func decode(text json.RawMessage) *value.Dict {
	if len(text) == 0 {
		return nil
	}
	v, err := value.FromJSON(string(text))
	if err != nil {
		return nil
	}
	d, _ := v.(*value.Dict)
	if d != nil {
		if _, ok := d.GetStr("raw_code"); !ok {
			if raw, ok := d.GetStr("raw_sql"); ok {
				d.SetStr("raw_code", raw)
			}
		}
	}
	return d
}

// readMacros reads the macros. Those of the packages dbt and dbt_ADAPTER came
// with the tool that wrote the state.
func (s *State) readMacros(text json.RawMessage) error {
	macros := map[string]struct {
		Package   string `json:"package_name"`
		SQL       string `json:"macro_sql"`
		DependsOn struct {
			Macros []string `json:"macros"`
		} `json:"depends_on"`
	}{}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &macros); err != nil {
			return err
		}
	}
	for id, m := range macros {
		own := m.Package != "dbt" && m.Package != "dbt_"+s.Adapter
		s.macros[id] = Macro{SQL: m.SQL, DependsOn: m.DependsOn.Macros, Own: own}
	}
	return nil
}
