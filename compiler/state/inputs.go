package state

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// InputsFile is the name of the file, beside manifest.json, that holds Inputs.
const InputsFile = "mdl_state.json"

// inputsVersion is written into the file; a file of another version is not read.
const inputsVersion = 1

// secretPrefix begins the names of variables whose values are never written.
const secretPrefix = "DBT_ENV_SECRET"

// Inputs are what the templates of a project read beside their text.
type Inputs struct {
	Version int `json:"version"`
	// Vars are the variables by package and name, as JSON.
	Vars map[string]map[string]string `json:"vars"`
	// EnvVars are the environment variables that some template names: a hash
	// of the value of each that is set.
	EnvVars map[string]string `json:"env_vars"`
	// Written is, by unique id and key, the configuration in properties whose
	// text is a template.
	Written map[string]map[string]string `json:"written,omitempty"`
}

// InputsOf returns the inputs of a project. envNames are the environment
// variables that its templates name, lookup finds their values.
func InputsOf(m *compiler.Manifest, envNames []string, lookup func(string) (string, bool)) *Inputs {
	in := &Inputs{Version: inputsVersion, Vars: map[string]map[string]string{}, EnvVars: map[string]string{}}
	for _, pkg := range m.Packages {
		vars := map[string]string{}
		for name, v := range m.Vars(pkg).All() {
			vars[value.ToStr(name)] = shownVar(value.ToStr(name), v)
		}
		in.Vars[pkg] = vars
	}
	for _, name := range envNames {
		if text, ok := lookup(name); ok {
			in.EnvVars[name] = hash(text)
		}
	}
	for id, config := range m.WrittenConfigs {
		if in.Written == nil {
			in.Written = map[string]map[string]string{}
		}
		written := map[string]string{}
		for key, v := range config.All() {
			written[value.ToStr(key)] = value.ToStr(v)
		}
		in.Written[id] = written
	}
	return in
}

// shownVar is a variable's value as JSON, or its hash where it is a secret.
func shownVar(name string, v value.Value) string {
	if strings.HasPrefix(name, secretPrefix) {
		return hash(toJSON(v))
	}
	return toJSON(v)
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// toJSON is a value as JSON; what JSON cannot hold is written as text.
func toJSON(v value.Value) string {
	text, err := value.ToJSON(v, value.JSONOptions{
		SortKeys: true, Unicode: true,
		Default: func(v value.Value) value.Value { return value.Str(value.ToStr(v)) },
	})
	if err != nil {
		return value.Repr(v)
	}
	return text
}

// JSON is the text of the file.
func (in *Inputs) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(in, "", "  ")
	return append(text, '\n'), err
}

// readInputs reads the file; nil for none, and for one that is not understood:
// what it says is an addition to manifest.json.
func readInputs(text []byte) *Inputs {
	in := &Inputs{}
	if err := json.Unmarshal(text, in); err != nil || in.Version != inputsVersion {
		return nil
	}
	return in
}
