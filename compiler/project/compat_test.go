package project

import (
	"testing"

	"mdl/compiler/diag"
)

func TestCompat(t *testing.T) {
	for text, want := range map[string]Compat{"": V1, "v1": V1, "1": V1, "v2": V2, "2": V2} {
		if got, ok := ParseCompat(text); !ok || got != want {
			t.Errorf("ParseCompat(%q) = %v, %v", text, got, ok)
		}
	}
	if _, ok := ParseCompat("v3"); ok {
		t.Error("v3 is a version")
	}
	list := diag.List{diag.Warnf("W252", diag.Span{}, "no macro"), diag.Warnf("W230", diag.Span{}, "nothing")}
	if V1.Judge(list).HasErrors() {
		t.Error("v1 refuses")
	}
	if judged := V2.Judge(list); judged[0].Severity != diag.Error || judged[1].Severity != diag.Warning || list[0].Severity != diag.Warning {
		t.Errorf("v2: %v, of %v", judged, list)
	}
}
