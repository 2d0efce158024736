package adaptertest

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"mdl/adapters"
)

func connect(t *testing.T, a adapters.Adapter) adapters.Conn {
	t.Helper()
	c, err := a.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFakeRecordsAndAnswers(t *testing.T) {
	f := NewFake(nil)
	f.On("count(*)").Return([]adapters.Column{{Name: "n", Type: "bigint"}}, []any{int64(3)})
	f.On("bad").Fail(&adapters.QueryError{Kind: adapters.NotFound, Offset: 2, Message: "no"})
	f.On("bad").Fail(errors.New("first")).Once()
	c, ctx := connect(t, f), t.Context()
	if err := c.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	rows, err := c.Query(ctx, "select count(*) from t")
	if err != nil || rows.Values[0][0] != int64(3) {
		t.Errorf("Query = %v, %v", rows, err)
	}
	if _, err := c.Exec(ctx, "a bad one"); err == nil || err.Error() != "first" {
		t.Errorf("the last answer counts: %v", err)
	}
	_, err = c.Exec(ctx, "a bad one")
	if q, ok := errors.AsType[*adapters.QueryError](err); !ok || q.SQL != "a bad one" {
		t.Errorf("a QueryError gets the statement: %v", err)
	}
	if err := c.Commit(ctx); err != nil {
		t.Error(err)
	}
	want := []string{"begin", "select count(*) from t", "a bad one", "a bad one", "commit"}
	if got := f.SQL(); !reflect.DeepEqual(got, want) {
		t.Errorf("SQL = %q", got)
	}
	if f.Closed() {
		t.Error("closed too early")
	}
	if err := errors.Join(c.Close(), f.Close()); err != nil || !f.Closed() {
		t.Error("not closed", err)
	}
}

func TestFakeBlocksUntilReleasedOrCancelled(t *testing.T) {
	f := NewFake(nil)
	started, release := f.On("slow").Block()
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 2)
	for range 2 {
		c := connect(t, f)
		go func() {
			_, err := c.Exec(ctx, "slow")
			failed <- err
		}()
		<-started
	}
	cancel()
	for range 2 {
		if err := <-failed; adapters.KindOf(err) != adapters.Cancelled || !errors.Is(err, context.Canceled) {
			t.Errorf("after cancel: %v", err)
		}
	}
	release()
	if _, err := connect(t, f).Exec(t.Context(), "slow"); err != nil {
		t.Errorf("after release: %v", err)
	}
}

func TestFakeCatalog(t *testing.T) {
	f := NewFake(nil)
	rel := adapters.Relation{Database: "d", Schema: "s", Name: "t", Kind: adapters.View}
	f.AddRelation(rel, adapters.Column{Name: "a", Type: "integer"})
	c, ctx := connect(t, f), t.Context()
	if err := c.CreateSchema(ctx, adapters.Namespace{Database: "d", Schema: "r"}); err != nil {
		t.Fatal(err)
	}
	if got, _ := c.Schemas(ctx, "D"); !reflect.DeepEqual(got, []string{"r", "s"}) {
		t.Errorf("Schemas = %q", got)
	}
	if got, _ := c.Relations(ctx, rel.Namespace()); !reflect.DeepEqual(got, []adapters.Relation{rel}) {
		t.Errorf("Relations = %v", got)
	}
	if got, err := c.Columns(ctx, rel.WithName("T")); err != nil || len(got) != 1 {
		t.Errorf("Columns = %v, %v", got, err)
	}
	if _, err := c.Columns(ctx, rel.WithName("u")); adapters.KindOf(err) != adapters.NotFound {
		t.Errorf("Columns of nothing: %v", err)
	}
	if err := c.DropSchema(ctx, rel.Namespace()); err != nil {
		t.Fatal(err)
	}
	if got, _ := c.Relations(ctx, rel.Namespace()); len(got) != 0 {
		t.Errorf("Relations after drop = %v", got)
	}
}

func TestFakeFailConnect(t *testing.T) {
	f := NewFake(nil)
	locked := &adapters.QueryError{Kind: adapters.Locked}
	f.FailConnect(locked)
	if _, err := f.Connect(t.Context()); err != error(locked) {
		t.Error(err)
	}
}
