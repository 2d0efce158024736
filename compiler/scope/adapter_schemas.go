package scope

import (
	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// adapterSchemas are the methods about schemas.
var adapterSchemas = map[string]adapterMethod{
	"check_schema_exists": {params("database", "schema"), parseFalse, checkSchemaExists},
	"create_schema":       {params("relation"), parseNone, createSchema},
	"drop_schema":         {params("relation"), parseNone, dropSchema},
}

func checkSchemaExists(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	ok, err := s.bind.Warehouse.SchemaExists(s.ctx(), adapters.Namespace{Database: textArg(got[0]), Schema: textArg(got[1])})
	return value.Bool(ok), err
}

func createSchema(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rel, err := relationArg("create_schema", "relation", got[0])
	if err != nil {
		return nil, err
	}
	return value.None, s.bind.Warehouse.CreateSchema(s.ctx(), rel.Adapter().Namespace())
}

func dropSchema(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rel, err := relationArg("drop_schema", "relation", got[0])
	if err != nil {
		return nil, err
	}
	return value.None, s.bind.Warehouse.DropSchema(s.ctx(), rel.Adapter().Namespace())
}
