package main

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/yaml"
)

// warnPolicy says which warnings are errors, and which are not told:
// --warn-error-options, with the rules of dbt_common/helper_types.py.
type warnPolicy struct {
	all                  bool // every warning is an error
	errs, warns, silence []string
}

// deprecations stands for all events of that name's ending.
const deprecations = "Deprecations"

// testResult is dbt's event of a test that warns.
const testResult = "LogTestResult"

// warningEvents are dbt's names of the warnings that mdl has, by code.
var warningEvents = map[string]string{
	"W151": "DuplicateYAMLKeysDeprecation",
	"W201": "CustomKeyInObjectDeprecation",
	"W202": "CustomKeyInConfigDeprecation",
	"W203": "ConfigSourcePathDeprecation",
	"W225": "DepsUnpinned",
	"W226": "DepsScrubbedPackageName",
	"W230": "NoNodesForSelectionCriteria",
	"W240": "JinjaLogWarning",
	"W251": "NoNodeForYamlKey",
	"W259": "PackageNodeDependsOnRootProjectNode",
	"W270": "UnsupportedConstraintMaterialization",
	"W272": "DeprecatedModel",
	"W273": "UpcomingReferenceDeprecation",
	"W274": "DeprecatedReference",
	"W282": "SemanticValidationFailure",
	"W322": "InvalidValueForField",
	"W440": "WarnStateTargetEqual",
	"W441": "UnversionedBreakingChange",
	"E257": "NodeNotFoundOrDisabled",          // of a test, for which it is a warning
	"E258": "InvalidDisabledTargetInTestNode", // of a test
}

// otherEvents are further names that dbt takes in --warn-error-options.
var otherEvents = strings.Fields(`AdapterDeprecationWarning AdapterEventWarning ArgumentsPropertyInGenericTestDeprecation
	BehaviorChangeEvent CatalogGenerationError CollectFreshnessReturnSignature ConfigDataPathDeprecation ConfigLogPathDeprecation
	ConfigTargetPathDeprecation ConstraintNotEnforced ConstraintNotSupported CustomOutputPathInSourceFreshnessDeprecation
	CustomTopLevelKeyDeprecation DeprecationsSummary DuplicateNameDistinctNodeTypesDeprecation EnvironmentVariableNamespaceDeprecation
	EnvironmentVariableRenamed ExposureNameDeprecation FreshnessConfigProblem GenericJSONSchemaValidationDeprecation GetMetaKeyWarning
	InternalDeprecation InvalidConcurrentBatchesConfig InvalidMacroAnnotation LogFreshnessResult MFCumulativeTypeParamsDeprecation
	MFTimespineWithoutYamlConfigurationDeprecation MacroNotFoundForPatch MetricAttributesRenamed
	MicrobatchMacroOutsideOfBatchesDeprecation MicrobatchModelNoEventTimeInputs MissingArgumentsPropertyInGenericTestDeprecation
	MissingPlusPrefixDeprecation ModelParamUsageDeprecation ModulesItertoolsUsageDeprecation NoNodesSelected NothingToDo
	PackageInstallPathDeprecation PackageMaterializationOverrideDeprecation PackageRedirectDeprecation ProjectFlagsMovedDeprecation
	PropertyMovedToConfigDeprecation ResourceNamesWithSpacesDeprecation RunResultWarning RunResultWarningMessage
	SeedExceedsLimitAndPathChanged SeedExceedsLimitChecksumChanged SeedExceedsLimitSamePath SeedIncreased SnapshotTimestampWarning
	SourceFreshnessProjectHooksNotRun SourceOverrideDeprecation TestsConfigDeprecation UnexpectedJinjaBlockDeprecation
	UnusedResourceConfigPath UnusedTables ValidationWarning WEOIncludeExcludeDeprecation
	WrongResourceSchemaFile`)

