{# Unit tests: given rows and expected rows as SQL. Their whitespace is part of the compiled SQL. #}

{# The query that a unit test judges: what the model made of the given rows, and what it should have made. #}
{% macro get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
    {{ adapter.dispatch('get_unit_test_sql', 'dbt')(main_sql, expected_fixture_sql, expected_column_names) }}
{%- endmacro %}

{% macro default__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
-- Build actual result given inputs
with dbt_internal_unit_test_actual as (
  select
    {{ expected_column_names | join(',') }}, {{ dbt.string_literal('actual') }} as {{ adapter.quote('actual_or_expected') }}
  from (
    {{ main_sql }}
  ) _dbt_internal_unit_test_actual
),
-- Build expected result
dbt_internal_unit_test_expected as (
  select
    {{ expected_column_names | join(', ') }}, {{ dbt.string_literal('expected') }} as {{ adapter.quote('actual_or_expected') }}
  from (
    {{ expected_fixture_sql }}
  ) _dbt_internal_unit_test_expected
)
-- Union actual and expected results
select * from dbt_internal_unit_test_actual
union all
select * from dbt_internal_unit_test_expected
{%- endmacro %}

{# The given rows, with a null for every column of the relation that a row does not name. #}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
-- Fixture for {{ model.name }}
{% set types, quoted = column_name_to_data_types or {}, {} -%}
{%- for column in ([] if types else adapter.get_columns_in_relation(defer_relation if defer_relation and not load_relation(this) else this)) -%}
    {%- do types.update({column.name | lower: column.data_type}) -%}
    {%- do quoted.update({column.name | lower: column.quoted}) -%}
{%- endfor -%}
{%- if not types -%}
    {{ exceptions.raise_compiler_error("the unit test of '" ~ model.name ~ "' cannot know the columns of " ~ this ~ ", because the relation does not exist") }}
{%- endif -%}
{%- set nulls = {} -%}
{%- for name, type in types.items() -%} {%- do nulls.update({name: safe_cast('null', type) | trim}) -%} {%- endfor -%}
{%- do validate_fixture_rows(rows, row_number) -%}
{%- for row in rows -%}
    {{ _fixture_row(dict(nulls, **format_row(row, types)), quoted) }}
{%- if not loop.last %}
union all
{%    endif %}
{%- else -%}
    {{ _fixture_row(nulls, quoted) }}
    limit 0
{%- endfor -%}
{% endmacro %}

{# The expected rows. #}
{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}
{%- for row in rows -%}
    {{ _fixture_row(format_row(row, column_name_to_data_types), column_name_to_quoted) }}
{%- if not loop.last %}
union all
{% endif %}
{%- else -%}
    select * from dbt_internal_unit_test_actual
    limit 0
{%- endfor -%}
{% endmacro %}

{% macro _fixture_row(values, quoted) -%}
select
{%- for name, value in values.items() %} {{ value }} as {{ quoted[name] }}{{ ',' if not loop.last }}{% endfor %}
{%- endmacro %}

{# A row with its names in lower case and its values as SQL of the columns' types. #}
{% macro format_row(row, column_name_to_data_types) -%}
    {%- set formatted = {} -%}
    {%- for given, value in row.items() -%}
        {%- set name = given | lower -%}
        {%- if name not in column_name_to_data_types -%}
            {%- set fixture = 'expected output' if model.resource_type == 'unit_test' else "'" ~ model.name ~ "'" -%}
            {{ exceptions.raise_compiler_error(
                "Invalid column name: '" ~ name ~ "' in unit test fixture for " ~ fixture ~ '.'
                ~ '\nAccepted columns for ' ~ fixture ~ ' are: ' ~ column_name_to_data_types.keys() | list
            ) }}
        {%- endif -%}
        {%- set type = column_name_to_data_types[name] -%}
        {%- if value is string -%}
            {%- set sql = dbt.string_literal(dbt.escape_single_quotes(value)) -%}
            {%- set type = type.split('(')[0] if 'varying' in type else type -%}
        {%- else -%}
            {%- set sql = 'null' if value is none else value -%}
        {%- endif -%}
        {%- do formatted.update({name: safe_cast(sql, type)}) -%}
    {%- endfor -%}
    {{ return(formatted) }}
{%- endmacro %}

{# For warehouses that cannot take every row. #}
{% macro validate_fixture_rows(rows, row_number) -%}
    {{ return(adapter.dispatch('validate_fixture_rows', 'dbt')(rows, row_number)) }}
{%- endmacro %}

{% macro default__validate_fixture_rows(rows, row_number) -%}
{%- endmacro %}
