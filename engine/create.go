package engine

import (
	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

func buildView(b *build) error { return b.create(adapters.View) }

func buildTable(b *build) error { return b.create(adapters.Table) }

// create makes the target anew from the node's query, in place of whatever has
// its name. Where the warehouse can replace a relation within a transaction it
// does; otherwise the new one is made beside the old and takes its name.
func (b *build) create(kind adapters.RelationKind) error {
	b.target.Kind = kind
	replace := kind == adapters.Table && b.d.ReplaceTable || kind == adapters.View && b.d.ReplaceView
	if replace && b.d.Transactions != adapters.Everything {
		replace = b.replacesAlone(kind)
	}
	if b.exists && (b.old.Kind != kind) && replace {
		if err := b.s.Drop(b.ctx, b.old); err != nil {
			return err
		}
	}
	b.remade = !replace || b.old.Kind != kind || b.d.Grants == nil || !b.d.Grants.KeptByReplace
	into, verb := b.target, "create or replace "
	if !replace {
		var err error
		if into, err = b.freeShadow(kind); err != nil {
			return err
		}
		verb = "create "
	}
	if err := b.createAs(verb, into); err != nil {
		return err
	}
	if kind != adapters.View {
		if err := b.indexes(into); err != nil {
			return err
		}
	}
	if !replace {
		if err := b.swap(into); err != nil {
			return err
		}
	}
	b.s.Added(b.target)
	return nil
}

// replacesAlone reports whether one statement puts the new relation in place of
// the old one, where no transaction can hold two. A table takes the place of
// something else only when it is complete; a view is complete at once. One that
// is filled after it was made is filled beside the old one.
func (b *build) replacesAlone(kind adapters.RelationKind) bool {
	if b.contracted() && kind == adapters.Table && !b.d.TypedCreateAs {
		return false
	}
	return kind == adapters.View || !b.exists || b.old.Kind == kind
}

// createAs creates a relation from the node's query.
func (b *build) createAs(verb string, into adapters.Relation) error {
	if b.contracted() {
		return b.createContracted(verb, into)
	}
	s := b.header()
	s.add(verb, b.unlogged(into.Kind), into.Kind.Keyword(), " ", b.name(into), " as (").code(b.sql).add(")")
	return b.main(s)
}

// unlogged is the word for a table that a crash of the server may empty, where
// the node's configuration asks for one and the warehouse has it.
func (b *build) unlogged(kind adapters.RelationKind) string {
	if v, ok := b.node.Config.Get("unlogged"); ok && value.Truth(v) && kind == adapters.Table && b.d.Unlogged {
		return "unlogged "
	}
	return ""
}

// freeShadow returns the shadow relation after dropping what a killed run may
// have left under its name.
func (b *build) freeShadow(kind adapters.RelationKind) (adapters.Relation, error) {
	shadow := b.shadow()
	shadow.Kind = kind
	return shadow, b.s.dropAny(b.ctx, shadow)
}

// swap gives the target's name to a finished shadow.
func (b *build) swap(shadow adapters.Relation) error {
	if b.exists {
		if err := b.s.Drop(b.ctx, b.old); err != nil {
			return err
		}
	}
	return b.do(b.d.RenameSQL(shadow, b.target.Name))
}
