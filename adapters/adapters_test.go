package adapters

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestRender(t *testing.T) {
	d := &Dialect{QuoteChar: `"`}
	for _, c := range []struct {
		rel  Relation
		want string
	}{
		{Relation{Database: "db", Schema: "main", Name: "t"}, `"db"."main"."t"`},
		{Relation{Schema: "main", Name: "t"}, `"main"."t"`},
		{Relation{Name: `a"b.c`}, `"a""b.c"`},
		{Relation{}, ``},
	} {
		if got := d.Render(c.rel); got != c.want {
			t.Errorf("Render(%+v) = %s, want %s", c.rel, got, c.want)
		}
	}
}

func TestLiteral(t *testing.T) {
	if got := (&Dialect{}).Literal(`it's \n`); got != `'it''s \n'` {
		t.Error(got)
	}
	if got := (&Dialect{BackslashEscapes: true}).Literal(`it's \n`); got != `'it''s \\n'` {
		t.Error(got)
	}
}

func TestCaseRules(t *testing.T) {
	for _, c := range []struct {
		rule       CaseRule
		fold       string
		same, keys bool
	}{
		{Preserve, "FoO", true, true},
		{Lower, "foo", false, false},
		{Upper, "FOO", false, false},
		{Exact, "FoO", false, false},
	} {
		d := &Dialect{Case: c.rule}
		if got := d.Fold("FoO"); got != c.fold {
			t.Errorf("%v: Fold = %q", c.rule, got)
		}
		if got := d.SameName("FoO", "foo"); got != c.same {
			t.Errorf("%v: SameName = %v", c.rule, got)
		}
		a, b := Relation{"D", "S", "T", Table}, Relation{"d", "s", "t", View}
		if got := d.SameRelation(a, b); got != c.keys {
			t.Errorf("%v: SameRelation = %v", c.rule, got)
		}
	}
	if (&Dialect{}).SameName("É", "é") {
		t.Error("only ASCII letters are the same in both cases")
	}
}

func TestStatements(t *testing.T) {
	d := &Dialect{QuoteChar: `"`, DropCascade: true}
	r := Relation{Schema: "s", Name: "v", Kind: View}
	if got := d.DropSQL(r); got != `drop view if exists "s"."v" cascade` {
		t.Error(got)
	}
	if got := d.RenameSQL(r, "w"); got != `alter view "s"."v" rename to "w"` {
		t.Error(got)
	}
	r.Kind = MaterializedView
	if got := (&Dialect{QuoteChar: "`"}).DropSQL(r); got != "drop materialized view if exists `s`.`v`" {
		t.Error(got)
	}
}

func TestRelationKindNames(t *testing.T) {
	for k := Unknown; k <= CTE; k++ {
		if got := ParseRelationKind(k.String()); got != k {
			t.Errorf("ParseRelationKind(%q) = %v", k, got)
		}
	}
	if ParseRelationKind("nonsense") != Unknown || RelationKind(99).String() != "" {
		t.Error("unknown kinds")
	}
}

func TestQueryError(t *testing.T) {
	q := &QueryError{Kind: Cancelled, Message: "cancelled", Hint: "try again", Cause: context.Canceled}
	err := fmt.Errorf("model x: %w", q)
	if KindOf(err) != Cancelled || !errors.Is(err, context.Canceled) {
		t.Error("kind and cause must be found through wrapping")
	}
	if KindOf(errors.New("x")) != Other || KindOf(nil) != Other {
		t.Error("KindOf of other errors")
	}
	if q.Error() != "cancelled\ntry again" {
		t.Error(q.Error())
	}
	if Internal.String() != "internal" || ErrorKind(-1).String() != "other" {
		t.Error("names of kinds")
	}
}
