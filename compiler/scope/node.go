package scope

import (
	"mdl/compiler/jinja/value"
)

func (s *Scope) log(t value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("log", value.Required("msg"), value.Optional("info", value.False))
	if err != nil {
		return nil, err
	}
	level := Debug
	if value.Truth(got[1]) {
		level = Info
	}
	s.say(level, value.ToStr(got[0]), t.Site())
	return value.Str(""), nil
}

func (s *Scope) print(t value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("print", value.Required("msg"))
	if err != nil {
		return nil, err
	}
	if on, set := s.env.Flags["PRINT"]; !set || value.Truth(on) {
		s.say(Print, value.ToStr(got[0]), t.Site())
	}
	return value.Str(""), nil
}

// renderText is render(text): a template in this context.
func (s *Scope) renderText(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("render", value.Required("string"))
	if err != nil {
		return nil, err
	}
	return s.render("render", value.ToStr(got[0]))
}

// tryOr calls a function and replaces the error of a failure.
func (s *Scope) tryOr(t value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("try_or_compiler_error", value.Required("message_if_exception"), value.Required("func"),
		value.Param{Name: "args", Kind: value.Rest}, value.Param{Name: "kwargs", Kind: value.KwRest})
	if err != nil {
		return nil, err
	}
	inner := value.Args{Pos: got[2].(*value.Tuple).Items()}
	for k, v := range got[3].(*value.Dict).All() {
		inner.Kw = append(inner.Kw, value.Kwarg{Name: value.ToStr(k), Value: v})
	}
	v, err := t.Call(got[1], inner)
	if err != nil {
		return nil, &Error{Kind: Compilation, Msg: value.ToStr(got[0])}
	}
	return v, nil
}

// write is write(text), with which dbt's materializations keep what they run;
// mdl's engine does that itself.
func (s *Scope) write(_ value.Thread, a value.Args) (value.Value, error) {
	if _, err := a.Bind("write", value.Required("payload")); err != nil {
		return nil, err
	}
	return value.Str(""), nil
}

func (s *Scope) submitPython(value.Thread, value.Args) (value.Value, error) {
	return nil, errorf(Runtime, "Python models cannot be run")
}

func (s *Scope) adapterMacro(_ value.Thread, a value.Args) (value.Value, error) {
	name := ""
	if len(a.Pos) > 0 {
		name = value.ToStr(a.Pos[0])
	}
	return nil, &Error{
		Kind: Compilation,
		Msg:  "adapter_macro does not exist any more: it was called for '" + name + "'",
		Hint: "use adapter.dispatch",
	}
}

// validation is the name validation: validation.any(a, b) makes a check for
// config.require.
func validation() value.Value {
	d := value.NewDictSize(1)
	d.SetStr("any", &value.Func{Name: "validate_any", Fn: func(_ value.Thread, allowed value.Args) (value.Value, error) {
		return &value.Func{Name: "inner", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
			got, err := a.Bind("inner", value.Required("value"))
			if err != nil {
				return nil, err
			}
			for _, v := range allowed.Pos {
				if value.Equal(v, got[0]) {
					return value.None, nil
				}
			}
			return nil, errorf(Validation, "%s is not one of %s", value.Repr(got[0]), value.Repr(value.NewList(allowed.Pos...)))
		}}, nil
	}})
	return d
}
