package wire

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"mdl/compiler/jinja/value"
)

type inner struct {
	Name string
	On   *bool
}

type sample struct {
	ID      string
	Kind    kind
	N       int
	Sum     uint64
	Texts   []string
	Pairs   [][2]string
	Inner   inner
	Next    *sample
	By      map[string]*inner
	Any     value.Value
	Dict    *value.Dict
	Small   uint8
	Numbers []int32
	private string
	Fn      func()
}

type kind string

func leaveFuncs() map[reflect.Type]Special {
	return map[reflect.Type]Special{reflect.TypeFor[func()](): {
		Write: func(*Writer, unsafe.Pointer) {}, Read: func(*Reader, unsafe.Pointer) {},
	}}
}

func roundTrip(t *testing.T, codec *Codec[sample], old *Texts, in *sample) (sample, *Texts, []byte) {
	t.Helper()
	w := NewWriter(old, 0)
	codec.Write(w, in)
	if w.Err() != nil {
		t.Fatal(w.Err())
	}
	data := string(w.Bytes())
	doc := w.Texts(nil)
	texts, err := ReadTexts(string(doc))
	if err != nil {
		t.Fatal(err)
	}
	var out sample
	r := NewReader(data, texts)
	codec.Read(r, &out)
	if r.Pos() != len(data) {
		t.Errorf("%d of %d bytes were read", r.Pos(), len(data))
	}
	return out, texts, doc
}

func TestRoundTrip(t *testing.T) {
	on := true
	date, _ := value.NewDate(2024, 1, 31)
	big, err := value.FromJSON("123456789012345678901234567890")
	if err != nil {
		t.Fatal(err)
	}
	d := value.NewDict()
	d.SetStr("list", value.NewList(value.Int(-3), value.Float(2.5), value.True, value.None, value.Str("x"), value.Bytes("b"), date, big))
	_ = d.Set(value.Int(7), value.NewTuple(value.Str("x")))
	in := sample{
		ID: "a", Kind: "k", N: -5, Sum: 1 << 63, Texts: []string{"", "x", "a"}, Pairs: [][2]string{{"x", "y"}}, Inner: inner{"n", &on},
		Next: &sample{ID: "b", Texts: []string{}}, By: map[string]*inner{"one": {Name: "x"}, "none": nil}, Any: value.Str("x"), Dict: d,
		Small: 200, Numbers: []int32{1, -2, 1 << 30}, private: "p",
	}
	codec := NewCodec[sample](leaveFuncs())
	out, texts, doc := roundTrip(t, codec, nil, &in)
	if a, b := value.Repr(out.Dict), value.Repr(in.Dict); a != b {
		t.Errorf("%s, want %s", a, b)
	}
	if !reflect.DeepEqual(out.Next, in.Next) || out.Next.Texts == nil {
		t.Errorf("%+v, want %+v", out.Next, in.Next)
	}
	out.Dict, in.Dict = nil, nil
	if !reflect.DeepEqual(out, in) {
		t.Errorf("%+v\nwant\n%+v", out, in)
	}

	// What was read from a table is not written to it once more.
	again, _, longer := roundTrip(t, codec, texts, &out)
	if !reflect.DeepEqual(again, out) {
		t.Errorf("%+v\nwant\n%+v", again, out)
	}
	if len(longer) > len(doc)+8 { // the empty text has no address
		t.Errorf("the table grew from %d to %d bytes", len(doc), len(longer))
	}
	out.ID = "something new"
	if changed, _, _ := roundTrip(t, codec, texts, &out); changed.ID != out.ID {
		t.Errorf("%q, want %q", changed.ID, out.ID)
	}
}

func TestWhatIsNoDataFails(t *testing.T) {
	w := NewWriter(nil, 0)
	w.Value(&value.Func{Name: "f"})
	if w.Err() == nil {
		t.Error("a function was written")
	}
}

func TestCutTable(t *testing.T) {
	w := NewWriter(nil, 0)
	w.Text("some text")
	doc := w.Texts(nil)
	for n := range doc {
		if _, err := ReadTexts(string(doc[:n])); err == nil {
			t.Errorf("%d bytes of %d are a table", n, len(doc))
		}
	}
}

func TestShape(t *testing.T) {
	type a struct{ X int }
	type b struct{ Y int }
	if Shape[a]() == Shape[b]() {
		t.Error("two types have one shape")
	}
}

// TestManyTexts writes more texts than there was room for, each twice.
func TestManyTexts(t *testing.T) {
	in := sample{}
	for i := range 5000 {
		in.Texts = append(in.Texts, "text "+strconv.Itoa(i%2500), strings.Repeat("x", i%300))
	}
	codec := NewCodec[sample](leaveFuncs())
	out, texts, _ := roundTrip(t, codec, nil, &in)
	if !reflect.DeepEqual(out.Texts, in.Texts) {
		t.Error("not the same texts")
	}
	if texts.Len() > 2500+300+20*100 {
		t.Errorf("%d texts: short ones are kept more than once", texts.Len())
	}
}