// eventNames are all names that --warn-error-options may list. A code of mdl's
// own names its warning, too.
func eventNames() []string {
	names := append([]string{deprecations, testResult}, otherEvents...)
	for code, name := range warningEvents {
		names = append(names, code, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// parseWarnPolicy reads the mapping of --warn-error-options, or of
// warn_error_options in the flags of dbt_project.yml.
func parseWarnPolicy(options *value.Dict) (warnPolicy, error) {
	var p warnPolicy
	names := eventNames()
	seen := map[string]string{}
	for key, v := range options.All() {
		said := value.ToStr(key)
		meant := map[string]string{"include": "error", "exclude": "warn"}[said]
		if meant == "" {
			meant = said
		}
		if other := seen[meant]; other != "" {
			return p, usagef("--warn-error-options: %s and %s mean the same; give one of them", other, said)
		}
		seen[meant] = said
		into := map[string]*[]string{"error": &p.errs, "warn": &p.warns, "silence": &p.silence}[meant]
		if into == nil {
			return p, usagef("--warn-error-options has no key %q: error, warn and silence%s", said, suggestion(diag.Suggest(said, []string{"error", "warn", "silence"})))
		}
		if text, ok := v.(value.Str); ok && meant == "error" && (text == "all" || text == "*") {
			p.all = true
			continue
		}
		list, ok := v.(*value.List)
		if !ok && !value.IsNone(v) {
			return p, usagef("--warn-error-options: %s must be a list of names of warnings%s", said, map[bool]string{true: `, or "all"`}[meant == "error"])
		}
		if !ok {
			continue
		}
		for _, item := range list.Items() {
			name := value.ToStr(item)
			if !slices.Contains(names, name) && !isCode(name) {
				return p, usagef("--warn-error-options: there is no warning %q%s", name, suggestion(diag.Suggest(name, names)))
			}
			*into = append(*into, name)
		}
	}
	if len(p.warns) > 0 && !p.all && !slices.Contains(p.errs, deprecations) && !slices.Contains(p.silence, deprecations) {
		return p, usagef(`--warn-error-options: warn is what stays a warning where error is "all" or lists %s`, deprecations)
	}
	return p, nil
}

// isCode reports whether a name is a code of mdl's own, such as W251.
func isCode(name string) bool {
	return len(name) == 4 && name[0] == 'W' && strings.Trim(name[1:], "0123456789") == ""
}

// verdict is what becomes of a warning: a name counts more than Deprecations,
// and that more than all; silence more than warn, and that more than error.
func (p *warnPolicy) verdict(names ...string) (severity diag.Severity, silent bool) {
	named := func(list []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return name != "" && slices.Contains(list, name) })
	}
	deprecated := slices.ContainsFunc(names, func(name string) bool {
		return strings.HasSuffix(name, "Deprecation") && name != "UpcomingReferenceDeprecation"
	})
	for _, list := range []func([]string) bool{named, func(list []string) bool { return deprecated && slices.Contains(list, deprecations) }} {
		switch {
		case list(p.silence):
			return diag.Warning, true
		case list(p.warns):
			return diag.Warning, false
		case list(p.errs):
			return diag.Error, false
		}
	}
	if p.all {
		return diag.Error, false
	}
	return diag.Warning, false
}

// judge applies the policy to diagnostics, and leaves out the silent ones.
func (p *warnPolicy) judge(list diag.List) diag.List {
	if !p.all && p.errs == nil && p.silence == nil {
		return list
	}
	out := make(diag.List, 0, len(list))
	for _, d := range list {
		if d.Severity == diag.Warning {
			severity, silent := p.verdict(d.Code, warningEvents[d.Code])
			if silent {
				continue
			}
			d.Severity = severity
		}
		out = append(out, d)
	}
	return out
}

// failsTests reports whether a test that warns fails.
func (p *warnPolicy) failsTests() bool {
	severity, _ := p.verdict(testResult)
	return severity == diag.Error
}

// readWarnPolicy reads --warn-error and --warn-error-options, which cannot be
// given together.
func (a *app) readWarnPolicy() error {
	o := a.opt
	if o.warnErrorOptions == "" {
		a.warnings = warnPolicy{all: o.warnError}
		return nil
	}
	if o.warnError && o.given["warn-error"] {
		return usagef("--warn-error and --warn-error-options cannot be used together")
	}
	options, err := a.mapping("--warn-error-options", o.warnErrorOptions)
	if err == nil {
		a.warnings, err = parseWarnPolicy(options)
	}
	return err
}

// projectWarnPolicy takes warn_error or warn_error_options of dbt_project.yml
// where neither was given otherwise.
func (s *session) projectWarnPolicy(flags *yaml.Node) error {
	if s.opt.given["warn-error"] || s.opt.warnErrorOptions != "" {
		return nil
	}
	if options := flags.Get("warn_error_options"); !options.IsNull() {
		d, ok := options.ToValue().(*value.Dict)
		if !ok {
			return s.stop(diag.List{diag.Errorf("E205", options.Span, "warn_error_options must be a mapping of error, warn and silence")})
		}
		policy, err := parseWarnPolicy(d)
		if err != nil {
			return s.stop(diag.List{diag.Errorf("E205", options.Span, "%s", strings.TrimPrefix(err.Error(), "--"))})
		}
		s.warnings = policy
		return nil
	}
	s.warnings = warnPolicy{all: s.opt.warnError}
	return nil
}
